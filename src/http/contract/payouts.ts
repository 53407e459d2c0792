// The contract of money back 退款与冲正: refunds, reversals and vouchers.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, PayMethod, Time, UuidText } from '../contract.ts'
import { ApprovalNeed } from './approval-need.ts'
import { Day, ListQuery } from './asking.ts'

const Words = Type.Object({ zh: Type.String(), en: Type.String() })
const Note = Type.String({ maxLength: 200 })

export const PAYOUT_REASON_CODES = [
  'wrong-meter',
  'wrong-amount',
  'tenant-leaves',
  'double-payment',
  'price-change',
  'meter-fault',
  'power-cut',
  'goodwill',
  'bad-debt',
  'other',
] as const
/** What a reason may stand for: money paid back, or what is owed and forgiven. */
export const ReasonUse = Type.Enum(['payout', 'waiver'])
export type ReasonUse = Static<typeof ReasonUse>
/** The closed list of `GET /payout-reasons`; `other` needs a note. */
export const PayoutReasonCode = Type.Enum([...PAYOUT_REASON_CODES])
export type PayoutReasonCode = Static<typeof PayoutReasonCode>
export const PayoutReason = Type.Object({
  code: PayoutReasonCode,
  ...Words.properties,
  needsNote: Type.Boolean(),
})
export const PayoutReasons = Type.Object({
  items: Type.Array(Type.Object({ ...PayoutReason.properties, uses: Type.Array(ReasonUse) })),
})

export const PAYOUT_PURPOSES = ['refund', 'reversal', 'close', 'deposit'] as const
export const PayoutPurpose = Type.Enum([...PAYOUT_PURPOSES])
export type PayoutPurpose = Static<typeof PayoutPurpose>

/** Money paid out, as printed; its number is of the same series as the receipts. */
export const Voucher = Type.Object({
  payoutId: UuidText,
  receiptNo: Type.String(),
  purpose: PayoutPurpose,
  /** The kind in words: 退电, 冲正, 销户退款, 退押金. */
  title: Words,
  complexId: Id,
  complex: Type.String(),
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  /** '' where the money was the account's and in no meter. */
  meterNo: Type.String(),
  meterId: Nullable(Id),
  method: PayMethod,
  paidFen: Fen,
  /** The amount in Chinese capitals, with the prefix 人民币. */
  paidCapitals: Type.String(),
  /** What the tenant owes again because the sale that settled it was struck out. */
  carryFen: Fen,
  /** Part of what is paid: service fee given back. */
  serviceFeeFen: Fen,
  reason: PayoutReason,
  note: Type.String(),
  /** The sale that was struck out. */
  saleId: Nullable(UuidText),
  saleReceiptNo: Nullable(Type.String()),
  /** The reduction that took the money out of the meter. */
  reductionId: Nullable(UuidText),
  balanceBeforeFen: Nullable(Fen),
  balanceAfterFen: Nullable(Fen),
  operator: Type.String(),
  /** Who agreed, where a second person had to. */
  approvedBy: Nullable(Type.String()),
  at: Time,
})
export type Voucher = Static<typeof Voucher>

/** Either an amount or all that is left. */
export const RefundRequest = Type.Object({
  meterId: Type.Optional(Id),
  amountFen: Type.Optional(Fen),
  all: Type.Optional(Type.Literal(true)),
  method: PayMethod,
  reasonCode: PayoutReasonCode,
  note: Type.Optional(Note),
  approvalId: Type.Optional(UuidText),
  dryRun: Type.Optional(Type.Boolean()),
})
export type RefundRequest = Static<typeof RefundRequest>

export const ReverseRequest = Type.Object({
  reasonCode: PayoutReasonCode,
  note: Type.Optional(Note),
  approvalId: Type.Optional(UuidText),
  /** Left out: as the sale was paid. */
  method: Type.Optional(PayMethod),
  dryRun: Type.Optional(Type.Boolean()),
})
export type ReverseRequest = Static<typeof ReverseRequest>

/** `pending`: taken out of the meter first, then paid by `POST /reductions/:id/pay`. */
export const PayoutAnswer = Type.Object({
  dryRun: Type.Boolean(),
  state: Type.Enum(['paid', 'pending']),
  /** Null while pending. */
  payout: Nullable(Voucher),
  reductionId: Nullable(UuidText),
  /** What is, or is expected to be, paid; null where only the meter can tell. */
  amountFen: Nullable(Fen),
  /** In a dry run: what would be refused without a second person; else null. */
  approval: Nullable(ApprovalNeed),
})
export type PayoutAnswer = Static<typeof PayoutAnswer>

export const PayReductionRequest = Type.Object({
  method: PayMethod,
  approvalId: Type.Optional(UuidText),
})
export type PayReductionRequest = Static<typeof PayReductionRequest>

/** `GET /payouts`: newest first; days are calendar days of the complex, both shown. */
export const PayoutListQuery = Type.Object({
  ...ListQuery.properties,
  accountId: Type.Optional(Id),
  purpose: Type.Optional(PayoutPurpose),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  search: Type.Optional(Type.String({ maxLength: 100 })),
})
/**
 * POST /api/v1/accounts/:id/payable 待退款处理: money that came back and that nobody has claimed, of a
 * closing or a swap that was called off. Paid out, or put back into the meter or onto the balance.
 */
export const UsePayable = Type.Object({
  use: Type.Enum(['payOut', 'putBack']),
  /** What the clerk saw: refused where it is no longer so. */
  amountFen: Fen,
  /** payOut */
  method: Type.Optional(PayMethod),
  reasonCode: Type.Optional(PayoutReasonCode),
  approvalId: Type.Optional(UuidText),
  /** putBack, where the account has several meters. */
  meterId: Type.Optional(Id),
  note: Type.Optional(Note),
  dryRun: Type.Optional(Type.Boolean()),
})
export type UsePayable = Static<typeof UsePayable>
export const PayableUsed = Type.Object({
  dryRun: Type.Boolean(),
  use: Type.Enum(['payOut', 'putBack']),
  /** payOut: with the service fee that is given back with it. */
  amountFen: Fen,
  payout: Nullable(Voucher),
  /** putBack into a meter: the purchase that carries it there. */
  purchaseId: Nullable(UuidText),
  approval: Nullable(ApprovalNeed),
})
export type PayableUsed = Static<typeof PayableUsed>

/** POST /api/v1/accounts/:id/waive 减免: part or all of what the account owes is forgiven. */
export const WaiverRequest = Type.Object({
  amountFen: Fen,
  reasonCode: PayoutReasonCode,
  note: Type.Optional(Note),
  approvalId: Type.Optional(UuidText),
  dryRun: Type.Optional(Type.Boolean()),
})
export type WaiverRequest = Static<typeof WaiverRequest>
export const Waived = Type.Object({
  dryRun: Type.Boolean(),
  amountFen: Fen,
  /** By the books, before and after. */
  owedFen: Fen,
  leftFen: Fen,
  approval: Nullable(ApprovalNeed),
})
export type Waived = Static<typeof Waived>
