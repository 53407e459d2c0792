// A caller that nobody expected 未登记的来电, as people read it: what it said, in text where it is text.

import type { UnknownCaller as View } from '../http/contract/collection.ts'
import type { UnknownCaller } from '../metering/links/caller.ts'
import { rfc3339 } from '../shared/clock.ts'

/** Callers belong to no complex, so to no zone either. */
const ZONE = 'UTC'

const textOf = (hex: string): string | null => {
  const text = Buffer.from(hex, 'hex').toString('latin1')
  return /^[\x20-\x7e]+$/.test(text) ? text : null
}

export const callerView = ({ port, from, firstBytes, at, calls }: UnknownCaller): View => ({
  port,
  from,
  firstBytes,
  text: textOf(firstBytes),
  lastAt: rfc3339(at, ZONE),
  calls,
})
