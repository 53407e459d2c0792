// The rows of main meters against those behind them 总分表记录: one for each main point and business
// day, reckoned once all of it is read.

import { READING_FLAGS } from '../../metering/readings/reading-flags.ts'
import type { Tx } from '../../ports/database.ts'
import { type Day, type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, PointId } from '../../shared/ids.ts'
import type { MainFacts } from '../rule.ts'

export type MainDay = {
  pointId: PointId
  day: Day
  mainWh: number
  subsWh: number
  subs: number
  unread: number
}

// A point is a main where a meter hangs and others hang behind it. Points without a meter of their
// own count as what is behind them.
const BEHIND = `
  with recursive below as (
    select p.parent_point_id as main, p.point_id, exists (select from installation i
        where i.complex_id = p.complex_id and i.point_id = p.point_id and i.since < $3
          and (i.until is null or i.until > $2)) as counts
    from point p where p.complex_id = $1 and p.parent_point_id = any ($4)
    union all
    select b.main, p.point_id, exists (select from installation i
        where i.complex_id = p.complex_id and i.point_id = p.point_id and i.since < $3
          and (i.until is null or i.until > $2))
    from below b
    join point p on p.complex_id = $1 and p.parent_point_id = b.point_id
    where not b.counts
  )
  select main as "mainId", array_agg(point_id order by point_id) as subs
  from below where counts group by main order by main`

export type Main = { mainId: PointId; subs: PointId[] }

const MAINS = `
  select p.point_id as "pointId" from point p
  where p.complex_id = $1
    and exists (select from point c where c.complex_id = $1 and c.parent_point_id = p.point_id)
    and exists (select from installation i where i.complex_id = $1 and i.point_id = p.point_id
      and i.until is null)`

const TO_RECKON = `${MAINS}
    and not exists (select from main_day x where x.complex_id = $1 and x.point_id = p.point_id
      and x.day = $2 and (x.unread = 0 or x.reckoned_at > $3))
  order by p.point_id`

/** Points with a meter, behind which others hang. */
export const mainPoints = (tx: Tx, complex: ComplexId): Promise<{ pointId: PointId }[]> =>
  tx.query<{ pointId: PointId }>(MAINS, [complex])

/** Mains whose day is not known yet, and was not tried within `againMs`. */
export const mainsToReckon = async (
  tx: Tx,
  complex: ComplexId,
  of: { day: Day; from: Tx['now']; to: Tx['now']; againMs: number },
): Promise<Main[]> => {
  const tried = sqlTime(plusMs(tx.now, -of.againMs))
  const rows = await tx.query<{ pointId: PointId }>(TO_RECKON, [complex, of.day, tried], 'kept')
  if (rows.length === 0) return []
  const mains = rows.map(({ pointId }) => pointId)
  return tx.query<Main>(BEHIND, [complex, sqlTime(of.from), sqlTime(of.to), mains], 'kept')
}

const nearest = (at: string): string => `
  select r.at, r.energy_wh from billable_reading r
  where r.complex_id = i.complex_id and r.meter_id = i.meter_id
    and r.at between ${at}::timestamptz - $5::interval and ${at}::timestamptz + $5::interval
  order by abs(extract(epoch from r.at - ${at}::timestamptz)), r.at, r.source limit 1`

// One meter has hung there all the time and counted on from one end to the other.
const PLAIN = `
  select i.point_id as "pointId", (e.energy_wh - b.energy_wh)
    * case i.side when 'secondary' then i.multiplier else 1 end as "usedWh"
  from installation i
  cross join lateral (${nearest('$3')}) b
  cross join lateral (${nearest('$4')}) e
  where i.complex_id = $1 and i.point_id = any ($2) and i.direction <> 'forwardPlusReverse'
    and i.since <= $3::timestamptz - $5::interval
    and (i.until is null or i.until >= $4::timestamptz + $5::interval)
    and e.energy_wh >= b.energy_wh and not exists (select from billable_reading r
      where r.complex_id = i.complex_id and r.meter_id = i.meter_id and r.at > b.at
        and r.at <= e.at and r.flags & ${READING_FLAGS.backwards.bit} <> 0)`

export type Span = { from: Instant; to: Instant }

/**
 * Billed Wh of the points where it is plain, all at once; of the others (a swap, a roll-over, a
 * fresh start, no reading within `nearMs` of an end) nothing is said.
 */
export const plainUse = async (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
  { from, to, nearMs }: Span & { nearMs: number },
): Promise<Map<PointId, number>> => {
  const near = `${nearMs} milliseconds`
  const rows = await tx.query<{ pointId: PointId; usedWh: number }>(
    PLAIN,
    [complex, points, sqlTime(from), sqlTime(to), near],
    'kept',
  )
  return new Map(rows.map(({ pointId, usedWh }) => [pointId, usedWh]))
}

export const writeMainDay = async (tx: Tx, complex: ComplexId, one: MainDay): Promise<void> => {
  await tx.query(
    `insert into main_day (complex_id, point_id, day, main_wh, subs_wh, subs, unread, reckoned_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (complex_id, point_id, day) do update set main_wh = excluded.main_wh,
       subs_wh = excluded.subs_wh, subs = excluded.subs, unread = excluded.unread,
       reckoned_at = excluded.reckoned_at`,
    [complex, one.pointId, one.day, one.mainWh, one.subsWh, one.subs, one.unread, sqlTime(tx.now)],
    'kept',
  )
}

// The newest days that were reckoned; a day that is missing among them is not known.
const FACTS = `
  select i.meter_id as "meterId", bus.gateway_id as "gatewayId", x."firstDay"::text,
    x."lastDay"::text, x."mainWh", x."subsWh", x.subs,
    (x.unread + $2 - x.days)::integer as unread
  from (
    select w.point_id, min(d.day) as "firstDay", max(w.newest) as "lastDay",
      sum(d.main_wh)::bigint as "mainWh", sum(d.subs_wh)::bigint as "subsWh",
      max(d.subs) as subs, sum(d.unread) as unread, count(*) as days
    from (select point_id, max(day) as newest from main_day where complex_id = $1
      group by point_id) w
    join main_day d on d.complex_id = $1 and d.point_id = w.point_id and d.day <= w.newest
      and d.day > w.newest - $2::integer
    group by w.point_id
  ) x
  join installation i on i.complex_id = $1 and i.point_id = x.point_id and i.until is null
  join meter m on m.complex_id = $1 and m.meter_id = i.meter_id
  join device d on d.complex_id = $1 and d.device_id = m.device_id
  join bus on bus.complex_id = $1 and bus.bus_id = d.bus_id
  where exists (select from point c where c.complex_id = $1 and c.parent_point_id = x.point_id)`

/** Summed over so many business days. */
export const mainFacts = (tx: Tx, complex: ComplexId, days: number): Promise<MainFacts[]> =>
  tx.query<MainFacts>(FACTS, [complex, days], 'kept')
