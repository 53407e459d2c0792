// Frames of the Acrel 4G meter 安科瑞4G表直连报文: `7B7B`, command, body, CRC-16 (Modbus) over command
// and body, `7D7D`. Both marks may occur inside a body, so a frame ends where its command says and
// its CRC agrees. A5 safe.html; field layouts agree with two independent servers.

import type { LocalTime } from '../../../shared/clock.ts'
import { CRC_BYTES, crc16 } from '../../protocol/modbus/crc16.ts'

export const COMMAND = {
  register: 0x84,
  transparent: 0x90,
  data: 0x91,
  time: 0x93,
  heartbeat: 0x94,
} as const

/** What a meter sends. A few firmwares leave the serial out of frames after the registration. */
export type Acrel4gFrame =
  | {
      kind: 'register'
      serial: string
      iccid: string
      signal: number
      /** As sent, two digits with two digits after the point. */
      firmware: readonly string[]
      reportMinutes: number
    }
  | { kind: 'time'; serial: string | null }
  | { kind: 'heartbeat' }
  | { kind: 'data'; serial: string | null; blocks: readonly Acrel4gBlock[] }
  /** `rtu` is empty where the meter answers a write with its serial alone. */
  | { kind: 'transparent'; serial: string | null; rtu: Buffer }
  | { kind: 'other'; command: number; body: Buffer }

/** One Modbus answer inside a report, without its CRC. */
export type Acrel4gBlock = {
  /** The unit that answered. */
  unit: number
  /** As written before the answer: the unit as text, or as one byte. */
  label: string
  /** The registers, high byte first. */
  data: Buffer
}

const MARK = 0x7b
const END = 0x7d
export const START_BYTES = 3
export const END_BYTES = 2
/** What surrounds a body. */
export const AROUND_BYTES = START_BYTES + CRC_BYTES + END_BYTES
export const SERIAL_BYTES = 20
const ICCID_BYTES = 30
const VERSIONS = 3
export const REGISTER_BYTES = SERIAL_BYTES + ICCID_BYTES + 1 + 2 * VERSIONS + 1

export const isStart = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === MARK && (bytes[at + 1] ?? MARK) === MARK

/** Whether [at, end) is a frame by its marks and its CRC. */
export const isWhole = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at < AROUND_BYTES || bytes[end - 1] !== END || bytes[end - 2] !== END) return false
  const crcAt = end - END_BYTES - CRC_BYTES
  const crc = crc16(bytes, at + 2, crcAt)
  return bytes[crcAt] === (crc & 0xff) && bytes[crcAt + 1] === crc >> 8
}

export const encodeAcrel4g = (command: number, body: Uint8Array): Buffer => {
  const checked = Buffer.concat([Buffer.of(command), body])
  const crc = crc16(checked)
  return Buffer.concat([Buffer.of(MARK, MARK), checked, Buffer.of(crc & 0xff, crc >> 8, END, END)])
}

/** Text padded with NUL; null where it is no printable ASCII. */
export const paddedText = (bytes: Uint8Array): string | null => {
  const end = bytes.indexOf(0)
  const text = Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('latin1')
  const padding = end === -1 ? [] : [...bytes.subarray(end)]
  return /^[\x20-\x7e]*$/.test(text) && padding.every((byte) => byte === 0) ? text.trim() : null
}

/** Year, month, day, weekday, hour, minute, second, binary. Sunday is 0; meters differ on that. */
export const timeAnswer = (t: LocalTime): Buffer =>
  encodeAcrel4g(
    COMMAND.time,
    Buffer.of(t.year % 100, t.month, t.dayOfMonth, t.weekday, t.hour, t.minute, t.second),
  )

const registerOf = (body: Buffer): Acrel4gFrame | null => {
  if (body.length !== REGISTER_BYTES) return null
  const serial = paddedText(body.subarray(0, SERIAL_BYTES))
  const iccid = paddedText(body.subarray(SERIAL_BYTES, SERIAL_BYTES + ICCID_BYTES))
  if (!serial) return null
  const rest = body.subarray(SERIAL_BYTES + ICCID_BYTES)
  const firmware = Array.from({ length: VERSIONS }, (_, i) =>
    rest.subarray(1 + 2 * i, 3 + 2 * i).toString('hex'),
  ).map((digits) => `${digits.slice(0, 2)}.${digits.slice(2)}`)
  const [signal = 0] = rest
  const reportMinutes = rest[rest.length - 1] ?? 0
  return { kind: 'register', serial, iccid: iccid ?? '', signal, firmware, reportMinutes }
}

const PAIR = { open: '[[', close: ']]', answer: '((', answered: '))' } as const
const LABEL_MAX = 20
/** Unit, function, byte count. */
const HEAD_BYTES = 3
const READ_FUNCTIONS = new Set([3, 4])

const pairIs = (bytes: Buffer, at: number, pair: string): boolean =>
  bytes.toString('latin1', at, at + 2) === pair

/** Where a report's sections end, or why not: 0 when they may go on, −1 when they are none. */
export type Sections = { end: number; blocks: Acrel4gBlock[] }

/** `[[label((answer))]]`, one or more; an answer ends by its byte count, whatever it contains. */
export const sectionsFrom = (bytes: Buffer, from: number): Sections => {
  const blocks: Acrel4gBlock[] = []
  const stop = (end: 0 | -1): Sections => ({ end, blocks: [] })
  const short = (at: number, pair: string): 0 | -1 =>
    at + 1 < bytes.length || (at < bytes.length && bytes[at] !== pair.charCodeAt(0)) ? -1 : 0
  let at = from
  do {
    if (!pairIs(bytes, at, PAIR.open)) return stop(short(at, PAIR.open))
    const labelAt = at + 2
    const openAt = bytes
      .subarray(0, labelAt + LABEL_MAX + 2)
      .indexOf(PAIR.answer, labelAt + 1, 'latin1')
    if (openAt === -1) return stop(bytes.length >= labelAt + LABEL_MAX + 2 ? -1 : 0)
    const [unit = 0, fn, count] = bytes.subarray(openAt + 2, openAt + 2 + HEAD_BYTES)
    if (fn !== undefined && !READ_FUNCTIONS.has(fn)) return stop(-1)
    if (count === undefined) return stop(0)
    const dataAt = openAt + 2 + HEAD_BYTES
    at = dataAt + count
    for (const pair of [PAIR.answered, PAIR.close]) {
      if (!pairIs(bytes, at, pair)) return stop(short(at, pair))
      at += 2
    }
    const label = bytes.toString('latin1', labelAt, openAt)
    blocks.push({ unit, label, data: Buffer.from(bytes.subarray(dataAt, dataAt + count)) })
  } while (pairIs(bytes, at, PAIR.open))
  return { end: at, blocks }
}

const serialAndRest = (body: Buffer): { serial: string; rest: Buffer } | null => {
  if (body.length < SERIAL_BYTES) return null
  const serial = paddedText(body.subarray(0, SERIAL_BYTES))
  return serial ? { serial, rest: body.subarray(SERIAL_BYTES) } : null
}

const dataOf = (body: Buffer): Acrel4gFrame | null => {
  const named = pairIs(body, 0, PAIR.open) ? null : serialAndRest(body)
  const sections = sectionsFrom(named?.rest ?? body, 0)
  if (sections.end !== (named?.rest ?? body).length) return null
  return { kind: 'data', serial: named?.serial ?? null, blocks: sections.blocks }
}

/** An RTU frame has at least unit, function, one byte and its CRC. */
const RTU_BYTES_MIN = 5

const isRtu = (bytes: Buffer): boolean => {
  const crcAt = bytes.length - CRC_BYTES
  return bytes.length >= RTU_BYTES_MIN && bytes.readUInt16LE(crcAt) === crc16(bytes, 0, crcAt)
}

const transparentOf = (body: Buffer): Acrel4gFrame | null => {
  const named = serialAndRest(body)
  if (named && (named.rest.length === 0 || isRtu(named.rest))) {
    return { kind: 'transparent', serial: named.serial, rtu: Buffer.from(named.rest) }
  }
  return isRtu(body) ? { kind: 'transparent', serial: null, rtu: Buffer.from(body) } : null
}

/** Takes one whole frame as the reader cut it. Null where its body is not what its command says. */
export const parseAcrel4g = (raw: Buffer): Acrel4gFrame | null => {
  const body = raw.subarray(START_BYTES, raw.length - CRC_BYTES - END_BYTES)
  const command = raw[2] ?? 0
  switch (command) {
    case COMMAND.register:
      return registerOf(body)
    case COMMAND.time:
      return { kind: 'time', serial: serialAndRest(body)?.serial ?? null }
    case COMMAND.heartbeat:
      return { kind: 'heartbeat' }
    case COMMAND.data:
      return dataOf(body)
    case COMMAND.transparent:
      return transparentOf(body)
    default:
      return { kind: 'other', command, body: Buffer.from(body) }
  }
}
