// The readings that a month is priced by 计费读数: for many supplies at once, each meter that hung
// at the point with the readings from the last one before the span to the first one after it.

import type { Installed } from '../metering/readings/trust.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import type { Count, Register, Stretch } from './counted.ts'
import { type Packed, packedRegisters, unpacked, type Window } from './registers-store.ts'

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
  from unnest((select $2::integer[]), $3::timestamptz[], $4::timestamptz[]) with ordinality
    as w(supply_id, from_at, to_at, nth)
  join supply s on s.complex_id = $1 and s.supply_id = w.supply_id
  join installation i on i.complex_id = $1 and i.point_id = s.point_id
    and i.since < w.to_at and (i.until is null or i.until > w.from_at)
  order by w.nth, i.since`

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

const windowOf = (chain: Chain, { from, to, until }: Span): Window => {
  const { meterId, stretches, initial } = chain
  const since = stretches[0]?.since ?? instant(0)
  const ended = stretches.at(-1)?.until ?? null
  const high = ended ?? until
  return {
    meterId,
    low: initial === null ? instant(0) : since,
    high,
    from: instant(Math.max(from, initial === null ? from : since)),
    to: instant(Math.min(to, high)),
  }
}

// Without a reading before the span it begins with what was noted when the meter was hung.
const registersOf = (
  { initial }: Chain,
  window: Window,
  packed: Packed | undefined,
): readonly Register[] => {
  const read = packed ? unpacked(packed) : []
  const first = read[0]?.at ?? null
  const begins = first === null || first > Math.max(window.from, initial?.at ?? 0)
  return initial !== null && begins ? [initial, ...read] : read
}

/** Held packed: whoever asks for the registers unpacks them, and lets go of them when done. */
const countOf = (chain: Chain, window: Window, packed: Packed | undefined): Count => ({
  meterId: chain.meterId,
  stretches: chain.stretches,
  get registers() {
    return registersOf(chain, window, packed)
  },
})

/**
 * The counts of each span, in its order: all that is needed to tell what was used in it, up to
 * `until` of the meter that hangs there now, and to the end of those that came down before.
 */
export const countsOf = async (
  tx: Tx,
  complex: ComplexId,
  spans: readonly Span[],
): Promise<Count[][]> => {
  const rows = await tx.query<StretchRow>(
    STRETCHES,
    [
      complex,
      spans.map(({ supplyId }) => supplyId),
      spans.map(({ from }) => sqlTime(from)),
      spans.map(({ to }) => sqlTime(to)),
    ],
    'kept',
  )
  const found = chainsOf(rows).flatMap((chain) => {
    const span = spans[chain.nth - 1]
    return span ? [{ chain, window: windowOf(chain, span) }] : []
  })
  const read = await packedRegisters(
    tx,
    complex,
    found.map(({ window }) => window),
  )
  const counts: Count[][] = spans.map(() => [])
  for (const [index, { chain, window }] of found.entries())
    counts[chain.nth - 1]?.push(countOf(chain, window, read[index]))
  return counts
}
