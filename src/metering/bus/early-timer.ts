// One timer for a whole session 定时器: it may ring early, and whoever it wakes looks what is due. So
// an exchange that ends in time costs no timer of its own.

import type { Clock } from '../../ports/clock.ts'

export type EarlyTimer = {
  /** Rings at or before `atMs` (monotonic). */
  by(atMs: number): void
  cancel(): void
}

export const createEarlyTimer = (clock: Clock, ring: () => void): EarlyTimer => {
  let armedFor = Number.POSITIVE_INFINITY
  let cancelTimer = () => {}
  const rang = () => {
    armedFor = Number.POSITIVE_INFINITY
    ring()
  }
  return {
    by: (atMs) => {
      if (atMs >= armedFor || atMs === Number.POSITIVE_INFINITY) return
      cancelTimer()
      armedFor = atMs
      // Timers count whole milliseconds: one that rings a little early would only ring again.
      cancelTimer = clock.after(Math.max(0, Math.ceil(atMs - clock.mono())), rang)
    },
    cancel: () => {
      cancelTimer()
      armedFor = Number.POSITIVE_INFINITY
    },
  }
}
