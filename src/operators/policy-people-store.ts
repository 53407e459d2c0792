// Whom a change of the log-in policy reaches 受影响人员, as SQL.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'

export type Affected = {
  operatorId: OperatorId
  username: string
  name: string
  passwordAt: Instant | null
  hasFactor: boolean
  roleAsks: boolean
}

/** Everybody who may log in. */
export const affectedPeople = (tx: Tx): Promise<Affected[]> =>
  tx.query<Affected>(
    `select o.operator_id as "operatorId", o.username, o.name, o.password_at as "passwordAt",
       o.totp_sealed is not null or exists (
         select from passkey k where k.operator_id = o.operator_id and k.cloned_at is null
       ) as "hasFactor", r.totp_required as "roleAsks"
     from operator o join role r on r.role_id = o.role_id
     where o.disabled_at is null and (o.expires_at is null or o.expires_at > $1)
     order by o.operator_id`,
    [sqlTime(tx.now)],
  )

export const setRole = async (tx: Tx, operator: OperatorId, code: string): Promise<void> => {
  await tx.query(
    `update operator set role_id = (select role_id from role where code = $2)
     where operator_id = $1`,
    [operator, code],
  )
}
