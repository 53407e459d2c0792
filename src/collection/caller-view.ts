// A caller that nobody expected 未登记的来电, as people read it: which collector it called and what it
// said, in text where it is text.

import type { UnknownCaller as View } from '../http/contract/collection.ts'
import type { CallersOf } from '../metering/seen-store.ts'
import { instant, rfc3339 } from '../shared/clock.ts'

/** Callers belong to no complex, so to no zone either. */
const ZONE = 'UTC'
const SHOWN_MAX = 200

const textOf = (hex: string): string | null => {
  const text = Buffer.from(hex, 'hex').toString('latin1')
  return /^[\x20-\x7e]+$/.test(text) ? text : null
}

/** Of all collectors, the latest first; of this process's own what it knows now. */
export const callerViews = (own: CallersOf, stored: readonly CallersOf[]): View[] =>
  [own, ...stored.filter(({ collector }) => collector !== own.collector)]
    .flatMap(({ collector, callers }) => callers.map((caller) => ({ ...caller, collector })))
    .sort((a, b) => b.at - a.at)
    .slice(0, SHOWN_MAX)
    .map(({ collector, port, from, firstBytes, at, calls }) => ({
      collector,
      port,
      from,
      firstBytes,
      text: textOf(firstBytes),
      lastAt: rfc3339(instant(at), ZONE),
      calls,
    }))
