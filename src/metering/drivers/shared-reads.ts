// Shared reads 合并抄读: what several ask of one device at nearly the same time is asked once.

import type { Clock } from '../../ports/clock.ts'
import { PRIORITIES } from '../bus/queue.ts'
import type { Priority } from '../driver.ts'

/** Circuits of one device that are asked one after the other still get one answer. */
const FRESH_MS = 1_000

type Shared<T> = { priority: Priority; result: Promise<T>; endedAt: number | null }

const isNoLessUrgent = (one: Priority, than: Priority): boolean =>
  PRIORITIES.indexOf(one) <= PRIORITIES.indexOf(than)

export type SharedReads<K, T> = {
  /** Joins a read that is under way, unless it may have to wait longer, or one just ended well. */
  read(what: K, priority: Priority, start: () => Promise<T>): Promise<T>
  /** What was read so far may no longer be so: the next one asks anew. */
  forget(): void
}

export const createSharedReads = <K, T>(
  clock: Clock,
  isGood: (result: T) => boolean,
): SharedReads<K, T> => {
  const known = new Map<K, Shared<T>>()
  const usable = (shared: Shared<T>, priority: Priority): boolean =>
    shared.endedAt === null
      ? isNoLessUrgent(shared.priority, priority)
      : clock.mono() - shared.endedAt < FRESH_MS
  return {
    read: (what, priority, start) => {
      const before = known.get(what)
      if (before && usable(before, priority)) return before.result
      const shared: Shared<T> = { priority, result: start(), endedAt: null }
      known.set(what, shared)
      const drop = () => {
        if (known.get(what) === shared) known.delete(what)
      }
      shared.result.then((result) => {
        shared.endedAt = clock.mono()
        if (!isGood(result)) drop()
      }, drop)
      return shared.result
    },
    forget: () => known.clear(),
  }
}
