// The cipher 加密 of secrets: AES-256-GCM. The associated data names what a sealed value belongs to,
// so it can't be moved to another row. PURE.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { assert } from '../shared/assert.ts'

export const KEY_BYTES = 32
export const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Nonce, content and tag in one. A nonce is used once under a key. */
export const encrypt = (key: Buffer, aad: string, plain: Buffer, nonce: Buffer): Buffer => {
  assert(nonce.length === NONCE_BYTES, 'a nonce has 12 bytes')
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, body, cipher.getAuthTag()])
}

/** Throws where it was altered, belongs elsewhere or was encrypted under another key. */
export const decrypt = (key: Buffer, aad: string, sealed: Buffer): Buffer => {
  assert(sealed.length >= NONCE_BYTES + TAG_BYTES, 'nonce and tag are there')
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const opening = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  opening.setAAD(Buffer.from(aad)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)
  return Buffer.concat([opening.update(body), opening.final()])
}

/** A key for one purpose out of another key. */
export const derivedKey = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES))

export const keyedHash = (key: Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()
