// Reply times 应答时延: how long each address takes to begin its answer, learned from its answers,
// so that a quick meter that falls silent costs the bus little and a slow one is not cut off.

export type ReplyTimes = {
  /** How long to wait for the first byte of an answer, ms; the ceiling for an unknown address. */
  waitMs(address: string): number
  answered(address: string, thinkingMs: number): void
  /** The next wait doubles: the meter may have become slower. */
  silent(address: string): void
  forget(address: string): void
}

type Learned = { meanMs: number; deviationMs: number; factor: number }

// Smoothing as TCP does it for its retransmission timer (RFC 6298).
const MEAN_WEIGHT = 1 / 8
const DEVIATION_WEIGHT = 1 / 4
const DEVIATIONS = 4
/** Below this a busy network, or a busy centre, would look like a silent meter. */
const LEAST_MS = 400
const BACKOFF = 2

export const createReplyTimes = (ceilingMs: number): ReplyTimes => {
  const known = new Map<string, Learned>()
  return {
    waitMs: (address) => {
      const learned = known.get(address)
      if (!learned) return ceilingMs
      const expected = learned.meanMs + DEVIATIONS * learned.deviationMs
      return Math.min(ceilingMs, Math.max(LEAST_MS, expected) * learned.factor)
    },
    answered: (address, thinkingMs) => {
      const ms = Math.max(0, thinkingMs)
      const before = known.get(address)
      if (!before) {
        known.set(address, { meanMs: ms, deviationMs: ms / 2, factor: 1 })
        return
      }
      const off = Math.abs(ms - before.meanMs)
      before.deviationMs += DEVIATION_WEIGHT * (off - before.deviationMs)
      before.meanMs += MEAN_WEIGHT * (ms - before.meanMs)
      before.factor = 1
    },
    silent: (address) => {
      const learned = known.get(address)
      if (learned) learned.factor *= BACKOFF
    },
    forget: (address) => {
      known.delete(address)
    },
  }
}
