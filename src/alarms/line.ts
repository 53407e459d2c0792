// When a line is out 线路失联, PURE: so large a part of its meters is silent, for so long. It is back
// when a part answers again; between the two nothing changes.

import type { Instant } from '../shared/clock.ts'
import type { Decision, LineFacts } from './rule.ts'

export type LineLimits = {
  /** Of fewer meters nothing is concluded. */
  meters: number
  silentPercent: number
  /** Cleared when less than this part is silent. */
  clearPercent: number
  delayS: number
  /** Since when they could be heard at all; null: always. */
  back: Instant | null
}

export const decideLine = (
  { meters, silent, since }: LineFacts,
  open: boolean,
  now: Instant,
  limits: LineLimits,
): Decision => {
  if (open) return silent * 100 < meters * limits.clearPercent ? 'clear' : 'keep'
  if (meters < limits.meters || since === null) return 'keep'
  const from = Math.max(since, limits.back ?? since)
  const isOut = silent * 100 >= meters * limits.silentPercent
  return isOut && now - from >= limits.delayS * 1_000 ? 'raise' : 'keep'
}
