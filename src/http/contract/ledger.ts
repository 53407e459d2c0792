// The contract of the ledger 账务: the trial balance and single postings.

import { Type } from 'typebox'
import { Fen, Nullable, Time, UuidText } from '../contract.ts'

export const TrialBalance = Type.Object({
  asOf: Time,
  totalFen: Fen,
  items: Type.Array(
    Type.Object({
      path: Type.String(),
      /** Whose it is: account and tenant, premises, or who had the till since when. */
      about: Type.String(),
      debitFen: Fen,
      creditFen: Fen,
      balanceFen: Fen,
    }),
  ),
})
export const Posting = Type.Object({
  postingId: UuidText,
  requestId: Type.String(),
  kind: Type.String(),
  businessDate: Type.String(),
  at: Time,
  operator: Nullable(Type.String()),
  reason: Type.String(),
  reverses: Nullable(UuidText),
  lines: Type.Array(Type.Object({ path: Type.String(), fen: Fen })),
})
