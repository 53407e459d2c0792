// Readings by step 时段用电量, PURE: the register at the end of each step and what was used in it, from
// the readings nearest to its ends, as everything that is billed is told. Steps that meet add up.

import { READING_FLAGS } from '../metering/readings/reading-flags.ts'
import { type Boundary, nearest, usedBetween } from '../metering/readings/usage.ts'
import type { Instant } from '../shared/clock.ts'
import type { Installation, StepFacts, StepReading } from './step-store.ts'

export type StepUse = {
  stepAt: Instant
  end: StepReading
  usedWh: number | null
  usedSince: Instant | null
}

const holds = (at: Instant, { since, until }: Installation): boolean =>
  at >= since && (until === null || at <= until)

/** Where the readings from `at` on begin. */
const indexFrom = (readings: readonly StepReading[], at: Instant): number => {
  let [low, high] = [0, readings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const reading = readings[middle]
    if (reading !== undefined && reading.at < at) low = middle + 1
    else high = middle
  }
  return low
}

const nearestReading = (readings: readonly StepReading[], at: Instant): StepReading | null => {
  const index = indexFrom(readings, at)
  const [before, after] = [readings[index - 1], readings[index]]
  if (!before || !after) return before ?? after ?? null
  return nearest([before, after], at) === before ? before : after
}

const initialOf = ({ since, initialWh, direction }: Installation): Boundary[] =>
  initialWh === null || direction === 'forwardPlusReverse'
    ? []
    : [{ at: since, source: null, energyWh: initialWh, reverseWh: null, tariffsWh: null }]

/** What registers lost that began again lower between two boundaries, and somebody accepted it. */
const lostBetween = (readings: readonly StepReading[], start: Boundary, end: Boundary) => {
  const lostWh = { energyWh: 0, reverseWh: 0 }
  let before = start
  for (let i = indexFrom(readings, start.at); i < readings.length; i++) {
    const reading = readings[i]
    if (reading === undefined || reading.at > end.at) break
    if (reading.at <= start.at) continue
    if ((reading.flags & READING_FLAGS.backwards.bit) !== 0) {
      lostWh.energyWh += Math.max(0, before.energyWh - reading.energyWh)
      lostWh.reverseWh += Math.max(0, (before.reverseWh ?? 0) - (reading.reverseWh ?? 0))
    }
    before = reading
  }
  return lostWh
}

const usedIn = (
  facts: StepFacts,
  installation: Installation,
  readings: readonly StepReading[],
  from: Instant,
  to: Instant,
): StepUse | null => {
  const end = nearestReading(readings, to)
  const first = nearestReading(readings, from)
  if (!end || !first) return null
  const start = nearest([first, ...initialOf(installation)], from) ?? first
  // Nothing was read in this step that tells it from the one before.
  if (start.at >= end.at) return null
  const breaks = {
    lostWh: lostBetween(readings, start, end),
    modulusWh: facts.rollovers.find(({ at }) => at > start.at)?.modulusWh ?? null,
  }
  const used = usedBetween(start, end, breaks, installation)
  return {
    stepAt: from,
    end,
    usedWh: used?.usedWh ?? null,
    usedSince: used === null ? null : start.at,
  }
}

/** A step in which the meter was hung elsewhere or swapped shows its register only. */
export const stepUses = (boundaries: readonly Instant[], facts: StepFacts): StepUse[] => {
  const readingsOf = new Map(
    facts.installations.map((one) => [one, facts.readings.filter(({ at }) => holds(at, one))]),
  )
  return boundaries.slice(1).flatMap((to, index) => {
    const from = boundaries[index]
    if (from === undefined) return []
    const whole = facts.installations.find((one, nth) => {
      const begun = one.since <= from || (nth === 0 && one.since < to)
      return begun && (one.until === null || one.until >= to)
    })
    if (whole) return usedIn(facts, whole, readingsOf.get(whole) ?? [], from, to) ?? []
    const end = nearestReading(facts.readings, to)
    const inStep = end !== null && end.at > from && end.at <= to
    return inStep ? [{ stepAt: from, end, usedWh: null, usedSince: null }] : []
  })
}
