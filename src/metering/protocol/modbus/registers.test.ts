import { expect, test } from 'vitest'
import {
  covers,
  fieldProblem,
  type RegisterField,
  registerNumbers,
  registerValue,
} from './registers.ts'

const block = (hex: string, start = 0x0200) => ({
  start,
  bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex'),
})
const read = (hex: string, one: RegisterField) => registerValue(block(hex), one)
const at = 0x0200

test.each<[string, RegisterField, number | null]>([
  ['80 01', { register: at, code: 'u16' }, 0x8001],
  ['FF 85', { register: at, code: 'i16' }, -123],
  ['00 00 30 39', { register: at, code: 'u32' }, 12_345],
  ['00 00 2E E0', { register: at, code: 'u32' }, 12_000],
  ['FF FF FF FF', { register: at, code: 'u32' }, 4_294_967_295],
  ['FF FF FF FE', { register: at, code: 'i32' }, -2],
  ['30 39 00 00', { register: at, code: 'u32-swapped' }, 12_345],
  ['FF FE FF FF', { register: at, code: 'i32-swapped' }, -2],
  ['42 F6 00 00', { register: at, code: 'f32' }, 123],
  ['00 00 42 F6', { register: at, code: 'f32-swapped' }, 123],
  ['7F C0 00 00', { register: at, code: 'f32' }, null],
  ['00 00 00 01 00 00 00 00', { register: at, code: 'u64' }, 4_294_967_296],
  ['00 1F FF FF FF FF FF FF', { register: at, code: 'u64' }, Number.MAX_SAFE_INTEGER],
  ['00 20 00 00 00 00 00 00', { register: at, code: 'u64' }, null],
  ['12 34 56', { register: at, code: 'high-byte' }, 0x12],
  ['12 34', { register: at, code: 'low-byte' }, 0x34],
  ['00 12 34 00', { register: at, code: 'u16-unaligned' }, 0x1234],
  ['00 01 00 00 02 00', { register: at, code: 'u32-unaligned' }, 0x01000002],
  ['12 34', { register: at, code: 'bcd', registers: 1 }, 1234],
  ['20 26 11 22 00 01', { register: at, code: 'bcd', registers: 3 }, 202_611_220_001],
  ['12 3A', { register: at, code: 'bcd', registers: 1 }, null],
  ['00 38', { register: at, code: 'bits', at: 3, width: 1 }, 1],
  ['00 38', { register: at, code: 'bits', at: 4, width: 4 }, 3],
  ['80 00', { register: at, code: 'bits', at: 15, width: 1 }, 1],
  ['AB CD', { register: at, code: 'bits', at: 0, width: 16 }, 0xabcd],
])('%s as %o is %s', (hex, one, value) => {
  expect(read(hex, one)).toBe(value)
})

test('a maximum demand that begins in the middle of a register is read across three bytes', () => {
  // 022B low byte and 022C high byte: offsets 87 and 88 of a block from 0200.
  const bytes = Buffer.alloc(96)
  bytes.writeUInt16BE(0x0457, 87)
  expect(registerValue({ start: 0x200, bytes }, { register: 0x22b, code: 'u16-unaligned' })).toBe(
    0x0457,
  )
})

test.each<[RegisterField, boolean]>([
  [{ register: 0x0200, code: 'u32' }, true],
  [{ register: 0x0201, code: 'u32' }, false],
  [{ register: 0x01ff, code: 'u16' }, false],
  [{ register: 0x0200, code: 'u16-unaligned' }, true],
  [{ register: 0x0201, code: 'u16-unaligned' }, false],
  [{ register: 0x0200, code: 'bcd', registers: 3 }, false],
])('a block of two registers holds %o: %s', (one, held) => {
  expect(covers(block('00 01 00 02'), one)).toBe(held)
  if (!held) expect(() => registerValue(block('00 01 00 02'), one)).toThrow('outside the block')
})

test.each<[RegisterField, string | null]>([
  [{ register: 0, code: 'u16' }, null],
  [{ register: 0xffff, code: 'u32' }, 'register out of range'],
  [{ register: -1, code: 'u16' }, 'register out of range'],
  [{ register: 1.5, code: 'u16' }, 'register out of range'],
  [{ register: 0, code: 'bcd', registers: 4 }, 'bcd takes 1 to 3 registers'],
  [{ register: 0, code: 'bits', at: 12, width: 5 }, 'bits lie within one register'],
  [{ register: 0, code: 'bits', at: 12, width: 4 }, null],
])('%o is checked before it is used: %s', (one, problem) => {
  expect(fieldProblem(one)).toBe(problem)
})

test('a block is also a list of numbers', () => {
  expect(registerNumbers(block('00 01 FF FF'))).toEqual([1, 0xffff])
})
