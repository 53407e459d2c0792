// Readings 抄表数据 of one meter over a time, as taken or thinned to the last of each step.

import type { Static } from 'typebox'
import type { Reading } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

export const STEPS = ['none', 'hour', 'day', 'month'] as const
export type Step = (typeof STEPS)[number]

const SOURCES: Readonly<Record<number, string>> = {
  1: 'energy',
  2: 'status',
  3: 'dailyFreeze',
  4: 'monthlyFreeze',
  5: 'onDemand',
  6: 'byHand',
}

/** The complex and zone of a meter; null where the scope has no such meter. */
export const placeOfMeter = async (
  tx: Tx,
  meter: MeterId,
  within: number | null,
): Promise<{ complexId: ComplexId; zone: string } | null> => {
  const rows = await tx.query<{ complexId: ComplexId; zone: string }>(
    `select c.complex_id as "complexId", c.zone from complex c
     join meter m on m.complex_id = c.complex_id and m.meter_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [meter, within],
  )
  return rows[0] ?? null
}

export type ReadingRow = Omit<Static<typeof Reading>, 'at' | 'source'> & {
  at: Instant
  source: number
}

// A step shows the register as it stood at its end, in the complex's own hours, days and months.
const READINGS = `
  with span as (
    select at, source, energy_wh, balance_fen, flags,
      case when $5 = 'none' then null
        else date_trunc($5, at at time zone $6) end as step
    from reading
    where complex_id = $1 and meter_id = $2 and at >= $3 and at < $4
      and ($5 = 'none' or energy_wh is not null)
  ), picked as (
    select *, row_number() over (partition by step order by at desc, source) as nth from span
  )
  select at, source, energy_wh as "energyWh", balance_fen as "balanceFen", flags
  from picked where ($5 = 'none' or nth = 1)
    and ($8::timestamptz is null or (at, source) > ($8, $9))
  order by at, source limit $7`

export type Span = {
  from: Instant
  to: Instant
  step: Step
  limit: number
  after: { at: number; source: number } | null
}

export const readingsOf = (
  tx: Tx,
  place: { complexId: ComplexId; zone: string },
  meter: MeterId,
  span: Span,
): Promise<ReadingRow[]> =>
  tx.query<ReadingRow>(READINGS, [
    place.complexId,
    meter,
    sqlTime(span.from),
    sqlTime(span.to),
    span.step,
    place.zone,
    span.limit,
    span.after === null ? null : sqlTime(instant(span.after.at)),
    span.after?.source ?? null,
  ])

export const readingView = (row: ReadingRow, zone: string): Static<typeof Reading> => ({
  ...row,
  at: rfc3339(row.at, zone),
  source: SOURCES[row.source] ?? 'unknown',
})
