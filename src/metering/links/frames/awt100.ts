// Frames of the Acrel data gateway 安科瑞数据网关(AWT100/ANet): `1F1F`, type, length (4 bytes, high
// first), data. There is no check, so only types and lengths that are allowed now begin a frame.

export const AWT100 = {
  auth: 0x01,
  heartbeat: 0x02,
  data: 0x03,
  /** Data, compressed before it was encrypted. */
  packed: 0x04,
  /** Down: a request to a bus. */
  request: 0xf1,
  /** Up: what the bus answered. */
  answer: 0xf2,
} as const

export type Awt100Frame = { type: number; data: Buffer }

const MARK = 0x1f
export const AWT100_HEAD_BYTES = 7
const LENGTH_AT = 3
const EMPTY: Buffer = Buffer.alloc(0)

export const encodeAwt100 = (type: number, data: Uint8Array): Buffer => {
  const head = Buffer.alloc(AWT100_HEAD_BYTES, MARK)
  head[2] = type
  head.writeUInt32BE(data.length, LENGTH_AT)
  return Buffer.concat([head, data])
}

export type Awt100Reader = {
  push(bytes: Uint8Array): Awt100Frame[]
  /** Bytes that belonged to no frame. */
  readonly discardedBytes: number
}

/**
 * `longest`: how many bytes of data a frame of that type may have now; null for a type that may not
 * come now. Never keeps more than the longest of them.
 */
export const awt100Reader = (longest: (type: number) => number | null): Awt100Reader => {
  let pending = EMPTY
  let discardedBytes = 0

  /** The length of the frame at `at`, 0 while it may still become one, −1 where it is none. */
  const measure = (bytes: Buffer, at: number): number => {
    const [first, second = MARK, type] = bytes.subarray(at, at + LENGTH_AT)
    if (first !== MARK || second !== MARK) return -1
    if (type === undefined) return 0
    const most = longest(type)
    if (most === null) return -1
    if (bytes.length < at + AWT100_HEAD_BYTES) return 0
    const length = bytes.readUInt32BE(at + LENGTH_AT)
    if (length > most) return -1
    const end = at + AWT100_HEAD_BYTES + length
    return end > bytes.length ? 0 : AWT100_HEAD_BYTES + length
  }

  return {
    get discardedBytes() {
      return discardedBytes
    },
    push: (pushed) => {
      const bytes = pending.length === 0 ? Buffer.from(pushed) : Buffer.concat([pending, pushed])
      const frames: Awt100Frame[] = []
      let at = 0
      while (at < bytes.length) {
        const length = measure(bytes, at)
        if (length === 0) break
        if (length < 0) {
          at += 1
          discardedBytes += 1
          continue
        }
        const data = Buffer.from(bytes.subarray(at + AWT100_HEAD_BYTES, at + length))
        frames.push({ type: bytes[at + 2] ?? 0, data })
        at += length
      }
      pending = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at))
      return frames
    },
  }
}
