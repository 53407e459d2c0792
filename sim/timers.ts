// Time for the simulated complex 时钟: the one file that reads the host's clocks and sets timers.

export type Timers = {
  /** Wall time in whole milliseconds: what meters keep their calendars by. */
  wallMs(): number
  /** Monotonic milliseconds with fractions: what the bus is paced by. */
  monoMs(): number
  /** Runs once after `delayMs`, at once where that is zero or less. */
  after(delayMs: number, run: () => void): void
  /** Runs every `periodMs` until the returned function is called. */
  every(periodMs: number, run: () => void): () => void
}

export const hostTimers: Timers = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (delayMs, run) => {
    if (delayMs <= 0) return run()
    const dueMs = performance.now() + delayMs
    // The host may be early by part of a millisecond; a bus that is early collides with itself.
    const fire = () => {
      if (performance.now() < dueMs) setImmediate(fire)
      else run()
    }
    setTimeout(fire, Math.ceil(delayMs))
  },
  every: (periodMs, run) => {
    const timer = setInterval(run, periodMs)
    return () => clearInterval(timer)
  },
}
