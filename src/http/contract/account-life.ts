// The contract of account life 用户档案与过户销户: tenant data and thresholds with their history,
// handing over 过户, deposits 押金, closing 销户 step by step, and the statement.

import { type Static, Type } from 'typebox'
import {
  CommandState,
  Fen,
  Id,
  Nullable,
  PayMethod,
  Receipt,
  Time,
  UuidText,
  Wh,
} from '../contract.ts'
import { Voucher } from './payouts.ts'

const Text = (maxLength: number) => Type.String({ maxLength })
const PHONE = '^\\+?[0-9]{6,15}$'

/** Left out: as it is. An empty text, or null for the phone, takes it away. */
export const TenantChange = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  nameEn: Type.Optional(Text(100)),
  phone: Type.Optional(Nullable(Type.String({ pattern: PHONE }))),
  contact: Type.Optional(Text(100)),
  licenceNo: Type.Optional(Text(100)),
  note: Type.Optional(Text(1000)),
})
export type TenantChange = Static<typeof TenantChange>

export const NewTenant = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  nameEn: Type.Optional(Text(100)),
  phone: Type.Optional(Type.String({ pattern: PHONE })),
  contact: Type.Optional(Text(100)),
  licenceNo: Type.Optional(Text(100)),
  note: Type.Optional(Text(1000)),
})
export type NewTenant = Static<typeof NewTenant>

/**
 * PATCH /api/v1/accounts/:id 用户信息修改. Thresholds that stand in a meter too are sent there first, and
 * are the account's when the meter shows them: see `pushed` of its life.
 */
export const EditAccount = Type.Object({
  tenant: Type.Optional(TenantChange),
  supplies: Type.Optional(
    Type.Array(
      Type.Object({
        meterId: Id,
        alarm1Fen: Type.Optional(Fen),
        alarm2Fen: Type.Optional(Fen),
        overdraftFen: Type.Optional(Fen),
        hoardingFen: Type.Optional(Fen),
      }),
      { maxItems: 50 },
    ),
  ),
  reason: Type.Optional(Text(200)),
})
export type EditAccount = Static<typeof EditAccount>

/** One thing that was changed. A phone shows no more than its end. */
export const HistoryItem = Type.Object({
  at: Time,
  operator: Nullable(Type.String()),
  /** account.open, account.edit, account.transfer, account.close … */
  action: Type.String(),
  /** E.g. tenant.name, meter/12.alarm1Fen; null for an act as a whole. */
  field: Nullable(Type.String()),
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
})
export type HistoryItem = Static<typeof HistoryItem>
export const AccountHistory = Type.Object({ items: Type.Array(HistoryItem) })

export const ClosingState = Type.Enum([
  /** Purchases on their way into meters end first. */
  'delivering',
  'reading',
  'tripping',
  /** The wallets are taken back to zero and read back. */
  'emptying',
  /** Waits for the clerk: pay out or collect. */
  'settling',
  'closed',
  'aborted',
])
export type ClosingState = Static<typeof ClosingState>
export const ClosingMeter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  finalWh: Nullable(Wh),
  finalAt: Nullable(Time),
  finalBy: Nullable(Type.Enum(['meter', 'hand'])),
  tripped: Type.Enum(['waits', 'done', 'byHand', 'impossible', 'notWanted']),
  wallet: Type.Enum(['waits', 'empty', 'left', 'none']),
  /** What the read-back proved to be taken out. */
  takenFen: Nullable(Fen),
  /** Money that was left in the meter by a written agreement. */
  leftFen: Nullable(Fen),
  /** Why it does not go on by itself; null: it does. */
  waitsFor: Nullable(
    Type.Enum(['purchase', 'hold', 'answer', 'trip', 'reduction', 'decision', 'price']),
  ),
})
export type ClosingMeter = Static<typeof ClosingMeter>
/** What the tenant gets back (positive net) or owes (negative). */
export const Settlement = Type.Object({
  payableFen: Fen,
  balanceFen: Fen,
  depositFen: Fen,
  carryOwedFen: Fen,
  /** Service fee given back with credit that was not used. */
  serviceFeeFen: Fen,
  netFen: Fen,
})
export type Settlement = Static<typeof Settlement>
export const Closing = Type.Object({
  closingId: UuidText,
  accountId: Id,
  dryRun: Type.Boolean(),
  state: ClosingState,
  method: PayMethod,
  reasonCode: Type.String(),
  note: Type.String(),
  startedAt: Time,
  startedBy: Nullable(Type.String()),
  endedAt: Nullable(Time),
  abortable: Type.Boolean(),
  /** As the books stand now. */
  settlement: Settlement,
  /** Cancelled when the closing began; their money is in what is payable. */
  cancelledPurchases: Type.Array(UuidText),
  meters: Type.Array(ClosingMeter),
  /** Null until cash has moved. */
  voucherNo: Nullable(Type.String()),
  /** The next tenant's account, where the closing was a hand-over. */
  nextAccountId: Nullable(Id),
})
export type Closing = Static<typeof Closing>

export const CLOSE_REASONS = [
  { code: 'leaseEnded', zh: '租约到期', en: 'The lease ended' },
  { code: 'movedOut', zh: '商户搬离', en: 'The tenant moved out' },
  { code: 'renovation', zh: '商铺改造', en: 'The shop is rebuilt' },
  { code: 'openedByMistake', zh: '开户有误', en: 'Opened by mistake' },
  { code: 'handOver', zh: '过户', en: 'Handed over' },
  { code: 'other', zh: '其他', en: 'Another reason' },
] as const
export const CloseReason = Type.Enum([
  'leaseEnded',
  'movedOut',
  'renovation',
  'openedByMistake',
  'handOver',
  'other',
])

export type CloseReason = Static<typeof CloseReason>

const FinalRegisters = Type.Record(Type.String({ pattern: '^[0-9]{1,10}$' }), Wh)

/** POST /api/v1/accounts/:id/close */
export const CloseAccount = Type.Object({
  method: PayMethod,
  reasonCode: CloseReason,
  note: Type.Optional(Text(500)),
  /** By meter id, as read off by a person; left out: the meter is asked. */
  finalWh: Type.Optional(FinalRegisters),
  dryRun: Type.Optional(Type.Boolean()),
})
export type CloseAccount = Static<typeof CloseAccount>

/** POST /api/v1/accounts/:id/closing/decide: where a meter can't do its step. */
export const DecideClosing = Type.Object({
  meterId: Id,
  /**
   * finalRegister: the register as a person read it; trippedByHand: switched off on the spot;
   * leaveMoney: the tenant leaves what the meter holds, by a written agreement.
   */
  decision: Type.Enum(['finalRegister', 'trippedByHand', 'leaveMoney']),
  finalWh: Type.Optional(Wh),
  note: Type.String({ minLength: 1, maxLength: 500 }),
})
export type DecideClosing = Static<typeof DecideClosing>

/** POST /api/v1/accounts/:id/closing/pay: pays out, or collects where the tenant owes. */
export const PayClosing = Type.Object({
  method: PayMethod,
  /** What the clerk saw: refused where it is no longer so. */
  expectedNetFen: Type.Optional(Fen),
  /** Above what the operator may pay out alone: operation `account.close`, amountFen the net. */
  approvalId: Type.Optional(UuidText),
  dryRun: Type.Optional(Type.Boolean()),
})
export type PayClosing = Static<typeof PayClosing>

/** voucher: paid out; receipt: collected; neither where there was nothing to pay. */
export const PaidClosing = Type.Object({
  closing: Closing,
  voucher: Nullable(Voucher),
  receipt: Nullable(Receipt),
})
export type PaidClosing = Static<typeof PaidClosing>

/** POST /api/v1/accounts/:id/transfer 过户 */
export const TransferAccount = Type.Object({
  tenant: NewTenant,
  /**
   * settled: the account is closed, its money paid back, and a new account opened on the same
   * points; moneyStays: by a written agreement (note) the account goes on with its money.
   */
  handOver: Type.Enum(['settled', 'moneyStays']),
  finalWh: Type.Optional(FinalRegisters),
  /** For what is paid back or collected (settled). */
  method: Type.Optional(PayMethod),
  note: Type.String({ minLength: 1, maxLength: 500 }),
})
export type TransferAccount = Static<typeof TransferAccount>
export const Transferred = Type.Object({
  handOver: Type.Enum(['settled', 'moneyStays']),
  accountId: Id,
  /** settled: the closing that opens the new account when it ends. */
  closing: Nullable(Closing),
  /** moneyStays: what went over with the account. */
  assigned: Nullable(Settlement),
})
export type Transferred = Static<typeof Transferred>

/** POST /api/v1/accounts/:id/deposit 收取押金 */
export const TakeDeposit = Type.Object({
  amountFen: Fen,
  method: PayMethod,
  note: Type.Optional(Text(200)),
})
export type TakeDeposit = Static<typeof TakeDeposit>
export const DepositTaken = Type.Object({ receipt: Receipt, depositFen: Fen })
export type DepositTaken = Static<typeof DepositTaken>

/** pushSettings: the thresholds on their way into a meter. */
export const PushedSettings = Type.Object({
  commandId: UuidText,
  state: CommandState,
  wanted: Type.Object({
    alarm1Fen: Type.Optional(Fen),
    alarm2Fen: Type.Optional(Fen),
    overdraftFen: Type.Optional(Fen),
    hoardingFen: Type.Optional(Fen),
  }),
  at: Time,
})

/** GET /api/v1/accounts/:id/life: what the account's page can change, and where it stands. */
export const AccountLife = Type.Object({
  accountId: Id,
  tenant: Type.Object({
    tenantId: Id,
    name: Type.String(),
    nameEn: Type.String(),
    phoneMasked: Nullable(Type.String()),
    contact: Type.String(),
    licenceNo: Type.String(),
    note: Type.String(),
  }),
  supplies: Type.Array(
    Type.Object({
      meterId: Id,
      meterNo: Type.String(),
      alarm1Fen: Fen,
      alarm2Fen: Fen,
      overdraftFen: Fen,
      overdraftEditable: Type.Boolean(),
      hoardingFen: Fen,
      /** The newest order to write thresholds into the meter; null: none, or it holds none. */
      pushed: Nullable(PushedSettings),
    }),
  ),
  settlement: Settlement,
  /** Of what is payable: money of a closing or swap that was called off, and nobody has claimed. */
  unclaimedFen: Fen,
  tenancies: Type.Array(
    Type.Object({ tenantId: Id, tenant: Type.String(), since: Time, until: Nullable(Time) }),
  ),
  closing: Nullable(Closing),
})
export type AccountLife = Static<typeof AccountLife>

/** GET /api/v1/accounts/:id/export?format=csv 对账单: of one tenant only, by default the last. */
export const StatementQuery = Type.Object({
  complexId: Type.Optional(Id),
  format: Type.Enum(['csv'], { default: 'csv' }),
  /** A former tenant of the account. */
  tenantId: Type.Optional(Id),
})
