// State of a meter 电表状态, pure: one of the six words of the board. What is not known is never
// `normal`: a meter that was not heard for two status rounds is offline, whatever it said before.

import type { Static } from 'typebox'
import type { MeterState as MeterStates } from '../http/contract.ts'
import { type Instant, plusMs } from '../shared/clock.ts'

export type MeterState = Static<typeof MeterStates>

/** A status round reads every meter within this time. */
export const STATUS_ROUND_MS = 3 * 60_000
/** A value older than two rounds is stale, and a meter silent for longer is offline. */
export const STALE_AFTER_MS = 2 * STATUS_ROUND_MS

export type StateFacts = {
  now: Instant
  /** The last answer of any kind; null: never heard. */
  answeredAt: Instant | null
  /** Null where no account holds the meter's point. */
  supply: { alarm1Fen: number; alarm2Fen: number } | null
  /** As the meter says; null where it has not been asked. */
  opened: boolean | null
  balanceFen: number | null
  /** When the balance was read; it may be older than the last answer. */
  balanceAt: Instant | null
  /** How old a value may be; two rounds where it is left out. */
  staleAfterMs?: number
}

const isFresh = (at: Instant | null, { now, staleAfterMs = STALE_AFTER_MS }: StateFacts): boolean =>
  at !== null && now <= plusMs(at, staleAfterMs)

export const meterState = (facts: StateFacts): MeterState => {
  if (!isFresh(facts.answeredAt, facts)) return 'offline'
  if (facts.supply === null || facts.opened === false) return 'notOpened'
  if (facts.opened === null || facts.balanceFen === null) return 'offline'
  if (!isFresh(facts.balanceAt, facts)) return 'offline'
  // Without an overdraft the meter trips at zero; with one it runs on, and still owes.
  if (facts.balanceFen <= 0) return 'arrears'
  if (facts.balanceFen <= facts.supply.alarm2Fen) return 'alarm2'
  if (facts.balanceFen <= facts.supply.alarm1Fen) return 'alarm1'
  return 'normal'
}
