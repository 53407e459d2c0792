// A clock that tests move by hand 手动时钟: wall and monotonic time apart, timers in order, and the
// promises between two timers settled before the next one runs.

import type { Clock } from '../src/ports/clock.ts'
import { type Instant, instant, plusMs } from '../src/shared/clock.ts'

export type ManualClock = Clock & {
  /** Runs every timer of the next `ms`, each at its own moment. */
  advance(ms: number): Promise<void>
  /** Moves wall time alone, as a set clock does. */
  jumpWall(ms: number): void
}

type Timer = { at: number; order: number; run: () => void }

const SETTLING_TURNS = 8

/** Lets promises and immediates run until nothing but timers is left. */
export const settled = async (): Promise<void> => {
  for (let i = 0; i < SETTLING_TURNS; i++) await new Promise((resolve) => setImmediate(resolve))
}

export const createManualClock = (start: Instant = instant(1_790_000_000_000)): ManualClock => {
  let mono = 0
  let wall = start
  let order = 0
  let timers: Timer[] = []

  const after = (ms: number, run: () => void) => {
    const timer = { at: mono + Math.max(0, ms), order: order++, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const pass = (ms: number) => {
    mono += ms
    wall = plusMs(wall, ms)
  }
  const nextBefore = (end: number): Timer | undefined =>
    timers
      .filter((timer) => timer.at <= end)
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .at(0)

  return {
    now: () => instant(Math.round(wall)),
    mono: () => mono,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = () => {
          cancel()
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const cancel = after(ms, done)
        signal?.addEventListener('abort', done, { once: true })
      }),
    advance: async (ms) => {
      const end = mono + ms
      await settled()
      for (let timer = nextBefore(end); timer; timer = nextBefore(end)) {
        const due = timer
        timers = timers.filter((other) => other !== due)
        pass(Math.max(0, due.at - mono))
        due.run()
        await settled()
      }
      pass(end - mono)
    },
    jumpWall: (ms) => {
      wall = plusMs(wall, ms)
    },
  }
}
