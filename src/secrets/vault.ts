// Secrets 密钥: sealed with AES-256-GCM under the master key, which lives outside the database. The
// associated data names what a secret belongs to, so a sealed value can't be moved to another row.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import type { Rng } from '../ports/ids.ts'
import { assert } from '../shared/assert.ts'
import type { ComplexId, GatewayId, MeterId } from '../shared/ids.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

export type Vault = {
  seal(aad: string, plain: Buffer): Buffer
  /** Throws when the value was altered or belongs elsewhere. */
  open(aad: string, sealed: Buffer): Buffer
  /** Finds equal texts without showing them, e.g. a phone number. */
  blindIndex(text: string): Buffer
  /** A stable secret for a named purpose, e.g. the database log-in of the application. */
  derive(purpose: string): Buffer
}

export const meterKeyAad = (complex: ComplexId, meter: MeterId, version: number): string =>
  `meter-key|${complex}|${meter}|${version}`

/** For whatever secret a gateway's link needs. */
export const linkSecretAad = (complex: ComplexId, gateway: GatewayId): string =>
  `link-secret|${complex}|${gateway}`

export const phoneAad = (complex: ComplexId): string => `tenant-phone|${complex}`

const derived = (masterKey: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, '', purpose, 32))

export const createVault = (masterKey: Buffer, rng: Rng): Vault => {
  assert(masterKey.length === 32, 'the master key has 32 bytes')
  const sealing = derived(masterKey, 'prewatt/seal/1')
  const indexing = derived(masterKey, 'prewatt/index/1')
  return {
    seal: (aad, plain) => {
      const nonce = rng.bytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(aad))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()])
    },
    open: (aad, sealed) => {
      assert(sealed[0] === VERSION, 'a sealed value of a known version')
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
      const tag = sealed.subarray(sealed.length - TAG_BYTES)
      const opening = createDecipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES })
      opening.setAAD(Buffer.from(aad)).setAuthTag(tag)
      const body = sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES)
      return Buffer.concat([opening.update(body), opening.final()])
    },
    blindIndex: (text) => createHmac('sha256', indexing).update(text).digest(),
    derive: (purpose) => derived(masterKey, `prewatt/${purpose}`),
  }
}
