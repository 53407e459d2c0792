// A line 总线参数: how long bytes take on it and how long a device may take to answer.

export type BusSettings = {
  baud: number
  /** The longest a device may think before it answers, transport included. */
  replyTimeoutMs: number
  /** Silence between two exchanges. */
  gapMs: number
}

/** Start, eight data, parity, stop (DL/T 645-2007, physical layer). */
const BITS_PER_BYTE = 11
const DEFAULT_BAUD = 2_400
// The standard allows 500 ms of thinking; a serial server and its network add their own.
const DEFAULT_REPLY_TIMEOUT_MS = 1_500
const GAP_BYTES = 4
const GAP_MIN_MS = 5
const REPLY_TIMEOUT_RANGE_MS = { least: 50, most: 60_000 }
const GAP_MOST_MS = 5_000

/** The standard allows half a second between two bytes of one frame. */
export const BETWEEN_BYTES_MS = 500

export const byteMs = (baud: number): number => (BITS_PER_BYTE * 1_000) / baud

const numberIn = (value: unknown, least: number, most: number, otherwise: number): number =>
  typeof value === 'number' && value >= least && value <= most ? value : otherwise

const field = (settings: unknown, name: string): unknown =>
  typeof settings === 'object' && settings !== null ? Reflect.get(settings, name) : undefined

/** Settings of a bus as stored; what is missing or out of range takes its default. */
export const busSettings = (stored: unknown): BusSettings => {
  const baud = numberIn(field(stored, 'baud'), 300, 921_600, DEFAULT_BAUD)
  const { least, most } = REPLY_TIMEOUT_RANGE_MS
  const timeout = field(stored, 'replyTimeoutMs')
  const gap = Math.max(GAP_MIN_MS, Math.ceil(GAP_BYTES * byteMs(baud)))
  return {
    baud,
    replyTimeoutMs: numberIn(timeout, least, most, DEFAULT_REPLY_TIMEOUT_MS),
    gapMs: numberIn(field(stored, 'gapMs'), 0, GAP_MOST_MS, gap),
  }
}
