// What a supply's meters counted 计量区间, PURE: readings become intervals of billed Wh, each with
// its two readings. Roll-overs and accepted fresh starts are bridged, a multiplier is taken before
// anything is divided, and a swap is never a difference of two meters (INV-27).

import { billedFactor, countedWh, type Installed } from '../metering/readings/trust.ts'
import type { Instant } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import { splitWhole } from '../tariff/rounding.ts'

/** A reading that may be billed, or the register with which the meter was hung. */
export type Register = {
  at: Instant
  /** Null: noted when the meter was hung. */
  source: number | null
  energyWh: number
  reverseWh: number | null
  tariffsWh: readonly (number | null)[] | null
  /** Somebody accepted that the register began again here. */
  freshStart: boolean
  /** What the register holds, where it passed its last digit on the way here. */
  modulusWh: number | null
}

/** One stretch in which the meter hung at the point with one multiplier. */
export type Stretch = Installed & { since: Instant; until: Instant | null }

/** The stretches of one count: the register runs on from one to the next. */
export type Count = {
  meterId: MeterId
  stretches: readonly Stretch[]
  /** By time, the first of a moment standing for it; what is stored is unpacked each time. */
  registers: readonly Register[]
}

export type Interval = {
  meterId: MeterId
  from: Instant
  until: Instant
  energyWh: number
  /** By the meter's own period registers, in their order; null where it has none. */
  tariffsWh: readonly number[] | null
  /** Cut by time where the multiplier changed between two readings. */
  linear: boolean
  /** The two readings between which it lies. */
  readFrom: Instant
  readUntil: Instant
}

type Run = { energyWh: number; reverseWh: number }

const grown = (high: number, now: number, modulusWh: number | null): number => {
  if (now >= high) return now - high
  // Nobody uses all that a register holds between two readings: below the last, it rolled over.
  return modulusWh === null ? 0 : Math.max(0, modulusWh - high + now)
}

/** By how much the registers that count here went on, not multiplied; moves the run. */
const goOn = (run: Run, to: Register, of: Installed): number => {
  if (to.freshStart) {
    run.energyWh = to.energyWh
    run.reverseWh = to.reverseWh ?? run.reverseWh
    return 0
  }
  const forward = grown(run.energyWh, to.energyWh, to.modulusWh)
  const rolled = to.modulusWh !== null && to.energyWh < run.energyWh
  run.energyWh = rolled ? to.energyWh : Math.max(run.energyWh, to.energyWh)
  if (of.direction !== 'forwardPlusReverse') return forward
  const reverse = grown(run.reverseWh, to.reverseWh ?? run.reverseWh, to.modulusWh)
  run.reverseWh = Math.max(run.reverseWh, to.reverseWh ?? run.reverseWh)
  return forward + reverse
}

/** Null where they can't be compared or do not add up to anything. */
const tariffsBetween = (from: Register, to: Register, factor: number) => {
  const before = from.tariffsWh
  const after = to.tariffsWh
  if (before === null || after === null || before.length !== after.length) return null
  const used: number[] = []
  for (const [index, wh] of after.entries()) {
    const was = before[index]
    if (wh === null || was === null || was === undefined || wh < was) return null
    used.push((wh - was) * factor)
  }
  return used
}

type Cut = { stretch: Stretch; from: Instant; until: Instant }

/** The stretches that lie between two readings; what lies in none of them counts for nobody. */
const cutsOf = (stretches: readonly Stretch[], from: Instant, until: Instant): Cut[] =>
  stretches.flatMap((stretch) => {
    const begins = stretch.since > from ? stretch.since : from
    const ends = stretch.until !== null && stretch.until < until ? stretch.until : until
    return begins < ends ? [{ stretch, from: begins, until: ends }] : []
  })

const holds = ({ since, until }: Stretch, from: Register, to: Register): boolean =>
  since <= from.at && (until === null || until >= to.at)

/** All of it lies in one stretch. */
const wholeOf = (
  meterId: MeterId,
  stretch: Stretch,
  { from, to, raw }: { from: Register; to: Register; raw: number },
): Interval => {
  const factor = billedFactor(stretch)
  return {
    meterId,
    from: from.at,
    until: to.at,
    energyWh: raw * factor,
    tariffsWh: to.freshStart ? null : tariffsBetween(from, to, factor),
    linear: false,
    readFrom: from.at,
    readUntil: to.at,
  }
}

/** What was read is multiplied in each stretch by its own factor, and cut by time for that. */
const cutOf = (count: Count, from: Register, to: Register, raw: number): Interval[] => {
  const { meterId, stretches } = count
  const cuts = cutsOf(stretches, from.at, to.at)
  if (cuts.length === 0) return []
  const parts = splitWhole(
    raw,
    cuts.map((cut) => cut.until - cut.from),
  )
  return cuts.map(({ stretch, ...cut }, index) => ({
    meterId,
    ...cut,
    energyWh: (parts[index] ?? 0) * billedFactor(stretch),
    tariffsWh: null,
    linear: cuts.length > 1,
    readFrom: from.at,
    readUntil: to.at,
  }))
}

/**
 * The intervals between the readings of one count, in the order of time. A reading without a
 * register that counts here is passed over.
 */
export const intervalsOf = (count: Count): Interval[] => {
  const { meterId, stretches, registers } = count
  const out: Interval[] = []
  let within = stretches[0]
  let from: Register | null = null
  const run: Run = { energyWh: 0, reverseWh: 0 }
  for (const to of registers) {
    if (!within || countedWh(to, within) === null) continue
    if (from === null) {
      run.energyWh = to.energyWh
      run.reverseWh = to.reverseWh ?? 0
    } else if (to.at > from.at) {
      const raw = goOn(run, to, within)
      const [before, after] = [from, to]
      if (!holds(within, before, after))
        within = stretches.find((one) => holds(one, before, after)) ?? within
      if (holds(within, before, after)) out.push(wholeOf(meterId, within, { from, to, raw }))
      else for (const one of cutOf(count, before, after, raw)) out.push(one)
    } else continue
    from = to
  }
  return out
}
