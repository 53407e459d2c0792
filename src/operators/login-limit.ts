// Limit of failed log-ins 登录限制, pure: counted by user name and address together, so that guessing
// from one place never locks a person out elsewhere (ASVS 6.1.1).

import { type Instant, plusMs } from '../shared/clock.ts'
import type { LoginRules } from './policy.ts'

const MINUTE_MS = 60_000
const WAIT_MAX_MS = 8 * 3_600_000
/** After a quiet day the count begins again. */
export const FORGOTTEN_AFTER_MS = 24 * 3_600_000

export type Limits = Pick<LoginRules, 'failuresFree' | 'lockMinutes' | 'lockGrowth'>
export type Failures = { failures: number; lastAt: Instant }

/** How long the next attempt must wait after so many failures: 0, then the lock, then growing. */
export const waitMs = (failures: number, limits: Limits): number => {
  const beyond = failures - limits.failuresFree
  if (beyond < 0) return 0
  // A lock longer than the most that growth leads to is what somebody chose.
  const firstMs = limits.lockMinutes * MINUTE_MS
  const grownMs = firstMs * limits.lockGrowth ** Math.min(beyond, 10)
  return Math.min(grownMs, Math.max(WAIT_MAX_MS, firstMs))
}

/** Milliseconds until the next attempt is allowed; 0 when it is allowed now. */
export const waitLeftMs = (past: Failures | null, now: Instant, limits: Limits): number =>
  past === null ? 0 : Math.max(0, plusMs(past.lastAt, waitMs(past.failures, limits)) - now)

/** The count with one more attempt, as if it failed; a success clears it afterwards. */
export const withAttempt = (past: Failures | null, now: Instant): Failures => {
  const forgotten = past === null || now - past.lastAt > FORGOTTEN_AFTER_MS
  return { failures: forgotten ? 1 : past.failures + 1, lastAt: now }
}
