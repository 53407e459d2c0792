// Values 数据项的值: the one decoder of every format. Numbers stay whole counts of their last digit
// with the decimals beside them; FF in every byte is null, "not fitted", never a number.

import { never } from '../../../shared/assert.ts'
import type { Words } from '../../../shared/words.ts'
import type { TimeLayout } from './calendar.ts'
import { bcdNumber, binaryNumber, digitsOf, isAbsent, reversed } from './digits.ts'
import {
  type Bit,
  type Field,
  type Format,
  field,
  formatBytes,
  type NumberFormat,
  raw,
  type Unit,
} from './format.ts'

export type Value =
  | { kind: 'number'; count: number; decimals: number; unit: Unit }
  | { kind: 'bits'; word: number; bits: readonly Bit[] }
  /** Digits as written, high first: patterns such as 99 for "every day" are kept. */
  | { kind: 'time'; layout: TimeLayout; digits: string }
  | { kind: 'text'; text: string }
  | { kind: 'choice'; code: number; meaning: Words | null }
  | { kind: 'raw'; hex: string }
  | { kind: 'record'; items: readonly (Words & { value: Value | null })[] }
  | { kind: 'list'; items: readonly (Value | null)[] }
  /** The wrong number of bytes, or digits that are none. */
  | { kind: 'malformed'; hex: string }

const malformed = (bytes: Buffer): Value => ({ kind: 'malformed', hex: bytes.toString('hex') })

/**
 * The items of `fields` in order. A field that has lost bytes takes what is left and reads as
 * malformed; bytes after the last field are one malformed item named by `surplus`.
 */
export const decodeFields = (
  fields: readonly Field[],
  bytes: Buffer,
): { at: number; bytes: Buffer; field: Field; value: Value | null }[] => {
  let at = 0
  const read = fields.map((one) => {
    const size = formatBytes(one.format)
    const piece = bytes.subarray(at, size === null ? bytes.length : at + size)
    const start = at
    at += piece.length
    return { at: start, bytes: piece, field: one, value: decodeValue(one.format, piece) }
  })
  if (at === bytes.length) return read
  const piece = bytes.subarray(at)
  return [...read, { at, bytes: piece, field: SURPLUS, value: malformed(piece) }]
}

const SURPLUS = field('多余数据', 'surplus bytes', raw())

const decodeList = (of: Format, max: number, bytes: Buffer): Value => {
  const size = formatBytes(of) ?? 0
  const count = size === 0 ? 0 : bytes.length / size
  if (!Number.isInteger(count) || count < 1 || count > max) return malformed(bytes)
  const items = Array.from({ length: count }, (_, i) =>
    decodeValue(of, bytes.subarray(i * size, (i + 1) * size)),
  )
  return { kind: 'list', items }
}

const decodeNumber = (format: NumberFormat, bytes: Buffer): Value => {
  const count = format.code === 'bcd' ? bcdNumber(bytes, format.signed) : binaryNumber(bytes)
  if (count === 'malformed') return malformed(bytes)
  return { kind: 'number', count, decimals: format.decimals, unit: format.unit }
}

/** Null: FF in every byte, not fitted (binary numbers and bits may be all ones). Never throws. */
export const decodeValue = (format: Format, bytes: Buffer): Value | null => {
  const size = formatBytes(format)
  if (size !== null && bytes.length !== size) return malformed(bytes)
  const mayBeAbsent = format.kind === 'number' ? format.code === 'bcd' : format.kind === 'time'
  if (mayBeAbsent && isAbsent(bytes)) return null
  switch (format.kind) {
    case 'number':
      return decodeNumber(format, bytes)
    case 'bits':
      return { kind: 'bits', word: bytes.readUIntLE(0, format.bytes), bits: format.bits }
    case 'time': {
      const text = digitsOf(bytes)
      if (!/^\d+$/.test(text)) return malformed(bytes)
      return { kind: 'time', layout: format.layout, digits: text }
    }
    case 'digits':
      return { kind: 'text', text: digitsOf(bytes) }
    case 'ascii':
      return { kind: 'text', text: asciiText(bytes) }
    case 'choice': {
      const code = bytes[0] ?? 0
      return { kind: 'choice', code, meaning: format.choices.find((c) => c.code === code) ?? null }
    }
    case 'raw':
      return { kind: 'raw', hex: bytes.toString('hex') }
    case 'record':
      return {
        kind: 'record',
        items: decodeFields(format.fields, bytes).map(({ field: { zh, en }, value }) => ({
          zh,
          en,
          value,
        })),
      }
    case 'list':
      return decodeList(format.of, format.max, bytes)
    default:
      return never(format)
  }
}

/** Padding of NUL or blanks is dropped; what is no printable ASCII shows as a dot. */
const asciiText = (bytes: Buffer): string =>
  reversed(bytes)
    .toString('latin1')
    .replace(/^\0+|[\0 ]+$/g, '')
    .replace(/[^ -~]/g, '.')
