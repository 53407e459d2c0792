// Reading and writing bits 读写线圈: 01, 02, 05 and 0FH. Eight to a byte, the first in the lowest.

import { answered, type Request } from '../../request.ts'
import { ask, assertOne } from '../exchange.ts'
import { newFrame, pduAt, type Target } from '../framing.ts'
import { FN, READ_BITS_MAX, WRITE_BITS_MAX } from '../functions.ts'
import { type Accepted, accepted, assertRange, hexRegister } from './registers.ts'

const bitsOf = (bytes: Buffer, count: number): boolean[] =>
  Array.from({ length: count }, (_, i) => (((bytes[i >> 3] ?? 0) >> (i & 7)) & 1) === 1)

const readBits = (
  target: Target,
  fn: number,
  { start, count }: { start: number; count: number },
): Request<readonly boolean[]> => {
  assertRange(start, count, READ_BITS_MAX)
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
    form: { kind: 'counted', bytes: Math.ceil(count / 8) },
    repeatable: true,
    read: (content) => answered(bitsOf(content, count)),
  })
}

/** Up to 2000 coils 线圈. */
export const readCoils = (target: Target, range: { start: number; count: number }) =>
  readBits(target, FN.readCoils, range)

/** Up to 2000 discrete inputs 离散输入. */
export const readInputs = (target: Target, range: { start: number; count: number }) =>
  readBits(target, FN.readInputs, range)

const ON = 0xff00

/** Function 05. The answer repeats the request, so an echo can't be told from it: read back. */
export const writeCoil = (
  target: Target,
  { coil, on }: { coil: number; on: boolean },
): Request<Accepted> => {
  assertRange(coil, 1, 1)
  const bytes = newFrame(target, 5)
  const at = pduAt(target.framing)
  bytes[at] = FN.writeCoil
  bytes.writeUInt16BE(coil, at + 1)
  bytes.writeUInt16BE(on ? ON : 0, at + 3)
  return ask({
    label: `write 5 ${hexRegister(coil)}`,
    target,
    bytes,
    form: { kind: 'repeated', bytes: 5 },
    repeatable: false,
    read: accepted,
  })
}

/** Function 0FH, up to 1968 coils. */
export const writeCoils = (
  target: Target,
  { start, values }: { start: number; values: readonly boolean[] },
): Request<Accepted> => {
  assertRange(start, values.length, WRITE_BITS_MAX)
  const byteCount = Math.ceil(values.length / 8)
  const bytes = newFrame(target, 6 + byteCount)
  const at = pduAt(target.framing)
  bytes[at] = FN.writeCoils
  bytes.writeUInt16BE(start, at + 1)
  bytes.writeUInt16BE(values.length, at + 3)
  bytes[at + 5] = byteCount
  bytes.fill(0, at + 6, at + 6 + byteCount)
  for (const [i, on] of values.entries()) {
    const byteAt = at + 6 + (i >> 3)
    if (on) bytes[byteAt] = (bytes[byteAt] ?? 0) | (1 << (i & 7))
  }
  return ask({
    label: `write 15 ${hexRegister(start)}+${values.length}`,
    target,
    bytes,
    form: { kind: 'repeated', bytes: 5 },
    repeatable: false,
    read: accepted,
  })
}
