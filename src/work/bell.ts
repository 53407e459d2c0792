// The bell 唤醒铃: who queues work in this process rings it, and the workers look soon. Nothing is
// lost where nobody rings, as for work that another process queued: they look by themselves too.

import type { Clock } from '../ports/clock.ts'

/** Who rings within it is heard with the first: many sales a second are not as many looks. */
const TOGETHER_MS = 25

export type Bell = {
  ring(): void
  /** How often it has rung: what a worker remembers before it looks for work. */
  readonly rings: number
  /**
   * Resolves after `ms`, shortly after it rings or has rung since, or when told to stop; at once
   * for who is in a `hurry` and sees himself that he does not look too often.
   */
  wait(
    clock: Pick<Clock, 'sleep'>,
    ms: number,
    since: number,
    stopping: AbortSignal,
    hurry?: 'hurry',
  ): Promise<void>
}

export const createBell = (): Bell => {
  const waiting = new Set<AbortController>()
  let rings = 0
  return {
    get rings() {
      return rings
    },
    ring: () => {
      rings += 1
      for (const one of waiting) one.abort()
    },
    wait: async (clock, ms, since, stopping, hurry) => {
      if (rings === since && !stopping.aborted) {
        const one = new AbortController()
        const stop = () => one.abort()
        stopping.addEventListener('abort', stop, { once: true })
        waiting.add(one)
        await clock.sleep(ms, one.signal)
        waiting.delete(one)
        stopping.removeEventListener('abort', stop)
      }
      if (rings !== since && !hurry) await clock.sleep(TOGETHER_MS, stopping)
    },
  }
}
