// Routes of account life 用户档案与过户销户: edit, history, hand over, deposit, close, statement.

import { Type } from 'typebox'
import {
  AccountHistory,
  AccountLife,
  CloseAccount,
  Closing,
  DecideClosing,
  DepositTaken,
  EditAccount,
  PaidClosing,
  PayClosing,
  StatementQuery,
  TakeDeposit,
  TransferAccount,
  Transferred,
} from '../http/contract/account-life.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import { ShownPhone } from '../http/contract/privacy.ts'
import { Account, Id } from '../http/contract.ts'
import { type Route, route, sheetRoute } from '../http/route.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { type AccountId, accountId, type ComplexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { abortClosing, closeAccount, decideClosing, type LifeDeps } from './close.ts'
import { payClosing } from './close-pay.ts'
import { closingOf } from './close-store.ts'
import { closingView } from './close-view.ts'
import { takeDeposit } from './deposit.ts'
import { editAccount } from './edit.ts'
import { accountHistory, accountLife } from './history-store.ts'
import { showPhone } from './phone.ts'
import { accountViews, placeOfAccount } from './read-store.ts'
import { statementFile } from './statement.ts'
import { transferAccount } from './transfer.ts'

const AccountParams = Type.Object({ id: Id })
const params = AccountParams
const query = WithinQuery

type Place = { complexId: ComplexId; zone: string; mode: 'meter' | 'centre' }

/** Reads within the account's complex. Refuses: not_found. */
const reading = <A>(
  deps: LifeDeps,
  scope: Scope,
  asked: { id: number; within: number | undefined },
  read: (tx: Tx, place: Place, account: AccountId) => Promise<A | null>,
): Promise<A> =>
  deps.db.as(scope, async (tx) => {
    const id = accountId(asked.id)
    const place = await placeOfAccount(tx, id, asked.within ?? null)
    const found = place && (await read(tx, place, id))
    if (!found) throw new Refusal('not_found', { accountId: asked.id })
    return found
  })

const viewOf = (deps: LifeDeps, scope: Scope, id: number) =>
  reading(deps, scope, { id, within: undefined }, async (tx, place, account) => {
    const views = await accountViews(tx, place.complexId, place.zone, [account])
    return views[0] ?? null
  })

const readingRoutes = (deps: LifeDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/accounts/:id/life',
    permission: 'account.view',
    summary: { zh: '用户资料与去向', en: 'What can be changed of an account, and where it stands' },
    ...{ params, query },
    answer: AccountLife,
    handler: ({ scope }, { params: { id }, query: { complexId } }) =>
      reading(deps, scope, { id, within: complexId }, (tx, place, account) =>
        accountLife(tx, deps, place, account),
      ),
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/:id/history',
    permission: 'account.view',
    summary: { zh: '用户变更记录', en: 'Who changed what of an account, newest first' },
    ...{ params, query },
    answer: AccountHistory,
    handler: ({ scope }, { params: { id }, query: { complexId } }) =>
      reading(deps, scope, { id, within: complexId }, async (tx, place, account) => ({
        items: await accountHistory(tx, place, account),
      })),
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/:id/closing',
    permission: 'account.view',
    summary: { zh: '销户进度', en: 'The newest closing of an account' },
    ...{ params, query },
    answer: Closing,
    handler: ({ scope }, { params: { id }, query: { complexId } }) =>
      reading(deps, scope, { id, within: complexId }, async (tx, place, account) => {
        const closing = await closingOf(tx, place.complexId, account)
        return closing && closingView(tx, place, closing)
      }),
  }),
  sheetRoute({
    method: 'GET',
    path: '/api/v1/accounts/:id/export',
    permission: 'sale.view',
    summary: { zh: '用户对账单', en: 'The statement of one tenant of an account, as a file' },
    params,
    query: StatementQuery,
    handler: ({ scope, language }, { params: { id }, query: asked }) =>
      reading(deps, scope, { id, within: asked.complexId }, (tx, place, account) =>
        statementFile(tx, place, { account, tenantId: asked.tenantId ?? null, language }),
      ),
  }),
]

const phoneRoute = (deps: LifeDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/phone',
    permission: 'phone.show',
    audited: true,
    summary: { zh: '查看完整电话', en: 'Show the whole phone number of a tenant' },
    ...{ params, query },
    answer: ShownPhone,
    handler: ({ scope }, { params: { id }, query: { complexId } }) =>
      showPhone(deps, scope, { accountId: accountId(id), within: complexId ?? null }),
  })

const changingRoutes = (deps: LifeDeps): Route[] => [
  phoneRoute(deps),
  route({
    method: 'PATCH',
    path: '/api/v1/accounts/:id',
    permission: 'account.edit',
    audited: true,
    summary: { zh: '用户信息修改', en: 'Change tenant data and thresholds' },
    ...{ params, query },
    body: EditAccount,
    answer: Account,
    handler: async ({ scope }, { params: { id }, body }) => {
      await editAccount(deps, scope, { ...body, accountId: accountId(id) })
      return viewOf(deps, scope, id)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/transfer',
    permission: 'account.transfer',
    once: true,
    audited: true,
    summary: { zh: '过户', en: 'Hand an account over to another tenant' },
    ...{ params, query },
    body: TransferAccount,
    answer: Transferred,
    handler: ({ scope, requestId }, { params: { id }, body }) =>
      transferAccount(deps, scope, { ...body, accountId: accountId(id), requestId: requestId() }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/deposit',
    permission: 'account.recharge',
    once: true,
    audited: true,
    summary: { zh: '收取押金', en: 'Take a deposit' },
    ...{ params, query },
    body: TakeDeposit,
    answer: DepositTaken,
    handler: ({ scope, requestId }, { params: { id }, body }) =>
      takeDeposit(deps, scope, { ...body, accountId: accountId(id), requestId: requestId() }),
  }),
]

const closingRoutes = (deps: LifeDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/close',
    permission: 'account.close',
    once: true,
    audited: true,
    summary: { zh: '销户', en: 'Begin closing an account' },
    ...{ params, query },
    body: CloseAccount,
    answer: Closing,
    handler: ({ scope, requestId }, { params: { id }, body }) =>
      closeAccount(deps, scope, {
        ...body,
        accountId: accountId(id),
        // A dry run writes nothing and needs no name that lasts.
        requestId: body.dryRun ? deps.ids.uuid() : requestId(),
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/closing/decide',
    permission: 'account.close',
    once: true,
    audited: true,
    summary: { zh: '销户人工处理', en: 'Decide where a meter cannot do its step' },
    ...{ params, query },
    body: DecideClosing,
    answer: Closing,
    handler: ({ scope, requestId }, { params: { id }, body }) =>
      decideClosing(deps, scope, { ...body, accountId: accountId(id), requestId: requestId() }),
  }),
]

const endingRoutes = (deps: LifeDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/closing/pay',
    permission: 'account.close',
    once: true,
    audited: true,
    summary: { zh: '销户结算', en: 'Pay out or collect, and close' },
    ...{ params, query },
    body: PayClosing,
    answer: PaidClosing,
    handler: (caller, { params: { id }, body }) => {
      const requestId = body.dryRun ? deps.ids.uuid() : caller.requestId()
      if (!body.dryRun) caller.confirmed()
      return payClosing(deps, caller.scope, { ...body, accountId: accountId(id), requestId })
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/:id/closing/abort',
    permission: 'account.close',
    once: true,
    audited: true,
    summary: { zh: '取消销户', en: 'Call a closing off' },
    ...{ params, query },
    answer: Closing,
    handler: ({ scope, requestId }, { params: { id } }) =>
      abortClosing(deps, scope, { accountId: accountId(id), requestId: requestId() }),
  }),
]

export const accountLifeRoutes = (deps: LifeDeps): Route[] => [
  ...readingRoutes(deps),
  ...changingRoutes(deps),
  ...closingRoutes(deps),
  ...endingRoutes(deps),
]
