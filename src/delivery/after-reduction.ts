// What goes on when money came out of a meter 减额之后: in the transaction that makes the reduction
// DONE or CANCELLED, by its purpose. Rooms above this one fill it in; they post, queue and audit,
// and never refuse: a refusal here would undo what the meter has done already.

import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { OperatorId } from '../shared/ids.ts'
import type { AskedReduction, ReductionPurpose } from './reduction-store.ts'

export type AfterDeps = {
  ids: Ids
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

/** A reduction that ended. The account is locked by the caller. */
export type EndedReduction = AskedReduction & {
  /** On account/<id>/payable since this transaction; 0 where it was cancelled. */
  takenFen: number
  /** What it was seen to hold still, where all was wanted; null: a person’s word ended it. */
  restFen: number | null
  /** Who asked for it; null for the system. */
  operatorId: OperatorId | null
  zone: string
  dayCutMinutes: number
}

export type AfterReduction = (tx: Tx, deps: AfterDeps, reduction: EndedReduction) => Promise<void>

/** By the way it ended: `done` with the money taken, `cancelled` with nothing taken. */
export type AfterReductions = Readonly<
  Record<ReductionPurpose, { done: AfterReduction; cancelled: AfterReduction }>
>

const nothing: AfterReduction = async () => {}

/** For a purpose that needs nothing more: the money waits on account/<id>/payable. */
export const NOTHING_AFTER = { done: nothing, cancelled: nothing } as const
