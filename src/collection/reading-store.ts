// Readings of one meter 抄表数据: as taken with whatever is doubtful about each, or the register at the
// end of each step with what was used since the step before. Steps count only what may be billed.

import type { Reading, ReadingStep } from '../http/contract/readings.ts'
import { flagNames, isBlocked } from '../metering/reading-flags.ts'
import { readingSourceOf } from '../metering/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, plusMs, rfc3339, sqlTime } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { Place } from './gateway-store.ts'

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

/** The beginning of the step of a local time, as SQL. */
const STEP_SQL: Readonly<Record<Exclude<ReadingStep, 'none'>, (local: string) => string>> = {
  halfHour: (local) => `date_bin('30 minutes', ${local}, timestamp '2000-01-01')`,
  hour: (local) => `date_trunc('hour', ${local})`,
  day: (local) => `date_trunc('day', ${local})`,
  month: (local) => `date_trunc('month', ${local})`,
}
const DAY_MS = 24 * 3_600_000
/** The first step is counted from the last reading before it, if there is one in this time. */
const LEAD_IN_MS: Readonly<Record<ReadingStep, number>> = {
  none: 0,
  halfHour: 2 * DAY_MS,
  hour: 2 * DAY_MS,
  day: 4 * DAY_MS,
  month: 70 * DAY_MS,
}

// A register frozen at midnight ends the day before it: a step takes in its own end.
const stepped = (step: Exclude<ReadingStep, 'none'>): string => `
  with taken as (
    select b.at, b.source, b.received_at, b.energy_wh, b.reverse_wh, b.flags, i.installation_id,
      (b.energy_wh + case i.direction when 'forwardPlusReverse' then b.reverse_wh else 0 end)
        * case i.side when 'secondary' then i.multiplier else 1 end as counted_wh,
      ${STEP_SQL[step]("((b.at - interval '1 millisecond') at time zone $8)")} as step
    from billable_reading b
    left join installation i on i.complex_id = b.complex_id and i.meter_id = b.meter_id
      and b.at >= i.since and (i.until is null or b.at < i.until)
    where b.complex_id = $1 and b.meter_id = $2 and b.at > $9 and b.at <= $4
  ), ends as (
    select distinct on (step) * from taken order by step, at desc, source
  ), used as (
    select *, lag(at) over same as since, counted_wh - lag(counted_wh) over same as used_wh
    from ends window same as (partition by installation_id order by step)
  )
  select at, source, received_at as "receivedAt", null::timestamptz as "toldAt",
    energy_wh as "energyWh", reverse_wh as "reverseWh", null::bigint[] as "tariffsWh",
    null::bigint as "balanceFen", flags, null as verdict, null as reason, null as operator,
    null::timestamptz as "decidedAt", step at time zone $8 as "stepAt",
    case when used_wh >= 0 then used_wh end as "usedWh",
    case when used_wh >= 0 then since end as "usedSince"
  from used
  where step at time zone $8 >= $3 and step at time zone $8 < $4
    and ($6::timestamptz is null or (at, source) > ($6, $7))
  order by at, source limit $5`

export const readingsOf = (
  tx: Tx,
  place: Place,
  meter: MeterId,
  span: Span,
): Promise<ReadingRow[]> => {
  const values = [
    place.complexId,
    meter,
    sqlTime(span.from),
    sqlTime(span.to),
    span.limit,
    span.after === null ? null : sqlTime(instant(span.after.at)),
    span.after?.source ?? null,
  ]
  if (span.step === 'none') return tx.query<ReadingRow>(AS_TAKEN, values)
  const leadIn = sqlTime(plusMs(span.from, -LEAD_IN_MS[span.step]))
  return tx.query<ReadingRow>(stepped(span.step), [...values, place.zone, leadIn])
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
