// What the policy remembers from one look to the next 策略记忆, PURE: since when money is used up,
// since when too much is drawn, and how often it was closed again after that.

import { type Instant, plusMs } from '../../shared/clock.ts'
import { isOverload, owedMost, type PolicyFacts } from './decide.ts'
import type { SupplyPolicy } from './settings.ts'

export type Memory = Pick<
  PolicyFacts,
  'owesSince' | 'overloadSince' | 'overloadTries' | 'overloadTriedAt'
>

const A_DAY_MS = 24 * 3_600_000

const owing = (f: PolicyFacts, policy: SupplyPolicy, now: Instant): Instant | null => {
  // What is not known now is as it was.
  if (f.availableFen === null) return f.owesSince
  if (f.availableFen > -owedMost(f.overdraftFen, policy)) return null
  return f.owesSince ?? now
}

const overloaded = (f: PolicyFacts, policy: SupplyPolicy, now: Instant): Instant | null => {
  if (policy.overload.powerW === null) return null
  // Tripped, it draws nothing: why it was tripped stays known until it is closed again.
  if (f.relay !== 'closed') return f.overloadSince
  return isOverload(f.power, policy.overload.powerW) ? (f.overloadSince ?? now) : null
}

/** As it is to be remembered; the same object where nothing has changed. */
export const memoryOf = (f: PolicyFacts, policy: SupplyPolicy, now: Instant): Memory => {
  const owesSince = owing(f, policy, now)
  const overloadSince = overloaded(f, policy, now)
  const quiet = f.overloadTriedAt !== null && now >= plusMs(f.overloadTriedAt, A_DAY_MS)
  const forgotten = quiet && f.relay === 'closed' && overloadSince === null
  if (owesSince === f.owesSince && overloadSince === f.overloadSince && !forgotten) return f
  const tries = forgotten ? 0 : f.overloadTries
  const triedAt = forgotten ? null : f.overloadTriedAt
  return { owesSince, overloadSince, overloadTries: tries, overloadTriedAt: triedAt }
}

export const triedNow = (f: PolicyFacts, now: Instant): Memory => {
  const again = f.overloadTriedAt !== null && now < plusMs(f.overloadTriedAt, A_DAY_MS)
  return {
    ...{ owesSince: f.owesSince, overloadSince: f.overloadSince },
    ...{ overloadTries: again ? f.overloadTries + 1 : 1, overloadTriedAt: now },
  }
}
