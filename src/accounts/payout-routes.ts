// Routes of money back 退款与冲正: refund, reverse, pay what a meter gave up, and the vouchers.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import {
  PAYOUT_REASON_CODES,
  PayableUsed,
  PayoutAnswer,
  PayoutListQuery,
  PayoutReasons,
  PayReductionRequest,
  RefundRequest,
  ReverseRequest,
  UsePayable,
  Voucher,
  Waived,
  WaiverRequest,
} from '../http/contract/payouts.ts'
import { Id, listOf, UuidText } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import { accountId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { SellingDeps } from './judge-sale.ts'
import { clearPayable } from './payable.ts'
import { PAYOUT_REASONS, shownReason } from './payout-reasons.ts'
import { payReduction } from './payout-reduction.ts'
import { listPayouts, voucherOfPayout } from './payout-view-store.ts'
import { refund } from './refund.ts'
import { type NamedSale, reverseSale } from './reverse.ts'
import { waive } from './waiver.ts'

const UuidParams = Type.Object({ id: UuidText })

/** A dry run writes nothing and needs no name that lasts. */
const nameOf = (deps: SellingDeps, caller: OperatorCaller, dryRun: boolean | undefined): string =>
  dryRun ? deps.ids.uuid() : caller.requestId()

const reverseRoute = (
  deps: SellingDeps,
  path: string,
  summary: { zh: string; en: string },
  named: (id: string) => NamedSale,
): Route =>
  route({
    method: 'POST',
    path,
    permission: 'sale.reverse',
    once: true,
    audited: true,
    summary,
    params: UuidParams,
    query: WithinQuery,
    body: ReverseRequest,
    answer: PayoutAnswer,
    handler: (caller, { params, body }) => {
      const requestId = nameOf(deps, caller, body.dryRun)
      if (!body.dryRun) caller.confirmed()
      return reverseSale(deps, caller.scope, { ...body, requestId, named: named(params.id) })
    },
  })

const payableRoute = (deps: SellingDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/payable',
    permission: 'payout.make',
    once: true,
    audited: true,
    summary: { zh: '待退款处理', en: 'Pay out, or put back, what nobody has claimed' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: UsePayable,
    answer: PayableUsed,
    handler: (caller, { params, body }) => {
      const requestId = nameOf(deps, caller, body.dryRun)
      if (!body.dryRun && body.use === 'payOut') caller.confirmed()
      return clearPayable(deps, caller.scope, {
        ...{ ...body, accountId: accountId(params.id), requestId },
      })
    },
  })

const waiverRoute = (deps: SellingDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/waive',
    permission: 'waiver.make',
    once: true,
    audited: true,
    summary: { zh: '减免', en: 'Forgive part or all of what an account owes' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: WaiverRequest,
    answer: Waived,
    handler: (caller, { params, body }) => {
      const requestId = nameOf(deps, caller, body.dryRun)
      if (!body.dryRun) caller.confirmed()
      return waive(deps, caller.scope, { ...body, requestId, accountId: accountId(params.id) })
    },
  })

const payingRoutes = (deps: SellingDeps): Route[] => [
  payableRoute(deps),
  waiverRoute(deps),
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/refund',
    permission: 'payout.make',
    once: true,
    audited: true,
    summary: { zh: '退电', en: 'Refund: give unused money back' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: RefundRequest,
    answer: PayoutAnswer,
    handler: (caller, { params, body }) => {
      const requestId = nameOf(deps, caller, body.dryRun)
      if (!body.dryRun) caller.confirmed()
      return refund(deps, caller.scope, { ...body, requestId, accountId: accountId(params.id) })
    },
  }),
  reverseRoute(
    deps,
    '/api/v1/sales/:id/reverse',
    { zh: '冲正', en: 'Reverse a sale' },
    (saleId) => ({ saleId }),
  ),
  reverseRoute(
    deps,
    '/api/v1/purchases/:id/reverse',
    {
      zh: '按购电记录冲正（未下发的即撤销）',
      en: 'Reverse the sale of a purchase; queued: cancel it',
    },
    (purchaseId) => ({ purchaseId }),
  ),
  route({
    method: 'POST',
    path: '/api/v1/reductions/:id/pay',
    permission: 'payout.make',
    once: true,
    audited: true,
    summary: { zh: '减额付款', en: 'Pay what a meter has given up' },
    params: UuidParams,
    query: WithinQuery,
    body: PayReductionRequest,
    answer: Voucher,
    handler: async (caller, { params, body }) => {
      const cmd = { ...body, requestId: caller.requestId(), reductionId: params.id }
      caller.confirmed()
      return (await payReduction(deps, caller.scope, cmd)).voucher
    },
  }),
]

const shownRoutes = (deps: SellingDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/payouts',
    permission: 'sale.view',
    summary: { zh: '退款与冲正记录', en: 'Money paid back, newest first' },
    query: PayoutListQuery,
    answer: listOf(Voucher),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const rows = await listPayouts(tx, complexId, {
          accountId: query.accountId ?? null,
          purpose: query.purpose ?? null,
          from: query.from ?? null,
          to: query.to ?? null,
          search: (query.search ?? '').trim() || null,
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        return pageOf(rows, query.limit, (row) => row.payoutId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/payouts/:id',
    permission: 'sale.view',
    summary: { zh: '付款凭证', en: 'The voucher of a payout, as printed' },
    params: UuidParams,
    query: WithinQuery,
    answer: Voucher,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const voucher = await voucherOfPayout(tx, params.id, query.complexId ?? null)
        if (!voucher) throw new Refusal('not_found', { payoutId: params.id })
        return voucher
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/payout-reasons',
    permission: 'sale.view',
    summary: { zh: '退款原因', en: 'The closed list of reasons' },
    answer: PayoutReasons,
    handler: async () => ({
      items: PAYOUT_REASON_CODES.map((code) => ({
        ...{ ...shownReason(code), uses: [...PAYOUT_REASONS[code].uses] },
      })),
    }),
  }),
]

export const payoutRoutes = (deps: SellingDeps): Route[] => [
  ...payingRoutes(deps),
  ...shownRoutes(deps),
]
