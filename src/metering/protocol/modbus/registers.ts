// Register values 寄存器数值: how the bytes of a register block are read, as data from a closed
// list, so that meter models hold no functions. Registers are two bytes, high byte first; 32 bits
// come high word first unless the code says swapped. Only whole counts of the last digit come out
// (but for f32): the decimals are the model's.

import { assert, must, never } from '../../../shared/assert.ts'

/** Registers as one answer gave them; `bytes` has two for each, from register `start`. */
export type RegisterBlock = { readonly start: number; readonly bytes: Buffer }

export type RegisterCode =
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'f32'
  /** Low word first. */
  | 'u32-swapped'
  | 'i32-swapped'
  | 'f32-swapped'
  /** One byte of the register. */
  | 'high-byte'
  | 'low-byte'
  /** The low byte of this register and the high byte of the next. */
  | 'u16-unaligned'
  /** The low byte of this register, the next one, and the high byte of the one after. */
  | 'u32-unaligned'

/** Where a value is and how it is written. `register` is the number as sent, counted from 0. */
export type RegisterField =
  | { readonly register: number; readonly code: RegisterCode }
  /** Four digits a register, high first. */
  | { readonly register: number; readonly code: 'bcd'; readonly registers: number }
  /** `width` bits from bit `at` (0 = lowest) of one register. */
  | {
      readonly register: number
      readonly code: 'bits'
      readonly at: number
      readonly width: number
    }

const REGISTERS: Record<RegisterCode, number> = {
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  u64: 4,
  f32: 2,
  'u32-swapped': 2,
  'i32-swapped': 2,
  'f32-swapped': 2,
  'high-byte': 1,
  'low-byte': 1,
  'u16-unaligned': 2,
  'u32-unaligned': 3,
}

/** A safe integer has at most fifteen digits: three registers of BCD. */
const BCD_REGISTERS_MAX = 3

/** How many registers a value reaches over, from its own. */
export const registersOf = (one: RegisterField): number => {
  if (one.code === 'bcd') return one.registers
  return one.code === 'bits' ? 1 : REGISTERS[one.code]
}

/** What is wrong with a field, in words for whoever wrote it; null if nothing. */
export const fieldProblem = (one: RegisterField): string | null => {
  const isWhole = Number.isInteger(one.register) && one.register >= 0
  if (!isWhole || one.register + registersOf(one) > 0x10000) return 'register out of range'
  if (one.code === 'bcd') {
    const fits = Number.isInteger(one.registers) && one.registers >= 1
    return fits && one.registers <= BCD_REGISTERS_MAX ? null : 'bcd takes 1 to 3 registers'
  }
  if (one.code === 'bits') {
    const whole = Number.isInteger(one.at) && Number.isInteger(one.width)
    const fits = whole && one.at >= 0 && one.width >= 1 && one.at + one.width <= 16
    return fits ? null : 'bits lie within one register'
  }
  return null
}

/** Whether the block holds all of the field. */
export const covers = (block: RegisterBlock, one: RegisterField): boolean =>
  one.register >= block.start &&
  one.register + registersOf(one) <= block.start + block.bytes.length / 2

const bcdOf = (bytes: Buffer): number | null => {
  const digits = bytes.toString('hex')
  return /^\d+$/.test(digits) ? Number(digits) : null
}

const finite = (n: number): number | null => (Number.isFinite(n) ? n : null)

const swapped32 = (bytes: Buffer, at: number): number =>
  (bytes.readUInt16BE(at + 2) * 0x10000 + bytes.readUInt16BE(at)) >>> 0

const swappedFloat = (bytes: Buffer, at: number): number => {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, swapped32(bytes, at))
  return view.getFloat32(0)
}

const u64Of = (bytes: Buffer, at: number): number | null => {
  const n = bytes.readBigUInt64BE(at)
  return n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : null
}

const plainValue = (bytes: Buffer, at: number, code: RegisterCode): number | null => {
  switch (code) {
    case 'u16':
      return bytes.readUInt16BE(at)
    case 'i16':
      return bytes.readInt16BE(at)
    case 'u32':
      return bytes.readUInt32BE(at)
    case 'i32':
      return bytes.readInt32BE(at)
    case 'u64':
      return u64Of(bytes, at)
    case 'f32':
      return finite(bytes.readFloatBE(at))
    case 'u32-swapped':
      return swapped32(bytes, at)
    case 'i32-swapped':
      return swapped32(bytes, at) | 0
    case 'f32-swapped':
      return finite(swappedFloat(bytes, at))
    case 'high-byte':
      return must(bytes[at], 'a covered byte')
    case 'low-byte':
      return must(bytes[at + 1], 'a covered byte')
    case 'u16-unaligned':
      return bytes.readUInt16BE(at + 1)
    case 'u32-unaligned':
      return bytes.readUInt32BE(at + 1)
    default:
      return never(code)
  }
}

/** Null where the digits are none, the number is too large to be exact, or no number (f32). */
export const registerValue = (block: RegisterBlock, one: RegisterField): number | null => {
  assert(covers(block, one), `register ${one.register} is outside the block at ${block.start}`)
  const at = 2 * (one.register - block.start)
  if (one.code === 'bcd') return bcdOf(block.bytes.subarray(at, at + 2 * one.registers))
  if (one.code !== 'bits') return plainValue(block.bytes, at, one.code)
  return (block.bytes.readUInt16BE(at) >> one.at) & (2 ** one.width - 1)
}

/** Every register of a block as an unsigned number. */
export const registerNumbers = ({ bytes }: RegisterBlock): number[] => {
  const numbers: number[] = []
  for (let at = 0; at + 2 <= bytes.length; at += 2) numbers.push(bytes.readUInt16BE(at))
  return numbers
}
