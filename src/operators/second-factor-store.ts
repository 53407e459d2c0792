// The second factor 第二因素 as SQL: sealed secrets, the step used last, and codes for the day on which
// the telephone is lost.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'

export type FactorRow = { sealed: Buffer | null; pending: Buffer | null; step: number | null }

export const factorOf = async (tx: Tx, operator: OperatorId): Promise<FactorRow | null> => {
  const rows = await tx.query<FactorRow>(
    `select totp_sealed as sealed, totp_pending as pending, totp_step as step
     from operator where operator_id = $1 for no key update`,
    [operator],
  )
  return rows[0] ?? null
}

export const writePending = async (tx: Tx, operator: OperatorId, sealed: Buffer): Promise<void> => {
  await tx.query('update operator set totp_pending = $2 where operator_id = $1', [operator, sealed])
}

export const writeStep = async (tx: Tx, operator: OperatorId, step: number): Promise<void> => {
  await tx.query('update operator set totp_step = $2 where operator_id = $1', [operator, step])
}

/** The pending secret becomes the one that counts. */
export const adoptPending = async (tx: Tx, operator: OperatorId, step: number): Promise<void> => {
  await tx.query(
    `update operator set totp_sealed = totp_pending, totp_pending = null, totp_step = $2
     where operator_id = $1`,
    [operator, step],
  )
}

/** True where one of them has not been used. */
export const hasCodes = async (tx: Tx, operator: OperatorId): Promise<boolean> => {
  const rows = await tx.query(
    'select from recovery_code where operator_id = $1 and used_at is null limit 1',
    [operator],
  )
  return rows.length > 0
}

/** These and no others. */
export const writeCodes = async (
  tx: Tx,
  operator: OperatorId,
  codes: readonly Buffer[],
): Promise<void> => {
  await tx.query('delete from recovery_code where operator_id = $1', [operator])
  await tx.query(`insert into recovery_code (operator_id, hash) select $1, unnest($2::bytea[])`, [
    operator,
    codes,
  ])
}

/** Recovery codes go with the last of his factors. */
export const dropIdleCodes = async (tx: Tx, operator: OperatorId): Promise<void> => {
  await tx.query(
    `delete from recovery_code c using operator o
     where c.operator_id = $1 and o.operator_id = $1 and o.totp_sealed is null
       and not exists (select from passkey k where k.operator_id = $1)`,
    [operator],
  )
}

export const clearTotp = async (tx: Tx, operator: OperatorId): Promise<void> => {
  await tx.query(
    `update operator set totp_sealed = null, totp_pending = null, totp_step = null
     where operator_id = $1`,
    [operator],
  )
  await dropIdleCodes(tx, operator)
}

/** Codes and passkeys both: he begins anew. */
export const clearFactors = async (tx: Tx, operator: OperatorId): Promise<void> => {
  await tx.query('delete from passkey where operator_id = $1', [operator])
  await clearTotp(tx, operator)
}

/** True where the code was one of his and had not been used. */
export const spendCode = async (tx: Tx, operator: OperatorId, hash: Buffer): Promise<boolean> => {
  const rows = await tx.query(
    `update recovery_code set used_at = $3
     where operator_id = $1 and hash = $2 and used_at is null returning 1`,
    [operator, hash, sqlTime(tx.now)],
  )
  return rows.length > 0
}
