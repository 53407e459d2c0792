// Sessions 会话 as rows: only the SHA-256 of a token is kept, so the table opens no door by itself.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BuildingId, ComplexId } from '../shared/ids.ts'
import { OPERATOR_COLUMNS, type OperatorRow, standsAt } from './operator-store.ts'

export type SessionRow = OperatorRow & {
  csrfToken: string
  seenAt: Instant
  /** When the password was last given in it. */
  confirmedAt: Instant
}

export type NewSession = {
  hash: Buffer
  operatorId: number
  csrfToken: string
  expiresAt: Instant
  address: string
}

export const insertSession = async (tx: Tx, session: NewSession): Promise<void> => {
  await tx.query(
    `insert into session (session_hash, operator_id, csrf_token, created_at, seen_at, confirmed_at,
       expires_at, address)
     values ($1, $2, $3, $4, $4, $4, $5, $6)`,
    [
      session.hash,
      session.operatorId,
      session.csrfToken,
      sqlTime(tx.now),
      sqlTime(session.expiresAt),
      session.address,
    ],
  )
}

/** The session is told of the log-in before it, and the count of refused ones begins again. */
export const noteLogIn = async (
  tx: Tx,
  operator: number,
  { hash, from }: { hash: Buffer; from: string },
): Promise<void> => {
  await tx.query(
    `update session s set last_at = o.last_login_at, last_from = o.last_login_from,
       failed_since = o.failed_since
     from operator o where o.operator_id = $1 and s.session_hash = $2`,
    [operator, hash],
  )
  await tx.query(
    `update operator set last_login_at = $2, last_login_from = $3, failed_since = 0
     where operator_id = $1`,
    [operator, sqlTime(tx.now), from],
  )
}

export const noteFailure = async (tx: Tx, operator: number): Promise<void> => {
  await tx.query('update operator set failed_since = failed_since + 1 where operator_id = $1', [
    operator,
  ])
}

export type SessionFacts = {
  expiresAt: Instant
  /** The log-in before this one; null: there was none. */
  lastAt: Instant | null
  lastFrom: string | null
  failedSince: number
}

export const sessionFacts = async (tx: Tx, hash: Buffer): Promise<SessionFacts> => {
  const rows = await tx.query<SessionFacts>(
    `select expires_at as "expiresAt", last_at as "lastAt", last_from as "lastFrom",
       failed_since as "failedSince" from session where session_hash = $1`,
    [hash],
  )
  return must(rows[0], 'the session of the caller is there')
}

// Disabling an operator ends all his sessions at once (ASVS 7.4.2).
const ALIVE = `s.ended_at is null and s.expires_at > $2 and ${standsAt(2)}
  and s.seen_at > $2::timestamptz - make_interval(mins => (select idle_minutes from login_policy))`

export const findSession = async (tx: Tx, hash: Buffer): Promise<SessionRow | null> => {
  const rows = await tx.query<SessionRow>(
    `select ${OPERATOR_COLUMNS}, s.csrf_token as "csrfToken", s.seen_at as "seenAt",
       coalesce(s.confirmed_at, s.created_at) as "confirmedAt"
     from session s join operator o on o.operator_id = s.operator_id
     join role r on r.role_id = o.role_id
     where s.session_hash = $1 and ${ALIVE}`,
    [hash, sqlTime(tx.now)],
    'kept',
  )
  return rows[0] ?? null
}

export type AliveRow = {
  hash: Buffer
  complexes: ComplexId[] | null
  buildings: BuildingId[] | null
  permissions: string[]
}

export const aliveSessions = (tx: Tx, hashes: readonly Buffer[]): Promise<AliveRow[]> =>
  tx.query<AliveRow>(
    `select s.session_hash as hash, o.complexes, o.buildings, r.permissions
     from session s join operator o on o.operator_id = s.operator_id
     join role r on r.role_id = o.role_id
     where s.session_hash = any ($1) and ${ALIVE}`,
    [hashes, sqlTime(tx.now)],
  )

export const touchSession = async (tx: Tx, hash: Buffer): Promise<void> => {
  await tx.query('update session set seen_at = $2 where session_hash = $1', [hash, sqlTime(tx.now)])
}

export const endSession = async (tx: Tx, hash: Buffer): Promise<void> => {
  await tx.query('update session set ended_at = $2 where session_hash = $1 and ended_at is null', [
    hash,
    sqlTime(tx.now),
  ])
}

export const endOtherSessions = async (tx: Tx, operator: number, keep: Buffer): Promise<void> => {
  await tx.query(
    `update session set ended_at = $3
     where operator_id = $1 and session_hash <> $2 and ended_at is null`,
    [operator, keep, sqlTime(tx.now)],
  )
}

/** The password was given again in this session. */
export const confirmSession = async (tx: Tx, hash: Buffer): Promise<void> => {
  await tx.query('update session set confirmed_at = $2 where session_hash = $1', [
    hash,
    sqlTime(tx.now),
  ])
}

export type StandingSession = {
  sessionId: number
  createdAt: Instant
  seenAt: Instant
  expiresAt: Instant
  address: string
  hash: Buffer
}

/** Those of an operator that still stand, the newest first. */
export const sessionsOf = (tx: Tx, operator: number): Promise<StandingSession[]> =>
  tx.query<StandingSession>(
    `select s.session_no as "sessionId", s.created_at as "createdAt", s.seen_at as "seenAt",
       s.expires_at as "expiresAt", s.address, s.session_hash as hash
     from session s join operator o on o.operator_id = s.operator_id
     where s.operator_id = $1 and ${ALIVE} order by s.session_no desc`,
    [operator, sqlTime(tx.now)],
  )

/** True where it was his and stood. */
export const endOneSession = async (tx: Tx, operator: number, no: number): Promise<boolean> => {
  const rows = await tx.query(
    `update session set ended_at = $3
     where operator_id = $1 and session_no = $2 and ended_at is null returning 1`,
    [operator, no, sqlTime(tx.now)],
  )
  return rows.length > 0
}
