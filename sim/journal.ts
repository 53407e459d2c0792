// The journal 持久化: what the meters of one gateway remember. One file of JSON lines, each with the
// parts of a state that changed; rewritten by rename when it has grown. A line about money is on
// the disk before the meter's answer leaves.

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Value } from 'typebox/value'
import { MeterState, REPLACED_WHOLE } from './meter/state.ts'

const COMPACT_AT_BYTES = 8_000_000

type Parts = Map<string, string>

/** What is replaced as a whole is long; the same object was written before. */
type Known = { parts: Parts; objects: Map<string, unknown> }

const partsOf = (state: MeterState, known: Known | undefined): Known => {
  const objects = new Map<string, unknown>()
  const parts = Object.entries(state).map(([key, value]): [string, string] => {
    const before = known?.parts.get(key)
    const whole = REPLACED_WHOLE.has(key)
    if (whole) objects.set(key, value)
    const same = whole && before !== undefined && known?.objects.get(key) === value
    return [key, same ? before : JSON.stringify(value)]
  })
  return { parts: new Map(parts), objects }
}

/** `{"a":"address","s":{changed parts}}`, built from parts that are JSON already. */
const lineOf = (address: string, parts: Parts): string => {
  const body = [...parts].map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')
  return `{"a":${JSON.stringify(address)},"s":{${body}}}\n`
}

const isLine = (value: unknown): value is { a: string; s: Record<string, unknown> } =>
  typeof value === 'object' &&
  value !== null &&
  'a' in value &&
  typeof value.a === 'string' &&
  's' in value &&
  typeof value.s === 'object' &&
  value.s !== null

/** Null where the text is no line: the torn end of a file whose writer was killed. */
const parseLine = (text: string) => {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : null
  } catch {
    // Only reached for a torn line; the caller decides whether it may be torn.
    return null
  }
}

const syncFolder = (path: string): void => {
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

export class Journal {
  readonly #path: string
  readonly #written = new Map<string, Known>()
  #file = -1
  #bytes = 0

  /** Opens or begins the file; throws where a line in the middle is damaged. */
  constructor(path: string) {
    this.#path = path
    if (existsSync(path)) this.#load(readFileSync(path, 'utf8'))
    this.#compact()
  }

  #load(text: string): void {
    const lines = text.split('\n')
    lines.forEach((line, i) => {
      if (line === '') return
      const parsed = parseLine(line)
      if (parsed === null) {
        // A torn last line was never answered for; anything else means the file is not ours.
        if (i === lines.length - 1) return
        throw new Error(`${this.#path}: line ${i + 1} is damaged`)
      }
      const known = this.#written.get(parsed.a) ?? { parts: new Map(), objects: new Map() }
      for (const [key, value] of Object.entries(parsed.s)) {
        known.parts.set(key, JSON.stringify(value))
      }
      this.#written.set(parsed.a, known)
    })
  }

  /**
   * What was last written for a meter, or null; parts that an earlier program did not know come
   * from `fresh`. Throws where it does not fit this program.
   */
  stateOf(address: string, fresh: MeterState): MeterState | null {
    const known = this.#written.get(address)
    if (known === undefined) return null
    const state: unknown = { ...fresh, ...JSON.parse(lineOf(address, known.parts)).s }
    if (!Value.Check(MeterState, state)) {
      throw new Error(`${this.#path}: the state of ${address} is from another version`)
    }
    return state
  }

  /** Writes what changed; with `durable`, returns only when the disk has it. */
  write(address: string, state: MeterState, durable: boolean): void {
    const before = this.#written.get(address)
    const now = partsOf(state, before)
    const fresh = [...now.parts].filter(([key, json]) => before?.parts.get(key) !== json)
    const changed: Parts = new Map(fresh)
    this.#written.set(address, now)
    if (changed.size > 0) {
      this.#append(lineOf(address, changed))
    }
    if (durable) fdatasyncSync(this.#file)
    if (this.#bytes > COMPACT_AT_BYTES) this.#compact()
  }

  #append(line: string): void {
    this.#bytes += Buffer.byteLength(line)
    writeSync(this.#file, line)
  }

  #compact(): void {
    const path = `${this.#path}.new`
    const before = this.#file
    this.#file = openSync(path, 'w')
    this.#bytes = 0
    for (const [address, { parts }] of this.#written) this.#append(lineOf(address, parts))
    fsyncSync(this.#file)
    renameSync(path, this.#path)
    syncFolder(this.#path)
    if (before >= 0) closeSync(before)
  }

  close(): void {
    fsyncSync(this.#file)
    closeSync(this.#file)
    this.#file = -1
  }
}
