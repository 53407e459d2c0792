// The readings that a month is priced by 计费读数: for many supplies at once, each meter that hung
// at the point with the readings from the last one before the span to the first one after it.

import { READING_FLAGS } from '../metering/readings/reading-flags.ts'
import type { Installed } from '../metering/readings/trust.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import type { Count, Register, Stretch } from './counted.ts'

/** Up to `until` at the most: what comes after it has not been charged. */
export type Span = { supplyId: SupplyId; from: Instant; to: Instant; until: Instant }

type StretchRow = Installed & {
  nth: number
  meterId: MeterId
  since: Instant
  until: Instant | null
  initialWh: number | null
  initialReverseWh: number | null
}

const STRETCHES = `
  select w.nth::integer, i.meter_id as "meterId", i.since, i.until, i.multiplier, i.side,
    i.direction, i.max_power_w as "maxPowerW", i.initial_wh as "initialWh",
    i.initial_reverse_wh as "initialReverseWh"
  from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) with ordinality
    as w(supply_id, from_at, to_at, nth)
  join supply s on s.complex_id = $1 and s.supply_id = w.supply_id
  join installation i on i.complex_id = $1 and i.point_id = s.point_id
    and i.since < w.to_at and (i.until is null or i.until > w.from_at)
  order by w.nth, i.since`

/** Readings further away from a boundary say nothing about it. */
const NEAR_DAYS = 70
const ROLLOVER = READING_FLAGS.rollover.bit
const FRESH_START = READING_FLAGS.backwards.bit

const NEAR = `b.complex_id = $1 and b.meter_id = c.meter_id`

// Arrays as text: a month of half-hours is one row, and JSON reads them fastest.
const REGISTERS = `
  select c.nth::integer, array_agg((date_part('epoch', r.at) * 1000)::bigint)::text as at,
    array_agg(r.source)::text as source, array_agg(r.energy_wh)::text as "energyWh",
    array_agg(r.flags)::text as flags,
    case when bool_or(r.reverse_wh is not null) then array_agg(r.reverse_wh)::text end
      as "reverseWh",
    case when bool_or(r.tariffs_wh is not null) then jsonb_agg(to_jsonb(r.tariffs_wh)) end
      as "tariffsWh",
    case when bool_or(r.rolled) then array_agg(case when r.rolled then (
      select o.modulus_wh from register_rollover o where o.complex_id = $1
        and o.meter_id = c.meter_id and o.at = r.at and o.source = r.source limit 1) end)::text
    end as "modulusWh"
  from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
    $6::timestamptz[]) with ordinality as c(meter_id, low, high, from_at, to_at, nth)
  cross join lateral (
    select coalesce((select b.at from billable_reading b where ${NEAR} and b.at <= c.from_at
        and b.at >= c.low and b.at > c.from_at - interval '${NEAR_DAYS} days'
        order by b.at desc limit 1), greatest(c.low, c.from_at)) as first,
      coalesce((select b.at from billable_reading b where ${NEAR} and b.at >= c.to_at
        and b.at <= c.high and b.at < c.to_at + interval '${NEAR_DAYS} days'
        order by b.at limit 1), least(c.high, c.to_at)) as last
  ) edge
  cross join lateral (
    select b.at, b.source, b.energy_wh, b.reverse_wh, b.tariffs_wh, b.flags,
      b.flags & ${ROLLOVER} <> 0 as rolled
    from billable_reading b
    where ${NEAR} and b.at >= edge.first and b.at <= edge.last
    order by b.at, b.tariffs_wh is null, b.source
  ) r
  group by c.nth`

type RegisterRow = {
  nth: number
  at: string
  source: string
  energyWh: string
  flags: string
  reverseWh: string | null
  tariffsWh: readonly (readonly (number | null)[] | null)[] | null
  modulusWh: string | null
}

const isFigures = (value: unknown): value is (number | null)[] => Array.isArray(value)

const figures = (text: string | null): (number | null)[] => {
  if (text === null) return []
  const inner = text.slice(1, -1)
  const parsed: unknown = JSON.parse(`[${inner.includes('N') ? inner.toLowerCase() : inner}]`)
  return isFigures(parsed) ? parsed : []
}

const registersOf = (row: RegisterRow): Register[] => {
  const [at, source, energy] = [figures(row.at), figures(row.source), figures(row.energyWh)]
  const [flags, reverse] = [figures(row.flags), figures(row.reverseWh)]
  const modulus = figures(row.modulusWh)
  return at.map((ms, i) => ({
    at: instant(ms ?? 0),
    source: source[i] ?? null,
    energyWh: energy[i] ?? 0,
    reverseWh: reverse[i] ?? null,
    tariffsWh: row.tariffsWh?.[i] ?? null,
    freshStart: ((flags[i] ?? 0) & FRESH_START) !== 0,
    modulusWh: modulus[i] ?? null,
  }))
}

/** Stretches of one meter that follow each other in name only are one count. */
type Chain = { nth: number; meterId: MeterId; stretches: Stretch[]; initial: Register | null }

// Where the reverse register counts and nobody noted what it showed, the first reading begins.
const initialOf = (row: StretchRow): Register | null => {
  const { since, initialWh: energyWh, initialReverseWh: reverseWh, direction } = row
  const known = direction !== 'forwardPlusReverse' || reverseWh !== null
  if (energyWh === null || !known) return null
  const noted = { source: null, tariffsWh: null, freshStart: false, modulusWh: null }
  return { at: since, energyWh, reverseWh, ...noted }
}

const chainsOf = (rows: readonly StretchRow[]): Chain[] => {
  const chains: Chain[] = []
  for (const row of rows) {
    const { nth, meterId, since, until, multiplier, side, direction, maxPowerW } = row
    const stretch = { since, until, multiplier, side, direction, maxPowerW }
    const last = chains.at(-1)
    const goesOn =
      row.initialWh === null &&
      last?.nth === nth &&
      last.meterId === meterId &&
      last.stretches.at(-1)?.until === since
    if (goesOn) last.stretches.push(stretch)
    else chains.push({ nth, meterId, stretches: [stretch], initial: initialOf(row) })
  }
  return chains
}

const END = 8_640_000_000_000_000

const limitsOf = (chain: Chain, { from, to, until }: Span) => {
  const first = chain.stretches[0]
  const lastUntil = chain.stretches.at(-1)?.until ?? null
  const since = first?.since ?? instant(0)
  const low = chain.initial === null ? instant(0) : since
  const high = instant(Math.min(lastUntil ?? END, lastUntil === null ? until : END))
  return {
    low,
    high,
    from: instant(Math.max(from, chain.initial === null ? from : since)),
    to: instant(Math.min(to, high)),
  }
}

/**
 * The counts of each span, in its order: all that is needed to tell what was used in it, up to
 * `until` of the meter that hangs there now, and to the end of those that came down before.
 */
export const countsOf = async (
  tx: Tx,
  complex: ComplexId,
  spans: readonly Span[],
): Promise<Count[][]> => {
  const rows = await tx.query<StretchRow>(STRETCHES, [
    complex,
    spans.map(({ supplyId }) => supplyId),
    spans.map(({ from }) => sqlTime(from)),
    spans.map(({ to }) => sqlTime(to)),
  ])
  const found = chainsOf(rows).flatMap((chain) => {
    const span = spans[chain.nth - 1]
    return span ? [{ chain, limits: limitsOf(chain, span) }] : []
  })
  const read = await tx.query<RegisterRow>(REGISTERS, [
    complex,
    found.map(({ chain }) => chain.meterId),
    found.map(({ limits }) => (limits.low === 0 ? '-infinity' : sqlTime(limits.low))),
    found.map(({ limits }) => sqlTime(limits.high)),
    found.map(({ limits }) => sqlTime(limits.from)),
    found.map(({ limits }) => sqlTime(limits.to)),
  ])
  const registers = new Map(read.map((row) => [row.nth, registersOf(row)]))
  const counts: Count[][] = spans.map(() => [])
  for (const [index, { chain, limits }] of found.entries()) {
    const { meterId, stretches, initial } = chain
    const own = registers.get(index + 1) ?? []
    const first = own[0]?.at ?? instant(END)
    // Without a reading before the span it begins with what was noted when the meter was hung.
    const begins = initial !== null && first > limits.from && first > initial.at
    counts[chain.nth - 1]?.push({ meterId, stretches, registers: begins ? [initial, ...own] : own })
  }
  return counts
}
