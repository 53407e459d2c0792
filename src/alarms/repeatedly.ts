// A pass that is made again and again 定时执行, the first at once: one that fails is told and the next
// is made all the same.

import type { Clock } from '../ports/clock.ts'

export type Repeated = {
  everyMs: number
  pass(stop: AbortSignal): Promise<void>
  onFault(error: unknown): void
}

/** Stops after the pass that is under way, which is told by its signal. */
export const repeatedly = (
  clock: Clock,
  { everyMs, pass, onFault }: Repeated,
): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async () => {
    while (!signal.aborted) {
      await pass(signal).catch(onFault)
      await clock.sleep(everyMs, signal)
    }
  }
  const running = run()
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}
