// The contract 接口: the TypeBox schemas that validate every request, make the OpenAPI document and
// give the web its types. Money is whole fen, energy whole Wh, times RFC 3339 with offset.

import { type Static, type TSchema, Type } from 'typebox'
import { ModeReason } from './contract/mode-reasons.ts'

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const literals = <const T extends string[]>(values: readonly [...T]) => Type.Enum(values)

const SAFE = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
const ID_MAX = 2_147_483_647
export const Fen = Type.Integer({ ...SAFE, description: 'whole fen' })
export const Wh = Type.Integer({ ...SAFE, description: 'whole Wh' })
export const Time = Type.String({ format: 'date-time' })
export const Id = Type.Integer({ minimum: 1, maximum: ID_MAX })
export const UuidText = Type.String({ format: 'uuid' })

export const PayMethod = literals(['cash', 'card', 'transfer', 'alipay', 'wechat', 'unionpay'])
export const MeterState = literals([
  'normal',
  'alarm1',
  'alarm2',
  'arrears',
  'notOpened',
  'offline',
])
export const AccountMode = literals(['meter', 'centre'])
export const ControlMode = literals(['prepaid', 'kept', 'tripped'])
export const Relay = literals(['closed', 'tripped', 'closePermitted'])
export const PurchaseState = literals(['QUEUED', 'ARMED', 'DELIVERED', 'HOLD', 'CANCELLED', 'VOID'])
export const CommandState = literals([
  'queued',
  'sent',
  'acknowledged',
  'confirmed',
  'failed',
  'expired',
  'cancelled',
  'held',
])
export const Language = literals(['zh', 'en'])

export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
})
export type Problem = Static<typeof Problem>

export const Complex = Type.Object({
  complexId: Id,
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  zone: Type.String(),
})
/** One meter as the board shows it. Every figure carries its own time; null is unknown. */
export const BoardItem = Type.Object({
  meterId: Id,
  address: Type.String(),
  meterNo: Type.String(),
  gatewayId: Id,
  gatewayCode: Type.String(),
  buildingId: Nullable(Id),
  building: Type.String(),
  buildingEn: Type.String(),
  floor: Nullable(Type.Integer()),
  premises: Type.String(),
  premisesName: Type.String(),
  premisesNameEn: Type.String(),
  /** lighting, aircon, power, public … and whatever else the registers say; '' where unknown. */
  pointKind: Type.String(),
  pointName: Type.String(),
  tenant: Nullable(Type.String()),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
  state: MeterState,
  mode: ControlMode,
  protected: Type.Boolean(),
  held: Type.Boolean({ description: 'deliveries stopped by a purchase count mismatch' }),
  balanceFen: Nullable(Fen),
  balanceAt: Nullable(Time),
  energyWh: Nullable(Wh),
  energyAt: Nullable(Time),
  powerW: Nullable(Type.Integer()),
  powerAt: Nullable(Time),
  relay: Nullable(Relay),
  relayAt: Nullable(Time),
  kept: Nullable(Type.Boolean()),
  purchaseCount: Nullable(Type.Integer()),
  countAt: Nullable(Time),
  readAt: Nullable(Time),
  silentSince: Nullable(Time),
  /** A value older than this many ms is stale: it missed two status rounds, or two reports. */
  staleAfterMs: Type.Integer(),
  seq: Type.Integer(),
})
export type BoardItem = Static<typeof BoardItem>
export const Board = Type.Object({
  asOf: Time,
  seq: Type.Integer(),
  items: Type.Array(BoardItem),
})
export type Board = Static<typeof Board>

export const MeterDetail = Type.Object({
  ...BoardItem.properties,
  /** Its account is being closed: nothing is sold to it. */
  closing: Type.Boolean(),
  model: Type.String(),
  modelName: Type.Object({ zh: Type.String(), en: Type.String() }),
  multiplier: Nullable(Type.Integer()),
  plan: Nullable(Type.String()),
  priceE8: Nullable(Type.Integer({ description: '10^-8 yuan per kWh' })),
  alarm1Fen: Nullable(Fen),
  alarm2Fen: Nullable(Fen),
  overdraftFen: Nullable(Fen),
  hoardingFen: Nullable(Fen),
  customerNo: Nullable(Type.String()),
  clockOffsetMs: Nullable(Type.Integer()),
  statusWord: Nullable(Type.Integer()),
  fault: Nullable(Type.String()),
  /** Null: none was given. */
  modeReason: Nullable(ModeReason),
  modeUntil: Nullable(Time),
})
export type MeterDetail = Static<typeof MeterDetail>

export const AccountMeter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  address: Type.String(),
  premises: Type.String(),
  premisesName: Type.String(),
  premisesNameEn: Type.String(),
  building: Type.String(),
  buildingEn: Type.String(),
  floor: Nullable(Type.Integer()),
  pointKind: Type.String(),
  pointName: Type.String(),
  supplyId: Id,
  state: MeterState,
  relay: Nullable(Relay),
  balanceFen: Nullable(Fen),
  balanceAt: Nullable(Time),
  /** Sold and not yet confirmed in the meter. */
  pendingFen: Fen,
  purchaseCount: Nullable(Type.Integer()),
  nextPurchaseNo: Type.Integer(),
  held: Type.Boolean(),
  opened: Type.Boolean(),
  priceE8: Nullable(Type.Integer()),
  alarm1Fen: Fen,
  alarm2Fen: Fen,
  hoardingFen: Fen,
})
export const Account = Type.Object({
  accountId: Id,
  complexId: Id,
  accountNo: Type.String(),
  mode: AccountMode,
  tenantId: Nullable(Id),
  tenant: Type.String(),
  phoneMasked: Nullable(Type.String()),
  openedAt: Time,
  closedAt: Nullable(Time),
  /** Owed by (positive) or to (negative) the tenant; the next sale settles it first. */
  carryOwedFen: Fen,
  meters: Type.Array(AccountMeter),
})
export type Account = Static<typeof Account>
export type AccountMeter = Static<typeof AccountMeter>

export const OpenAccount = Type.Object({
  complexId: Id,
  tenant: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    phone: Type.Optional(Type.String({ pattern: '^\\+?[0-9]{6,15}$' })),
  }),
  mode: Type.Optional(AccountMode),
  meters: Type.Array(
    Type.Object({
      meterId: Id,
      planId: Id,
      alarm1Fen: Fen,
      alarm2Fen: Fen,
      overdraftFen: Type.Optional(Fen),
      hoardingFen: Type.Optional(Fen),
      firstPurchaseFen: Type.Optional(Fen),
      /** Centre mode: the register from which is charged 底度; left out: as last read. */
      initialWh: Type.Optional(Wh),
    }),
    { minItems: 1, maxItems: 50 },
  ),
  /** Left with us as security; its receipt comes last. */
  depositFen: Type.Optional(Fen),
  method: Type.Optional(PayMethod),
})
export type OpenAccount = Static<typeof OpenAccount>

export const RechargeRequest = Type.Object({
  meterId: Type.Optional(Id),
  amountFen: Fen,
  method: PayMethod,
  /** Everything is checked and computed, nothing is written. */
  dryRun: Type.Optional(Type.Boolean()),
  /** What the clerk saw: refused when another sale came between. */
  expectedPurchaseNo: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The clerk has accepted the warning about a similar recent sale. */
  similarAccepted: Type.Optional(Type.Boolean()),
  /** Above the operator's sale limit: what a second person has agreed to. */
  approvalId: Type.Optional(UuidText),
})
export type RechargeRequest = Static<typeof RechargeRequest>

export const Receipt = Type.Object({
  saleId: UuidText,
  receiptNo: Type.String(),
  /** What kind of document it is: 售电收据, 押金收据 …; left out: of a sale. */
  title: Type.Optional(Type.Object({ zh: Type.String(), en: Type.String() })),
  complexId: Id,
  complex: Type.String(),
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  meterNo: Type.String(),
  meterId: Id,
  /** Centre mode: the money is on the account's balance, not in the meter. */
  intoBalance: Type.Optional(Type.Boolean()),
  purchaseNo: Type.Integer(),
  method: PayMethod,
  paidFen: Fen,
  /** The amount in Chinese capitals, with the prefix 人民币. */
  paidCapitals: Type.String(),
  carryFen: Fen,
  /** Part of what is paid; left out where the complex takes none. */
  serviceFeeFen: Type.Optional(Fen),
  /** Left with us as security: buys nothing. */
  depositFen: Type.Optional(Fen),
  creditFen: Fen,
  priceE8: Nullable(Type.Integer()),
  /** What the credit buys at today's price: an equivalent, not a promise. */
  creditWh: Nullable(Wh),
  balanceBeforeFen: Nullable(Fen),
  balanceBeforeAt: Nullable(Time),
  balanceAfterFen: Nullable(Fen),
  operator: Type.String(),
  at: Time,
})
export type Receipt = Static<typeof Receipt>

export const PurchaseEventKind = literals([
  'paid',
  'posted',
  'transferred',
  'queued',
  'read',
  'armed',
  'sent',
  'answered',
  'read-back',
  'delivered',
  'relay',
  'hold',
  'released',
  'cancelled',
  'void',
  'fault',
])
export const PurchaseEvent = Type.Object({
  at: Time,
  kind: PurchaseEventKind,
  /** E.g. count, balanceFen, n, amountFen, reason, relay: what was known at that step. */
  facts: Type.Record(Type.String(), Type.Unknown()),
})
export const Purchase = Type.Object({
  purchaseId: UuidText,
  saleId: Nullable(UuidText),
  receiptNo: Nullable(Type.String()),
  complexId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  meterId: Id,
  meterNo: Type.String(),
  kind: literals(['open', 'recharge']),
  purchaseNo: Type.Integer(),
  n: Nullable(Type.Integer()),
  amountFen: Fen,
  state: PurchaseState,
  sends: Type.Integer(),
  lastFault: Nullable(Type.String()),
  queuedAt: Time,
  armedAt: Nullable(Time),
  sentAt: Nullable(Time),
  endedAt: Nullable(Time),
  countBefore: Nullable(Type.Integer()),
  countAfter: Nullable(Type.Integer()),
  balanceBeforeFen: Nullable(Fen),
  balanceAfterFen: Nullable(Fen),
  relayAfter: Nullable(Relay),
  timeline: Type.Array(PurchaseEvent),
})
export type Purchase = Static<typeof Purchase>
export const RechargeAnswer = Type.Object({
  dryRun: Type.Boolean(),
  receipt: Receipt,
  /** Null in a dry run. */
  purchaseId: Nullable(UuidText),
  /** In a dry run, where the operator's limit asks for a second person. */
  approval: Type.Optional(Type.Object({ why: Type.String(), amountFen: Fen, limitFen: Fen })),
})
export type RechargeAnswer = Static<typeof RechargeAnswer>

export const listOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String()) })
export type ListOf<T> = { items: T[]; nextCursor: string | null }
