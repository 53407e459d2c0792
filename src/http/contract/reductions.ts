// The contract of reductions 减额: money taken back out of a meter, at most once, and what was read.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, Time, UuidText } from '../contract.ts'

export const ReductionState = Type.Enum(['QUEUED', 'SENT', 'DONE', 'HOLD', 'CANCELLED'])
export const ReductionPurpose = Type.Enum(['refund', 'reversal', 'close', 'swap'])

const Seen = Type.Object({
  at: Time,
  balanceFen: Fen,
  count: Type.Integer(),
  energyWh: Type.Integer(),
})

export const Reduction = Type.Object({
  reductionId: UuidText,
  complexId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  meterId: Id,
  meterNo: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  purpose: ReductionPurpose,
  saleId: Nullable(UuidText),
  state: ReductionState,
  /** Null: all that is left. */
  wantedFen: Nullable(Fen),
  /** What the meter was told to give: under load less than all; null until it was sent. */
  askedFen: Nullable(Fen),
  /** What the read-back proved to be gone from the meter; null until then. */
  takenFen: Nullable(Fen),
  /** Where all was wanted: what the meter held still when that was read. */
  restFen: Fen,
  /** 16 digits that the meter keeps as its evidence. */
  orderNo: Type.String(),
  /** 0 or 1: never sent twice. */
  sends: Type.Integer(),
  reason: Type.String(),
  /** Why nothing was taken, of a cancelled one: a code (`not-enough`) or a person's words. */
  cancelReason: Nullable(Type.String()),
  lastFault: Nullable(Type.String()),
  before: Nullable(Seen),
  after: Nullable(Seen),
  queuedAt: Time,
  sentAt: Nullable(Time),
  endedAt: Nullable(Time),
})
export type Reduction = Static<typeof Reduction>

export const CancelReduction = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 200 }),
})
