// Data keys 数据密钥 as SQL, wrapped as they are kept.

import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'

/** What can ask, in a transaction or on the owner's connection at the start. */
export type Asking = Pick<Tx, 'query'>

export type Purpose = 'seal' | 'index' | 'login' | 'former'

export type WrappedKey = {
  keyId: number
  complexId: ComplexId | null
  purpose: Purpose
  version: number
  wrapped: Buffer
  masterId: string
}

const FIELDS = `key_id as "keyId", complex_id as "complexId", purpose, version, wrapped,
  master_id as "masterId"`

/** Held shared by whoever adds a key, alone by whoever wraps them all anew. */
const KEYS_LOCK = 7_204_101

export const lockKeysShared = async (ask: Asking): Promise<void> => {
  await ask.query('select pg_advisory_xact_lock_shared($1)', [KEYS_LOCK])
}

export const lockKeys = async (ask: Asking): Promise<void> => {
  await ask.query('select pg_advisory_xact_lock($1)', [KEYS_LOCK])
}

/** False in a database that is not migrated so far. */
export const hasTable = async (ask: Asking, table: string): Promise<boolean> => {
  const rows = await ask.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    table,
  ])
  return rows[0]?.there ?? false
}

/** By version, the newest last. */
export const keysOf = (
  ask: Asking,
  complex: ComplexId | null,
  purpose: Purpose,
): Promise<WrappedKey[]> =>
  ask.query<WrappedKey>(
    `select ${FIELDS} from data_key
     where complex_id is not distinct from $1 and purpose = $2 order by version`,
    [complex, purpose],
  )

/** What opens the values of a complex: its own keys, and what sealed before there were any. */
export const openingKeys = (ask: Asking, complex: ComplexId | null): Promise<WrappedKey[]> =>
  ask.query<WrappedKey>(
    `select ${FIELDS} from data_key
     where complex_id is not distinct from $1 and purpose = 'seal'
       or complex_id is null and purpose = 'former' order by version`,
    [complex],
  )

export const allKeys = (ask: Asking): Promise<WrappedKey[]> =>
  ask.query<WrappedKey>(`select ${FIELDS} from data_key order by key_id`)

/** The master key that all are wrapped under; null while there is no data key. */
export const currentMasterId = async (ask: Asking): Promise<string | null> => {
  const rows = await ask.query<{ id: string }>('select master_id as id from data_key limit 1')
  return rows[0]?.id ?? null
}

/** Leaves a key alone that somebody else has added. */
export const insertKey = async (
  ask: Asking,
  key: Omit<WrappedKey, 'keyId'>,
  at: string | null,
): Promise<void> => {
  await ask.query(
    `insert into data_key (complex_id, purpose, version, wrapped, master_id, created_at, wrapped_at)
     values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing`,
    [key.complexId, key.purpose, key.version, key.wrapped, key.masterId, at],
  )
}

export const rewriteKey = async (
  ask: Asking,
  key: Pick<WrappedKey, 'keyId' | 'wrapped' | 'masterId'>,
  at: string | null,
): Promise<void> => {
  await ask.query(
    'update data_key set wrapped = $2, master_id = $3, wrapped_at = $4 where key_id = $1',
    [key.keyId, key.wrapped, key.masterId, at],
  )
}
