// Readings of one meter 抄表数据: as taken with whatever is doubtful about each, or the register at the
// end of each step with what was used since the step before. Steps count only what may be billed.

import type { Reading, ReadingStep } from '../http/contract/readings.ts'
import { flagNames, isBlocked } from '../metering/readings/reading-flags.ts'
import { readingSourceOf } from '../metering/readings/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { Place } from './gateway-store.ts'
import { stepBoundaries, stepFacts } from './step-store.ts'
import { type StepUse, stepUses } from './steps.ts'

export type Span = {
  from: Instant
  to: Instant
  step: ReadingStep
  limit: number
  after: { at: number; source: number } | null
}

export type ReadingRow = {
  at: Instant
  source: number
  receivedAt: Instant
  toldAt: Instant | null
  energyWh: number | null
  reverseWh: number | null
  tariffsWh: number[] | null
  balanceFen: number | null
  flags: number
  verdict: 'accepted' | 'rejected' | null
  reason: string | null
  operator: string | null
  decidedAt: Instant | null
  stepAt: Instant | null
  usedWh: number | null
  usedSince: Instant | null
}

const AS_TAKEN = `
  select r.at, r.source, r.received_at as "receivedAt", r.told_at as "toldAt",
    r.energy_wh as "energyWh", r.reverse_wh as "reverseWh", r.tariffs_wh as "tariffsWh",
    r.balance_fen as "balanceFen", r.flags, x.verdict, x.reason, o.name as operator,
    x.decided_at as "decidedAt", null::timestamptz as "stepAt", null::bigint as "usedWh",
    null::timestamptz as "usedSince"
  from reading r
  left join lateral (
    select verdict, reason, operator_id, decided_at from reading_decision x
    where x.complex_id = r.complex_id and x.meter_id = r.meter_id and x.at = r.at
      and x.source = r.source
    order by x.decided_at desc, x.decision_id desc limit 1
  ) x on true
  left join operator o on o.operator_id = x.operator_id
  where r.complex_id = $1 and r.meter_id = $2 and r.at >= $3 and r.at < $4
    and ($6::timestamptz is null or (r.at, r.source) > ($6, $7))
  order by r.at, r.source limit $5`

/** `next` names where the next page goes on; null at the end. */
export type ReadingPage = { rows: ReadingRow[]; next: string | null }

const asTaken = async (tx: Tx, place: Place, meter: MeterId, span: Span): Promise<ReadingPage> => {
  const rows = await tx.query<ReadingRow>(AS_TAKEN, [
    place.complexId,
    meter,
    sqlTime(span.from),
    sqlTime(span.to),
    span.limit + 1,
    span.after === null ? null : sqlTime(instant(span.after.at)),
    span.after?.source ?? null,
  ])
  const shown = rows.slice(0, span.limit)
  const last = shown.at(-1)
  const more = rows.length > span.limit && last !== undefined
  return { rows: shown, next: more ? `${last.at}.${last.source}` : null }
}

const rowOf = ({ stepAt, end, usedWh, usedSince }: StepUse): ReadingRow => ({
  at: end.at,
  source: end.source,
  receivedAt: end.receivedAt,
  toldAt: null,
  energyWh: end.energyWh,
  reverseWh: end.reverseWh,
  tariffsWh: null,
  balanceFen: null,
  flags: end.flags,
  verdict: null,
  reason: null,
  operator: null,
  decidedAt: null,
  stepAt,
  usedWh,
  usedSince,
})

/** In the order of their times; with a step, in the order of the steps. */
export const readingsOf = async (
  tx: Tx,
  place: Place,
  meter: MeterId,
  span: Span,
): Promise<ReadingPage> => {
  const { step, after, limit } = span
  if (step === 'none') return asTaken(tx, place, meter, span)
  const from = after === null ? span.from : instant(after.at + 1)
  const asked = { from, to: span.to, step, limit: limit + 1 }
  const found = await stepBoundaries(tx, place.zone, asked)
  const boundaries = found.slice(0, limit + 1)
  const [first, last, lastStep] = [boundaries[0], boundaries.at(-1), boundaries.at(-2)]
  if (first === undefined || last === undefined) return { rows: [], next: null }
  const facts = await stepFacts(tx, place, meter, { from: first, to: last, step })
  // Steps without a reading are left out, so the rows do not tell whether there are more.
  const more = found.length > boundaries.length && lastStep !== undefined
  const rows = stepUses(boundaries, facts).map(rowOf)
  return { rows, next: more ? `${lastStep}.0` : null }
}

export const sourceName = (code: number): string => readingSourceOf(code) ?? 'unknown'

const decisionOf = (row: ReadingRow, zone: string): Reading['decision'] => {
  const { verdict, reason, operator, decidedAt } = row
  if (verdict === null || decidedAt === null) return null
  return {
    verdict,
    reason: reason ?? '',
    operator: operator ?? '',
    decidedAt: rfc3339(decidedAt, zone),
  }
}

export const readingView = (row: ReadingRow, zone: string): Reading => {
  const { verdict: _v, reason: _r, operator: _o, decidedAt: _d, ...rest } = row
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  const decision = decisionOf(row, zone)
  return {
    ...rest,
    at: rfc3339(row.at, zone),
    source: sourceName(row.source),
    receivedAt: rfc3339(row.receivedAt, zone),
    toldAt: time(row.toldAt),
    stepAt: time(row.stepAt),
    usedSince: time(row.usedSince),
    doubts: flagNames(row.flags),
    blocked: decision === null ? isBlocked(row.flags) : decision.verdict === 'rejected',
    decision,
  }
}

/** The complex and zone of a meter; null where the scope has no such meter. */
export const placeOfMeter = async (
  tx: Tx,
  meter: MeterId,
  within: number | null,
): Promise<Place | null> => {
  const rows = await tx.query<Place>(
    `select c.complex_id as "complexId", c.zone from complex c
     join meter m on m.complex_id = c.complex_id and m.meter_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [meter, within],
  )
  return rows[0] ?? null
}
