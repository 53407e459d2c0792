// Secrets 密钥: sealed under data keys, which are kept wrapped under the master key (envelope
// encryption). Each complex has data keys of its own, by version; a sealed value names its key.

import type { Tx } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import { assert, must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { decrypt, derivedKey, encrypt, KEY_BYTES, keyedHash, NONCE_BYTES } from './cipher.ts'
import {
  currentMasterId,
  insertKey,
  keysOf,
  lockKeysShared,
  openingKeys,
  type Purpose,
  type WrappedKey,
} from './data-key-store.ts'
import { type Masters, masterNamed } from './masters.ts'
import type { Place } from './places.ts'
import { unwrapKey, wrapKey } from './wrapping.ts'

/** First byte of a sealed value: under the master key itself, or under the data key named next. */
const FORMER = 1
const UNDER_DATA_KEY = 2
const HEADER_BYTES = 5

export type Sealer = {
  /** Of the key; every value that it seals begins with `headerOf` it. */
  readonly keyId: number
  seal(place: Place, plain: Buffer): Buffer
  /** Finds equal texts of the complex without showing them, e.g. a phone number. */
  blindIndex(text: string): Buffer
}

/** Throws where the value was altered, belongs elsewhere, or its key is not there. */
export type Opener = (place: Place, sealed: Buffer) => Buffer

export type Vault = {
  /** Seals under the newest data key of the complex (null: of the installation). */
  sealer(tx: Tx, complex: ComplexId | null): Promise<Sealer>
  /** For values that were read in this transaction. */
  opener(tx: Tx, complex: ComplexId | null): Promise<Opener>
  /** Of a text under every key of the complex: what was sealed before a rotation is found, too. */
  blindIndexes(tx: Tx, complex: ComplexId, text: string): Promise<Buffer[]>
  /** For what is only ever compared, e.g. a recovery code; no rotation changes it. */
  keyedHash(tx: Tx, text: string): Promise<Buffer>
}

/** Null for a value sealed before there were data keys. */
export const keyIdOf = (sealed: Buffer): number | null => {
  if (sealed[0] === FORMER) return null
  assert(sealed[0] === UNDER_DATA_KEY && sealed.length > HEADER_BYTES, 'a known kind of seal')
  return sealed.readUInt32BE(1)
}

export const headerOf = (keyId: number): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES)
  header[0] = UNDER_DATA_KEY
  header.writeUInt32BE(keyId, 1)
  return header
}

export const isUnder = (sealed: Buffer, keyId: number): boolean =>
  sealed.subarray(0, HEADER_BYTES).equals(headerOf(keyId))

const aadOf = (place: Place, keyId: number): string => `${place.aad}|${keyId}`

const sealing = (key: Buffer): Buffer => derivedKey(key, 'seal')
/** What was indexed under the master key itself keeps its index: that key is the `index` one. */
const indexing = (key: Buffer): Buffer => derivedKey(key, 'index')

type OpenKey = { keyId: number; key: Buffer }

class Keyring implements Vault {
  readonly #masters: Masters
  readonly #rng: Rng
  /** By id, which names the same bytes for ever. */
  readonly #open = new Map<number, Buffer>()

  constructor(masters: Masters, rng: Rng) {
    this.#masters = masters
    this.#rng = rng
  }

  async #unwrapped(row: WrappedKey): Promise<OpenKey> {
    const { keyId } = row
    const known = this.#open.get(keyId)
    if (known) return { keyId, key: known }
    const key = await unwrapKey(this.#masters, row)
    this.#open.set(keyId, key)
    return { keyId, key }
  }

  async #newest(tx: Tx, complex: ComplexId | null, purpose: Purpose): Promise<OpenKey> {
    const there = (await keysOf(tx, complex, purpose)).at(-1)
    return this.#unwrapped(there ?? (await this.#first(tx, complex, purpose)))
  }

  /** Under the lock, so that no rotation passes between the look at the master key and the row. */
  async #first(tx: Tx, complexId: ComplexId | null, purpose: Purpose): Promise<WrappedKey> {
    await lockKeysShared(tx)
    const current = await currentMasterId(tx)
    const master = current === null ? null : await masterNamed(this.#masters, current)
    const under = master ?? must(this.#masters.all()[0], 'there is a master key')
    const named = { complexId, purpose, version: 1 }
    const key = this.#rng.bytes(KEY_BYTES)
    await insertKey(tx, { ...named, ...wrapKey(under, named, key, this.#rng) }, sqlTime(tx.now))
    return must((await keysOf(tx, complexId, purpose)).at(-1), 'a data key was written')
  }

  async sealer(tx: Tx, complex: ComplexId | null): Promise<Sealer> {
    const { keyId, key } = await this.#newest(tx, complex, 'seal')
    return {
      keyId,
      seal: (place, plain) => {
        assert(place.complex === complex, 'a secret is sealed under a key of its own complex')
        const nonce = this.#rng.bytes(NONCE_BYTES)
        const body = encrypt(sealing(key), aadOf(place, keyId), plain, nonce)
        return Buffer.concat([headerOf(keyId), body])
      },
      blindIndex: (text) => keyedHash(indexing(key), text),
    }
  }

  async opener(tx: Tx, complex: ComplexId | null): Promise<Opener> {
    const byId = new Map<number | null, Buffer>()
    for (const row of await openingKeys(tx, complex)) {
      const { keyId, key } = await this.#unwrapped(row)
      byId.set(row.purpose === 'former' ? null : keyId, key)
    }
    return (place, sealed) => {
      const keyId = keyIdOf(sealed)
      const key = must(byId.get(keyId), 'the data key of a sealed value is there')
      if (keyId === null) return decrypt(key, place.former, sealed.subarray(1))
      return decrypt(sealing(key), aadOf(place, keyId), sealed.subarray(HEADER_BYTES))
    }
  }

  async blindIndexes(tx: Tx, complex: ComplexId, text: string): Promise<Buffer[]> {
    const own = await keysOf(tx, complex, 'seal')
    const opened = await Promise.all(own.map((row) => this.#unwrapped(row)))
    const former = await keysOf(tx, null, 'index')
    const fixed = await Promise.all(former.map((row) => this.#unwrapped(row)))
    return [
      ...opened.map(({ key }) => keyedHash(indexing(key), text)),
      ...fixed.map(({ key }) => keyedHash(key, text)),
    ]
  }

  async keyedHash(tx: Tx, text: string): Promise<Buffer> {
    const { key } = await this.#newest(tx, null, 'index')
    return keyedHash(key, text)
  }
}

/** Keys are opened when they are first needed, and stay in memory. */
export const createVault = (masters: Masters, rng: Rng): Vault => new Keyring(masters, rng)
