// The stream reader of the Acrel 4G meter 收帧: a frame ends where its command says, if its CRC
// agrees; after bytes that make no frame it goes on one byte at a time. Its memory is bounded.

import { CRC_BYTES, CRC_START, crcStep } from '../../protocol/modbus/crc16.ts'
import { MORE, NONE, replyLength } from '../../protocol/modbus/pdu-length.ts'
import type { StreamPiece, StreamReader } from '../../protocol/request.ts'
import {
  AROUND_BYTES,
  COMMAND,
  END_BYTES,
  isStart,
  isWhole,
  REGISTER_BYTES,
  SERIAL_BYTES,
  START_BYTES,
  sectionsFrom,
} from './acrel-4g.ts'

/** A report of a dozen answers; nothing longer is believed to be coming. */
export const ACREL_4G_FRAME_MAX = 4_096
/** Looking for an end costs time, and strangers must not have it. */
const SCANNED_MAX = 512
const EMPTY: Buffer = Buffer.alloc(0)
const MARKS = Buffer.of(0x7b, 0x7b)

/** A length of the body that its command allows; null while too little of it is here to tell. */
type BodyLength = number | null

const reportLengths = (bytes: Buffer, body: number): BodyLength[] =>
  [SERIAL_BYTES, 0].flatMap((serial) => {
    const { end } = sectionsFrom(bytes, body + serial)
    return end === -1 ? [] : [end === 0 ? null : end - body]
  })

const answerLengths = (bytes: Buffer, body: number): BodyLength[] =>
  [SERIAL_BYTES, 0].flatMap((serial) => {
    const pdu = replyLength(bytes, body + serial + 1)
    return pdu === NONE ? [] : [pdu === MORE ? null : serial + 1 + pdu + CRC_BYTES]
  })

/**
 * For vendor commands and functions nobody documents: the first end at which the CRC agrees. One
 * pass, for a stream of ends would cost a CRC each.
 */
const lengthByScan = (bytes: Buffer, at: number): number => {
  const last = Math.min(bytes.length, at + SCANNED_MAX) - END_BYTES - CRC_BYTES
  let crc = crcStep(CRC_START, bytes[at + 2] ?? 0)
  for (let crcAt = at + START_BYTES; crcAt <= last; crcAt++) {
    const agrees = bytes[crcAt] === (crc & 0xff) && bytes[crcAt + 1] === crc >> 8
    const end = crcAt + CRC_BYTES + END_BYTES
    if (agrees && isWhole(bytes, at, end)) return end - at
    crc = crcStep(crc, bytes[crcAt] ?? 0)
  }
  return bytes.length - at < SCANNED_MAX ? MORE : NONE
}

/** The first of these lengths whose CRC agrees, `MORE` while one of them may still, or `NONE`. */
const lengthAmong = (bytes: Buffer, at: number, bodies: readonly BodyLength[]): number => {
  let open = false
  for (const body of bodies) {
    const end = at + AROUND_BYTES + (body ?? 0)
    if (body === null || end > bytes.length) open = true
    else if (isWhole(bytes, at, end)) return end - at
  }
  return open && bytes.length - at < ACREL_4G_FRAME_MAX ? MORE : NONE
}

/** The whole frame at `at`, `MORE` while it may still become one, or `NONE`. */
const measure = (bytes: Buffer, at: number): number => {
  if (!isStart(bytes, at)) return NONE
  const body = at + START_BYTES
  switch (bytes[at + 2]) {
    case undefined:
      return MORE
    case COMMAND.register:
      return lengthAmong(bytes, at, [REGISTER_BYTES])
    case COMMAND.time:
    case COMMAND.heartbeat:
      return lengthAmong(bytes, at, [0, SERIAL_BYTES])
    case COMMAND.data:
      return lengthAmong(bytes, at, reportLengths(bytes, body))
    case COMMAND.transparent: {
      const answers = answerLengths(bytes, body)
      const length = lengthAmong(bytes, at, [SERIAL_BYTES, ...answers])
      return length > 0 || answers.length > 0 ? length : lengthByScan(bytes, at)
    }
    default:
      return lengthByScan(bytes, at)
  }
}

const DOCUMENTED: ReadonlySet<number> = new Set([
  COMMAND.register,
  COMMAND.time,
  COMMAND.heartbeat,
  COMMAND.data,
  COMMAND.transparent,
])

/** Where behind an unfinished frame a whole one stands: then the first was no frame. */
const wholeBehind = (bytes: Buffer, from: number): number => {
  for (let at = bytes.indexOf(MARKS, from); at !== -1; at = bytes.indexOf(MARKS, at + 1)) {
    if (DOCUMENTED.has(bytes[at + 2] ?? 0) && measure(bytes, at) > 0) return at
  }
  return -1
}

class Acrel4gReader implements StreamReader {
  #pending: Buffer = EMPTY

  push(bytes: Uint8Array): readonly StreamPiece[] {
    return this.#scan(Buffer.concat([this.#pending, bytes]), false)
  }

  idle(): readonly StreamPiece[] {
    return this.#pending.length === 0 ? [] : this.#scan(this.#pending, true)
  }

  #scan(bytes: Buffer, nothingFollows: boolean): StreamPiece[] {
    const pieces: StreamPiece[] = []
    let taken = 0
    let at = 0
    const discard = () => {
      const noise = bytes.subarray(taken, at)
      if (noise.length > 0) pieces.push({ kind: 'discarded', bytes: Buffer.from(noise) })
    }
    while (at < bytes.length) {
      const length = measure(bytes, at)
      if (length > 0) {
        discard()
        taken = at + length
        pieces.push({ kind: 'frame', raw: Buffer.from(bytes.subarray(at, taken)) })
        at = taken
      } else if (length === NONE || nothingFollows) {
        at += 1
      } else {
        const next = wholeBehind(bytes, at + 1)
        if (next === -1) break
        at = next
      }
    }
    discard()
    this.#pending = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at))
    return pieces
  }
}

export const acrel4gReader = (): StreamReader => new Acrel4gReader()
