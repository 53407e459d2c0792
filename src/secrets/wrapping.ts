// Wrapping data keys 数据密钥包裹: under a master key, as what they are and for whom.

import type { Rng } from '../ports/ids.ts'
import { decrypt, derivedKey, encrypt, NONCE_BYTES } from './cipher.ts'
import type { WrappedKey } from './data-key-store.ts'
import { type Master, type Masters, masterNamed } from './masters.ts'

type Named = Pick<WrappedKey, 'complexId' | 'purpose' | 'version'>

const aadOf = ({ complexId, purpose, version }: Named): string =>
  `data_key|${complexId ?? 0}|${purpose}|${version}`

const wrappingKey = (master: Master): Buffer => derivedKey(master.key, 'prewatt/wrap/1')

export const wrapKey = (
  master: Master,
  named: Named,
  key: Buffer,
  rng: Rng,
): Pick<WrappedKey, 'wrapped' | 'masterId'> => ({
  wrapped: encrypt(wrappingKey(master), aadOf(named), key, rng.bytes(NONCE_BYTES)),
  masterId: master.id,
})

/** Throws MasterKeyUnknown; and where the row was altered. */
export const unwrapKey = async (masters: Masters, row: WrappedKey): Promise<Buffer> => {
  const master = await masterNamed(masters, row.masterId)
  return decrypt(wrappingKey(master), aadOf(row), row.wrapped)
}
