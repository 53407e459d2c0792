// The contract of the till 班次与结账: shifts, day close and month lock, and the prints of receipts. The
// count is blind: what should be in the drawer is in no answer before the count is in.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, PayMethod, Receipt, Time, UuidText } from '../contract.ts'
import { Day, ListQuery, Month } from './asking.ts'

export const ShiftState = Type.Enum(['open', 'counted', 'closed'])

/** Why the drawer does not fit; `other` needs a note. */
export const ShiftReason = Type.Enum(['change', 'counterfeit', 'receipt', 'unknown', 'other'])

const Note = Type.String({ maxLength: 200 })
const Whole = Type.Integer({ minimum: 0 })

/** Money one method took in (sales) and paid out (refunds, reversals, closings). */
export const MethodTotal = Type.Object({
  method: PayMethod,
  sales: Whole,
  salesFen: Fen,
  payouts: Whole,
  payoutsFen: Fen,
})

/** The first and the last number of a run of receipts, and how many they are. */
export const ReceiptRange = Type.Object({
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
  receipts: Whole,
})

/** Notes and coins as counted: a face value in fen, and how many pieces of it. */
export const Denomination = Type.Object({
  faceFen: Type.Integer({ minimum: 1, maximum: 100_000 }),
  pieces: Type.Integer({ minimum: 0, maximum: 100_000 }),
})

export const ShiftCount = Type.Object({
  countedAt: Time,
  expectedFen: Fen,
  countedFen: Fen,
  /** Counted less expected: negative is missing. */
  differenceFen: Fen,
  perDenomination: Type.Array(Denomination),
})

export const Shift = Type.Object({
  shiftId: UuidText,
  complexId: Id,
  operatorId: Id,
  operator: Type.String(),
  state: ShiftState,
  openedAt: Time,
  floatFen: Fen,
  /** Null until it is counted, with everything from which the drawer could be reckoned. */
  count: Nullable(ShiftCount),
  totals: Nullable(Type.Array(MethodTotal)),
  receipts: Nullable(ReceiptRange),
  closedAt: Nullable(Time),
  /** What the close handed over to the safe; null before it. */
  handedInFen: Nullable(Fen),
  reasonCode: Nullable(ShiftReason),
  note: Type.String(),
})
export type Shift = Static<typeof Shift>

/**
 * `GET /shifts` lists all shifts of a complex (shift.view), `GET /shifts/own` the caller's own,
 * both newest first. `GET /shifts/{id}`, `POST /shifts/{id}/count` and `/close` ask for shift.own
 * on one's own shift; on another's, seeing asks for shift.view and ending it for day.close.
 */
export const ShiftQuery = Type.Object({
  ...ListQuery.properties,
  operatorId: Type.Optional(Id),
  state: Type.Optional(ShiftState),
})

/** `GET /shifts/current` */
export const CurrentShift = Type.Object({ shift: Nullable(Shift) })

export const OpenShift = Type.Object({
  complexId: Id,
  /** Taken out of the safe into the drawer. */
  floatFen: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
})
/** Where pieces are given they must sum to `countedFen`. */
export const CountShift = Type.Object({
  countedFen: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  perDenomination: Type.Optional(Type.Array(Denomination, { maxItems: 30 })),
})
/** A difference needs its reason; `other` needs a note. All that was counted goes to the safe. */
export const CloseShift = Type.Object({
  reasonCode: Type.Optional(ShiftReason),
  note: Type.Optional(Note),
})

/** One line of a day: what one operator moved by one method, by kind. Payouts are negative. */
export const DayLine = Type.Object({
  operatorId: Nullable(Id),
  operator: Type.String(),
  method: PayMethod,
  kind: Type.Enum(['sale', 'refund', 'reversal', 'close', 'deposit']),
  receipts: Whole,
  fen: Fen,
})
export const DayClose = Type.Object({
  complexId: Id,
  day: Day,
  dryRun: Type.Boolean(),
  closedAt: Nullable(Time),
  operator: Type.String(),
  lines: Type.Array(DayLine),
  totalFen: Fen,
  receipts: ReceiptRange,
  /** What the shifts closed that day were over (positive) or short (negative). */
  cashDifferenceFen: Fen,
  handedInFen: Fen,
})
export type DayClose = Static<typeof DayClose>
/** `GET /day-closes`: newest first, with the first day on which is still posted. */
export const DayCloseList = Type.Object({
  items: Type.Array(DayClose),
  nextCursor: Nullable(Type.String()),
  today: Day,
  firstOpenDay: Nullable(Day),
})
export const CloseDay = Type.Object({
  complexId: Id,
  day: Day,
  dryRun: Type.Optional(Type.Boolean()),
})

/**
 * `what` names the record: `meter/7`, `purchase/<id>`, `2026-10-03`, `2026-09` for an earlier month
 * that holds postings and is not locked, a finding of the audit.
 */
export const Unexplained = Type.Object({
  kind: Type.Enum(['month', 'day', 'shift', 'hold', 'purchase', 'reduction', 'reading', 'audit']),
  what: Type.String(),
  since: Nullable(Time),
})
export type Unexplained = Static<typeof Unexplained>

export const MonthLock = Type.Object({
  complexId: Id,
  month: Month,
  dryRun: Type.Boolean(),
  lockedAt: Nullable(Time),
  operator: Type.String(),
  /** What stands in the way, told by a dry run; the refusal `month_unexplained` has it as text. */
  unexplained: Type.Array(Unexplained),
})
export type MonthLock = Static<typeof MonthLock>
export const LockMonth = Type.Object({
  complexId: Id,
  month: Month,
  dryRun: Type.Optional(Type.Boolean()),
})

export const ReceiptPrint = Type.Object({
  /** 1 is the original; later ones are copies and say so on paper 补打. */
  copyNo: Type.Integer({ minimum: 1 }),
  at: Time,
  operator: Type.String(),
})
/** The query of `GET /receipts/{no}/prints`, and the body of `POST`, which notes one more print. */
export const PrintReceipt = Type.Object({ complexId: Id })
export const ReceiptPrints = Type.Object({
  receiptNo: Type.String(),
  kind: Type.Enum(['sale', 'payout']),
  /** The sale's or the payout's own id. */
  id: UuidText,
  /** A sale's receipt as it was first printed; null for a payout, which has its own voucher. */
  receipt: Nullable(Receipt),
  prints: Type.Array(ReceiptPrint),
})
export type ReceiptPrints = Static<typeof ReceiptPrints>
