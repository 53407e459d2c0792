// Frames 帧 of DL/T 645-2007: 68 address×6 68 C L data CS 16. A Frame is immutable and holds the
// data without the +33H of the wire; CS is the sum of all bytes from the first 68 to the data.

import { assert } from '../../../shared/assert.ts'
import { ADDRESS_BYTES, addressBytes, addressOfBytes } from './address.ts'

export type Frame = {
  /** 12 digits, high first; A where a request uses a wildcard. */
  readonly address: string
  readonly control: number
  readonly data: Buffer
}

export type Control = {
  fromSlave: boolean
  error: boolean
  /** The slave has more: ask with function 12H. */
  more: boolean
  /** Bits 0–4, such as 11H read data. */
  func: number
}

export const START = 0x68
export const END = 0x16
export const WAKE_UP = 0xfe
/** The standard's master sends four; a receiver skips any number. */
export const WAKE_UP_BYTES = 4
export const DATA_BYTES_MAX = 255
const HEAD_BYTES = 1 + ADDRESS_BYTES + 3
/** A frame without its data: 68, address, 68, C, L, CS, 16. */
export const FRAME_OVERHEAD_BYTES = HEAD_BYTES + 2
export const FRAME_BYTES_MAX = FRAME_OVERHEAD_BYTES + DATA_BYTES_MAX
const SCRAMBLE = 0x33

export const parseControl = (control: number): Control => ({
  fromSlave: (control & 0x80) !== 0,
  error: (control & 0x40) !== 0,
  more: (control & 0x20) !== 0,
  func: control & 0x1f,
})

export const controlByte = (c: Control): number =>
  (c.fromSlave ? 0x80 : 0) | (c.error ? 0x40 : 0) | (c.more ? 0x20 : 0) | c.func

/** Sum modulo 256. */
export const checksum = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)

/** Data bytes as they travel: each + 33H modulo 256. */
export const scramble = (data: Uint8Array): Buffer =>
  Buffer.from(data.map((byte) => (byte + SCRAMBLE) & 0xff))

export const unscramble = (wire: Uint8Array): Buffer =>
  Buffer.from(wire.map((byte) => (byte - SCRAMBLE) & 0xff))

export const encodeFrame = (
  frame: Frame,
  { preamble = 0 }: { preamble?: 0 | 1 | 2 | 3 | 4 } = {},
): Buffer => {
  assert(frame.data.length <= DATA_BYTES_MAX, `${frame.data.length} data bytes do not fit a frame`)
  assert((frame.control & ~0xff) === 0, `not a control byte: ${frame.control}`)
  const body = Buffer.concat([
    Buffer.of(START),
    addressBytes(frame.address),
    Buffer.of(START, frame.control, frame.data.length),
    scramble(frame.data),
  ])
  return Buffer.concat([Buffer.alloc(preamble, WAKE_UP), body, Buffer.of(checksum(body), END)])
}

/**
 * What the bytes from `at` (a 68H) can be: no frame whatever follows, the beginning of one that
 * needs `length` bytes (null while L is unknown), or a whole one with good check and end.
 */
export type Measured =
  | { kind: 'none' }
  | { kind: 'partial'; length: number | null }
  | { kind: 'whole'; length: number }

export const measureFrame = (bytes: Buffer, at: number): Measured => {
  const second = bytes[at + 1 + ADDRESS_BYTES]
  if (bytes[at] !== START || (second !== undefined && second !== START)) return { kind: 'none' }
  const dataLength = bytes[at + HEAD_BYTES - 1]
  if (dataLength === undefined) return { kind: 'partial', length: null }
  const length = FRAME_OVERHEAD_BYTES + dataLength
  if (bytes.length - at < length) return { kind: 'partial', length }
  const checkAt = at + length - 2
  const good =
    bytes[checkAt + 1] === END && bytes[checkAt] === checksum(bytes.subarray(at, checkAt))
  return good ? { kind: 'whole', length } : { kind: 'none' }
}

/** The frame of exactly these bytes, without wake-up bytes; null where they are no good frame. */
export const decodeFrame = (raw: Buffer): Frame | null => {
  const measured = measureFrame(raw, 0)
  if (measured.kind !== 'whole' || measured.length !== raw.length) return null
  return {
    address: addressOfBytes(raw.subarray(1, 1 + ADDRESS_BYTES)),
    control: raw[HEAD_BYTES - 2] ?? 0,
    data: unscramble(raw.subarray(HEAD_BYTES, raw.length - 2)),
  }
}
