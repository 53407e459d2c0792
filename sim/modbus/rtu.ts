// Modbus RTU on a simulated bus 总线上的RTU帧, as a slave sees it: address, function, data, CRC. A
// frame is what lies between two pauses; a slave that hears anything else stays silent.

import type { Protocol, RequestClass } from '../wire.ts'

export type RtuFrame = {
  /** 1 to 247; 0 is a broadcast. */
  unit: number
  /** Function and data. */
  pdu: Buffer
}

/** A serial server may hand a frame on in pieces; so much between two is still one frame. */
const GAP_MAX_MS = 40
const CRC_BYTES = 2
const FRAME_BYTES_MIN = 4
const FRAME_BYTES_MAX = 256
const POLYNOMIAL = 0xa001

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  return crc
})

/** CRC-16, reflected, beginning with FFFF; the low byte travels first. */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0)
  return crc
}

export const encodeRtu = ({ unit, pdu }: RtuFrame): Buffer => {
  const bytes = Buffer.concat([Buffer.from([unit]), pdu, Buffer.alloc(CRC_BYTES)])
  bytes.writeUInt16LE(crc16(bytes.subarray(0, -CRC_BYTES)), bytes.length - CRC_BYTES)
  return bytes
}

/** The frame these bytes are, all of them, or null. */
export const decodeRtu = (bytes: Uint8Array): RtuFrame | null => {
  if (bytes.length < FRAME_BYTES_MIN || bytes.length > FRAME_BYTES_MAX) return null
  const whole = Buffer.from(bytes)
  const body = whole.subarray(0, -CRC_BYTES)
  if (whole.readUInt16LE(body.length) !== crc16(body)) return null
  return { unit: body.readUInt8(0), pdu: body.subarray(1) }
}

class RtuScanner {
  #pending: Buffer = Buffer.alloc(0)

  push(bytes: Uint8Array): RtuFrame[] {
    this.#pending = Buffer.concat([this.#pending, bytes]).subarray(0, FRAME_BYTES_MAX + 1)
    const frame = decodeRtu(this.#pending)
    if (frame === null) return []
    this.reset()
    return [frame]
  }

  reset(): void {
    this.#pending = Buffer.alloc(0)
  }
}

export const READ_HOLDING = 0x03
export const READ_INPUT = 0x04
export const WRITE_REGISTERS = 0x10
export const EXCEPTION = 0x80
const READS = [0x01, 0x02, READ_HOLDING, READ_INPUT, 0x2b]
const DEVICE_FAILURE = 0x04
/** Where the models take orders to their relays. */
const RELAY_REGISTERS: [from: number, to: number][] = [
  [0x0057, 0x0058],
  [0x0500, 0x0547],
]

const classOf = ({ pdu }: RtuFrame): RequestClass => {
  const code = pdu.readUInt8(0)
  if (READS.includes(code)) return 'read'
  const start = pdu.length > 2 ? pdu.readUInt16BE(1) : -1
  return RELAY_REGISTERS.some(([from, to]) => start >= from && start <= to) ? 'relay' : 'write'
}

export const MODBUS_RTU: Protocol<RtuFrame> = {
  scanner: () => new RtuScanner(),
  gapMaxMs: GAP_MAX_MS,
  addressOf: ({ unit }) => unit.toString(),
  encode: encodeRtu,
  classOf,
  negative: ({ unit, pdu }) =>
    encodeRtu({ unit, pdu: Buffer.from([pdu.readUInt8(0) | EXCEPTION, DEVICE_FAILURE]) }),
  neighbour: (reply) => {
    const frame = decodeRtu(reply)
    return frame === null ? reply : encodeRtu({ ...frame, unit: (frame.unit % 247) + 1 })
  },
  wrongCheck: (reply) => {
    const spoilt = Buffer.from(reply)
    const at = spoilt.length - 1
    spoilt.writeUInt8(spoilt.readUInt8(at) ^ 0x01, at)
    return spoilt
  },
}
