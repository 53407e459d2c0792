// Master keys 主密钥 that a process knows: one, or during a rotation the old and the new one. Which of
// them counts, the database says: every data key names the one that it is wrapped under.

import { assert } from '../shared/assert.ts'
import { derivedKey, KEY_BYTES } from './cipher.ts'

const ID_BYTES = 8

export type Master = {
  /** Names the key and tells nothing of it. */
  readonly id: string
  readonly key: Buffer
}

export type Masters = {
  /** Of a new installation: the first. */
  all(): readonly Master[]
  /** Looks again where they are kept; another process may have brought in a new one. */
  reload(): Promise<void>
}

export const masterOf = (key: Buffer): Master => {
  assert(key.length === KEY_BYTES, `a master key has ${KEY_BYTES} bytes`)
  return { id: derivedKey(key, 'prewatt/key-id').subarray(0, ID_BYTES).toString('hex'), key }
}

/** Keys that stay as they are, e.g. those of the environment. */
export const fixedMasters = (...keys: readonly Buffer[]): Masters => {
  const known = keys.map(masterOf)
  return { all: () => known, reload: async () => {} }
}

/** A sealed value or a data key needs a master key that this process does not have. */
export class MasterKeyUnknown extends Error {
  override readonly name = 'MasterKeyUnknown'
  readonly masterId: string

  constructor(masterId: string) {
    super(`this process does not have the master key ${masterId}`)
    this.masterId = masterId
  }
}

/** Throws MasterKeyUnknown. */
export const masterNamed = async (masters: Masters, id: string): Promise<Master> => {
  const find = () => masters.all().find((master) => master.id === id)
  const known = find()
  if (known) return known
  await masters.reload()
  const found = find()
  if (!found) throw new MasterKeyUnknown(id)
  return found
}
