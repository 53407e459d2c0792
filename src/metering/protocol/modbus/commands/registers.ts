// Reading and writing registers 读写寄存器: 03, 04, 06, 10H, 16H and 17H. Register numbers are as
// sent, counted from 0 (a manual's 40001 is 0 here).

import { assert } from '../../../../shared/assert.ts'
import { answered, type Reply, type Request } from '../../request.ts'
import { ask, assertOne } from '../exchange.ts'
import { newFrame, pduAt, type Target } from '../framing.ts'
import { FN, READ_REGISTERS_MAX, READ_WRITE_WRITE_MAX, WRITE_REGISTERS_MAX } from '../functions.ts'
import type { RegisterBlock } from '../registers.ts'

/** The answer of a device that accepted a write; it decides nothing, reading back does. */
export type Accepted = 'accepted'
export const accepted = (): Reply<Accepted> => answered('accepted')

const REGISTER_MAX = 0xffff

// Every request is named, and the same few registers are read for years.
const HEX_NAMES = new Map<number, string>()

export const hexRegister = (register: number): string => {
  const known = HEX_NAMES.get(register)
  if (known !== undefined) return known
  const name = register.toString(16).toUpperCase().padStart(4, '0')
  HEX_NAMES.set(register, name)
  return name
}

export const assertRange = (start: number, count: number, max: number): void => {
  assert(Number.isInteger(start) && start >= 0, `not a register: ${start}`)
  assert(Number.isInteger(count) && count >= 1 && count <= max, `${count} are not 1 to ${max}`)
  assert(start + count - 1 <= REGISTER_MAX, `${start} and ${count} reach beyond register 65535`)
}

const assertWords = (values: readonly number[]): void => {
  const fit = values.every((v) => Number.isInteger(v) && v >= 0 && v <= 0xffff)
  assert(fit, 'registers hold 0 to 65535')
}

export type RegisterRange = {
  /** 3 holding, 4 input registers. */
  readonly fn?: 3 | 4
  readonly start: number
  readonly count: number
}

/** Up to 125 registers in one request. */
export const readRegisters = (
  target: Target,
  { fn = 3, start, count }: RegisterRange,
): Request<RegisterBlock> => {
  assertRange(start, count, READ_REGISTERS_MAX)
  assertOne(target)
  const bytes = newFrame(target, 5)
  const at = pduAt(target.framing)
  bytes[at] = fn
  bytes.writeUInt16BE(start, at + 1)
  bytes.writeUInt16BE(count, at + 3)
  return ask({
    label: `read ${fn} ${hexRegister(start)}+${count}`,
    target,
    bytes,
    form: { kind: 'counted', bytes: 2 * count },
    repeatable: true,
    read: (content) => answered({ start, bytes: content }),
  })
}

/** Function 06. The answer repeats the request, so an echo can't be told from it: read back. */
export const writeRegister = (
  target: Target,
  { register, value }: { register: number; value: number },
): Request<Accepted> => {
  assertRange(register, 1, 1)
  assertWords([value])
  const bytes = newFrame(target, 5)
  const at = pduAt(target.framing)
  bytes[at] = FN.writeRegister
  bytes.writeUInt16BE(register, at + 1)
  bytes.writeUInt16BE(value, at + 3)
  return ask({
    label: `write 6 ${hexRegister(register)}`,
    target,
    bytes,
    form: { kind: 'repeated', bytes: 5 },
    repeatable: false,
    read: accepted,
  })
}

/** Function 10H, up to 123 registers; to unit 0 on a serial line it is a broadcast. */
export const writeRegisters = (
  target: Target,
  { start, values }: { start: number; values: readonly number[] },
): Request<Accepted> => {
  assertRange(start, values.length, WRITE_REGISTERS_MAX)
  assertWords(values)
  const bytes = newFrame(target, 6 + 2 * values.length)
  const at = pduAt(target.framing)
  bytes[at] = FN.writeRegisters
  bytes.writeUInt16BE(start, at + 1)
  bytes.writeUInt16BE(values.length, at + 3)
  bytes[at + 5] = 2 * values.length
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, at + 6 + 2 * i)
  return ask({
    label: `write 16 ${hexRegister(start)}+${values.length}`,
    target,
    bytes,
    form: { kind: 'repeated', bytes: 5 },
    repeatable: false,
    read: accepted,
  })
}

/** Function 16H: (register AND andMask) OR (orMask AND NOT andMask). */
export const maskWriteRegister = (
  target: Target,
  { register, andMask, orMask }: { register: number; andMask: number; orMask: number },
): Request<Accepted> => {
  assertRange(register, 1, 1)
  assertWords([andMask, orMask])
  const bytes = newFrame(target, 7)
  const at = pduAt(target.framing)
  bytes[at] = FN.maskWrite
  bytes.writeUInt16BE(register, at + 1)
  bytes.writeUInt16BE(andMask, at + 3)
  bytes.writeUInt16BE(orMask, at + 5)
  return ask({
    label: `write 22 ${hexRegister(register)}`,
    target,
    bytes,
    form: { kind: 'repeated', bytes: 7 },
    repeatable: false,
    read: accepted,
  })
}

/** Function 17H: writes first, then reads, in one request. */
export const readWriteRegisters = (
  target: Target,
  read: { start: number; count: number },
  write: { start: number; values: readonly number[] },
): Request<RegisterBlock> => {
  assertRange(read.start, read.count, READ_REGISTERS_MAX)
  assertRange(write.start, write.values.length, READ_WRITE_WRITE_MAX)
  assertWords(write.values)
  assertOne(target)
  const bytes = newFrame(target, 10 + 2 * write.values.length)
  const at = pduAt(target.framing)
  bytes[at] = FN.readWrite
  bytes.writeUInt16BE(read.start, at + 1)
  bytes.writeUInt16BE(read.count, at + 3)
  bytes.writeUInt16BE(write.start, at + 5)
  bytes.writeUInt16BE(write.values.length, at + 7)
  bytes[at + 9] = 2 * write.values.length
  for (const [i, value] of write.values.entries()) bytes.writeUInt16BE(value, at + 10 + 2 * i)
  return ask({
    label: `read 23 ${hexRegister(read.start)}+${read.count}`,
    target,
    bytes,
    form: { kind: 'counted', bytes: 2 * read.count },
    repeatable: false,
    read: (content) => answered({ start: read.start, bytes: content }),
  })
}
