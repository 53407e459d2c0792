// Routes of the board 看板: all meters of a complex, and one meter.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import { Board, Id, MeterDetail } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import { meterId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Words } from '../shared/words.ts'
import { boardItems, boardSeq, meterDetail } from './store.ts'

export type BoardDeps = {
  db: Db
  /** Null for a model this installation does not know. */
  modelNameOf: (model: string) => Words | null
}

const MeterParams = Type.Object({ id: Id })

export const boardRoutes = (deps: BoardDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/board',
    permission: 'board.view',
    summary: { zh: '电表看板', en: 'The board: every meter with its state' },
    query: Type.Object({ complexId: Id }),
    answer: Board,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        // Read before the items, so that no change can fall between the two unseen.
        const seq = await boardSeq(tx, complexId)
        const items = await boardItems(tx, complexId, zone, null)
        return { asOf: rfc3339(tx.now, zone), seq, items }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/meters/:id',
    permission: 'board.view',
    summary: { zh: '电表详情', en: 'One meter in full' },
    params: MeterParams,
    query: WithinQuery,
    answer: MeterDetail,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const detail = await meterDetail(tx, meterId(params.id), query.complexId ?? null)
        if (!detail) throw new Refusal('not_found', { meterId: params.id })
        const unknown = { zh: detail.model, en: detail.model }
        return { ...detail, modelName: deps.modelNameOf(detail.model) ?? unknown }
      }),
  }),
]
