// Takes heartbeats out of a stream of bytes 心跳包剔除, wherever they stand and however the network cut
// them. What leaves is what the bus said, in order and whole; only an end that may be the beginning
// of a heartbeat is kept back until the next bytes, or until the caller has waited long enough.

export type Stripper = {
  /** What may be handed on now. */
  push(bytes: Buffer): Buffer
  /** Gives up waiting: what was kept back was no heartbeat. */
  flush(): Buffer
  /** Bytes that are kept back. */
  readonly kept: number
  /** How many were taken out so far. */
  readonly stripped: number
}

const NOTHING = Buffer.alloc(0)

const startsWithAt = (bytes: Buffer, at: number, pattern: Buffer): boolean =>
  bytes[at] === pattern[0] &&
  at + pattern.length <= bytes.length &&
  bytes.compare(pattern, 0, pattern.length, at, at + pattern.length) === 0

/** Whether all that follows `at` is the beginning of the pattern, and not the whole. */
const mayBeginAt = (bytes: Buffer, at: number, pattern: Buffer): boolean => {
  if (bytes[at] !== pattern[0]) return false
  const left = bytes.length - at
  return left < pattern.length && bytes.compare(pattern, 0, left, at) === 0
}

class StreamStripper implements Stripper {
  /** The longest first, so that one that begins as another does is taken whole. */
  readonly #patterns: readonly Buffer[]
  #kept: Buffer = NOTHING
  stripped = 0

  constructor(patterns: readonly Buffer[]) {
    this.#patterns = [...patterns].sort((a, b) => b.length - a.length)
  }

  get kept(): number {
    return this.#kept.length
  }

  push(bytes: Buffer): Buffer {
    return this.#scan(this.#kept.length > 0 ? Buffer.concat([this.#kept, bytes]) : bytes, false)
  }

  flush(): Buffer {
    return this.#scan(this.#kept, true)
  }

  #scan(bytes: Buffer, final: boolean): Buffer {
    const parts: Buffer[] = []
    let from = 0
    let at = 0
    while (at < bytes.length) {
      const here = at
      if (!final && this.#patterns.some((pattern) => mayBeginAt(bytes, here, pattern))) break
      const whole = this.#patterns.find((pattern) => startsWithAt(bytes, here, pattern))
      if (whole) {
        parts.push(bytes.subarray(from, at))
        this.stripped += 1
        from = at + whole.length
      }
      at += whole?.length ?? 1
    }
    this.#kept = bytes.subarray(at)
    const last = bytes.subarray(from, at)
    return parts.length === 0 ? last : Buffer.concat([...parts, last])
  }
}

/** The patterns are not empty. */
export const createStripper = (patterns: readonly Buffer[]): Stripper =>
  new StreamStripper(patterns)
