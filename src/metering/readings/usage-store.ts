// Electricity used over a time 区间用电量, from readings that may be billed: each installation with its
// own multiplier, so that a swap is never a difference of two meters.

import type { Tx } from '../../ports/database.ts'
import { type Instant, instant, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId, PointId } from '../../shared/ids.ts'
import { READING_FLAGS } from './reading-flags.ts'
import type { Installed } from './trust.ts'
import { type Boundary, type Breaks, NO_BREAKS, nearest, usedBetween } from './usage.ts'

export type UsagePart = {
  meterId: MeterId
  pointId: PointId
  /** The part of the time that was asked for. */
  from: Instant
  to: Instant
  /** What it was told from. */
  start: Boundary
  end: Boundary
  /** Billed Wh. */
  usedWh: number
  tariffsWh: readonly number[] | null
}

export type Usage = {
  usedWh: number
  parts: readonly UsagePart[]
  /** Every boundary was read at its very moment; otherwise the nearest reading stands for it. */
  exact: boolean
}

type InstallationRow = Installed & {
  meterId: MeterId
  pointId: PointId
  since: Instant
  until: Instant | null
  initialWh: number | null
  initialReverseWh: number | null
  /** Within these its registers are those of one count; null: to this day. */
  lowAt: Instant
  highAt: Instant | null
}

// Where a meter's installation changes in name only (another multiplier) and nobody noted the
// register, the nearest reading on either side ends the one and begins the other.
const INSTALLATIONS = `
  select i.meter_id as "meterId", i.point_id as "pointId", i.since, i.until, i.multiplier, i.side,
    i.direction, i.max_power_w as "maxPowerW", i.initial_wh as "initialWh",
    i.initial_reverse_wh as "initialReverseWh",
    case when i.initial_wh is null then coalesce(p.since, i.since) else i.since end as "lowAt",
    case when n.since is not null then n.until else i.until end as "highAt"
  from installation i
  left join installation p on p.complex_id = i.complex_id and p.meter_id = i.meter_id
    and p.until = i.since
  left join installation n on n.complex_id = i.complex_id and n.meter_id = i.meter_id
    and n.since = i.until and n.initial_wh is null
  where i.complex_id = $1 and i.since < $4 and (i.until is null or i.until > $3)
    and ($2::integer is null or i.meter_id = $2) and ($5::integer is null or i.point_id = $5)
  order by i.since`

type BoundaryRow = Boundary & { nth: number }

/** Readings further away from a boundary say nothing about it. */
const NEAR_DAYS = 70

// The planner can't look into subselects: the plan that it keeps is as good as one for these times.
const BOUNDARIES = `
  select t.nth::integer, b.*
  from unnest((select $3::timestamptz[])) with ordinality as t(at, nth)
  cross join (select $4::timestamptz as low, $5::timestamptz as high offset 0) w
  cross join lateral (
    (select r.at, r.source::integer, r.energy_wh as "energyWh", r.reverse_wh as "reverseWh",
       to_jsonb(r.tariffs_wh) as "tariffsWh"
     from billable_reading r
     where r.complex_id = $1 and r.meter_id = $2 and r.at <= t.at and r.at >= w.low
       and r.at > t.at - interval '${NEAR_DAYS} days' and (r.reverse_wh is not null or not $6)
     order by r.at desc, r.source limit 1)
    union all
    (select r.at, r.source::integer, r.energy_wh, r.reverse_wh, to_jsonb(r.tariffs_wh)
     from billable_reading r
     where r.complex_id = $1 and r.meter_id = $2 and r.at > t.at and r.at <= w.high
       and r.at < t.at + interval '${NEAR_DAYS} days' and (r.reverse_wh is not null or not $6)
     order by r.at, r.source limit 1)
  ) b`

// Where the reverse register counts and nobody noted what it showed, the first reading begins.
const initialOf = (row: InstallationRow): Boundary[] => {
  const { since, initialWh: energyWh, initialReverseWh: reverseWh, direction } = row
  const isKnown = direction !== 'forwardPlusReverse' || reverseWh !== null
  if (energyWh === null || !isKnown) return []
  return [{ at: since, source: null, energyWh, reverseWh, tariffsWh: null }]
}

/** The nearest readings of one installation to the ends; null where there is none. */
const boundariesOf = async (
  tx: Tx,
  complex: ComplexId,
  row: InstallationRow,
  ends: { from: Instant; to: Instant },
): Promise<{ start: Boundary; end: Boundary } | null> => {
  const rows = await tx.query<BoundaryRow>(
    BOUNDARIES,
    [
      complex,
      row.meterId,
      [sqlTime(ends.from), sqlTime(ends.to)],
      sqlTime(row.lowAt),
      sqlTime(row.highAt) ?? 'infinity',
      row.direction === 'forwardPlusReverse',
    ],
    'kept',
  )
  const near = (nth: number) => [
    ...rows.filter((one) => one.nth === nth).map(({ nth: _nth, ...boundary }) => boundary),
    ...initialOf(row),
  ]
  const start = nearest(near(1), ends.from)
  const end = nearest(near(2), ends.to)
  return start === null || end === null ? null : { start, end }
}

type BreakRow = { lostWh: number; lostReverseWh: number; modulusWh: number | null }

// A late reading may lie between the true roll-over and the reading that told it, so roll-overs are
// looked for a little beyond the end.
const BREAKS = `
  select coalesce(sum(greatest(0, p.energy_wh - b.energy_wh)), 0)::bigint as "lostWh",
    coalesce(sum(greatest(0, p.reverse_wh - b.reverse_wh)), 0)::bigint as "lostReverseWh",
    (select o.modulus_wh from register_rollover o
     join billable_reading r on r.complex_id = o.complex_id and r.meter_id = o.meter_id
       and r.at = o.at and r.source = o.source
     where o.complex_id = $1 and o.meter_id = $2 and o.at > $3
       and o.at <= $4::timestamptz + interval '${NEAR_DAYS} days'
     order by o.at limit 1) as "modulusWh"
  from billable_reading b
  cross join lateral (
    select e.energy_wh, e.reverse_wh from billable_reading e
    where e.complex_id = b.complex_id and e.meter_id = b.meter_id and e.at < b.at
      and e.at >= $3
    order by e.at desc limit 1
  ) p
  where b.complex_id = $1 and b.meter_id = $2 and b.at > $3 and b.at <= $4
    and b.flags & ${READING_FLAGS.backwards.bit} <> 0`

const breaksBetween = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  { start, end }: { start: Boundary; end: Boundary },
): Promise<Breaks> => {
  const values = [complex, meter, sqlTime(start.at), sqlTime(end.at)]
  const rows = await tx.query<BreakRow>(BREAKS, values, 'kept')
  const row = rows[0]
  if (!row) return NO_BREAKS
  const lostWh = { energyWh: row.lostWh, reverseWh: row.lostReverseWh }
  return { lostWh, modulusWh: row.modulusWh }
}

const partOf = async (
  tx: Tx,
  complex: ComplexId,
  row: InstallationRow,
  span: { from: Instant; to: Instant },
): Promise<UsagePart | null> => {
  const from = instant(Math.max(span.from, row.since))
  const to = instant(row.until === null ? span.to : Math.min(span.to, row.until))
  const ends = await boundariesOf(tx, complex, row, { from, to })
  if (ends === null) return null
  const breaks = await breaksBetween(tx, complex, row.meterId, ends)
  const used = usedBetween(ends.start, ends.end, breaks, row)
  if (used === null) return null
  const { meterId, pointId } = row
  return { meterId, pointId, from, to, ...ends, ...used }
}

const usageOf = async (
  tx: Tx,
  complex: ComplexId,
  of: { meter: MeterId | null; point: PointId | null },
  span: { from: Instant; to: Instant },
): Promise<Usage | null> => {
  const rows = await tx.query<InstallationRow>(INSTALLATIONS, [
    complex,
    of.meter,
    sqlTime(span.from),
    sqlTime(span.to),
    of.point,
  ])
  const parts: UsagePart[] = []
  for (const row of rows) {
    const part = await partOf(tx, complex, row, span)
    // What is not known of a part is not known of the whole.
    if (part === null) return null
    parts.push(part)
  }
  if (parts.length === 0) return null
  return {
    usedWh: parts.reduce((sum, part) => sum + part.usedWh, 0),
    parts,
    exact: parts.every(({ start, end, from, to }) => start.at === from && end.at === to),
  }
}

/**
 * What a meter counted from `from` until `to`, billed Wh, wherever it hung; null where that is not
 * known: no meter, nowhere installed, or no reading that may be billed. Spans that meet add up,
 * because a moment has one boundary whichever side asks for it.
 */
export const usageBetween = (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  from: Instant,
  to: Instant,
): Promise<Usage | null> => usageOf(tx, complex, { meter, point: null }, { from, to })

/** The same of a point, across the meters that hung on it. */
export const pointUsageBetween = (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
  from: Instant,
  to: Instant,
): Promise<Usage | null> => usageOf(tx, complex, { meter: null, point }, { from, to })
