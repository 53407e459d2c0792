// The clock port 时钟: wall time, monotonic time and waiting. Rules get `now` as an argument.

import type { Instant } from '../shared/clock.ts'

export type Clock = {
  /** Wall time; may jump. */
  now(): Instant
  /** Monotonic milliseconds for measuring and time-outs; never jumps. */
  mono(): number
  /** Resolves after `ms`, or at once when the signal aborts (never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
}
