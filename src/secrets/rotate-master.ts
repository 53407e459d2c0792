// A new master key 轮换主密钥: wraps the data keys anew, all in one transaction, and leaves every
// sealed value as it is. The new key is on disk before anything is wrapped under it, the old one
// until nothing is, so the program may be killed between any two steps.

import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import { sqlTime } from '../shared/clock.ts'
import { KEY_BYTES } from './cipher.ts'
import { allKeys, currentMasterId, lockKeys, rewriteKey } from './data-key-store.ts'
import type { KeyFile } from './key-file.ts'
import { fixedMasters, type Master, masterNamed, masterOf } from './masters.ts'
import { unwrapKey, wrapKey } from './wrapping.ts'

const SCOPE = systemScope('keys')

export type Rotated =
  | { ok: true; masterId: string; keys: number; login: 'changed' | 'kept' }
  | { ok: false; reason: 'never started' | 'already so' }

export type RotationDeps = {
  db: Db
  rng: Rng
  /** Gives the log-in of the application this new secret; false where it may not. */
  changeLogin(tx: Tx, secret: Buffer): Promise<boolean>
}

/** Under the lock alone. Throws MasterKeyUnknown where `from` lacks the key in use. */
const wrapAnew = async (
  tx: Tx,
  { rng, changeLogin }: RotationDeps,
  from: readonly Master[],
  to: Master,
): Promise<Rotated> => {
  const at = sqlTime(tx.now)
  const rows = await allKeys(tx)
  const masters = fixedMasters(...from.map(({ key }) => key))
  let login: 'changed' | 'kept' = 'kept'
  for (const row of rows) {
    let key = await unwrapKey(masters, row)
    if (row.purpose === 'login') {
      // Whoever knew the old master key may have worked it out.
      const fresh = rng.bytes(KEY_BYTES)
      if (await changeLogin(tx, fresh)) [key, login] = [fresh, 'changed']
    }
    await rewriteKey(tx, { keyId: row.keyId, ...wrapKey(to, row, key, rng) }, at)
  }
  return { ok: true, masterId: to.id, keys: rows.length, login }
}

/** Drops from the file what the database no longer needs. Waits for a rotation under way. */
const trim = (db: Db, file: KeyFile): Promise<void> =>
  db.as(SCOPE, async (tx) => {
    await lockKeys(tx)
    const current = await currentMasterId(tx)
    const kept = (await file.read()).filter(({ id }) => id === current)
    if (kept.length > 0) await file.write(kept)
  })

/** Draws a new key into the key file. Throws MasterKeyUnknown: the file lacks the one in use. */
export const rotateInFile = async (deps: RotationDeps, file: KeyFile): Promise<Rotated> => {
  const rotated = await deps.db.as(SCOPE, async (tx): Promise<Rotated> => {
    await lockKeys(tx)
    const current = await currentMasterId(tx)
    if (current === null) return { ok: false, reason: 'never started' }
    const known = await file.read()
    const used = await masterNamed(fixedMasters(...known.map(({ key }) => key)), current)
    const next = masterOf(deps.rng.bytes(KEY_BYTES))
    await file.write([used, next])
    return wrapAnew(tx, deps, [used], next)
  })
  if (rotated.ok) await trim(deps.db, file)
  return rotated
}

/**
 * From one key of the environment to another, both of which every process has been given. Throws
 * MasterKeyUnknown where neither is the one in use.
 */
export const rotateTo = (deps: RotationDeps, given: readonly Buffer[]): Promise<Rotated> =>
  deps.db.as(SCOPE, async (tx): Promise<Rotated> => {
    await lockKeys(tx)
    const current = await currentMasterId(tx)
    if (current === null) return { ok: false, reason: 'never started' }
    const known = given.map(masterOf)
    const used = await masterNamed(fixedMasters(...given), current)
    const next = known.at(-1)
    if (!next || next.id === used.id) return { ok: false, reason: 'already so' }
    return wrapAnew(tx, deps, [used], next)
  })
