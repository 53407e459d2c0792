// The route that reads what a meter noted itself 读事件记录: asked on the bus while the caller waits,
// shown and not stored.

import { Type } from 'typebox'
import { WithinQuery } from '../http/contract/asking.ts'
import {
  type MeterEventItem,
  MeterEventKind,
  MeterEvents,
  ReadEvents,
} from '../http/contract/meter-events.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Drivers, EventReading, MeterEventRead } from '../metering/driver.ts'
import type { Clock } from '../ports/clock.ts'
import type { Db } from '../ports/database.ts'
import { instantOfLocal, type LocalTime, rfc3339 } from '../shared/clock.ts'
import { meterId as meterIdOf } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { placeOfMeter } from './reading-store.ts'

export type EventDeps = { db: Db; clock: Clock; drivers: Drivers }

/** A person waits for it, and proxies wait no longer than half a minute. */
const PATIENCE_MS = 25_000
const PHASES = ['A', 'B', 'C'] as const

const timeIn = (zone: string, local: LocalTime | null): string | null => {
  const at = local === null ? null : instantOfLocal(local, zone)
  return at === null ? null : rfc3339(at, zone)
}

/** Null where the meter wrote a moment that is none. */
const recordView = (
  { at, until, operatorCode, fields }: EventReading,
  zone: string,
  language: Language,
): MeterEventItem['last'] => {
  const began = timeIn(zone, at)
  if (began === null) return null
  return {
    at: began,
    until: timeIn(zone, until),
    operatorCode,
    fields: fields.map(({ name, text }) => ({ name, text: text[language] })),
  }
}

const itemView = (read: MeterEventRead, zone: string, language: Language): MeterEventItem => {
  const last = read.last === null ? null : recordView(read.last, zone, language)
  const unreadable = read.last !== null && last === null
  return {
    ...read,
    phase: read.phase === null ? null : (PHASES[read.phase - 1] ?? null),
    last,
    fault: unreadable ? 'bad-reply' : read.fault,
  }
}

export const eventRoutes = (deps: EventDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/meters/:id/read-events',
    permission: 'command.send',
    summary: { zh: '读电表事件记录', en: 'Read what a meter noted itself' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: ReadEvents,
    answer: MeterEvents,
    handler: async ({ scope, language }, { params, query, body }) => {
      const id = meterIdOf(params.id)
      const place = await deps.db.as(scope, (tx) => placeOfMeter(tx, id, query.complexId ?? null))
      if (!place) throw new Refusal('not_found', { meterId: id })
      const driver = deps.drivers.of(id)
      if (!driver) throw new Refusal('meter_not_served', { meterId: id })
      if (!driver.readEvents) throw new Refusal('not_supported_by_model', { model: driver.model })
      const kinds = [...new Set(body.kinds ?? MeterEventKind.enum)]
      const untilMono = deps.clock.mono() + PATIENCE_MS
      const { items, complete } = await driver.readEvents(kinds, 'onDemand', untilMono)
      return {
        meterId: id,
        readAt: rfc3339(deps.clock.now(), place.zone),
        items: items.map((item) => itemView(item, place.zone, language)),
        complete,
      }
    },
  }),
]
