// Power-factor adjustment 功率因数调整电费, PURE: the table of 〔83〕水电财字215号 for the three standards.

import type { PowerFactorStandard } from './plan.ts'

/** Hundredths: P ÷ √(P² + Q²), rounded to two decimals; exact. Nothing used: 1.00. */
export const powerFactor = (activeWh: number, reactiveVarh: number): number => {
  const p = BigInt(activeWh) ** 2n
  const s = p + BigInt(reactiveVarh) ** 2n
  if (s === 0n) return 100
  // The largest k with k − ½ ≤ 100·P/S, squared so that no root has to be drawn.
  let k = 0
  while (k < 100 && BigInt(2 * k + 1) ** 2n * s <= 40_000n * p) k += 1
  return k
}

/** What lies above the standard earns, in millionths, one hundredth after the other. */
const REWARDS_E6: Readonly<Record<PowerFactorStandard, readonly number[]>> = {
  90: [1_500, 3_000, 4_500, 6_000, 7_500],
  85: [1_000, 2_000, 3_000, 4_000, 5_000, 6_500, 8_000, 9_500, 11_000],
  80: [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 11_500, 13_000],
}
// For each standard 20 hundredths cost 0.5 %, the next 5 cost 1 %, and each further one 2 %.
const GENTLE = 20
const STEEPER = 25
const GENTLE_E6 = 5_000
const STEEPER_E6 = 10_000
const STEEPEST_E6 = 20_000

/** Millionths that are added to the charge; less than nothing is a reward. */
export const adjustmentE6 = (standard: PowerFactorStandard, factor: number): number => {
  const above = factor - standard
  const rewards = REWARDS_E6[standard]
  if (above > 0) return -(rewards[Math.min(above, rewards.length) - 1] ?? 0)
  const short = -above
  return (
    Math.min(short, GENTLE) * GENTLE_E6 +
    Math.min(Math.max(short - GENTLE, 0), STEEPER - GENTLE) * STEEPER_E6 +
    Math.max(short - STEEPER, 0) * STEEPEST_E6
  )
}
