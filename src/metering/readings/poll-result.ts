// What a question to a meter brought home 抄读结果, whoever asked it, and the hooks that follow in the
// transaction that stores it. A fault is a result too: silence is recorded, never a value.

import type { Tx } from '../../ports/database.ts'
import type { Instant } from '../../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId } from '../../shared/ids.ts'
import type {
  EnergyReading,
  FreezeKind,
  FreezeReading,
  Outcome,
  RelayReading,
  StatusReading,
  WalletReading,
} from '../driver.ts'

export type ClockReading = { at: Instant; offsetMs: number }

type Asked = {
  meterId: MeterId
  gatewayId: GatewayId
  /** When the answer, or the lack of one, was known. */
  at: Instant
  /** Asked by the round, or by somebody who wanted to know now. */
  onDemand: boolean
  /** The gateway sent it by itself; nobody asked. */
  pushed?: true
}

export type PollResult = Asked &
  (
    | { kind: 'status'; outcome: Outcome<StatusReading> }
    | { kind: 'energy'; outcome: Outcome<EnergyReading> }
    | { kind: 'wallet'; outcome: Outcome<WalletReading> }
    | { kind: 'relay'; outcome: Outcome<RelayReading> }
    | { kind: 'clock'; outcome: Outcome<ClockReading> }
    | {
        kind: 'freeze'
        which: FreezeKind
        /** Fetched because an outage left a hole, not in its turn. */
        backfill: boolean
        outcome: Outcome<FreezeReading | null>
      }
  )

/**
 * Called in the transaction that stored the results, in the order in which they came. It may be
 * called again with the same results when a commit was unknown, so it must not mind repetition.
 */
export type PollHook = (
  tx: Tx,
  complexId: ComplexId,
  results: readonly PollResult[],
) => Promise<void>

export type GatewayChange = {
  gatewayId: GatewayId
  online: boolean
  at: Instant
  /** Why it is offline, for people. */
  fault: string | null
}

/** Called in the transaction that stored the changes. */
export type GatewayHook = (
  tx: Tx,
  complexId: ComplexId,
  changes: readonly GatewayChange[],
) => Promise<void>
