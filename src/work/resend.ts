// Sending again 重发, PURE: when what did not arrive outside is tried next, and when it is given up.
// Whoever sends to the world outside decides by it: webhooks today.

import type { Rng } from '../ports/ids.ts'
import { type Instant, plusMs } from '../shared/clock.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** What is waited after the first try, the second …; the last one from then on. */
export const WITHIN_A_DAY: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
]
/** Many that failed together do not come back together. */
const JITTER_PART = 8

export type Tried = {
  /** So far, this one included. */
  attempts: number
  now: Instant
  expiresAt: Instant
}

/** The next try, or null where it would come too late: then it is dead. */
export const nextTry = (
  { attempts, now, expiresAt }: Tried,
  waitsMs: readonly number[],
  rng: Rng,
): Instant | null => {
  const ms = waitsMs[Math.min(Math.max(attempts, 1), waitsMs.length) - 1] ?? 0
  const at = plusMs(now, ms + rng.below(Math.floor(ms / JITTER_PART) + 1))
  return at > expiresAt ? null : at
}
