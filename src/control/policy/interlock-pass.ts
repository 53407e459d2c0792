// Whether a trip may leave now 联锁放行: asked in the transaction that is about to send it, by whoever
// sends one. What is not let pass stays queued and asks again.

import type { Tx } from '../../ports/database.ts'
import { type Instant, plusMs } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import type { CommandKey } from '../store.ts'
import { MINUTE_MS, mayTrip, type TripPass } from './interlock.ts'
import { askedTrip, insertPass, lockGate, passedLately } from './interlock-store.ts'
import { interlockOf } from './settings-store.ts'
import { openSurges } from './surge-store.ts'

/**
 * Holds at most the set number of trips a minute across all processes; nothing but a person's
 * single order passes while a surge covers the meter. One command passes once, however often its
 * order has to be sent again.
 */
export const passTrip = async (tx: Tx, key: CommandKey): Promise<TripPass> => {
  const before = await askedTrip(tx, key)
  // A person's single order passes whatever the others do: it does not wait at their gate.
  if (before?.origin !== 'single') await lockGate(tx, key.complexId)
  const asked = before?.origin === 'single' ? before : await askedTrip(tx, key)
  if (!asked) return { pass: true }
  const answer = mayTrip(asked, await interlockOf(tx, key.complexId), tx.now)
  if (answer.pass && !asked.passed) await insertPass(tx, key, asked)
  return answer
}

export type TripRoom = {
  perMinute: number
  /** Trips that may still leave in this minute. */
  left: number
  /** When the next one may; null: now. */
  nextAt: Instant | null
  /** A surge over the whole complex stops batches and the policy; see also single scopes. */
  stopped: boolean
  /** Surges nobody has released. */
  surges: readonly { surgeId: string; scopeKind: string; scopeKey: string }[]
}

/** For whoever makes many trips and wants to queue no more of them than can leave. */
export const tripRoom = async (tx: Tx, complex: ComplexId): Promise<TripRoom> => {
  const { perMinute } = await interlockOf(tx, complex)
  const lately = await passedLately(tx, complex)
  const surges = await openSurges(tx, complex)
  const inTheWay = lately[lately.length - perMinute]
  return {
    perMinute,
    left: Math.max(0, perMinute - lately.length),
    nextAt: inTheWay === undefined ? null : plusMs(inTheWay, MINUTE_MS),
    stopped: surges.some(({ scopeKind }) => scopeKind === 'complex'),
    surges: surges.map(({ surgeId, scopeKind, scopeKey }) => ({ surgeId, scopeKind, scopeKey })),
  }
}
