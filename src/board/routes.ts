// Routes of the board 看板: all meters of a complex, one meter, its readings.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import { Board, Id, listOf, MeterDetail, Reading, Time } from '../http/contract.ts'
import { afterMoment, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { type Instant, parseRfc3339, plusMs, rfc3339 } from '../shared/clock.ts'
import { meterId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { placeOfMeter, readingsOf, readingView, STEPS } from './reading-store.ts'
import { STALE_AFTER_MS } from './state.ts'
import { boardItems, boardSeq, meterDetail } from './store.ts'

const DAY_MS = 24 * 3_600_000
const READINGS_MAX = 5_000

export type BoardDeps = {
  db: Db
  /** Null for a model this installation does not know. */
  modelNameOf: (model: string) => { zh: string; en: string } | null
}

const MeterParams = Type.Object({ id: Id })

const instantIn = (field: string, text: string | undefined, otherwise: Instant): Instant => {
  const at = text === undefined ? otherwise : parseRfc3339(text)
  if (at === null) throw new Refusal('invalid_input', { where: 'query', field, rule: 'format' })
  return at
}

const readingRoute = (deps: BoardDeps): Route =>
  route({
    method: 'GET',
    path: '/api/v1/meters/:id/readings',
    permission: 'reading.view',
    summary: { zh: '电表抄表数据', en: 'Readings of a meter' },
    params: MeterParams,
    query: Type.Object({
      ...WithinQuery.properties,
      limit: Type.Integer({ minimum: 1, maximum: READINGS_MAX, default: 1_000 }),
      cursor: Type.Optional(Type.String({ maxLength: 100 })),
      from: Type.Optional(Time),
      to: Type.Optional(Time),
      /** The register at the end of each step; `none` gives every reading as taken. */
      step: Type.Enum([...STEPS], { default: 'none' }),
    }),
    answer: listOf(Reading),
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const id = meterId(params.id)
        const place = await placeOfMeter(tx, id, query.complexId ?? null)
        if (!place) throw new Refusal('not_found', { meterId: params.id })
        const to = instantIn('to', query.to, tx.now)
        const from = instantIn('from', query.from, plusMs(to, -DAY_MS))
        refuseIf(from >= to, 'invalid_input', { where: 'query', field: 'from', rule: 'order' })
        const after = afterMoment(query.cursor)
        const span = { from, to, step: query.step, limit: query.limit + 1, after }
        const rows = await readingsOf(tx, place, id, span)
        const shown = pageOf(rows, query.limit, (row) => `${row.at}.${row.source}`)
        return { ...shown, items: shown.items.map((row) => readingView(row, place.zone)) }
      }),
  })

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
        return { asOf: rfc3339(tx.now, zone), seq, staleAfterMs: STALE_AFTER_MS, items }
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
  readingRoute(deps),
]
