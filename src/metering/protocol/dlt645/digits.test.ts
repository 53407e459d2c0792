import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bcdBytes,
  bcdNumber,
  binaryBytes,
  binaryNumber,
  bytesOfDigits,
  decimalText,
  digitsOf,
  isAbsent,
} from './digits.ts'
import { bytesOf } from './example-frames.ts'

test.each([
  ['26 00 00 00', false, 26],
  ['45 23 01 00', false, 12_345],
  ['34 12 80', true, -1234],
  ['34 12 00', true, 1234],
  ['00 00 80', true, 0],
  ['99 99 FF', true, -799_999],
  ['99 99 99', false, 999_999],
])('the bytes %s (signed: %s) are the number %i', (hex, signed, count) => {
  const read = bcdNumber(bytesOf(hex), signed)
  expect(read).toBe(hex === '99 99 FF' ? 'malformed' : count)
})

test.each(['0A', 'A0', 'FF', '12 3B'])('%s is no BCD number', (hex) => {
  expect(bcdNumber(bytesOf(hex))).toBe('malformed')
})

test('every number that fits survives as BCD, signed and unsigned, and as binary', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 79_999_999 }), fc.boolean(), (count, negative) => {
      const signed = negative && count !== 0 ? -count : count
      expect(bcdNumber(bcdBytes(signed, 4, true), true)).toBe(signed)
      expect(bcdNumber(bcdBytes(count, 4))).toBe(count)
      expect(binaryNumber(binaryBytes(count, 4))).toBe(count)
    }),
  )
})

test.each([
  [() => bcdBytes(100, 1), 'does not fit'],
  [() => bcdBytes(1.5, 4), 'does not fit'],
  [() => bcdBytes(-1, 4), 'no sign bit'],
  [() => bcdBytes(80, 1, true), 'sign bit'],
  [() => binaryBytes(256, 1), 'does not fit'],
  [() => binaryBytes(-1, 4), 'does not fit'],
])('a number that does not fit its field is never cut: case %#', (write, why) => {
  expect(write).toThrow(why)
})

test('digit texts keep their leading zeros both ways', () => {
  expect(digitsOf(bytesOf('56 34 12 00 00 00'))).toBe('000000123456')
  expect(bytesOfDigits('000000123456')).toEqual(bytesOf('56 34 12 00 00 00'))
})

test('only FF in every byte means not fitted', () => {
  expect(isAbsent(bytesOf('FF FF FF'))).toBe(true)
  expect(isAbsent(bytesOf('FF FE FF'))).toBe(false)
  expect(isAbsent(Buffer.alloc(0))).toBe(false)
})

test.each([
  [12_345, 2, '123.45'],
  [5, 2, '0.05'],
  [-1234, 4, '-0.1234'],
  [7, 0, '7'],
  [0, 2, '0.00'],
])('%i with %i decimals is written %s', (count, decimals, text) => {
  expect(decimalText(count, decimals)).toBe(text)
})
