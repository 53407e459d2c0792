// The lowest and the highest price 最低与最高电价 that a kWh can have under a plan, PURE: with what tiers
// add and the loss share, which a meter's price may hold; without service fee, which it never does.

import {
  energyPriceE8,
  type PlanDefinition,
  PRICE_MAX_E8,
  periodsOf,
  SHARE_MAX_E6,
  tierCount,
} from './plan.ts'
import { scaled } from './rounding.ts'

export type Extremes = { cheapestE8: number; dearestE8: number }

/** Of a complete plan, 10⁻⁸ yuan per kWh; a share of the loss is rounded outwards. */
export const extremes = (definition: PlanDefinition): Extremes => {
  const tiers = Array.from({ length: tierCount(definition) }, (_, index) => index + 1)
  const prices = periodsOf(definition).flatMap((period) =>
    tiers.map((tier) => energyPriceE8(definition, period, tier) ?? 0),
  )
  const lowest = Math.min(...prices, PRICE_MAX_E8)
  const highest = Math.max(...prices, 0)
  const { lossShare } = definition
  if (lossShare === undefined) return { cheapestE8: lowest, dearestE8: highest }
  if (lossShare.kind === 'perKwh')
    return { cheapestE8: lowest + lossShare.addE8, dearestE8: highest + lossShare.addE8 }
  const { rateE6 } = lossShare
  return {
    cheapestE8: lowest + scaled(lowest, rateE6, SHARE_MAX_E6),
    // One more than half away from zero gives: never less than the highest.
    dearestE8: highest + scaled(highest, rateE6, SHARE_MAX_E6) + 1,
  }
}
