// Changing operators 维护操作员, as SQL: rows are locked, since what one may give depends on what he and
// the other have.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'
import { LISTED_COLUMNS, type ListedOperator } from './operator-store.ts'
import { keepOldPassword } from './password-store.ts'
import { ADMINISTRATOR } from './roles.ts'

const MET = `($2::integer[] is null or o.complexes is null or o.complexes && $2::integer[])`

const scopeOf = (tx: Tx) => (tx.scope.complexes === 'all' ? null : tx.scope.complexes)

/** Null where there is none, or none whose scope meets the caller's. */
export const findOperator = async (
  tx: Tx,
  id: OperatorId,
  lock: '' | 'for update of o' = '',
): Promise<ListedOperator | null> => {
  const rows = await tx.query<ListedOperator>(
    `select ${LISTED_COLUMNS} from operator o join role r on r.role_id = o.role_id
     where o.operator_id = $1 and ${MET} ${lock}`,
    [id, scopeOf(tx)],
  )
  return rows[0] ?? null
}

export type OperatorEdit = {
  operatorId: OperatorId
  name: string
  language: 'zh' | 'en'
  roleId: number
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
  disabledAt: Instant | null
  expiresAt: Instant | null
  /** Null: stays as it is. */
  passwordHash: string | null
}

export const updateOperator = async (tx: Tx, o: OperatorEdit): Promise<void> => {
  if (o.passwordHash !== null) await keepOldPassword(tx, o.operatorId)
  await tx.query(
    `update operator set name = $2, language = $3, role_id = $4, complexes = $5, buildings = $6,
       disabled_at = $7, password_hash = coalesce($8, password_hash),
       must_change_password = must_change_password or $8 is not null,
       password_at = case when $8 is null then password_at else $10 end, expires_at = $9
     where operator_id = $1`,
    [
      o.operatorId,
      o.name,
      o.language,
      o.roleId,
      o.complexes,
      o.buildings,
      sqlTime(o.disabledAt),
      o.passwordHash,
      sqlTime(o.expiresAt),
      sqlTime(tx.now),
    ],
  )
}

export const writePhone = async (
  tx: Tx,
  operator: OperatorId,
  phone: { sealed: Buffer; tail: string } | null,
): Promise<void> => {
  await tx.query('update operator set phone_sealed = $2, phone_tail = $3 where operator_id = $1', [
    operator,
    phone?.sealed ?? null,
    phone?.tail ?? null,
  ])
}

export const endSessionsOf = async (tx: Tx, operator: OperatorId): Promise<void> => {
  await tx.query('update session set ended_at = $2 where operator_id = $1 and ended_at is null', [
    operator,
    sqlTime(tx.now),
  ])
}

/**
 * Those who may log in everywhere and let everybody in: who has every right, or, once
 * administrators are separate, who lets people in. The role's row orders who asks.
 */
export const administrators = async (tx: Tx): Promise<number> => {
  await tx.query('select from role where code = $1 for no key update', [ADMINISTRATOR])
  const rows = await tx.query(
    `select from operator o join role r on r.role_id = o.role_id
     where case when (select separation from login_policy)
         then r.permissions @> '{operator.edit,role.edit}' else r.code = $1 end
       and o.complexes is null and o.buildings is null and o.disabled_at is null
       and o.expires_at is null`,
    [ADMINISTRATOR],
  )
  return rows.length
}

/** Which of these buildings are in those complexes (null: in any). */
export const knownBuildings = async (
  tx: Tx,
  buildings: readonly BuildingId[],
  complexes: readonly ComplexId[] | null,
): Promise<BuildingId[]> => {
  const rows = await tx.query<{ id: BuildingId }>(
    `select building_id as id from building
     where building_id = any ($1) and ($2::integer[] is null or complex_id = any ($2))`,
    [buildings, complexes],
  )
  return rows.map((row) => row.id)
}
