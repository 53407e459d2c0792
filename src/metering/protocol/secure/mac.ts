// Message authentication 报文鉴别 by ISO 9797-1: paddings 1 and 2, algorithms 1 (ANSI X9.9) and 3
// (ANSI X9.19, "retail MAC"). Results are whole blocks; meters use the left four bytes.

import { assert } from '../../../shared/assert.ts'
import { BLOCK_BYTES, DOUBLE_KEY_BYTES, singleDesCbc, tripleDesEcb, ZERO_IV } from './des.ts'

/** 1: zeros up to a block, nothing where it is full. 2: 80H and zeros, always. */
export type PaddingMethod = 1 | 2

export const pad = (data: Buffer, method: PaddingMethod): Buffer => {
  const marked = method === 2 ? Buffer.concat([data, Buffer.of(0x80)]) : data
  const short = (BLOCK_BYTES - (marked.length % BLOCK_BYTES)) % BLOCK_BYTES
  return Buffer.concat([marked, Buffer.alloc(short)])
}

type MacOptions = { padding: PaddingMethod; iv?: Buffer }

/** Algorithm 1 under an 8-byte key. */
export const macAlgorithm1 = (
  key: Buffer,
  data: Buffer,
  { padding, iv = ZERO_IV }: MacOptions,
): Buffer => {
  const padded = pad(data, padding)
  assert(padded.length > 0, 'a MAC needs a message')
  return singleDesCbc(key, iv, padded).subarray(-BLOCK_BYTES)
}

/**
 * Algorithm 3 under K1‖K2: DES-CBC with K1, then decrypt with K2 and encrypt with K1. The last
 * chaining step and these two together are one triple DES of the last block.
 */
export const macAlgorithm3 = (
  key: Buffer,
  data: Buffer,
  { padding, iv = ZERO_IV }: MacOptions,
): Buffer => {
  assert(key.length === DOUBLE_KEY_BYTES, `a retail MAC key has 16 bytes, not ${key.length}`)
  const padded = pad(data, padding)
  assert(padded.length > 0, 'a MAC needs a message')
  const last = padded.subarray(-BLOCK_BYTES)
  const before = padded.subarray(0, -BLOCK_BYTES)
  const chained =
    before.length === 0
      ? iv
      : singleDesCbc(key.subarray(0, BLOCK_BYTES), iv, before).subarray(-BLOCK_BYTES)
  return tripleDesEcb(key, Buffer.from(last.map((byte, i) => byte ^ (chained[i] ?? 0))))
}
