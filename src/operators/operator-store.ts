// Operators 操作员 as rows. They belong to the installation; their scope names the
// complexes.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'
import type { Language } from '../shared/words.ts'
import { keepOldPassword } from './password-store.ts'

export type OperatorRow = {
  operatorId: OperatorId
  username: string
  name: string
  role: string
  language: Language
  mustChangePassword: boolean
  /** Null: every complex. */
  complexes: ComplexId[] | null
  /** Null: every building of those complexes. */
  buildings: BuildingId[] | null
  permissions: string[]
  disabledAt: Instant | null
  phoneTail: string | null
  /** A second factor is set up; and whether the role asks for one. */
  totp: boolean
  totpRequired: boolean
  /** Passkeys that still count. */
  passkeys: number
  /** When his password must be another one; null: never. */
  passwordUntil: Instant | null
  /** No log-in from then on; null: for good. */
  expiresAt: Instant | null
  lastLoginAt: Instant | null
  lastLoginFrom: string | null
}

export const OPERATOR_COLUMNS = `o.operator_id as "operatorId", o.username, o.name, r.code as role,
  o.language, o.must_change_password as "mustChangePassword", o.complexes, o.buildings,
  r.permissions, o.disabled_at as "disabledAt", o.phone_tail as "phoneTail",
  o.totp_sealed is not null as totp,
  r.totp_required or (select factor_for = 'all' from login_policy) as "totpRequired",
  (select count(*) from passkey k
   where k.operator_id = o.operator_id and k.cloned_at is null)::integer as passkeys,
  o.password_at + make_interval(days => (select password_days_max from login_policy))
    as "passwordUntil",
  o.expires_at as "expiresAt", o.last_login_at as "lastLoginAt",
  o.last_login_from as "lastLoginFrom"`

/** In lists also when he, or a machine of his, was last here; who never was, since he is known. */
export const LISTED_COLUMNS = `${OPERATOR_COLUMNS}, greatest(o.created_at, o.last_login_at,
  (select max(t.last_used_at) from api_token t where t.operator_id = o.operator_id)) as "hereAt"`

export type ListedOperator = OperatorRow & { hereAt: Instant }

/** Whoever is locked or whose account has ended gets in nowhere; $n is the time of now. */
export const standsAt = (n: number): string =>
  `o.disabled_at is null and (o.expires_at is null or o.expires_at > $${n})`

export type NewOperatorRow = {
  username: string
  name: string
  passwordHash: string
  mustChangePassword: boolean
  role: string
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
  language: Language
  expiresAt: Instant | null
}

/** Null where the user name is taken. */
export const insertOperator = async (tx: Tx, o: NewOperatorRow): Promise<OperatorId | null> => {
  const rows = await tx.query<{ id: OperatorId }>(
    `insert into operator (username, name, password_hash, must_change_password, role_id, complexes,
       buildings, language, expires_at, created_at, password_at)
     values ($1, $2, $3, $4, (select role_id from role where code = $5), $6, $7, $8, $9, $10, $10)
     on conflict (username) do nothing returning operator_id as id`,
    [
      o.username,
      o.name,
      o.passwordHash,
      o.mustChangePassword,
      o.role,
      o.complexes,
      o.buildings,
      o.language,
      sqlTime(o.expiresAt),
      sqlTime(tx.now),
    ],
  )
  return rows[0]?.id ?? null
}

export type LogInRow = OperatorRow & { passwordHash: string; passwordAt: Instant | null }

export const operatorForLogIn = async (tx: Tx, username: string): Promise<LogInRow | null> => {
  const rows = await tx.query<LogInRow>(
    `select ${OPERATOR_COLUMNS}, o.password_hash as "passwordHash", o.password_at as "passwordAt"
     from operator o join role r on r.role_id = o.role_id where o.username = $1`,
    [username],
  )
  return rows[0] ?? null
}

export const operatorExists = async (tx: Tx, username: string): Promise<boolean> => {
  const rows = await tx.query('select from operator where username = $1', [username])
  return rows.length > 0
}

export const setPassword = async (tx: Tx, id: OperatorId, hash: string): Promise<void> => {
  await keepOldPassword(tx, id)
  await tx.query(
    `update operator set password_hash = $2, must_change_password = false, password_at = $3
     where operator_id = $1`,
    [id, hash, sqlTime(tx.now)],
  )
}

/** Operators whose scope meets the caller's: all of them, or those with a complex in common. */
export const listOperators = (
  tx: Tx,
  page: { after: number; limit: number },
): Promise<ListedOperator[]> =>
  tx.query<ListedOperator>(
    `select ${LISTED_COLUMNS} from operator o join role r on r.role_id = o.role_id
     where o.operator_id > $1
       and ($2::integer[] is null or o.complexes is null or o.complexes && $2::integer[])
     order by o.operator_id limit $3`,
    [page.after, tx.scope.complexes === 'all' ? null : tx.scope.complexes, page.limit],
  )

/** The complexes of a scope, for audit rows of events that belong to no single complex. */
export const complexesOf = async (
  tx: Tx,
  complexes: readonly ComplexId[] | null,
): Promise<ComplexId[]> => {
  const rows = await tx.query<{ id: ComplexId }>(
    `select complex_id as id from complex where $1::integer[] is null or complex_id = any ($1)
     order by complex_id`,
    [complexes],
  )
  return rows.map((row) => row.id)
}

export const operatorIdOf = async (tx: Tx, username: string): Promise<OperatorId | null> => {
  const rows = await tx.query<{ id: OperatorId }>(
    'select operator_id as id from operator where username = $1',
    [username],
  )
  return rows[0]?.id ?? null
}

export const setLanguage = async (
  tx: Tx,
  operator: OperatorId,
  language: Language,
): Promise<void> => {
  await tx.query('update operator set language = $2 where operator_id = $1', [operator, language])
}

/** Null for what the system did by itself. */
export const operatorName = async (tx: Tx, id: OperatorId | null): Promise<string | null> => {
  const rows = await tx.query<{ name: string }>(
    'select name from operator where operator_id = $1',
    [id],
  )
  return rows[0]?.name ?? null
}
