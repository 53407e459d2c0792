// What came of a try 推送结果, PURE: arrived, to be tried again, or dead; and whether the subscriber is
// to be left in peace for a while.

import type { Rng } from '../ports/ids.ts'
import type { Posted } from '../ports/outbound.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import { nextTry, WITHIN_A_DAY } from '../work/resend.ts'
import type { DeliveryRow, Outcome } from './delivery-store.ts'

const GONE = 410
/** It did not answer, or is overwhelmed: whatever else waits would fare no better. */
const REST_MS = 30_000
export const GIVE_UP_AFTER_MS = 5 * 24 * 3_600_000

const arrived = (posted: Posted): boolean =>
  posted.ok && posted.status >= 200 && posted.status < 300

const overwhelmed = (posted: Posted): boolean =>
  !posted.ok || posted.status === 429 || posted.status === 503

export type Judged = {
  out: Outcome
  arrived: boolean
  /** Not tried again before; null: at once. */
  restsUntil: Instant | null
}

export const judge = (row: DeliveryRow, posted: Posted, now: Instant, rng: Rng): Judged => {
  const attempts = row.attempts + 1
  const answerCode = posted.ok ? posted.status : null
  const tried = { deliveryNo: row.deliveryNo, attempts, triedAt: now, answerCode }
  if (arrived(posted)) {
    const out = { ...tried, state: 'delivered', dueAt: row.dueAt, fault: null } as const
    return { out, arrived: true, restsUntil: null }
  }
  const fault = posted.ok ? null : posted.fault
  const gone = answerCode === GONE
  const again = gone
    ? null
    : nextTry({ attempts, now, expiresAt: row.expiresAt }, WITHIN_A_DAY, rng)
  const out: Outcome = {
    ...{ ...tried, fault },
    ...(again === null ? { state: 'dead', dueAt: row.dueAt } : { state: 'waiting', dueAt: again }),
  }
  const restMs = posted.ok && posted.retryAfterS !== null ? posted.retryAfterS * 1_000 : REST_MS
  return { out, arrived: false, restsUntil: overwhelmed(posted) ? plusMs(now, restMs) : null }
}

/** Nothing has arrived for days. */
export const givesUp = (failingSince: Instant | null, now: Instant): boolean =>
  failingSince !== null && now - failingSince >= GIVE_UP_AFTER_MS
