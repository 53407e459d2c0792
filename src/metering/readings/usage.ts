// Electricity used between two readings 用电量计算, PURE: registers subtracted, roll-overs and accepted
// fresh starts bridged, then multiplied as the installation says. Never below nothing (INV-27).

import type { Instant } from '../../shared/clock.ts'
import { billedFactor, countedWh, type Installed } from './trust.ts'

/** A reading that may be billed, or what the register showed when the meter was installed. */
export type Boundary = {
  at: Instant
  /** Null: the installation's initial register. */
  source: number | null
  energyWh: number
  reverseWh: number | null
  tariffsWh: readonly (number | null)[] | null
}

/** What lies between the two boundaries. */
export type Breaks = {
  /** By how much registers that somebody accepted began again lower, of each register. */
  lostWh: { energyWh: number; reverseWh: number }
  /** What the register holds, where it rolled over near here. */
  modulusWh: number | null
}

export const NO_BREAKS: Breaks = { lostWh: { energyWh: 0, reverseWh: 0 }, modulusWh: null }

export type UsedBetween = {
  /** Billed Wh. */
  usedWh: number
  /** The same by tariff, in the order of the meter; null where it can't be told. */
  tariffsWh: readonly number[] | null
}

/** The boundary that lies nearest to `to`; of two as near, the earlier. */
export const nearest = (candidates: readonly Boundary[], to: Instant): Boundary | null =>
  candidates.reduce<Boundary | null>((best, one) => {
    if (best === null) return one
    const closer = Math.abs(one.at - to) - Math.abs(best.at - to)
    return closer < 0 || (closer === 0 && one.at < best.at) ? one : best
  }, null)

const bridged = (from: number, to: number, lostWh: number, modulusWh: number | null): number => {
  const plain = to - from + lostWh
  // Nobody uses all that a register holds between two readings: below nothing, it rolled over.
  const rolled = plain < 0 && modulusWh !== null ? plain + modulusWh : plain
  return Math.max(0, rolled)
}

const tariffsUsed = (from: Boundary, to: Boundary, factor: number): readonly number[] | null => {
  if (from.tariffsWh === null || to.tariffsWh === null) return null
  if (from.tariffsWh.length !== to.tariffsWh.length) return null
  const before = from.tariffsWh
  const used = to.tariffsWh.map((wh, i) => {
    const was = before[i]
    return wh === null || was === null || was === undefined ? null : (wh - was) * factor
  })
  const known = used.flatMap((wh) => (wh === null ? [] : [wh]))
  return known.length === used.length && known.every((wh) => wh >= 0) ? known : null
}

/** Null where a register that counts at this point is missing at one end. */
export const usedBetween = (
  from: Boundary,
  to: Boundary,
  { lostWh, modulusWh }: Breaks,
  point: Installed,
): UsedBetween | null => {
  if (countedWh(from, point) === null || countedWh(to, point) === null) return null
  const factor = billedFactor(point)
  const forward = bridged(from.energyWh, to.energyWh, lostWh.energyWh, modulusWh)
  const reverse =
    point.direction === 'forwardPlusReverse'
      ? bridged(from.reverseWh ?? 0, to.reverseWh ?? 0, lostWh.reverseWh, modulusWh)
      : 0
  const whole = lostWh.energyWh === 0 && to.energyWh >= from.energyWh
  return {
    usedWh: (forward + reverse) * factor,
    tariffsWh: whole ? tariffsUsed(from, to, factor) : null,
  }
}
