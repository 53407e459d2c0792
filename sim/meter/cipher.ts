// Two-key 3DES and the retail MAC 加密与校验码 as software-key prepaid meters use them.
// Test keys only: every simulated meter holds the published demonstration key.

import { createCipheriv, createDecipheriv } from 'node:crypto'

const BLOCK = 8
export const DEMO_KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex')

const left = (key: Buffer) => key.subarray(0, BLOCK)
const right = (key: Buffer) => key.subarray(BLOCK, 2 * BLOCK)
/** OpenSSL 3 hides single DES; three equal keys are the same cipher. */
const single = (key: Buffer) => Buffer.concat([key, key, key])

const ecb = (key: Buffer, block: Uint8Array): Buffer => {
  const cipher = createCipheriv('des-ede3-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()])
}
const ecbBack = (key: Buffer, block: Uint8Array): Buffer => {
  const cipher = createDecipheriv('des-ede3-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()])
}

/** 3DES (K1, K2, K1) of whole blocks, each on its own. */
export const encryptBlocks = (key: Buffer, blocks: Uint8Array): Buffer =>
  ecb(Buffer.concat([left(key), right(key), left(key)]), blocks)

/** ISO 9797-1 method 2: 80, then zeros to the end of the block; always added. */
export const padded = (data: Uint8Array): Buffer => {
  const length = (Math.floor(data.length / BLOCK) + 1) * BLOCK
  const whole = Buffer.alloc(length)
  whole.set(data)
  whole[data.length] = 0x80
  return whole
}

/** ISO 9797-1 algorithm 3 (ANSI X9.19) over whole blocks: 8 bytes. */
export const retailMac = (key: Buffer, iv: Buffer, blocks: Uint8Array): Buffer => {
  const chain = createCipheriv('des-ede3-cbc', single(left(key)), iv).setAutoPadding(false)
  const all = Buffer.concat([chain.update(blocks), chain.final()])
  return ecb(single(left(key)), ecbBack(single(right(key)), all.subarray(-BLOCK)))
}

/** The session key of a meter: R = 3DES(K, 0000 and the meter number), then its complement. */
export const sessionKey = (key: Buffer, factor: Uint8Array): Buffer => {
  const half = encryptBlocks(key, factor)
  return Buffer.concat([half, half.map((byte) => byte ^ 0xff)])
}

/** The 4-byte MAC of one message: header and data, high byte first, under the meter's random. */
export const messageMac = (
  key: Buffer,
  random2: Buffer,
  header: string,
  data: Uint8Array,
): Buffer => {
  const iv = Buffer.concat([random2, Buffer.alloc(4)])
  const message = padded(Buffer.concat([Buffer.from(header, 'hex'), data]))
  return retailMac(key, iv, message).subarray(0, 4)
}
