// Framing 帧封装: how a PDU (function and data) travels. RTU, on a serial line or through a
// transparent gateway: unit, PDU, CRC. TCP: a 7-byte header with a transaction number, no CRC.

import { assert } from '../../../shared/assert.ts'
import { CRC_BYTES, crc16 } from './crc16.ts'

export type Framing =
  | { readonly kind: 'rtu' }
  /** Each request takes the next number; its answer must carry the same. */
  | { readonly kind: 'tcp'; nextTransaction(): number }

export const RTU: Framing = { kind: 'rtu' }

/** One per connection: transaction numbers count up and wrap at 65535. */
export const tcpFraming = (first = 1): Framing => {
  let next = first
  return {
    kind: 'tcp',
    nextTransaction: () => {
      const transaction = next
      next = (next + 1) & 0xffff
      return transaction
    },
  }
}

/** Whom a request is for, and how it gets there. */
export type Target = { readonly unit: number; readonly framing: Framing }

/** On a serial line only: everybody obeys, nobody answers. */
export const BROADCAST_UNIT = 0
/** 248–255 are reserved on a serial line, but some makers' tools allow them. */
const UNIT_MAX = 255

/** Transaction, protocol (0), length of unit and PDU, unit. */
export const TCP_HEAD_BYTES = 7
export const TCP_LENGTH_AT = 4
/** The bytes that the length field doesn't count. */
export const TCP_UNCOUNTED_BYTES = 6
const RTU_HEAD_BYTES = 1

export const pduAt = (framing: Framing): number =>
  framing.kind === 'rtu' ? RTU_HEAD_BYTES : TCP_HEAD_BYTES

export const frameBytes = (framing: Framing, pduBytes: number): number =>
  framing.kind === 'rtu' ? RTU_HEAD_BYTES + pduBytes + CRC_BYTES : TCP_HEAD_BYTES + pduBytes

/** A frame with room for a PDU that the caller fills in before `seal`. */
export const newFrame = ({ unit, framing }: Target, pduBytes: number): Buffer => {
  assert(Number.isInteger(unit) && unit >= 0 && unit <= UNIT_MAX, `not a unit: ${unit}`)
  const bytes = Buffer.allocUnsafe(frameBytes(framing, pduBytes))
  if (framing.kind === 'rtu') {
    bytes[0] = unit
  } else {
    bytes.writeUInt16BE(framing.nextTransaction(), 0)
    bytes.writeUInt16BE(0, 2)
    bytes.writeUInt16BE(pduBytes + 1, TCP_LENGTH_AT)
    bytes[TCP_HEAD_BYTES - 1] = unit
  }
  return bytes
}

/** Writes the CRC where the framing has one. */
export const seal = (framing: Framing, bytes: Buffer): Buffer => {
  if (framing.kind === 'rtu') {
    const at = bytes.length - CRC_BYTES
    bytes.writeUInt16LE(crc16(bytes, 0, at), at)
  }
  return bytes
}

/** A broadcast is never answered. Over TCP unit 0 is the device itself, and it answers. */
export const isBroadcast = ({ unit, framing }: Target): boolean =>
  framing.kind === 'rtu' && unit === BROADCAST_UNIT
