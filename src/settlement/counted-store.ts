// The readings that a month is priced by 计费读数: for many supplies at once, each meter that hung
// at the point with the readings from the last one before the span to the first one after it.

import { BLOCKING_FLAGS, READING_FLAGS } from '../metering/readings/reading-flags.ts'
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

/** From the last reading before the span to the first one after it, within what counts. */
const EDGES = `
  select c.nth::integer,
    coalesce((select b.at from billable_reading b where ${NEAR} and b.at <= c.from_at
      and b.at >= c.low and b.at > c.from_at - interval '${NEAR_DAYS} days'
      order by b.at desc limit 1), greatest(c.low, c.from_at)) as first,
    coalesce((select b.at from billable_reading b where ${NEAR} and b.at >= c.to_at
      and b.at <= c.high and b.at < c.to_at + interval '${NEAR_DAYS} days'
      order by b.at limit 1), least(c.high, c.to_at)) as last
  from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
    $6::timestamptz[]) with ordinality as c(meter_id, low, high, from_at, to_at, nth)`

// Arrays as text: a month of half-hours is one row, and JSON reads them fastest. All meters at once
// and in no order, because that reads each page of the table once. What may be billed is what the
// view `billable_reading` says; decisions are few and are looked up once for all.
const REGISTERS = `
  with decided as materialized (
    select distinct on (x.meter_id, x.at, x.source) x.meter_id, x.at, x.source, x.verdict
    from reading_decision x where x.complex_id = $1 and x.meter_id = any ($2)
    order by x.meter_id, x.at, x.source, x.decided_at desc, x.decision_id desc
  )
  select r.meter_id as "meterId",
    array_agg((date_part('epoch', r.at) * 1000)::bigint)::text as at,
    min(r.source)::integer as source, array_agg(r.energy_wh)::text as "energyWh",
    case when min(r.source) < max(r.source) then array_agg(r.source)::text end as sources,
    case when bool_or(r.flags & ${FRESH_START} <> 0) then array_agg(r.flags)::text end as flags,
    case when count(r.reverse_wh) > 0 then array_agg(r.reverse_wh)::text end as "reverseWh",
    case when count(r.tariffs_wh) > 0 then jsonb_agg(to_jsonb(r.tariffs_wh)) end as "tariffsWh",
    case when bool_or(r.flags & ${ROLLOVER} <> 0) then array_agg(
      case when r.flags & ${ROLLOVER} <> 0 then (
        select o.modulus_wh from register_rollover o where o.complex_id = $1
          and o.meter_id = r.meter_id and o.at = r.at and o.source = r.source limit 1) end)::text
    end as "modulusWh"
  from reading r
  left join decided d on d.meter_id = r.meter_id and d.at = r.at and d.source = r.source
  where r.complex_id = $1 and r.meter_id = any ($2) and r.at >= $3 and r.at <= $4
    and r.energy_wh is not null
    and case when d.verdict is null then r.flags & ${BLOCKING_FLAGS} = 0
      else d.verdict = 'accepted' end
  group by r.meter_id`

type RegisterRow = {
  meterId: MeterId
  at: string
  source: number
  energyWh: string
  /** Null: all are of the one above. */
  sources: string | null
  flags: string | null
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

/** By time; of one moment the reading with period registers tells more, then the first source. */
const inOrder = (a: Register, b: Register): number =>
  a.at - b.at ||
  Number(a.tariffsWh === null) - Number(b.tariffsWh === null) ||
  (a.source ?? 0) - (b.source ?? 0)

const registersOf = (row: RegisterRow): Register[] => {
  const [at, sources, energy] = [figures(row.at), figures(row.sources), figures(row.energyWh)]
  const [flags, reverse] = [figures(row.flags), figures(row.reverseWh)]
  const modulus = figures(row.modulusWh)
  const all = at.map((ms, i) => ({
    at: instant(ms ?? 0),
    source: sources[i] ?? row.source,
    energyWh: energy[i] ?? 0,
    reverseWh: reverse[i] ?? null,
    tariffsWh: row.tariffsWh?.[i] ?? null,
    freshStart: ((flags[i] ?? 0) & FRESH_START) !== 0,
    modulusWh: modulus[i] ?? null,
  }))
  return all.sort(inOrder)
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

type Found = { chain: Chain; limits: ReturnType<typeof limitsOf> }
type Edge = { first: Instant; last: Instant }

/** In the order of the chains. */
const edgesOf = async (
  tx: Tx,
  complex: ComplexId,
  found: readonly Found[],
): Promise<(Edge | undefined)[]> => {
  const rows = await tx.query<Edge & { nth: number }>(EDGES, [
    complex,
    found.map(({ chain }) => chain.meterId),
    found.map(({ limits }) => (limits.low === 0 ? '-infinity' : sqlTime(limits.low))),
    found.map(({ limits }) => sqlTime(limits.high)),
    found.map(({ limits }) => sqlTime(limits.from)),
    found.map(({ limits }) => sqlTime(limits.to)),
  ])
  const edges = new Map(rows.map(({ nth, ...edge }) => [nth, edge]))
  return found.map((_, index) => edges.get(index + 1))
}

/** Spans that begin in the same days are read together: one that is old widens no other's. */
const TOGETHER_MS = 8 * 24 * 3_600_000

/** Of each chain every register of its meter between its edges, and maybe beyond. */
const registersIn = async (
  tx: Tx,
  complex: ComplexId,
  found: readonly Found[],
  edges: readonly (Edge | undefined)[],
): Promise<(readonly Register[])[]> => {
  const spans = found.flatMap(({ chain: { meterId } }, index) => {
    const edge = edges[index]
    return edge ? [{ index, meterId, ...edge }] : []
  })
  const out: (readonly Register[])[] = found.map(() => [])
  for (const group of Map.groupBy(spans, ({ first }) => Math.floor(first / TOGETHER_MS)).values()) {
    const rows = await tx.query<RegisterRow>(REGISTERS, [
      complex,
      [...new Set(group.map(({ meterId }) => meterId))],
      sqlTime(instant(group.reduce((first, span) => Math.min(first, span.first), END))),
      sqlTime(instant(group.reduce((last, span) => Math.max(last, span.last), 0))),
    ])
    const ofMeter = new Map(rows.map((row) => [row.meterId, registersOf(row)]))
    for (const { index, meterId } of group) out[index] = ofMeter.get(meterId) ?? []
  }
  return out
}

const within = (registers: readonly Register[], edge: Edge | undefined): Register[] => {
  if (!edge) return []
  const { first, last } = edge
  const [begin, end] = [registers[0], registers.at(-1)]
  if (begin && end && begin.at >= first && end.at <= last) return [...registers]
  return registers.filter(({ at }) => at >= first && at <= last)
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
  const edges = await edgesOf(tx, complex, found)
  const registers = await registersIn(tx, complex, found, edges)
  const counts: Count[][] = spans.map(() => [])
  for (const [index, { chain, limits }] of found.entries()) {
    const { meterId, stretches, initial } = chain
    const own = within(registers[index] ?? [], edges[index])
    const first = own[0]?.at ?? instant(END)
    // Without a reading before the span it begins with what was noted when the meter was hung.
    const begins = initial !== null && first > limits.from && first > initial.at
    counts[chain.nth - 1]?.push({ meterId, stretches, registers: begins ? [initial, ...own] : own })
  }
  return counts
}
