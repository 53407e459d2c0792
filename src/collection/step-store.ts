// What steps of readings are told from 时段数据: the boundaries of the steps in the complex's own time,
// the readings that may be billed, the installations and the roll-overs of one meter.

import type { ReadingStep } from '../http/contract/readings.ts'
import type { Installed } from '../metering/readings/trust.ts'
import type { Boundary } from '../metering/readings/usage.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { Place } from './gateway-store.ts'

export type Step = Exclude<ReadingStep, 'none'>

const DAY_MS = 24 * 3_600_000

type Row = { interval: string; begin: (local: string) => string; leadMs: number }

/** `leadMs`: how far beyond the ends a reading may lie that stands for them. */
const STEPS: Readonly<Record<Step, Row>> = {
  halfHour: {
    interval: '30 minutes',
    begin: (local) => `date_bin('30 minutes', ${local}, timestamp '2000-01-01')`,
    leadMs: 2 * DAY_MS,
  },
  hour: { interval: '1 hour', begin: (l) => `date_trunc('hour', ${l})`, leadMs: 2 * DAY_MS },
  day: { interval: '1 day', begin: (l) => `date_trunc('day', ${l})`, leadMs: 4 * DAY_MS },
  month: { interval: '1 month', begin: (l) => `date_trunc('month', ${l})`, leadMs: 70 * DAY_MS },
}

/** The beginnings of the steps that begin in the span, and the end of the last one. */
export const stepBoundaries = async (
  tx: Tx,
  zone: string,
  span: { from: Instant; to: Instant; step: Step; limit: number },
): Promise<Instant[]> => {
  const { interval, begin } = STEPS[span.step]
  const rows = await tx.query<{ at: Instant }>(
    `select t at time zone $1 as at
     from generate_series(${begin('($2::timestamptz at time zone $1)')},
       ($3::timestamptz at time zone $1) + interval '${interval}' - interval '1 millisecond',
       interval '${interval}') as t
     where t at time zone $1 >= $2::timestamptz order by t limit $4`,
    [zone, sqlTime(span.from), sqlTime(span.to), span.limit + 1],
  )
  return rows.map(({ at }) => at)
}

export type StepReading = Boundary & { source: number; flags: number; receivedAt: Instant }
export type Installation = Installed & {
  since: Instant
  until: Instant | null
  initialWh: number | null
}
export type Rollover = { at: Instant; modulusWh: number }

export type StepFacts = {
  readings: StepReading[]
  installations: Installation[]
  rollovers: Rollover[]
}

export const stepFacts = async (
  tx: Tx,
  { complexId }: Place,
  meter: MeterId,
  span: { from: Instant; to: Instant; step: Step },
): Promise<StepFacts> => {
  const { leadMs } = STEPS[span.step]
  const [from, to] = [sqlTime(plusMs(span.from, -leadMs)), sqlTime(plusMs(span.to, leadMs))]
  const readings = await tx.query<StepReading>(
    `select at, source::integer, received_at as "receivedAt", energy_wh as "energyWh",
       reverse_wh as "reverseWh", null as "tariffsWh", flags
     from billable_reading
     where complex_id = $1 and meter_id = $2 and at >= $3 and at <= $4 order by at, source`,
    [complexId, meter, from, to],
  )
  const installations = await tx.query<Installation>(
    `select since, until, multiplier, side, direction, max_power_w as "maxPowerW",
       initial_wh as "initialWh"
     from installation where complex_id = $1 and meter_id = $2 order by since`,
    [complexId, meter],
  )
  const rollovers = await tx.query<Rollover>(
    `select at, modulus_wh as "modulusWh" from register_rollover
     where complex_id = $1 and meter_id = $2 and at >= $3 order by at`,
    [complexId, meter, from],
  )
  return { readings, installations, rollovers }
}
