// Tiers 阶梯, PURE: where the counter stands and how a piece of use falls on the tiers. Use is split
// at the threshold itself; whole Wh that sum exactly.

import { assert } from '../shared/assert.ts'
import type { Tiers } from './plan.ts'
import { scaled, splitWhole } from './rounding.ts'

export const YEAR_MONTHS = 12

/**
 * The thresholds that hold: who came in mid-year has months left (that of entry counting) ÷ 12 of a
 * yearly one (convention 5). `yearMonths` is 12 for everybody else.
 */
export const thresholds = (tiers: Tiers, yearMonths: number): number[] => {
  assert(yearMonths >= 1 && yearMonths <= YEAR_MONTHS, `months of a year: ${yearMonths}`)
  const prorated = tiers.counts === 'year' && tiers.midYear === 'prorated'
  const months = prorated ? yearMonths : YEAR_MONTHS
  return tiers.steps.map(({ aboveWh }) => scaled(aboveWh, months, YEAR_MONTHS))
}

/** How much of the use [before, before + usedWh) falls on each tier, the first tier first. */
export const byTier = (limits: readonly number[], before: number, usedWh: number): number[] => {
  const end = before + usedWh
  return Array.from({ length: limits.length + 1 }, (_, tier) => {
    const from = tier === 0 ? 0 : (limits[tier - 1] ?? 0)
    const until = limits[tier] ?? Number.POSITIVE_INFINITY
    return Math.max(0, Math.min(end, until) - Math.max(before, from))
  })
}

/**
 * Rows of parts of a piece of use that happened at the same time: what each part has on each tier.
 * Every row sums to its part, every column to its tier.
 */
export const shareTiers = (parts: readonly number[], tiers: readonly number[]): number[][] => {
  const rows: number[][] = parts.map(() => [])
  let left = [...parts]
  for (const [tier, wh] of tiers.entries()) {
    const last = tier === tiers.length - 1
    const taken = last ? left : splitWhole(wh, left)
    for (const [index, part] of taken.entries()) rows[index]?.push(part)
    left = left.map((part, index) => part - (taken[index] ?? 0))
  }
  return rows
}
