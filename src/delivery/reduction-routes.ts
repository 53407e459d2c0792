// Routes of reductions 减额: what was taken out of meters, what waits, and calling off what has not
// been sent. They are queued by refunds, closings and swaps.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import { CancelReduction, Reduction, ReductionState } from '../http/contract/reductions.ts'
import { Id, listOf, UuidText } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { complexId, uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { cancelAsked } from './reduction-cancel.ts'
import { listReductions, reductionView } from './reduction-view-store.ts'
import type { ReductionReleaseDeps } from './release-reduction.ts'

export type ReductionRouteDeps = ReductionReleaseDeps & { db: Db }

const one = async (tx: Tx, id: string, within: number | null): Promise<Reduction> => {
  const view = await reductionView(tx, id, within)
  if (view === null) throw new Refusal('not_found', { reductionId: id })
  return view
}

const cancelled = async (
  deps: ReductionRouteDeps,
  scope: Scope,
  asked: { id: string; requestId: string; reason: string },
): Promise<Reduction> => {
  const { id, requestId, reason } = asked
  const found = await deps.db.as(scope, (tx) => one(tx, id, null))
  const complex = complexId(found.complexId)
  const content = { reductionId: id, reason }
  const request = { complexId: complex, requestId, operation: 'reduction.cancel', content }
  return once(deps.db, scope, request, async (tx) => {
    await cancelAsked(tx, deps, { complexId: complex, reductionId: uuid(id), reason })
    await audit(tx, deps.ids, {
      complexId: complex,
      action: 'reduction.cancel',
      subject: `reduction/${id}`,
      before: { state: 'QUEUED' },
      after: { state: 'CANCELLED', reason },
    })
    return must(await reductionView(tx, id, null), 'it was there a moment ago')
  })
}

export const reductionRoutes = (deps: ReductionRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/reductions',
    permission: 'sale.view',
    summary: { zh: '减额记录', en: 'Money taken out of meters, newest first' },
    query: Type.Object({
      ...ListQuery.properties,
      accountId: Type.Optional(Id),
      meterId: Type.Optional(Id),
      state: Type.Optional(ReductionState),
    }),
    answer: listOf(Reduction),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const rows = await listReductions(tx, complexId, {
          accountId: query.accountId ?? null,
          meterId: query.meterId ?? null,
          state: query.state ?? null,
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        return pageOf(rows, query.limit, (row) => row.reductionId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/reductions/:id',
    permission: 'sale.view',
    summary: { zh: '减额详情', en: 'One reduction with what was read' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    answer: Reduction,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, (tx) => one(tx, params.id, query.complexId ?? null)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/reductions/:id/cancel',
    permission: 'payout.make',
    once: true,
    audited: true,
    summary: { zh: '撤销减额', en: 'Call off a reduction that was not sent' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    body: CancelReduction,
    answer: Reduction,
    handler: async ({ scope, requestId }, { params, body }) =>
      cancelled(deps, scope, { id: params.id, requestId: requestId(), reason: body.reason }),
  }),
]
