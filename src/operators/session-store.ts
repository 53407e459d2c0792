// Sessions 会话 as rows: only the SHA-256 of a token is kept, so the table opens no door by itself.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BuildingId, ComplexId } from '../shared/ids.ts'
import { OPERATOR_COLUMNS, type OperatorRow } from './operator-store.ts'

export type SessionRow = OperatorRow & { csrfToken: string; seenAt: Instant }

export type NewSession = {
  hash: Buffer
  operatorId: number
  csrfToken: string
  expiresAt: Instant
  address: string
}

export const insertSession = async (tx: Tx, session: NewSession): Promise<void> => {
  await tx.query(
    `insert into session (session_hash, operator_id, csrf_token, created_at, seen_at, expires_at,
       address)
     values ($1, $2, $3, $4, $4, $5, $6)`,
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

// Disabling an operator ends all his sessions at once (ASVS 7.4.2).
const ALIVE = `s.ended_at is null and s.expires_at > $2 and s.seen_at > $3
  and o.disabled_at is null`

export const findSession = async (
  tx: Tx,
  hash: Buffer,
  idleSince: Instant,
): Promise<SessionRow | null> => {
  const rows = await tx.query<SessionRow>(
    `select ${OPERATOR_COLUMNS}, s.csrf_token as "csrfToken", s.seen_at as "seenAt"
     from session s join operator o on o.operator_id = s.operator_id
     join role r on r.role_id = o.role_id
     where s.session_hash = $1 and ${ALIVE}`,
    [hash, sqlTime(tx.now), sqlTime(idleSince)],
  )
  return rows[0] ?? null
}

export type AliveRow = {
  hash: Buffer
  complexes: ComplexId[] | null
  buildings: BuildingId[] | null
  permissions: string[]
}

export const aliveSessions = (
  tx: Tx,
  hashes: readonly Buffer[],
  idleSince: Instant,
): Promise<AliveRow[]> =>
  tx.query<AliveRow>(
    `select s.session_hash as hash, o.complexes, o.buildings, r.permissions
     from session s join operator o on o.operator_id = s.operator_id
     join role r on r.role_id = o.role_id
     where s.session_hash = any ($1) and ${ALIVE}`,
    [hashes, sqlTime(tx.now), sqlTime(idleSince)],
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
