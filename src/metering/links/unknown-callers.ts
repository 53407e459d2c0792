// Callers that belong to no gateway 未登记的来电, the latest first. The list is short and bounded:
// anybody on the network can call.

import type { Instant } from '../../shared/clock.ts'
import type { UnknownCaller } from './caller.ts'
import { hostOf } from './crowd.ts'

const CALLERS_MAX = 50
/** Enough for any registration packet. */
export const FIRST_BYTES_MAX = 128

export type UnknownCallers = {
  add(caller: { port: number; from: string; head: Buffer; at: Instant }): void
  list(): readonly UnknownCaller[]
}

export const createUnknownCallers = (): UnknownCallers => {
  let callers: UnknownCaller[] = []
  return {
    list: () => callers,
    add: ({ port, from, head, at }) => {
      const firstBytes = head.subarray(0, FIRST_BYTES_MAX).toString('hex')
      const same = (caller: UnknownCaller) =>
        caller.port === port &&
        caller.firstBytes === firstBytes &&
        hostOf(caller.from) === hostOf(from)
      const calls = (callers.find(same)?.calls ?? 0) + 1
      const others = callers.filter((caller) => !same(caller))
      callers = [{ port, from, firstBytes, at, calls }, ...others].slice(0, CALLERS_MAX)
    },
  }
}
