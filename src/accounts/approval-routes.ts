// Routes of four eyes 复核与限额: ask, see, decide; and what one operator may move alone.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import {
  Approval,
  ApprovalAsked,
  ApprovalDecided,
  ApprovalListQuery,
  ApprovalRequest,
  type ApprovedOperation,
  DecideApproval,
  OperatorLimit,
  SetOperatorLimit,
} from '../http/contract/payouts.ts'
import { listOf, UuidText } from '../http/contract.ts'
import { afterId, beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { audit } from '../operators/audit-log.ts'
import type { Permission } from '../operators/permissions.ts'
import { rfc3339 } from '../shared/clock.ts'
import { operatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { askApproval, decideApproval } from './approval-ask.ts'
import { type ApprovalRow, approvalById, listApprovals, placeOfApproval } from './approval-store.ts'
import type { SellingDeps } from './judge-sale.ts'
import { operatorLimit, operatorLimits, writeOperatorLimit } from './limits-store.ts'

type Asked = { zh: string; en: string; permission: Permission }
const OPERATIONS: Readonly<Record<ApprovedOperation, Asked>> = {
  'account.recharge': {
    zh: '超限售电',
    en: 'Sale above the limit',
    permission: 'account.recharge',
  },
  'account.refund': { zh: '退电', en: 'Refund', permission: 'payout.make' },
  'sale.reverse': { zh: '冲正', en: 'Reversal of a sale', permission: 'sale.reverse' },
  'reduction.pay': { zh: '减额付款', en: 'Payout of a reduction', permission: 'payout.make' },
  'meter.swap': { zh: '坏表换表认定', en: 'Claim of a dead meter', permission: 'meter.swap' },
  'account.close': { zh: '销户退款', en: 'Payout at closing', permission: 'account.close' },
  'account.payable': {
    zh: '待退款付款',
    en: 'Payout of unclaimed money',
    permission: 'payout.make',
  },
  'account.waive': { zh: '减免', en: 'Waiver', permission: 'waiver.make' },
  'rerate.post': { zh: '追溯重算入账', en: 'Change of the past', permission: 'rerate.make' },
}

const viewOf = (row: ApprovalRow, zone: string): Approval => {
  const { zh, en } = OPERATIONS[row.operation]
  return {
    ...row,
    title: { zh, en },
    askedAt: rfc3339(row.askedAt, zone),
    expiresAt: rfc3339(row.expiresAt, zone),
    decidedAt: row.decidedAt === null ? null : rfc3339(row.decidedAt, zone),
    usedAt: row.usedAt === null ? null : rfc3339(row.usedAt, zone),
  }
}

const seeingRoutes = (deps: SellingDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/approvals',
    permission: 'sale.view',
    summary: { zh: '复核申请', en: 'What waits for a second person, newest first' },
    query: ApprovalListQuery,
    answer: listOf(Approval),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const rows = await listApprovals(tx, complexId, {
          state: query.state ?? null,
          whose: query.whose ?? null,
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        const page = pageOf(rows, query.limit, (row) => row.approvalId)
        return { ...page, items: page.items.map((row) => viewOf(row, zone)) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id',
    permission: 'sale.view',
    summary: { zh: '复核申请详情', en: 'One approval; its asker sees what was asked in full' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    answer: Approval,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const place = await placeOfApproval(tx, params.id)
        const within = place !== null && (query.complexId ?? place.complexId) === place.complexId
        const row = within ? await approvalById(tx, place.complexId, params.id) : null
        if (!place || !row) throw new Refusal('not_found', { approvalId: params.id })
        return viewOf(row, place.zone)
      }),
  }),
]

const askingRoutes = (deps: SellingDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/approvals',
    // Whoever may do the operation may ask for it.
    permission: 'session',
    once: true,
    audited: true,
    summary: { zh: '申请复核', en: 'Ask for a second person’s agreement' },
    body: ApprovalRequest,
    answer: ApprovalAsked,
    handler: (caller, { body }) => {
      caller.permit(OPERATIONS[body.operation].permission)
      return askApproval(deps, caller.scope, { ...body, requestId: caller.requestId() })
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/decide',
    permission: 'approval.decide',
    once: true,
    audited: true,
    summary: { zh: '复核', en: 'Agree or refuse' },
    params: Type.Object({ id: UuidText }),
    body: DecideApproval,
    answer: ApprovalDecided,
    handler: (caller, { params, body }) =>
      decideApproval(deps, caller.scope, {
        approvalId: params.id,
        requestId: caller.requestId(),
        agreed: body.agreed,
        note: (body.note ?? '').trim(),
      }),
  }),
]

const limitRoutes = (deps: SellingDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/operator-limits',
    permission: 'operator.limit',
    summary: { zh: '操作员限额', en: 'What each operator may move alone' },
    query: ListQuery,
    answer: listOf(OperatorLimit),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const page = { after: afterId(query.cursor), limit: query.limit + 1 }
        const rows = await operatorLimits(tx, complexId, page)
        return pageOf(rows, query.limit, (row) => row.operatorId)
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/operator-limits',
    permission: 'operator.limit',
    audited: true,
    summary: { zh: '设定操作员限额', en: 'Set what an operator may move alone' },
    body: SetOperatorLimit,
    answer: OperatorLimit,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, body.complexId)
        const operator = operatorId(body.operatorId)
        const before = await operatorLimit(tx, complexId, operator)
        if (!before) throw new Refusal('not_found', { operatorId: body.operatorId })
        const { saleFen, payoutFen } = body
        await writeOperatorLimit(tx, complexId, operator, { saleFen, payoutFen })
        await audit(tx, deps.ids, {
          complexId,
          action: 'operator.limit',
          subject: `operator/${operator}`,
          before: { saleFen: before.saleFen, payoutFen: before.payoutFen },
          after: { saleFen, payoutFen },
        })
        return { ...before, saleFen, payoutFen }
      }),
  }),
]

export const approvalRoutes = (deps: SellingDeps): Route[] => [
  ...seeingRoutes(deps),
  ...askingRoutes(deps),
  ...limitRoutes(deps),
]
