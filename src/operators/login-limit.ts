// Limit of failed log-ins 登录限制, pure: counted by user name and address together, so that guessing
// from one place never locks a person out elsewhere (ASVS 6.1.1).

import { type Instant, plusMs } from '../shared/clock.ts'

export const FAILURES_FREE = 5
const FIRST_WAIT_MS = 10 * 60_000
const WAIT_MAX_MS = 8 * 3_600_000
/** After a quiet day the count begins again. */
export const FORGOTTEN_AFTER_MS = 24 * 3_600_000

export type Failures = { failures: number; lastAt: Instant }

/** How long the next attempt must wait after so many failures: 0, then 10 min, doubling. */
export const waitMs = (failures: number): number =>
  failures < FAILURES_FREE
    ? 0
    : Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - FAILURES_FREE, 10), WAIT_MAX_MS)

/** Milliseconds until the next attempt is allowed; 0 when it is allowed now. */
export const waitLeftMs = (past: Failures | null, now: Instant): number =>
  past === null ? 0 : Math.max(0, plusMs(past.lastAt, waitMs(past.failures)) - now)

/** The count with one more attempt, as if it failed; a success clears it afterwards. */
export const withAttempt = (past: Failures | null, now: Instant): Failures => {
  const forgotten = past === null || now - past.lastAt > FORGOTTEN_AFTER_MS
  return { failures: forgotten ? 1 : past.failures + 1, lastAt: now }
}
