// Routes of accounts 用户: find, open, recharge; and what was sold and how it went.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import { OpenedAccount } from '../http/contract/opened.ts'
import {
  Account,
  Id,
  listOf,
  OpenAccount,
  Purchase,
  PurchaseState,
  Receipt,
  RechargeAnswer,
  RechargeRequest,
  UuidText,
} from '../http/contract.ts'
import { afterId, beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { type AccountId, accountId, type ComplexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { accountsByMoney, type Money } from './by-money.ts'
import { type OpeningDeps, openAccount } from './open.ts'
import { listPurchases, purchaseView, receiptOfSale } from './purchase-store.ts'
import { accountViews, placeOfAccount } from './read-store.ts'
import { recharge } from './recharge.ts'
import { listAccountIds, searchAccounts, type Which } from './search-store.ts'

const AccountParams = Type.Object({ id: Id })
const PHONE = /^\+?\d{6,15}$/

type ListAsked = {
  complexId: number
  limit: number
  cursor?: string | undefined
  search?: string | undefined
  state: Which
  money?: Money | undefined
}

const accountIds = async (
  tx: Tx,
  deps: OpeningDeps,
  complex: ComplexId,
  asked: ListAsked,
): Promise<AccountId[]> => {
  const text = (asked.search ?? '').trim()
  // A search is paged by how many were shown, a list by the last id.
  const after = afterId(asked.cursor)
  const limit = asked.limit + 1
  const only = asked.money === undefined ? null : await accountsByMoney(tx, complex, asked.money)
  if (text === '') return listAccountIds(tx, complex, asked.state, { after, limit, only })
  const phoneIndexes = PHONE.test(text) ? await deps.vault.blindIndexes(tx, complex, text) : []
  const sought = { text, phoneIndexes }
  return searchAccounts(tx, complex, sought, asked.state, { offset: after, limit, only })
}

const findAccounts = (deps: OpeningDeps, scope: Scope, asked: ListAsked) =>
  deps.db.as(scope, async (tx) => {
    const { complexId, zone } = await namedComplex(tx, asked.complexId)
    const ids = await accountIds(tx, deps, complexId, asked)
    const searched = (asked.search ?? '').trim() !== ''
    const shown = afterId(asked.cursor) + asked.limit
    const page = pageOf(ids, asked.limit, (id) => (searched ? shown : id))
    return { ...page, items: await accountViews(tx, complexId, zone, page.items) }
  })

const oneAccount = (deps: OpeningDeps, scope: Scope, id: AccountId, within: number | null) =>
  deps.db.as(scope, async (tx) => {
    const place = await placeOfAccount(tx, id, within)
    const view = place && (await accountViews(tx, place.complexId, place.zone, [id]))[0]
    if (!view) throw new Refusal('not_found', { accountId: id })
    return view
  })

const readingRoutes = (deps: OpeningDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/accounts',
    permission: 'account.view',
    summary: { zh: '用户列表与查找', en: 'Accounts; one box finds them' },
    query: Type.Object({
      ...ListQuery.properties,
      search: Type.Optional(Type.String({ maxLength: 100 })),
      state: Type.Enum(['open', 'closed', 'all'], { default: 'all' }),
      /** At or below the first alarm, at or below nothing, or owing what a sale settles first. */
      money: Type.Optional(Type.Enum(['low', 'empty', 'owing'])),
    }),
    answer: listOf(Account),
    handler: ({ scope }, { query }) => findAccounts(deps, scope, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/:id',
    permission: 'account.view',
    summary: { zh: '用户详情', en: 'One account with its meters' },
    params: AccountParams,
    query: WithinQuery,
    answer: Account,
    handler: ({ scope }, { params, query }) =>
      oneAccount(deps, scope, accountId(params.id), query.complexId ?? null),
  }),
]

const writingRoutes = (deps: OpeningDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/accounts',
    permission: 'account.open',
    once: true,
    audited: true,
    summary: { zh: '开户', en: 'Open an account' },
    query: WithinQuery,
    body: OpenAccount,
    answer: OpenedAccount,
    handler: async ({ scope, requestId }, { body }) => {
      await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      return openAccount(deps, scope, { ...body, requestId: requestId() })
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/recharge',
    permission: 'account.recharge',
    queues: 'delivery',
    once: true,
    audited: true,
    summary: { zh: '充值售电', en: 'Recharge: sell electricity to a meter of the account' },
    params: AccountParams,
    query: WithinQuery,
    body: RechargeRequest,
    answer: RechargeAnswer,
    handler: ({ scope, requestId }, { params, body }) =>
      recharge(deps, scope, {
        ...body,
        // A dry run writes nothing and needs no name that lasts.
        requestId: body.dryRun ? deps.ids.uuid() : requestId(),
        accountId: accountId(params.id),
      }),
  }),
]

const saleRoutes = (deps: OpeningDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/purchases',
    permission: 'sale.view',
    summary: { zh: '售电记录', en: 'Purchases, newest first' },
    query: Type.Object({
      ...ListQuery.properties,
      accountId: Type.Optional(Id),
      meterId: Type.Optional(Id),
      state: Type.Optional(PurchaseState),
      search: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    answer: listOf(Purchase),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const rows = await listPurchases(tx, complexId, {
          accountId: query.accountId ?? null,
          meterId: query.meterId ?? null,
          state: query.state ?? null,
          search: (query.search ?? '').trim() || null,
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        return pageOf(rows, query.limit, (row) => row.purchaseId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/purchases/:id',
    permission: 'sale.view',
    summary: { zh: '购电与下发时间线', en: 'One purchase with its timeline' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    answer: Purchase,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const view = await purchaseView(tx, params.id, query.complexId ?? null)
        if (!view) throw new Refusal('not_found', { purchaseId: params.id })
        return view
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/receipts/:saleId',
    permission: 'sale.view',
    summary: { zh: '收据', en: 'The receipt of a sale, as printed' },
    params: Type.Object({ saleId: UuidText }),
    query: WithinQuery,
    answer: Receipt,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const receipt = await receiptOfSale(tx, params.saleId, query.complexId ?? null)
        if (!receipt) throw new Refusal('not_found', { saleId: params.saleId })
        return receipt
      }),
  }),
]

export const accountRoutes = (deps: OpeningDeps): Route[] => [
  ...readingRoutes(deps),
  ...writingRoutes(deps),
  ...saleRoutes(deps),
]
