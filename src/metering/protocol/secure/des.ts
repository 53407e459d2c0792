// Two-key triple DES 双长度密钥, the only cipher a software-ESAM meter knows. Kept for such meters
// alone: 112-bit strength and ECB would be refused anywhere else. Encryption only; no padding.

import { createCipheriv } from 'node:crypto'
import { assert } from '../../../shared/assert.ts'

export const BLOCK_BYTES = 8
/** K1‖K2. */
export const DOUBLE_KEY_BYTES = 16
export const ZERO_IV = Buffer.alloc(BLOCK_BYTES)

const whole = (data: Buffer): void =>
  assert(data.length % BLOCK_BYTES === 0, `${data.length} bytes are not whole DES blocks`)

const encrypt = (algorithm: string, key: Buffer, iv: Buffer | null, data: Buffer): Buffer => {
  whole(data)
  const cipher = createCipheriv(algorithm, key, iv)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

/** K1‖K2 → K1‖K2‖K1 (EDE). */
const threeKeys = (key: Buffer): Buffer => {
  assert(key.length === DOUBLE_KEY_BYTES, `a two-key 3DES key has 16 bytes, not ${key.length}`)
  return Buffer.concat([key, key.subarray(0, BLOCK_BYTES)])
}

export const tripleDesEcb = (key: Buffer, data: Buffer): Buffer =>
  encrypt('des-ede3-ecb', threeKeys(key), null, data)

export const tripleDesCbc = (key: Buffer, iv: Buffer, data: Buffer): Buffer =>
  encrypt('des-ede3-cbc', threeKeys(key), iv, data)

/** Single DES is triple DES under K‖K‖K: OpenSSL 3 hides plain DES in its legacy provider. */
export const singleDesCbc = (key: Buffer, iv: Buffer, data: Buffer): Buffer => {
  assert(key.length === BLOCK_BYTES, `a DES key has 8 bytes, not ${key.length}`)
  return encrypt('des-ede3-cbc', Buffer.concat([key, key, key]), iv, data)
}
