// The contract of four eyes 复核: what is asked of a second person, what he sees, what he decides;
// and what one person may do alone.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, PayMethod, Time, UuidText } from '../contract.ts'
import { ListQuery } from './asking.ts'
import { PayoutReasonCode } from './payouts.ts'

const Words = Type.Object({ zh: Type.String(), en: Type.String() })
const Note = Type.String({ maxLength: 200 })

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
  'command.keep',
  'command.trip',
  'plan.version',
  'plan.assign',
  'priceCap.save',
  'role.create',
  'role.edit',
  'operator.create',
  'operator.edit',
  'operator.limit',
  'gateway.secret',
  'approval.settings',
] as const
export const ApprovedOperation = Type.Enum([...APPROVED_OPERATIONS])
export type ApprovedOperation = Static<typeof ApprovedOperation>

/**
 * What is to be agreed to: the operation, what it is done to, and its body. The approval holds for
 * exactly this content, for the operator who asked, once, until it expires. By operation:
 * account.recharge and account.refund: accountId; sale.reverse: saleId or purchaseId;
 * reduction.pay: reductionId; meter.swap (a dead meter’s claim): pointId, newMeterId, finalWh, note
 * and amountFen, what is claimed; account.close (its payment): accountId, amountFen;
 * account.payable and account.waive: accountId, amountFen; rerate.post: reratingId. All others:
 * complexId, `body` as the act itself takes it, `targetId` where its path names one, and why, in
 * `note`. A password or link secret is left out of `body`: it is never kept. Fields beyond these
 * are kept, to go on with it later.
 */
export const ApprovalRequest = Type.Object({
  operation: ApprovedOperation,
  complexId: Type.Optional(Id),
  targetId: Type.Optional(Id),
  body: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
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

export const APPROVAL_STATES = [
  'open',
  'agreed',
  'refused',
  'used',
  'withdrawn',
  'expired',
] as const
export const ApprovalState = Type.Enum([...APPROVAL_STATES])
export type ApprovalState = Static<typeof ApprovalState>

/** How a value is to be read: e8 is a price in 10⁻⁸ yuan per kWh. */
export const ShownAs = Type.Enum([
  'text',
  'words',
  'time',
  'count',
  'percent',
  'priceE8',
  'fen',
  'yesNo',
  'permissions',
])
/** What changes, before and after; null: nothing, or no limit. */
export const ApprovalChange = Type.Object({
  field: Type.String(),
  as: ShownAs,
  before: Type.Unknown(),
  after: Type.Unknown(),
})
export type ApprovalChange = Static<typeof ApprovalChange>

/** Why the caller may not decide: his own, it would give him something, or beyond his scope. */
export const Hindrance = Type.Enum(['own', 'benefits', 'reach', 'permission'])

export const Approval = Type.Object({
  approvalId: UuidText,
  complexId: Id,
  operation: ApprovedOperation,
  title: Words,
  state: ApprovalState,
  /** In figures and names: accountId, accountNo, tenant, amountFen, meterNo, receiptNo, method … */
  summary: Type.Record(Type.String(), Type.Unknown()),
  changes: Type.Array(ApprovalChange),
  /** Of the whole installation: shown in each complex, decided by who reaches all of them. */
  everywhere: Type.Boolean(),
  askedBy: Type.String(),
  /** By the caller himself, who cannot decide it. */
  own: Type.Boolean(),
  hindrance: Nullable(Hindrance),
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
export const ApprovalDecided = Type.Object({ approvalId: UuidText, agreed: Type.Boolean() })
export const ApprovalWithdrawn = Type.Object({ approvalId: UuidText })

export const ApprovalListQuery = Type.Object({
  ...ListQuery.properties,
  state: Type.Optional(ApprovalState),
  /** mine: asked by the caller; toDecide: by somebody else, and he may decide it. */
  whose: Type.Optional(Type.Enum(['mine', 'toDecide'])),
})
/** `GET /approvals/waiting`: so many wait for the caller, and of his own were agreed to. */
export const ApprovalsWaiting = Type.Object({ toDecide: Type.Integer(), agreed: Type.Integer() })
export type ApprovalsWaiting = Static<typeof ApprovalsWaiting>

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
  approvalId: Type.Optional(UuidText),
})
export type SetOperatorLimit = Static<typeof SetOperatorLimit>

const Most = (maximum: number) => Nullable(Type.Integer({ minimum: 0, maximum }))
/** What one person may do alone in a complex. Of a number, 0: nothing; null: anything. */
export const ApprovalSettings = Type.Object({
  /** Keep-power for longer than that; one without an end is longer than any. */
  keepHours: Most(8_760),
  /** Keep-power of more points at once. */
  keepPoints: Most(5_000),
  /** A trip of more meters at once. */
  tripMeters: Most(5_000),
  /** A plan's dearest price moves by more, up or down. */
  pricePercent: Most(1_000),
  /** A price for a time that has passed. */
  backdated: Type.Boolean(),
  priceCap: Type.Boolean(),
  /** A role or operator gains weighty permissions; an operator's own limit rises. */
  rights: Type.Boolean(),
  /** The secret of a gateway's link. */
  keys: Type.Boolean(),
  /** So long somebody has to agree, and the asker to act. */
  lastMinutes: Type.Integer({ minimum: 5, maximum: 10_080 }),
  /** Whoever may decide acts alone while nobody else may; each time is in the audit log. */
  alone: Type.Boolean(),
})
export type ApprovalSettings = Static<typeof ApprovalSettings>
export const ApprovalSettingsShown = Type.Object({
  complexId: Id,
  settings: ApprovalSettings,
  suggested: ApprovalSettings,
  /** Operators who may decide here: fewer than two, and nobody agrees to what one of them asks. */
  deciders: Type.Integer(),
})
export type ApprovalSettingsShown = Static<typeof ApprovalSettingsShown>
export const SetApprovalSettings = Type.Object({
  settings: ApprovalSettings,
  approvalId: Type.Optional(UuidText),
})
export type SetApprovalSettings = Static<typeof SetApprovalSettings>
