// Signed roots 签名根: the heads of the hash chains, signed and written outside the database, each
// line tied to the one before. Who rewrites a chain in the database, heads and all, is found here
// (INV-30).

import type { KeyObject } from 'node:crypto'
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { Files } from '../ports/files.ts'
import type { Rng } from '../ports/ids.ts'
import { assert } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { canonical } from './chain.ts'

const SEED_BYTES = 32
/** What precedes the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export const rootsPath = (dataDir: string, complex: ComplexId): string =>
  `${dataDir}/ledger-roots/${complex}.jsonl`
const publicPath = (dataDir: string): string => `${dataDir}/ledger-roots/public-key.pem`
const keyPath = (dataDir: string): string => `${dataDir}/ledger-roots.key`

/** Made once in the data folder, as the master key is; its public half lies beside the roots. */
export const rootKeyOf = async (
  dataDir: string,
  ports: { files: Files; rng: Rng },
): Promise<KeyObject> => {
  const path = keyPath(dataDir)
  const kept = await ports.files.read(path)
  const seed = kept ? Buffer.from(kept.toString('utf8').trim(), 'hex') : ports.rng.bytes(SEED_BYTES)
  assert(seed.length === SEED_BYTES, `${path} holds ${SEED_BYTES} bytes in hex`)
  if (!kept) await ports.files.write(path, `${seed.toString('hex')}\n`)
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  await ports.files.write(publicPath(dataDir), publicText(key))
  return key
}

/** To be printed and kept by the auditor: with it anybody can check the roots. */
export const publicText = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()

/** The public key beside the roots; null where none were ever written. */
export const publicKeyIn = async (dataDir: string, files: Files): Promise<KeyObject | null> => {
  const text = await files.read(publicPath(dataDir))
  return text ? createPublicKey(text) : null
}

export type LaneHead = { lane: number; seq: number; hash: string }
export type Root = {
  complex: number
  /** 1 for the first line of the file. */
  root: number
  /** Milliseconds since 1970. */
  at: number
  /** The lanes that have moved since the line before. */
  heads: readonly LaneHead[]
  /** SHA-256 of the line before; empty in the first. */
  previous: string
}

export const lineHash = (line: string): string =>
  createHash('sha256').update(line, 'utf8').digest('hex')

/** A line of the file, without its end. */
export const signedLine = (root: Root, key: KeyObject): string =>
  JSON.stringify({
    ...root,
    signature: sign(null, Buffer.from(canonical(root), 'utf8'), key).toString('base64'),
  })

const isHead = (value: unknown): value is LaneHead =>
  typeof value === 'object' &&
  value !== null &&
  'lane' in value &&
  'seq' in value &&
  'hash' in value &&
  typeof value.lane === 'number' &&
  typeof value.seq === 'number' &&
  typeof value.hash === 'string'

type Signed = Root & { signature: string }

const isSigned = (value: unknown): value is Signed =>
  typeof value === 'object' &&
  value !== null &&
  'heads' in value &&
  Array.isArray(value.heads) &&
  value.heads.every(isHead) &&
  ['root', 'at', 'complex'].every((name) => typeof Object(value)[name] === 'number') &&
  ['previous', 'signature'].every((name) => typeof Object(value)[name] === 'string')

const parsed = (line: string): Signed | null => {
  try {
    const value: unknown = JSON.parse(line)
    return isSigned(value) ? value : null
  } catch {
    return null
  }
}

export type ReadRoots = {
  roots: Root[]
  /** Of the last line; empty where there is none. */
  lastHash: string
  /** The number of the first line that is not ours or not in its place; null where all are. */
  badLine: number | null
}

/** Reads the lines up to the first that is bad; without a key signatures are not looked at. */
export const readRoots = (text: string, complex: ComplexId, key: KeyObject | null): ReadRoots => {
  const roots: Root[] = []
  let lastHash = ''
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const found = parsed(line)
    if (found === null) return { roots, lastHash, badLine: roots.length + 1 }
    const { signature, ...root } = found
    const fits =
      root.complex === complex && root.root === roots.length + 1 && root.previous === lastHash
    const content = Buffer.from(canonical(root), 'utf8')
    const signed = key === null || verify(null, content, key, Buffer.from(signature, 'base64'))
    if (!fits || !signed) return { roots, lastHash, badLine: roots.length + 1 }
    roots.push(root)
    lastHash = lineHash(line)
  }
  return { roots, lastHash, badLine: null }
}
