// Suspicious readings nobody has decided about 可疑读数, newest first, each between the believed ones
// before and after it.

import type { Suspect } from '../http/contract/readings.ts'
import { flagNames } from '../metering/readings/reading-flags.ts'
import type { Tx } from '../ports/database.ts'
import { WAY_TO_METER } from '../registers/meters-in-place.ts'
import { type Instant, instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Place } from './gateway-store.ts'
import { sourceName } from './reading-store.ts'

type Row = Omit<
  Suspect,
  'at' | 'source' | 'receivedAt' | 'toldAt' | 'doubts' | 'before' | 'after'
> & {
  at: Instant
  source: number
  receivedAt: Instant
  toldAt: Instant | null
  flags: number
  beforeAt: Instant | null
  beforeWh: number | null
  afterAt: Instant | null
  afterWh: number | null
}

export type SuspectKey = { at: number; meterId: number; source: number }
export type SuspectRow = { key: SuspectKey; view: Suspect }

const SUSPECTS = `
  with u as (
    select * from undecided_reading
    where complex_id = $1
      and ($2::timestamptz is null or (at, meter_id, source) < ($2, $3::integer, $4::smallint))
    order by at desc, meter_id desc, source desc limit $5
  )
  select u.complex_id as "complexId", u.meter_id as "meterId", m.no as "meterNo",
    g.code as "gatewayCode", coalesce(pr.no, '') as premises, coalesce(pr.name, '') as
    "premisesName", coalesce(p.kind, '') as "pointKind", u.at, u.source,
    u.received_at as "receivedAt", u.told_at as "toldAt", u.energy_wh as "energyWh",
    u.reverse_wh as "reverseWh", u.flags, i.multiplier, i.side, i.max_power_w as "maxPowerW",
    b.at as "beforeAt", b.energy_wh as "beforeWh", a.at as "afterAt", a.energy_wh as "afterWh"
  from u
  join meter m on m.complex_id = u.complex_id and m.meter_id = u.meter_id${WAY_TO_METER}
  left join installation i on i.complex_id = u.complex_id and i.meter_id = u.meter_id
    and u.at >= i.since and (i.until is null or u.at < i.until)
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join lateral (
    select at, energy_wh from billable_reading x where x.complex_id = u.complex_id
      and x.meter_id = u.meter_id and x.at < u.at and x.at > u.at - interval '70 days'
    order by x.at desc limit 1
  ) b on true
  left join lateral (
    select at, energy_wh from billable_reading x where x.complex_id = u.complex_id
      and x.meter_id = u.meter_id and x.at > u.at and x.at < u.at + interval '70 days'
    order by x.at limit 1
  ) a on true
  order by u.at desc, u.meter_id desc, u.source desc`

const neighbour = (at: Instant | null, energyWh: number | null, zone: string) =>
  at === null || energyWh === null ? null : { at: rfc3339(at, zone), energyWh }

const suspectOf = (row: Row, zone: string): SuspectRow => {
  const { flags, beforeAt, beforeWh, afterAt, afterWh, ...rest } = row
  return {
    key: { at: row.at, meterId: row.meterId, source: row.source },
    view: {
      ...rest,
      at: rfc3339(row.at, zone),
      source: sourceName(row.source),
      receivedAt: rfc3339(row.receivedAt, zone),
      toldAt: row.toldAt === null ? null : rfc3339(row.toldAt, zone),
      doubts: flagNames(flags),
      before: neighbour(beforeAt, beforeWh, zone),
      after: neighbour(afterAt, afterWh, zone),
    },
  }
}

export const listSuspects = async (
  tx: Tx,
  { complexId, zone }: Place,
  page: { before: SuspectKey | null; limit: number },
): Promise<SuspectRow[]> => {
  const { before, limit } = page
  const rows = await tx.query<Row>(SUSPECTS, [
    complexId,
    before === null ? null : sqlTime(instant(before.at)),
    before?.meterId ?? null,
    before?.source ?? null,
    limit,
  ])
  return rows.map((row) => suspectOf(row, zone))
}

export const countSuspects = async (tx: Tx, complex: ComplexId): Promise<number> => {
  const rows = await tx.query<{ n: number }>(
    'select count(*) as n from undecided_reading where complex_id = $1',
    [complex],
  )
  return rows[0]?.n ?? 0
}
