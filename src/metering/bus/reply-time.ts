// Reply times 应答时延: how long each address takes to begin its answer, learned from its answers,
// so that a quick meter that falls silent costs the bus little and a slow one is not cut off.

export type ReplyTimes = {
  /** How long to wait for the first byte of an answer, ms; the ceiling for an unknown address. */
  waitMs(address: string): number
  answered(address: string, thinkingMs: number): void
  /** The next wait doubles: the meter may have become slower. */
  silent(address: string): void
}

// Smoothing as TCP does it for its retransmission timer (RFC 6298).
const MEAN_WEIGHT = 1 / 8
const DEVIATION_WEIGHT = 1 / 4
const DEVIATIONS = 4
/** Below this a busy network, or a busy centre, would look like a silent meter. */
const LEAST_MS = 400
const BACKOFF = 2

/** Numbers in rows, not objects: there is a row for each of ten thousand addresses. */
class LearnedTimes implements ReplyTimes {
  readonly #ceilingMs: number
  readonly #rows = new Map<string, number>()
  readonly #meanMs: number[] = []
  readonly #deviationMs: number[] = []
  readonly #factor: number[] = []

  constructor(ceilingMs: number) {
    this.#ceilingMs = ceilingMs
  }

  waitMs(address: string): number {
    const row = this.#rows.get(address)
    if (row === undefined) return this.#ceilingMs
    const expected = (this.#meanMs[row] ?? 0) + DEVIATIONS * (this.#deviationMs[row] ?? 0)
    return Math.min(this.#ceilingMs, Math.max(LEAST_MS, expected) * (this.#factor[row] ?? 1))
  }

  answered(address: string, thinkingMs: number): void {
    const ms = Math.max(0, thinkingMs)
    const row = this.#rows.get(address)
    if (row === undefined) {
      this.#rows.set(address, this.#meanMs.length)
      this.#meanMs.push(ms)
      this.#deviationMs.push(ms / 2)
      this.#factor.push(1)
      return
    }
    const mean = this.#meanMs[row] ?? ms
    const deviation = this.#deviationMs[row] ?? 0
    this.#deviationMs[row] = deviation + DEVIATION_WEIGHT * (Math.abs(ms - mean) - deviation)
    this.#meanMs[row] = mean + MEAN_WEIGHT * (ms - mean)
    this.#factor[row] = 1
  }

  silent(address: string): void {
    const row = this.#rows.get(address)
    if (row !== undefined) this.#factor[row] = (this.#factor[row] ?? 1) * BACKOFF
  }
}

export const createReplyTimes = (ceilingMs: number): ReplyTimes => new LearnedTimes(ceilingMs)
