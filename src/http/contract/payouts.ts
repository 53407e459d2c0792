// The contract of money back 退款与冲正: refunds, reversals, vouchers, what a second person agrees to
// 复核, and what one operator may move alone.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, PayMethod, Time, UuidText } from '../contract.ts'
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

/** Why a second person has to agree; the same words are facts of `approval_required`. */
export const ApprovalNeed = Type.Object({
  /** limit: above what he may move alone; shift: not his own open shift; always: nobody may. */
  why: Type.Enum(['limit', 'shift', 'always']),
  amountFen: Fen,
  limitFen: Nullable(Fen),
})
export type ApprovalNeed = Static<typeof ApprovalNeed>

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

export const APPROVED_OPERATIONS = [
  'account.recharge',
  'account.refund',
  'sale.reverse',
  'reduction.pay',
  'meter.swap',
  'account.close',
  'account.payable',
  'account.waive',
  'rerate.post',
] as const
export const ApprovedOperation = Type.Enum([...APPROVED_OPERATIONS])
export type ApprovedOperation = Static<typeof ApprovedOperation>

/**
 * What is to be agreed to: the operation, what it is done to, and its body. The approval holds for
 * exactly this content, for the operator who asked, once, for 30 minutes. By operation:
 * account.recharge and account.refund: accountId; sale.reverse: saleId or purchaseId;
 * reduction.pay: reductionId; meter.swap (a dead meter’s claim): pointId, newMeterId, finalWh, note
 * and amountFen, what is claimed; account.close (its payment): accountId, amountFen;
 * account.payable and account.waive: accountId, amountFen; rerate.post: reratingId. Fields beyond
 * these are kept, to go on with it later.
 */
export const ApprovalRequest = Type.Object({
  operation: ApprovedOperation,
  accountId: Type.Optional(Id),
  saleId: Type.Optional(UuidText),
  purchaseId: Type.Optional(UuidText),
  reductionId: Type.Optional(UuidText),
  reratingId: Type.Optional(UuidText),
  pointId: Type.Optional(Id),
  newMeterId: Type.Optional(Id),
  finalWh: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  meterId: Type.Optional(Id),
  amountFen: Type.Optional(Fen),
  all: Type.Optional(Type.Literal(true)),
  method: Type.Optional(PayMethod),
  reasonCode: Type.Optional(PayoutReasonCode),
  note: Type.Optional(Note),
  /** meter.swap: how the new meter hangs there. */
  newInitialWh: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  multiplier: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  side: Type.Optional(Type.Enum(['primary', 'secondary'])),
})
export type ApprovalRequest = Static<typeof ApprovalRequest>
export const ApprovalAsked = Type.Object({ approvalId: UuidText, expiresAt: Time })
export type ApprovalAsked = Static<typeof ApprovalAsked>

export const APPROVAL_STATES = ['open', 'agreed', 'refused', 'used', 'expired'] as const
export const ApprovalState = Type.Enum([...APPROVAL_STATES])
export type ApprovalState = Static<typeof ApprovalState>

export const Approval = Type.Object({
  approvalId: UuidText,
  complexId: Id,
  operation: ApprovedOperation,
  title: Words,
  state: ApprovalState,
  /** In figures and names: accountId, accountNo, tenant, amountFen, meterNo, receiptNo, method … */
  summary: Type.Record(Type.String(), Type.Unknown()),
  askedBy: Type.String(),
  /** By the caller himself, who cannot decide it. */
  own: Type.Boolean(),
  /** What was asked, as it was asked: to the asker only, who goes on with it once it is agreed. */
  request: Nullable(ApprovalRequest),
  askedAt: Time,
  expiresAt: Time,
  decidedBy: Nullable(Type.String()),
  decidedAt: Nullable(Time),
  note: Type.String(),
  usedAt: Nullable(Time),
})
export type Approval = Static<typeof Approval>
export const DecideApproval = Type.Object({ agreed: Type.Boolean(), note: Type.Optional(Note) })

const Limit = Type.Integer({ minimum: 0, maximum: 10_000_000_000 })
/** Null: no limit of his own. */
export const OperatorLimit = Type.Object({
  operatorId: Id,
  username: Type.String(),
  name: Type.String(),
  saleFen: Nullable(Fen),
  payoutFen: Nullable(Fen),
})
export type OperatorLimit = Static<typeof OperatorLimit>
export const SetOperatorLimit = Type.Object({
  complexId: Id,
  operatorId: Id,
  saleFen: Nullable(Limit),
  payoutFen: Nullable(Limit),
})

/** `GET /payouts`: newest first; days are calendar days of the complex, both shown. */
export const PayoutListQuery = Type.Object({
  ...ListQuery.properties,
  accountId: Type.Optional(Id),
  purpose: Type.Optional(PayoutPurpose),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  search: Type.Optional(Type.String({ maxLength: 100 })),
})
export const ApprovalListQuery = Type.Object({
  ...ListQuery.properties,
  state: Type.Optional(ApprovalState),
  /** mine: asked by the caller; toDecide: by somebody else. */
  whose: Type.Optional(Type.Enum(['mine', 'toDecide'])),
})
export const ApprovalDecided = Type.Object({ approvalId: UuidText, agreed: Type.Boolean() })

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
