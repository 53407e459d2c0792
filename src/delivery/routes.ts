// Routes of held meters 挂起: the list with its evidence, and the release by a person.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import { Hold, Released, ReleaseRequest } from '../http/contract/holds.ts'
import { listOf, UuidText } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import { rfc3339 } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Words } from '../shared/words.ts'
import { HOLD_REASONS, isHoldReason } from './hold-reasons.ts'
import { type HeldMeter, heldMeter, heldMeters } from './hold-view-store.ts'
import { reductionRoutes } from './reduction-routes.ts'
import { type ReleaseDeps, releaseHold } from './release.ts'

const titleOf = (reason: string): Words =>
  isHoldReason(reason) ? HOLD_REASONS[reason] : { zh: reason, en: reason }

const viewOf = ({ zone, ...held }: HeldMeter): Hold => ({
  ...held,
  title: titleOf(held.reason),
  raisedAt: rfc3339(held.raisedAt, zone),
})

export const deliveryRoutes = (deps: ReleaseDeps): Route[] => [
  ...reductionRoutes(deps),
  route({
    method: 'GET',
    path: '/api/v1/holds',
    permission: 'sale.view',
    summary: { zh: '挂起的电表', en: 'Meters whose deliveries are stopped' },
    query: ListQuery,
    answer: listOf(Hold),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        return { items: (await heldMeters(tx, complexId)).map(viewOf), nextCursor: null }
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/holds/:id/release',
    permission: 'delivery.release',
    once: true,
    audited: true,
    summary: { zh: '解除挂起', en: 'Release a held meter' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    body: ReleaseRequest,
    answer: Released,
    handler: async ({ scope, requestId }, { params, body }) => {
      const named = requestId()
      const held = await deps.db.as(scope, (tx) => heldMeter(tx, uuid(params.id)))
      if (!held) throw new Refusal('not_found', { holdId: params.id })
      return releaseHold(deps, scope, {
        complexId: held.complexId,
        meterId: held.meterId,
        requestId: named,
        resolution: body.resolution,
        reason: body.reason,
        differenceFen: body.differenceFen ?? 0,
        ...(body.takenFen !== undefined && { takenFen: body.takenFen }),
      })
    },
  }),
]
