// How operators get in 登录策略, for the whole installation: one row that is always there.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

export type LoginPolicy = {
  /** A session without a request for so long lapses. */
  idleMinutes: number
  /** And every session after so long. */
  absoluteMinutes: number
  passwordLengthMin: number
  tokenDaysMax: number
}

export const loginPolicy = async (tx: Tx): Promise<LoginPolicy> => {
  const rows = await tx.query<LoginPolicy>(
    `select idle_minutes as "idleMinutes", absolute_minutes as "absoluteMinutes",
       password_length_min as "passwordLengthMin", token_days_max as "tokenDaysMax"
     from login_policy`,
  )
  return must(rows[0], 'the migration wrote the policy')
}

export const writePolicy = async (tx: Tx, policy: LoginPolicy): Promise<void> => {
  await tx.query(
    `update login_policy set idle_minutes = $1, absolute_minutes = $2, password_length_min = $3,
       token_days_max = $4`,
    [policy.idleMinutes, policy.absoluteMinutes, policy.passwordLengthMin, policy.tokenDaysMax],
  )
}
