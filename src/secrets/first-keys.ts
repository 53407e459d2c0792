// Data keys of the installation 安装密钥 at the start: what stood under the master key itself before
// there were data keys goes on under keys of its own, so that a new master key changes none of it.

import type { Rng } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { decrypt, derivedKey } from './cipher.ts'
import {
  type Asking,
  currentMasterId,
  hasTable,
  insertKey,
  keysOf,
  lockKeysShared,
} from './data-key-store.ts'
import type { Master, Masters } from './masters.ts'
import { unwrapKey, wrapKey } from './wrapping.ts'

const LOGIN = 'prewatt/database-login'

/** How each was derived from the master key; a new installation begins with the same. */
const DERIVED = [
  { purpose: 'former', from: 'prewatt/seal/1' },
  { purpose: 'index', from: 'prewatt/index/1' },
  { purpose: 'login', from: LOGIN },
] as const

const firstOf = (masters: Masters): Master => must(masters.all()[0], 'there is a master key')

const FORMER_VALUES = `
  select 'meter-key|' || complex_id || '|' || meter_id || '|' || version as aad, sealed
  from (select * from meter_key where get_byte(sealed, 0) = 1 limit 1) k
  union all
  select 'tenant-phone|' || complex_id, phone_sealed
  from (select * from tenant where get_byte(phone_sealed, 0) = 1 limit 1) t`

/** False where values are sealed under the master key itself, and it is another one. */
const opensFormer = async (ask: Asking, master: Buffer): Promise<boolean> => {
  const key = derivedKey(master, 'prewatt/seal/1')
  const rows = await ask.query<{ aad: string; sealed: Buffer }>(FORMER_VALUES)
  try {
    for (const { aad, sealed } of rows) decrypt(key, aad, sealed.subarray(1))
    return true
  } catch {
    return false
  }
}

/** False where the installation has another master key than this process. Writes nothing. */
export const isRightMaster = async (ask: Asking, masters: Masters): Promise<boolean> => {
  const current = (await hasTable(ask, 'data_key')) ? await currentMasterId(ask) : null
  if (current !== null) return masters.all().some(({ id }) => id === current)
  return !(await hasTable(ask, 'meter_key')) || opensFormer(ask, firstOf(masters).key)
}

/** In a transaction. False where another process was first, with another master key. */
export const ensureFirstKeys = async (
  ask: Asking,
  masters: Masters,
  rng: Rng,
  at: string | null,
): Promise<boolean> => {
  await lockKeysShared(ask)
  if ((await keysOf(ask, null, 'login')).length === 0) {
    const first = firstOf(masters)
    for (const { purpose, from } of DERIVED) {
      const named = { complexId: null, purpose, version: 1 }
      const wrapped = wrapKey(first, named, derivedKey(first.key, from), rng)
      await insertKey(ask, { ...named, ...wrapped }, at)
    }
  }
  return isRightMaster(ask, masters)
}

/** The secret of the application's log-in. Throws MasterKeyUnknown. */
export const loginSecret = async (ask: Asking, masters: Masters): Promise<Buffer> => {
  const rows = (await hasTable(ask, 'data_key')) ? await keysOf(ask, null, 'login') : []
  const row = rows.at(-1)
  return row ? unwrapKey(masters, row) : derivedKey(firstOf(masters).key, LOGIN)
}
