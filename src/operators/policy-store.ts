// How operators get in 登录策略, for the whole installation: one row that is always there.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { LoginPolicy } from './policy.ts'

export const loginPolicy = async (tx: Tx): Promise<LoginPolicy> => {
  const rows = await tx.query<LoginPolicy>(
    `select profile, idle_minutes as "idleMinutes", absolute_minutes as "absoluteMinutes",
       password_length_min as "passwordLengthMin", password_kinds_min as "passwordKindsMin",
       password_history as "passwordHistory", password_days_max as "passwordDaysMax",
       factor_for as "factorFor", failures_free as "failuresFree", lock_minutes as "lockMinutes",
       lock_growth as "lockGrowth", separation, stale_days as "staleDays",
       token_days_max as "tokenDaysMax", passkey_hosts as "passkeyHosts", rules_at as "rulesAt"
     from login_policy`,
  )
  return must(rows[0], 'the migration wrote the policy')
}

/** What depends on the policy and changes people waits for its row. */
export const lockPolicy = async (tx: Tx): Promise<LoginPolicy> => {
  await tx.query('select from login_policy for no key update')
  return loginPolicy(tx)
}

export const writePolicy = async (tx: Tx, policy: LoginPolicy): Promise<void> => {
  await tx.query(
    `update login_policy set profile = $1, idle_minutes = $2, absolute_minutes = $3,
       password_length_min = $4, password_kinds_min = $5, password_history = $6,
       password_days_max = $7, factor_for = $8, failures_free = $9, lock_minutes = $10,
       lock_growth = $11, separation = $12, stale_days = $13, token_days_max = $14,
       passkey_hosts = $15, rules_at = $16`,
    [
      policy.profile,
      policy.idleMinutes,
      policy.absoluteMinutes,
      policy.passwordLengthMin,
      policy.passwordKindsMin,
      policy.passwordHistory,
      policy.passwordDaysMax,
      policy.factorFor,
      policy.failuresFree,
      policy.lockMinutes,
      policy.lockGrowth,
      policy.separation,
      policy.staleDays,
      policy.tokenDaysMax,
      policy.passkeyHosts,
      sqlTime(policy.rulesAt),
    ],
  )
}
