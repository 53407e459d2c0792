// A recording 报文记录: bytes somebody copied from a line, cut into frames of whatever protocol they
// are, and what is no good frame named: garbage, a wrong check, a frame cut short.

import { explainBytes } from './dlt645/explain.ts'
import { FRAME_OVERHEAD_BYTES, measureFrame, START, WAKE_UP } from './dlt645/frame.ts'
import { dlt645Reader } from './dlt645/stream.ts'
import { explain1997, looksLike1997 } from './dlt645-1997/explain.ts'
import type { ExplainedField } from './explained.ts'
import { crcIsGood } from './modbus/crc16.ts'
import { explainRtu, explainTcp } from './modbus/explain.ts'
import { TCP_HEAD_BYTES, TCP_LENGTH_AT, TCP_UNCOUNTED_BYTES } from './modbus/framing.ts'
import { EXCEPTION_BIT, isKnownFunction } from './modbus/functions.ts'
import { rtuReader } from './modbus/rtu-stream.ts'
import { tcpReader } from './modbus/tcp-stream.ts'
import type { StreamReader } from './request.ts'

export const FRAME_PROTOCOLS = {
  'dlt645-2007': 'DL/T 645-2007',
  'dlt645-1997': 'DL/T 645-1997',
  'modbus-rtu': 'Modbus RTU',
  'modbus-tcp': 'Modbus TCP',
} as const

export type FrameProtocol = keyof typeof FRAME_PROTOCOLS

export const isFrameProtocol = (text: string): text is FrameProtocol =>
  Object.hasOwn(FRAME_PROTOCOLS, text)

export type RecordingPart =
  | { kind: 'wake-up'; bytes: Buffer }
  | {
      kind: 'frame'
      bytes: Buffer
      /** Check and end are right. */
      good: boolean
      protocol: FrameProtocol
      fields: readonly ExplainedField[]
    }
  | { kind: 'cut-short'; bytes: Buffer; length: number | null }
  | { kind: 'garbage'; bytes: Buffer }

const EXPLAIN: Record<FrameProtocol, (raw: Buffer) => ExplainedField[]> = {
  'dlt645-2007': explainBytes,
  'dlt645-1997': explain1997,
  'modbus-rtu': explainRtu,
  'modbus-tcp': explainTcp,
}

const framePart = (bytes: Buffer, good: boolean, protocol: FrameProtocol): RecordingPart => ({
  kind: 'frame',
  bytes,
  good,
  protocol,
  fields: EXPLAIN[protocol](bytes),
})

type Edition = (raw: Buffer) => 'dlt645-2007' | 'dlt645-1997'
/** By its function; 03H and 08H of both editions look alike and are taken for 2007. */
const byFunction: Edition = (raw) => (looksLike1997(raw) ? 'dlt645-1997' : 'dlt645-2007')

const run = (bytes: Buffer, isOne: (byte: number) => boolean): number => {
  const end = bytes.findIndex((byte) => !isOne(byte))
  return end === -1 ? bytes.length : end
}

/** Where the shape 68 ×6 68 begins, even if cut short. */
const shapeAt = (bytes: Buffer): number => {
  let at = bytes.indexOf(START)
  while (at !== -1) {
    const second = bytes[at + 7]
    if (second === undefined || second === START) return at
    at = bytes.indexOf(START, at + 1)
  }
  return -1
}

/** What the bytes begin with; there is at least one. */
const firstPart = (bytes: Buffer, edition: Edition): RecordingPart => {
  const woken = run(bytes, (byte) => byte === WAKE_UP)
  if (woken > 0) return { kind: 'wake-up', bytes: bytes.subarray(0, woken) }
  const at = shapeAt(bytes)
  if (at !== 0) {
    const end = at === -1 ? run(bytes, (byte) => byte !== WAKE_UP) : at
    return { kind: 'garbage', bytes: bytes.subarray(0, end) }
  }
  const measured = measureFrame(bytes, 0)
  if (measured.kind === 'partial') return { kind: 'cut-short', bytes, length: measured.length }
  const raw = bytes.subarray(0, FRAME_OVERHEAD_BYTES + (bytes[9] ?? 0))
  return framePart(raw, false, edition(raw))
}

/** Names what lies between good frames. */
const diagnose = (bytes: Buffer, edition: Edition): RecordingPart[] => {
  const parts: RecordingPart[] = []
  let rest = bytes
  while (rest.length > 0) {
    const part = firstPart(rest, edition)
    parts.push(part)
    rest = rest.subarray(part.bytes.length)
  }
  return parts
}

const cut645 = (bytes: Buffer, edition: Edition): RecordingPart[] => {
  const reader = dlt645Reader()
  const parts: RecordingPart[] = []
  let taken = 0
  for (const piece of [...reader.push(bytes), ...reader.idle()]) {
    if (piece.kind === 'discarded') continue
    const at = bytes.indexOf(piece.raw, taken)
    parts.push(...diagnose(bytes.subarray(taken, at), edition))
    parts.push(framePart(piece.raw, true, edition(piece.raw)))
    taken = at + piece.raw.length
  }
  return [...parts, ...diagnose(bytes.subarray(taken), edition)]
}

const cutModbus = (bytes: Buffer, reader: StreamReader, protocol: FrameProtocol): RecordingPart[] =>
  [...reader.push(bytes), ...reader.idle()].map((piece) =>
    piece.kind === 'frame'
      ? framePart(piece.raw, true, protocol)
      : { kind: 'garbage', bytes: piece.bytes },
  )

const RTU_BYTES_MIN = 4

const cutRtu = (bytes: Buffer): RecordingPart[] =>
  // One frame alone may have a function whose length nobody knows.
  bytes.length >= RTU_BYTES_MIN && crcIsGood(bytes)
    ? [framePart(bytes, true, 'modbus-rtu')]
    : cutModbus(bytes, rtuReader(null), 'modbus-rtu')

/** Whether the header says exactly how many bytes are here. */
const fitsTcp = (bytes: Buffer): boolean =>
  bytes.length > TCP_HEAD_BYTES &&
  bytes.readUInt16BE(2) === 0 &&
  bytes.readUInt16BE(TCP_LENGTH_AT) === bytes.length - TCP_UNCOUNTED_BYTES

const cutTcp = (bytes: Buffer): RecordingPart[] =>
  fitsTcp(bytes)
    ? [framePart(bytes, true, 'modbus-tcp')]
    : cutModbus(bytes, tcpReader(null), 'modbus-tcp')

const goodBytes = (parts: readonly RecordingPart[]): number =>
  parts.reduce((sum, p) => sum + (p.kind === 'frame' && p.good ? p.bytes.length : 0), 0)

const UNIT_MAX = 247

/** A frame with a wrong CRC, perhaps: too little to go by where anything else fits. */
const looksLikeRtu = (bytes: Buffer): boolean =>
  bytes.length >= RTU_BYTES_MIN &&
  (bytes[0] ?? 0) <= UNIT_MAX &&
  isKnownFunction((bytes[1] ?? 0) & ~EXCEPTION_BIT)

/** Nothing in `bytes` is whole as the protocol: the whole of it is explained, and called wrong. */
const orBad = (
  parts: RecordingPart[],
  bytes: Buffer,
  protocol: 'modbus-rtu' | 'modbus-tcp',
): RecordingPart[] => {
  const least = protocol === 'modbus-rtu' ? RTU_BYTES_MIN : TCP_HEAD_BYTES + 1
  const isBad = goodBytes(parts) === 0 && bytes.length >= least
  return isBad ? [framePart(bytes, false, protocol)] : parts
}

/**
 * The protocol whose good frames hold the most bytes: a check that is right is no accident. Those
 * with a check come first, Modbus TCP has none.
 */
const recognise = (bytes: Buffer): RecordingPart[] => {
  const readings = [cut645(bytes, byFunction), cutRtu(bytes), cutTcp(bytes)]
  const best = Math.max(...readings.map(goodBytes))
  if (best > 0) return readings.find((parts) => goodBytes(parts) === best) ?? []
  if (shapeAt(bytes) === -1 && looksLikeRtu(bytes)) return orBad([], bytes, 'modbus-rtu')
  return readings[0] ?? []
}

/** Every byte of a recording in order, of one protocol; recognised where none is named. */
export const cutRecording = (bytes: Buffer, as?: FrameProtocol): RecordingPart[] => {
  switch (as) {
    case undefined:
      return recognise(bytes)
    case 'dlt645-2007':
    case 'dlt645-1997':
      return cut645(bytes, () => as)
    case 'modbus-rtu':
      return orBad(cutRtu(bytes), bytes, as)
    case 'modbus-tcp':
      return orBad(cutTcp(bytes), bytes, as)
  }
}
