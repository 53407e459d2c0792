// Hash chain 哈希链: the canonical text of a record, and the hash that ties it to the one before.
// Altering, removing or swapping a record changes every later hash of its lane (INV-30).

import { createHash } from 'node:crypto'

export const CHAIN_START = Buffer.alloc(32)

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const isJson = (value: unknown): value is Json => {
  if (value === null) return true
  if (Array.isArray(value)) return value.every(isJson)
  if (typeof value === 'object')
    return Object.values(value).every((v) => v === undefined || isJson(v))
  return ['string', 'number', 'boolean'].includes(typeof value)
}

const write = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${write(v)}`)
    return `{${fields.join(',')}}`
  }
  return JSON.stringify(value)
}

/** The same text for the same content, whatever the order of its fields. */
export const canonical = (value: unknown): string => {
  // A round trip through JSON is what the database keeps of it.
  const kept: unknown = JSON.parse(JSON.stringify(value))
  if (!isJson(kept)) throw new TypeError('not JSON')
  return write(kept)
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
