// Hash chain 哈希链: the canonical text of a record, and the hash that ties it to the one before.
// Altering, removing or swapping a record changes every later hash of its lane (INV-30).

import { createHash } from 'node:crypto'

export const CHAIN_START = Buffer.alloc(32)

const isNothing = (value: unknown): boolean =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol'

const ofFields = (value: object): string => {
  const fields = Object.entries(value)
    .filter(([, one]) => !isNothing(one))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
  return `{${fields.join(',')}}`
}

/** The same text for the same content, whatever the order of its fields. */
export const canonical = (value: unknown): string => {
  if (isNothing(value)) throw new TypeError('not JSON')
  if (Array.isArray(value))
    return `[${value.map((one) => (isNothing(one) ? 'null' : canonical(one))).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  // What writes itself in a way of its own, as JSON keeps it.
  return 'toJSON' in value ? canonical(JSON.parse(JSON.stringify(value))) : ofFields(value)
}

export const contentHash = (value: unknown): Buffer =>
  createHash('sha256').update(canonical(value)).digest()

/** PostgreSQL computes the same: sha256(previous || content as UTF-8). */
export const chainHash = (previous: Buffer, content: string): Buffer =>
  createHash('sha256').update(previous).update(content, 'utf8').digest()

export type PostingRecord = {
  posting: string
  request: string
  kind: string
  date: string
  at: number
  operator: number | null
  reason: string
  reverses: string | null
  lines: readonly (readonly [path: string, fen: number])[]
}

export type AuditRecord = {
  audit: string
  at: number
  operator: number | null
  from: string
  action: string
  subject: string
  before: unknown
  after: unknown
}
