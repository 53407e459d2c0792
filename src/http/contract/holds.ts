// The contract of held meters 挂起: what stopped deliveries, and a person's decision.

import { type Static, Type } from 'typebox'
import { Fen, Id, Time, UuidText } from '../contract.ts'

export const Hold = Type.Object({
  holdId: UuidText,
  complexId: Id,
  meterId: Id,
  meterNo: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  pointKind: Type.String(),
  tenant: Type.String(),
  accountNo: Type.String(),
  reason: Type.String(),
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  /** What was expected and what was read: counts, money, customer number. */
  evidence: Type.Record(Type.String(), Type.Unknown()),
  purchaseId: Type.Union([UuidText, Type.Null()]),
  /** The reduction that it stopped after it was sent: released as taken or notTaken. */
  reductionId: Type.Union([UuidText, Type.Null()]),
  raisedAt: Time,
})
export type Hold = Static<typeof Hold>

export const ReleaseRequest = Type.Object({
  /**
   * ours: the meter's record proves our purchase; foreign: somebody else loaded or took money, the
   * difference is named; newEpoch: the counter was reset, a new customer number begins. Of a
   * reduction: taken: the money came out of the meter; notTaken: it did not, and never will.
   */
  resolution: Type.Enum(['ours', 'foreign', 'newEpoch', 'taken', 'notTaken']),
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  /** What the meter holds beyond the books (negative: short of them); zero for ours. */
  differenceFen: Type.Optional(Fen),
  /** For taken: what came out; left out: what was sent. */
  takenFen: Type.Optional(Fen),
})

export const Released = Type.Object({
  holdId: UuidText,
  purchaseId: Type.Union([UuidText, Type.Null()]),
  reductionId: Type.Union([UuidText, Type.Null()]),
  state: Type.Union([Type.String(), Type.Null()]),
})
