// Routes of readings 抄表数据: those of one meter, and the suspicious ones that wait for a person.

import { Type } from 'typebox'
import { namedComplex } from '../../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../../http/contract/asking.ts'
import {
  Decided,
  DecideRequest,
  Reading,
  ReadingStep,
  Suspects,
} from '../../http/contract/readings.ts'
import { Id, listOf, Time } from '../../http/contract.ts'
import { afterMoment, beforeReading, cursorOf, pageOf } from '../../http/cursor.ts'
import { type Route, route } from '../../http/route.ts'
import { type DecisionDeps, decideReading } from '../../metering/readings/decisions.ts'
import { READING_SOURCES } from '../../metering/readings/reading-sources.ts'
import type { Db } from '../../ports/database.ts'
import { decisionEffect, refuseAlone } from '../../rerating/decision-effect.ts'
import { type Instant, parseRfc3339, plusMs, rfc3339 } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import { once } from '../../work/request.ts'
import { placeOfMeter, readingsOf, readingView } from '../reading-store.ts'
import { countSuspects, listSuspects } from '../suspect-store.ts'

const DAY_MS = 24 * 3_600_000
const READINGS_MAX = 5_000

export type ReadingDeps = DecisionDeps & { db: Db }

const instantIn = (field: string, text: string | undefined, otherwise: Instant): Instant => {
  const at = text === undefined ? otherwise : parseRfc3339(text)
  if (at === null) throw new Refusal('invalid_input', { where: 'query', field, rule: 'format' })
  return at
}

const readingRoute = (deps: ReadingDeps): Route =>
  route({
    method: 'GET',
    path: '/api/v1/meters/:id/readings',
    permission: 'reading.view',
    summary: { zh: '电表抄表数据', en: 'Readings of a meter' },
    params: Type.Object({ id: Id }),
    query: Type.Object({
      ...WithinQuery.properties,
      limit: Type.Integer({ minimum: 1, maximum: READINGS_MAX, default: 1_000 }),
      cursor: Type.Optional(Type.String({ maxLength: 100 })),
      from: Type.Optional(Time),
      to: Type.Optional(Time),
      /** The register at the end of each step; `none` gives every reading as taken. */
      step: Type.Enum(ReadingStep.enum, { default: 'none' }),
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
        const span = { from, to, step: query.step, limit: query.limit, after }
        const { rows, next } = await readingsOf(tx, place, id, span)
        const items = rows.map((row) => readingView(row, place.zone))
        return { items, nextCursor: next === null ? null : cursorOf(next) }
      }),
  })

/** Refuses: invalid_input for a source nobody knows. */
const sourceCode = (name: string): number => {
  const found = Object.entries(READING_SOURCES).find(([known]) => known === name)
  if (!found) throw new Refusal('invalid_input', { where: 'body', field: 'source', rule: 'enum' })
  return found[1].code
}

const decideRoute = (deps: ReadingDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/readings/decide',
    permission: 'reading.decide',
    once: true,
    audited: true,
    summary: { zh: '裁定可疑读数', en: 'Decide about a suspicious reading' },
    body: DecideRequest,
    answer: Decided,
    handler: async ({ scope, requestId }, { body }) => {
      const named = requestId()
      const { verdict, reason, source } = body
      const id = meterId(body.meterId)
      const at = parseRfc3339(body.at)
      if (at === null)
        throw new Refusal('invalid_input', { where: 'body', field: 'at', rule: 'format' })
      const place = await deps.db.as(scope, async (tx) => {
        const found = await placeOfMeter(tx, id, body.complexId)
        return found && namedComplex(tx, found.complexId)
      })
      if (!place) throw new Refusal('not_found', { meterId: body.meterId })
      const decision = { meterId: id, at, source: sourceCode(source), verdict, reason }
      refuseAlone(await decisionEffect(deps, scope, place, decision))
      const { complexId } = place
      const name = { complexId, requestId: named, operation: 'reading.decide', content: body }
      const { following } = await once(deps.db, scope, name, (tx) =>
        decideReading(tx, deps, decision),
      )
      return { meterId: id, at: rfc3339(at, place.zone), source, verdict, following }
    },
  })

export const readingRoutes = (deps: ReadingDeps): Route[] => [
  readingRoute(deps),
  decideRoute(deps),
  route({
    method: 'GET',
    path: '/api/v1/readings/suspects',
    permission: 'reading.view',
    summary: { zh: '待裁定的可疑读数', en: 'Suspicious readings that nobody has decided about' },
    query: ListQuery,
    answer: Suspects,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const place = await namedComplex(tx, query.complexId)
        const page = { before: beforeReading(query.cursor), limit: query.limit + 1 }
        const rows = await listSuspects(tx, place, page)
        const { items, nextCursor } = pageOf(
          rows,
          query.limit,
          ({ key }) => `${key.at}.${key.meterId}.${key.source}`,
        )
        const total = await countSuspects(tx, place.complexId)
        return { items: items.map(({ view }) => view), nextCursor, total }
      }),
  }),
]
