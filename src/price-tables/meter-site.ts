// Where a meter stands 表计所在: what besides plan and model decides whether its tables can be right.

import type { Day } from '../shared/clock.ts'

export type MeterSite = {
  /** When the complex's business day begins, minutes after midnight. */
  dayCutMinutes: number
  /** Since when what this meter counts is this tenant's use: the later of supply and meter. */
  countsSince: Day
  /** Open supplies of its account. */
  supplies: number
}

/** A price of 10⁻⁸ yuan in the 10⁻⁴ yuan of a meter. */
export const E8_PER_E4 = 10_000
