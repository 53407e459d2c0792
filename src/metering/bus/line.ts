// A line 总线参数: how long bytes take on it and how long a device may take to answer.

export type Parity = 'none' | 'even' | 'odd'

export type BusSettings = {
  baud: number
  parity: Parity
  dataBits: 7 | 8
  stopBits: 1 | 2
  /** The longest a device may think before it answers, transport included. */
  replyTimeoutMs: number
  /** Silence between two exchanges. */
  gapMs: number
}

const DEFAULT_BAUD = 2_400
// The standard allows 500 ms of thinking; a serial server and its network add their own.
const DEFAULT_REPLY_TIMEOUT_MS = 1_500
const GAP_BYTES = 4
const GAP_MIN_MS = 5
const REPLY_TIMEOUT_RANGE_MS = { least: 50, most: 60_000 }
const GAP_MOST_MS = 5_000
/** Silence tells Modbus frames apart: 3.5 characters, fixed above 19200 baud (V1.02, 2.5.1). */
const MODBUS_SILENCE_BYTES = 3.5
const MODBUS_SILENCE_FAST_MS = 1.75
const MODBUS_FAST_BAUD = 19_200

/** The standard allows half a second between two bytes of one frame. */
export const BETWEEN_BYTES_MS = 500

type Bytes = Pick<BusSettings, 'baud' | 'parity' | 'dataBits' | 'stopBits'>

/** Start, data, parity, stop: 11 for 8E1 (DL/T 645-2007, physical layer), 10 for 8N1. */
const bitsPerByte = ({ parity, dataBits, stopBits }: Bytes): number =>
  1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits

export const byteMs = (line: Bytes): number => (bitsPerByte(line) * 1_000) / line.baud

const numberIn = (value: unknown, least: number, most: number, otherwise: number): number =>
  typeof value === 'number' && value >= least && value <= most ? value : otherwise

const field = (settings: unknown, name: string): unknown =>
  typeof settings === 'object' && settings !== null ? Reflect.get(settings, name) : undefined

const parityOf = (value: unknown, otherwise: Parity): Parity =>
  value === 'none' || value === 'even' || value === 'odd' ? value : otherwise

/**
 * Settings of a bus as stored; what is missing or out of range takes its default: 8E1 as DL/T 645
 * has it, 8N1 where the bus speaks Modbus, whose silence no gap may fall below.
 */
export const busSettings = (stored: unknown): BusSettings => {
  const isModbus = field(stored, 'protocol') === 'modbus'
  const bytes: Bytes = {
    baud: numberIn(field(stored, 'baud'), 300, 921_600, DEFAULT_BAUD),
    parity: parityOf(field(stored, 'parity'), isModbus ? 'none' : 'even'),
    dataBits: field(stored, 'dataBits') === 7 ? 7 : 8,
    stopBits: field(stored, 'stopBits') === 2 ? 2 : 1,
  }
  const timeout = field(stored, 'replyTimeoutMs')
  const { least, most } = REPLY_TIMEOUT_RANGE_MS
  const silence =
    bytes.baud > MODBUS_FAST_BAUD ? MODBUS_SILENCE_FAST_MS : MODBUS_SILENCE_BYTES * byteMs(bytes)
  const gap = Math.max(GAP_MIN_MS, Math.ceil(GAP_BYTES * byteMs(bytes)))
  const stated = numberIn(field(stored, 'gapMs'), 0, GAP_MOST_MS, gap)
  return {
    ...bytes,
    replyTimeoutMs: numberIn(timeout, least, most, DEFAULT_REPLY_TIMEOUT_MS),
    gapMs: isModbus ? Math.max(stated, silence) : stated,
  }
}

/** Modbus TCP frames instead of RTU's: the gateway translates. */
export const usesTcpFraming = (stored: unknown): boolean =>
  field(stored, 'protocol') === 'modbus' && field(stored, 'framing') === 'tcp'
