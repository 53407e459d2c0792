// What the data gateway hides and proves 数据网关加密: AES-128-CBC with the 16-byte secret as key and
// initial vector, as the gateway has it (B A1). It hides; it does not prove: only the log-in does.

import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { inflateSync } from 'node:zlib'

const CIPHER = 'aes-128-cbc'
export const SECRET_BYTES = 16

export const sealAwt100 = (secret: Buffer, plain: Uint8Array): Buffer => {
  const cipher = createCipheriv(CIPHER, secret, secret)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}

/** Null where it was not sealed with this secret. */
export const openAwt100 = (secret: Buffer, sealed: Uint8Array): Buffer | null => {
  try {
    const cipher = createDecipheriv(CIPHER, secret, secret)
    return Buffer.concat([cipher.update(sealed), cipher.final()])
  } catch {
    return null
  }
}

/** Null where it is not compressed, or would become longer than `most` bytes. */
export const inflated = (packed: Uint8Array, most: number): Buffer | null => {
  try {
    return inflateSync(packed, { maxOutputLength: most })
  } catch {
    return null
  }
}

/** The proof that a gateway gives of its secret: MD5 over secret and sequence, hexadecimal. */
export const proofOf = (secret: Buffer, sequence: string): string =>
  createHash('md5').update(secret).update(sequence).digest('hex')

export const isProof = (secret: Buffer, sequence: string, given: string): boolean => {
  const expected = Buffer.from(proofOf(secret, sequence))
  const answer = Buffer.from(given.trim().toLowerCase())
  return answer.length === expected.length && timingSafeEqual(answer, expected)
}
