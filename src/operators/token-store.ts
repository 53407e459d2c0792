// Tokens of machines 接口令牌 as rows: only the SHA-256 of each is kept.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'
import { OPERATOR_COLUMNS, type OperatorRow, standsAt } from './operator-store.ts'
import type { AliveRow } from './session-store.ts'
import { reachOfToken } from './token-reach.ts'

export type TokenRow = {
  tokenId: number
  operatorId: OperatorId
  operator: string
  name: string
  permissions: string[]
  complexes: ComplexId[] | null
  buildings: BuildingId[] | null
  createdAt: Instant
  expiresAt: Instant
  lastUsedAt: Instant | null
  lastAddress: string | null
  revokedAt: Instant | null
}

const COLUMNS = `t.token_id as "tokenId", t.operator_id as "operatorId", o.username as operator,
  t.name, t.permissions, t.complexes, t.buildings, t.created_at as "createdAt",
  t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt", t.last_address as "lastAddress",
  t.revoked_at as "revokedAt"`

/** Of one operator, or of all whose scope meets the caller's; the newest first. */
export const listTokens = (
  tx: Tx,
  asked: { operatorId: OperatorId | null; tokenId?: number },
): Promise<TokenRow[]> =>
  tx.query<TokenRow>(
    `select ${COLUMNS} from api_token t join operator o on o.operator_id = t.operator_id
     where ($1::integer is null or t.operator_id = $1)
       and ($2::integer is null or t.token_id = $2)
       and ($3::integer[] is null or o.complexes is null or o.complexes && $3::integer[])
     order by t.token_id desc`,
    [
      asked.operatorId,
      asked.tokenId ?? null,
      tx.scope.complexes === 'all' ? null : tx.scope.complexes,
    ],
  )

export type NewTokenRow = Pick<TokenRow, 'name' | 'permissions' | 'expiresAt'> & {
  operatorId: OperatorId
  hash: Buffer
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
}

export const insertToken = async (tx: Tx, token: NewTokenRow): Promise<number> => {
  const rows = await tx.query<{ id: number }>(
    `insert into api_token (operator_id, name, hash, permissions, complexes, buildings, created_at,
       expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning token_id as id`,
    [
      token.operatorId,
      token.name,
      token.hash,
      token.permissions,
      token.complexes,
      token.buildings,
      sqlTime(tx.now),
      sqlTime(token.expiresAt),
    ],
  )
  return must(rows[0], 'the token was written').id
}

export const revokeToken = async (tx: Tx, tokenId: number): Promise<void> => {
  await tx.query(
    'update api_token set revoked_at = $2 where token_id = $1 and revoked_at is null',
    [tokenId, sqlTime(tx.now)],
  )
}

// A locked operator's tokens are as dead as his sessions.
const ALIVE = `t.revoked_at is null and t.expires_at > $2 and ${standsAt(2)}`

const GIVEN = `jsonb_build_object('permissions', t.permissions, 'complexes', t.complexes,
  'buildings', t.buildings) as given`

type Given = Pick<TokenRow, 'permissions' | 'complexes' | 'buildings'>
export type BearerRow = OperatorRow & { tokenId: number; lastUsedAt: Instant | null; given: Given }

export const findToken = async (tx: Tx, hash: Buffer): Promise<BearerRow | null> => {
  const rows = await tx.query<BearerRow>(
    `select ${OPERATOR_COLUMNS}, t.token_id as "tokenId", t.last_used_at as "lastUsedAt", ${GIVEN}
     from api_token t join operator o on o.operator_id = t.operator_id
     join role r on r.role_id = o.role_id
     where t.hash = $1 and ${ALIVE}`,
    [hash, sqlTime(tx.now)],
  )
  return rows[0] ?? null
}

export const aliveTokens = async (tx: Tx, hashes: readonly Buffer[]): Promise<AliveRow[]> => {
  const rows = await tx.query<AliveRow & { given: Given }>(
    `select t.hash, o.complexes, o.buildings, r.permissions, ${GIVEN}
     from api_token t join operator o on o.operator_id = t.operator_id
     join role r on r.role_id = o.role_id
     where t.hash = any ($1) and ${ALIVE}`,
    [hashes, sqlTime(tx.now)],
  )
  return rows.map(({ given, ...row }) => ({ ...row, ...reachOfToken(row, given) }))
}

export const touchToken = async (tx: Tx, tokenId: number, address: string): Promise<void> => {
  await tx.query('update api_token set last_used_at = $2, last_address = $3 where token_id = $1', [
    tokenId,
    sqlTime(tx.now),
    address,
  ])
}
