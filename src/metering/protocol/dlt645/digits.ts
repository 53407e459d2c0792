// Digits 数字编码: bytes as they travel (low byte first) ↔ BCD numbers, binary numbers and digit
// texts (high digit first). Only whole numbers: the decimal point is implied by the item.

import { assert } from '../../../shared/assert.ts'

/** BCD of six bytes and binary of six bytes are both safe integers. */
export const NUMBER_BYTES_MAX = 6

export const reversed = (bytes: Uint8Array): Buffer => Buffer.from(bytes).reverse()

/** `56 34 12` → `"123456"`; hexadecimal digits are kept, in capitals. */
export const digitsOf = (bytes: Uint8Array): string => reversed(bytes).toString('hex').toUpperCase()

/** `"123456"` → `56 34 12`. */
export const bytesOfDigits = (digits: string): Buffer => {
  assert(/^([0-9A-F]{2})*$/.test(digits), `not whole bytes of digits: ${digits}`)
  return reversed(Buffer.from(digits, 'hex'))
}

/** FF in every byte: this phase, tariff or item is not fitted. */
export const isAbsent = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && bytes.every((byte) => byte === 0xff)

/** Zeros or FF in every byte: how meters that do not refuse say that there is no such record. */
export const isBlank = (bytes: Uint8Array): boolean =>
  isAbsent(bytes) || (bytes.length > 0 && bytes.every((byte) => byte === 0))

/**
 * A BCD number; `'malformed'` where a digit is none. Signed items carry the sign in the top bit
 * of the highest byte, which leaves that digit at most 7.
 */
export const bcdNumber = (bytes: Uint8Array, signed = false): number | 'malformed' => {
  const high = reversed(bytes)
  const negative = signed && ((high[0] ?? 0) & 0x80) !== 0
  if (negative) high[0] = (high[0] ?? 0) & 0x7f
  const digits = high.toString('hex')
  if (digits.length > 2 * NUMBER_BYTES_MAX || !/^\d+$/.test(digits)) return 'malformed'
  const count = Number(digits)
  return negative && count !== 0 ? -count : count
}

/** The BCD bytes of a whole number that fits; the largest magnitude of a signed item is 7 99…. */
export const bcdBytes = (count: number, length: number, signed = false): Buffer => {
  const digits = Math.abs(count)
    .toString()
    .padStart(2 * length, '0')
  const fits = /^\d+$/.test(digits) && digits.length === 2 * length
  assert(fits && Number.isSafeInteger(count), `${count} does not fit ${length} BCD bytes`)
  assert(count >= 0 || signed, `${count} has no sign bit`)
  const bytes = bytesOfDigits(digits)
  const top = bytes[length - 1] ?? 0
  assert(!signed || top < 0x80, `${count} collides with the sign bit`)
  if (count < 0) bytes[length - 1] = top | 0x80
  return bytes
}

/** An unsigned binary number of at most six bytes. */
export const binaryNumber = (bytes: Buffer): number | 'malformed' =>
  bytes.length === 0 || bytes.length > NUMBER_BYTES_MAX
    ? 'malformed'
    : bytes.readUIntLE(0, bytes.length)

export const binaryBytes = (count: number, length: number): Buffer => {
  const fits = Number.isSafeInteger(count) && count >= 0 && count < 2 ** (8 * length)
  assert(fits && length <= NUMBER_BYTES_MAX, `${count} does not fit ${length} binary bytes`)
  const bytes = Buffer.alloc(length)
  bytes.writeUIntLE(count, 0, length)
  return bytes
}

/** 12345 with 2 decimals → `"123.45"`, exactly. */
export const decimalText = (count: number, decimals: number): string => {
  const digits = Math.abs(count)
    .toString()
    .padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const part = decimals === 0 ? '' : `.${digits.slice(-decimals)}`
  return `${count < 0 ? '-' : ''}${whole}${part}`
}
