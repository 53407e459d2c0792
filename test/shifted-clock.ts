// The system's clock, put forward as far as a test wants 拨快的时钟.

import { systemClock } from '../src/adapters/system.ts'
import type { Clock } from '../src/ports/clock.ts'
import { plusMs } from '../src/shared/clock.ts'

export type ShiftedClock = Clock & { shiftedMs: number }

export const shiftedClock = (): ShiftedClock => {
  const clock: ShiftedClock = {
    ...systemClock,
    shiftedMs: 0,
    now: () => plusMs(systemClock.now(), clock.shiftedMs),
  }
  return clock
}
