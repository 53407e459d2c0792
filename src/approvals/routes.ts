// Routes of four eyes 复核: ask, see, decide, take back.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import {
  Approval,
  ApprovalAsked,
  ApprovalDecided,
  ApprovalListQuery,
  ApprovalRequest,
  ApprovalsWaiting,
  ApprovalWithdrawn,
  DecideApproval,
} from '../http/contract/approvals.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import { Id, listOf, UuidText } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import { rfc3339 } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'
import {
  type ApprovalRow,
  approvalById,
  countWaiting,
  listApprovals,
  placeOfApproval,
  type Sight,
} from './approval-store.ts'
import { type ApprovalDeps, askApproval, decideApproval, withdrawApproval } from './ask.ts'
import { KINDS } from './kinds.ts'
import type { Tries } from './try.ts'

export type ApprovalRouteDeps = ApprovalDeps & { tries: Tries }

const viewOf = (row: ApprovalRow, zone: string): Approval => {
  const { zh, en } = KINDS[row.operation]
  return {
    ...row,
    title: { zh, en },
    askedAt: rfc3339(row.askedAt, zone),
    expiresAt: rfc3339(row.expiresAt, zone),
    decidedAt: row.decidedAt === null ? null : rfc3339(row.decidedAt, zone),
    usedAt: row.usedAt === null ? null : rfc3339(row.usedAt, zone),
  }
}

const sightOf = ({ operator }: OperatorCaller): Sight => ({
  all: operator.permissions.has('approval.decide'),
  money: operator.permissions.has('sale.view'),
  everywhere: operator.complexes === null && operator.buildings === null,
})

const Params = Type.Object({ id: UuidText })

const listRoutes = (deps: ApprovalRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/approvals',
    // Whoever asks sees his own.
    permission: 'session',
    summary: { zh: '复核申请', en: 'What waits for a second person, newest first' },
    query: ApprovalListQuery,
    answer: listOf(Approval),
    handler: (caller, { query }) =>
      deps.db.as(caller.scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const rows = await listApprovals(tx, complexId, sightOf(caller), {
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
    path: '/api/v1/approvals/waiting',
    permission: 'session',
    summary: { zh: '待我复核的件数', en: 'How many wait for the caller' },
    query: Type.Object({ complexId: Id }),
    answer: ApprovalsWaiting,
    handler: (caller, { query }) =>
      deps.db.as(caller.scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        return countWaiting(tx, complexId, sightOf(caller))
      }),
  }),
]

const oneRoute = (deps: ApprovalRouteDeps): Route =>
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id',
    permission: 'session',
    summary: { zh: '复核申请详情', en: 'One approval; its asker sees what was asked in full' },
    params: Params,
    query: WithinQuery,
    answer: Approval,
    handler: (caller, { params, query }) =>
      deps.db.as(caller.scope, async (tx) => {
        const place = await placeOfApproval(tx, params.id)
        const row = place && (await approvalById(tx, place.complexId, sightOf(caller), params.id))
        const within = query.complexId ?? place?.complexId
        const there = row?.everywhere === true || within === place?.complexId
        if (!place || !row || !there) throw new Refusal('not_found', { approvalId: params.id })
        return viewOf(row, place.zone)
      }),
  })

const askRoute = (deps: ApprovalRouteDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/approvals',
    // Whoever may do the act may ask for it.
    permission: 'session',
    once: true,
    audited: true,
    summary: { zh: '申请复核', en: 'Ask for a second person’s agreement' },
    body: ApprovalRequest,
    answer: ApprovalAsked,
    handler: async (caller, { body }) => {
      caller.permit(KINDS[body.operation].permission)
      const ask = { ...body, requestId: caller.requestId() }
      return askApproval(deps, caller.scope, ask, await deps.tries[body.operation](caller, ask))
    },
  })

const decidingRoutes = (deps: ApprovalRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/decide',
    permission: 'approval.decide',
    once: true,
    audited: true,
    summary: { zh: '复核', en: 'Agree or refuse' },
    params: Params,
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
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/withdraw',
    permission: 'session',
    once: true,
    audited: true,
    summary: { zh: '撤回复核申请', en: 'Take back what was asked' },
    params: Params,
    answer: ApprovalWithdrawn,
    handler: (caller, { params }) =>
      withdrawApproval(deps, caller.scope, {
        approvalId: params.id,
        requestId: caller.requestId(),
      }),
  }),
]

export const approvalRoutes = (deps: ApprovalRouteDeps): Route[] => [
  ...listRoutes(deps),
  oneRoute(deps),
  askRoute(deps),
  ...decidingRoutes(deps),
]
