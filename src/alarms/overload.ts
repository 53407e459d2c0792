// Since when more is drawn than allowed 过载起点, PURE: remembered from one reading to the next.
// Between the limit and a step below it an overload that has begun goes on, and none begins.

import type { Instant } from '../shared/clock.ts'
import type { MeterFacts } from './rule.ts'

/** An overload has ended when less than this part of the limit is drawn. */
export const RECOVER_PERCENT = 95

export const overSinceAfter = ({
  power,
  overload,
  overSince,
}: Pick<MeterFacts, 'power' | 'overload' | 'overSince'>): Instant | null => {
  if (overload === null) return null
  if (power === null) return overSince
  if (power.watts > overload.powerW) return overSince ?? power.at
  return power.watts * 100 < overload.powerW * RECOVER_PERCENT ? null : overSince
}
