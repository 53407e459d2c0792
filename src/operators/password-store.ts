// Passwords used before 历史密码 as rows, as they were hashed; no more than a rule can ask for.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'

const KEPT_MAX = 24

/** The password in use becomes one used before; written before it is replaced. */
export const keepOldPassword = async (tx: Tx, operator: OperatorId): Promise<void> => {
  await tx.query(
    `insert into password_history (operator_id, at, password_hash)
     select operator_id, $2::timestamptz, password_hash from operator where operator_id = $1
     on conflict (operator_id, at) do nothing`,
    [operator, sqlTime(tx.now)],
  )
  await tx.query(
    `delete from password_history where operator_id = $1 and at not in (
       select at from password_history where operator_id = $1 order by at desc limit $2)`,
    [operator, KEPT_MAX],
  )
}

/** The newest first; the one in use is not among them. */
export const passwordsBefore = async (
  tx: Tx,
  operator: OperatorId,
  count: number,
): Promise<string[]> => {
  const rows = await tx.query<{ hash: string }>(
    `select password_hash as hash from password_history
     where operator_id = $1 order by at desc limit $2`,
    [operator, count],
  )
  return rows.map((row) => row.hash)
}

/** At the next request he must choose another. */
export const demandNewPassword = async (tx: Tx, operator: OperatorId): Promise<void> => {
  await tx.query('update operator set must_change_password = true where operator_id = $1', [
    operator,
  ])
}
