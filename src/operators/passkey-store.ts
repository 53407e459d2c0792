// Passkeys 通行密钥 as rows: public keys with their counters, and the questions that were put.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'

export type PasskeyRow = {
  passkeyId: number
  operatorId: OperatorId
  name: string
  credentialId: string
  publicKey: Buffer
  counter: number
  transports: string[]
  rpId: string
  createdAt: Instant
  lastUsedAt: Instant | null
  clonedAt: Instant | null
}

const COLUMNS = `passkey_id as "passkeyId", operator_id as "operatorId", name,
  credential_id as "credentialId", public_key as "publicKey", counter, transports,
  rp_id as "rpId", created_at as "createdAt", last_used_at as "lastUsedAt",
  cloned_at as "clonedAt"`

export const passkeysOf = (tx: Tx, operator: OperatorId): Promise<PasskeyRow[]> =>
  tx.query<PasskeyRow>(
    `select ${COLUMNS} from passkey where operator_id = $1 order by passkey_id`,
    [operator],
  )

export const passkeyNamed = async (tx: Tx, credentialId: string): Promise<PasskeyRow | null> => {
  const rows = await tx.query<PasskeyRow>(
    `select ${COLUMNS} from passkey where credential_id = $1`,
    [credentialId],
  )
  return rows[0] ?? null
}

export type NewPasskeyRow = Omit<PasskeyRow, 'passkeyId' | 'createdAt' | 'lastUsedAt' | 'clonedAt'>

/** Null where somebody has it already. */
export const insertPasskey = async (tx: Tx, key: NewPasskeyRow): Promise<PasskeyRow | null> => {
  const rows = await tx.query<PasskeyRow>(
    `insert into passkey (operator_id, name, credential_id, public_key, counter, transports, rp_id,
       created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (credential_id) do nothing returning ${COLUMNS}`,
    [
      key.operatorId,
      key.name,
      key.credentialId,
      key.publicKey,
      key.counter,
      key.transports,
      key.rpId,
      sqlTime(tx.now),
    ],
  )
  return rows[0] ?? null
}

/**
 * True where the counter went on, or where it counts nothing and never did. Of two answers with the
 * same count one is a copy's: only the first is taken.
 */
export const useCounter = async (tx: Tx, passkeyId: number, counter: number): Promise<boolean> => {
  const rows = await tx.query(
    `update passkey set counter = $2, last_used_at = $3
     where passkey_id = $1 and cloned_at is null and (counter < $2 or counter = 0 and $2 = 0)
     returning 1`,
    [passkeyId, counter, sqlTime(tx.now)],
  )
  return rows.length > 0
}

export const markCloned = async (tx: Tx, passkeyId: number): Promise<void> => {
  await tx.query('update passkey set cloned_at = $2 where passkey_id = $1 and cloned_at is null', [
    passkeyId,
    sqlTime(tx.now),
  ])
}

/** Null where it is not his. */
export const renamePasskey = async (
  tx: Tx,
  operator: OperatorId,
  asked: { passkeyId: number; name: string },
): Promise<PasskeyRow | null> => {
  const rows = await tx.query<PasskeyRow>(
    `update passkey set name = $3 where operator_id = $1 and passkey_id = $2 returning ${COLUMNS}`,
    [operator, asked.passkeyId, asked.name],
  )
  return rows[0] ?? null
}

/** Null where it is not his. */
export const deletePasskey = async (
  tx: Tx,
  operator: OperatorId,
  passkeyId: number,
): Promise<PasskeyRow | null> => {
  const rows = await tx.query<PasskeyRow>(
    `delete from passkey where operator_id = $1 and passkey_id = $2 returning ${COLUMNS}`,
    [operator, passkeyId],
  )
  return rows[0] ?? null
}

export type Purpose = 'log-in' | 'confirm' | 'register'
export type Challenge = {
  challenge: string
  purpose: Purpose
  /** Null before anybody has logged in. */
  session: Buffer | null
  rpId: string
  expiresAt: Instant
}

/** Those that nobody answered in time go with it. */
export const writeChallenge = async (tx: Tx, asked: Challenge): Promise<void> => {
  await tx.query('delete from passkey_challenge where expires_at < $1', [sqlTime(tx.now)])
  await tx.query(
    `insert into passkey_challenge (challenge, purpose, session_hash, rp_id, expires_at)
     values ($1, $2, $3, $4, $5)`,
    [asked.challenge, asked.purpose, asked.session, asked.rpId, sqlTime(asked.expiresAt)],
  )
}

/** True where it was put for this, to this session and host, and is answered in time; once. */
export const takeChallenge = async (
  tx: Tx,
  asked: Omit<Challenge, 'expiresAt'>,
): Promise<boolean> => {
  const rows = await tx.query<{ fits: boolean }>(
    `delete from passkey_challenge where challenge = $1
     returning purpose = $2 and session_hash is not distinct from $3 and rp_id = $4
       and expires_at > $5 as fits`,
    [asked.challenge, asked.purpose, asked.session, asked.rpId, sqlTime(tx.now)],
  )
  return rows[0]?.fits ?? false
}
