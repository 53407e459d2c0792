// How fast the meters of a list are opened 批量开户的节奏. A tenant who pays at the counter must not wait
// for thousands of openings that were asked for before: of each gateway a few are due at once, the
// others one after the other. PURE.

import { type Instant, plusMs } from '../shared/clock.ts'
import type { GatewayId, MeterId } from '../shared/ids.ts'

/** What a line works on side by side. */
const AT_ONCE = 4
/** On a slow line, with the thresholds that are told after it. */
const PER_OPENING_MS = 6_000

/** When the opening of each meter is due. */
export const openingsDue = (
  now: Instant,
  meters: readonly { meterId: MeterId; gatewayId: GatewayId }[],
): ReadonlyMap<MeterId, Instant> => {
  const before = new Map<GatewayId, number>()
  return new Map(
    meters.map(({ meterId, gatewayId }) => {
      const place = before.get(gatewayId) ?? 0
      before.set(gatewayId, place + 1)
      return [meterId, plusMs(now, Math.max(0, place - AT_ONCE + 1) * PER_OPENING_MS)]
    }),
  )
}
