// The contract of swapping meters 换表 and of lists that come from elsewhere 导入.

import { type Static, Type } from 'typebox'
import { AccountMode, Fen, Id, Nullable, PayMethod, Time, UuidText, Wh } from '../contract.ts'
import { ListQuery } from './asking.ts'
import { SheetFile } from './sheets.ts'

const Note = Type.String({ minLength: 1, maxLength: 500 })
const No = Type.String({ minLength: 1, maxLength: 64 })
const MONEY_FEN_MAX = 10_000_000_000
const NotNegative = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const Money = Type.Integer({ ...NotNegative, description: 'whole fen' })
const SignedMoney = Type.Integer({
  minimum: -MONEY_FEN_MAX,
  maximum: MONEY_FEN_MAX,
  description: 'whole fen',
})
const Register = Type.Integer({ ...NotNegative, description: 'whole Wh' })

export const OldMeter = Type.Union([
  Type.Object({
    /** It answers: its money and its register are read from it. */
    state: Type.Literal('alive'),
    /** Centre mode: the final register as read off by hand; left out: as last read. */
    finalWh: Type.Optional(Register),
  }),
  Type.Object({
    /** It answers no more: what it showed is entered, with the photo that proves it. */
    state: Type.Literal('dead'),
    finalWh: Register,
    /** Meter mode: what it still held; not more than was ever sold and not used. */
    remainingFen: Type.Optional(Money),
    photoNote: Note,
    /** Above the operator's limit: the agreement of a second person. */
    approvalId: Type.Optional(UuidText),
  }),
])

export const SWAP_REASON_CODES = [
  'calibration',
  'fault',
  'renovation',
  'upgrade',
  'vacated',
  'other',
] as const
/** Why a meter is swapped or taken down; `other` needs a note. */
export const SwapReasonCode = Type.Enum([...SWAP_REASON_CODES])
export type SwapReasonCode = Static<typeof SwapReasonCode>

export const SwapRequest = Type.Object({
  /** Null: taken down 拆表, without another in its place; the supply of the point ends with it. */
  newMeterId: Nullable(Id),
  oldMeter: OldMeter,
  newInitialWh: Register,
  /** At a point that adds forward and reverse up; left out: as the new meter was last read. */
  newInitialReverseWh: Type.Optional(Register),
  /** Left out: as with the old meter. */
  multiplier: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  side: Type.Optional(Type.Enum(['primary', 'secondary'])),
  /** Left out: `other`. */
  reasonCode: Type.Optional(SwapReasonCode),
  note: Type.Optional(Type.String({ maxLength: 500 })),
  dryRun: Type.Optional(Type.Boolean()),
})
export type SwapRequest = Static<typeof SwapRequest>

/**
 * POST /api/v1/meters/:id/reinitialise 停用表初始化: empties a barred meter, reads before and after, and
 * lifts the bar when it shows nothing; answers the command (kind `initialise`).
 */
export const Reinitialise = Type.Object({ note: Note })

/**
 * taking: sales are stopped, what is on its way to the old meter finishes, it is switched off, then
 * its money is taken out; opening: the new meter is in its place, its first money is on its way;
 * done: confirmed by it (or nothing had to be loaded); cancelled: the old meter stayed.
 */
export const SwapState = Type.Enum(['taking', 'opening', 'done', 'cancelled'])
export const SwapStep = Type.Object({
  at: Time,
  /**
   * asked, tripping, tripped, notTripped, taken, finalReading, voided, changed, removed,
   * transferred, moved, opened, cancelled
   */
  kind: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
})
export const Swap = Type.Object({
  /** Null in a dry run. */
  swapId: Nullable(UuidText),
  complexId: Id,
  pointId: Id,
  building: Type.String(),
  premises: Type.String(),
  premisesName: Type.String(),
  pointKind: Type.String(),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
  tenant: Nullable(Type.String()),
  /** Null where nobody is supplied at the point. */
  mode: Nullable(AccountMode),
  oldMeterId: Id,
  oldMeterNo: Type.String(),
  /** Null: it was taken down without another. */
  newMeterId: Nullable(Id),
  newMeterNo: Nullable(Type.String()),
  oldState: Type.Enum(['alive', 'dead']),
  state: SwapState,
  finalWh: Nullable(Wh),
  newInitialWh: Wh,
  /** What goes over to the new meter, or waits to be paid out; null until known. */
  claimFen: Nullable(Fen),
  /** Sold and waiting: goes to the new meter after its opening. */
  waitingFen: Fen,
  /** On its way to a dead meter when that was given up; part of the claim. */
  voidedFen: Fen,
  /** Why it does not go on just now: '' or the last fault of the old meter. */
  fault: Type.String(),
  openingPurchaseId: Nullable(UuidText),
  photoNote: Type.String(),
  reasonCode: SwapReasonCode,
  note: Type.String(),
  operator: Type.String(),
  askedAt: Time,
  changedAt: Nullable(Time),
  steps: Type.Array(SwapStep),
})
export type Swap = Static<typeof Swap>

export const SwapListQuery = Type.Object({
  ...ListQuery.properties,
  pointId: Type.Optional(Id),
  accountId: Type.Optional(Id),
  state: Type.Optional(SwapState),
})
export const SwapCancel = Type.Object({ reason: Note })

/** A row of a renovation 项目改造. Sheets hold yuan and kWh, rows fen and Wh. */
export const SwapRow = Type.Object({
  oldMeterNo: No,
  newMeterNo: No,
  newInitialWh: Register,
  /** Dead meters, and centre mode where it was read off by hand. */
  finalWh: Type.Optional(Register),
  remainingFen: Type.Optional(Money),
  dead: Type.Optional(Type.Boolean()),
  photoNote: Type.Optional(Note),
})
export type SwapRow = Static<typeof SwapRow>
/** A complex of 5,000 shops, with some to spare. */
export const ROWS_MAX = 20_000
const common = {
  complexId: Id,
  /** One of the two. */
  sheet: Type.Optional(SheetFile),
  dryRun: Type.Optional(Type.Boolean()),
}
export const SwapBulkRequest = Type.Object({
  ...common,
  rows: Type.Optional(Type.Array(SwapRow, { minItems: 1, maxItems: ROWS_MAX })),
  note: Note,
})

const listed = {
  /** Rows with the same one are one account with several meters. */
  accountRef: Type.Optional(No),
  tenant: Type.String({ minLength: 1, maxLength: 100 }),
  phone: Type.Optional(Type.String({ maxLength: 20 })),
  mode: Type.Optional(AccountMode),
  /** A meter number, or the premises (with building and kind of point where there are several). */
  meterNo: Type.Optional(No),
  building: Type.Optional(No),
  premises: Type.Optional(No),
  pointKind: Type.Optional(No),
  plan: No,
  alarm1Fen: Money,
  alarm2Fen: Money,
  overdraftFen: Type.Optional(Money),
  hoardingFen: Type.Optional(Money),
  initialWh: Type.Optional(Register),
}

export const ImportedAccountRow = Type.Object({
  ...listed,
  /** What the other system owed the tenant, or the meter holds; negative: the tenant owes. */
  openingBalanceFen: Type.Optional(SignedMoney),
  /** The money is in the meter: it is read there, and a difference to the figure is named. */
  balanceInMeter: Type.Optional(Type.Boolean()),
})
export type ImportedAccountRow = Static<typeof ImportedAccountRow>
export const AccountImportRequest = Type.Object({
  ...common,
  rows: Type.Optional(Type.Array(ImportedAccountRow, { minItems: 1, maxItems: ROWS_MAX })),
})

export const OpenedAccountRow = Type.Object({
  ...listed,
  /** Paid at the counter by the method of the request. */
  firstPurchaseFen: Type.Optional(Money),
  /** Left with us as security, paid the same way; one account's rows add up. */
  depositFen: Type.Optional(Money),
})
export type OpenedAccountRow = Static<typeof OpenedAccountRow>
export const BulkOpenRequest = Type.Object({
  ...common,
  method: Type.Optional(PayMethod),
  rows: Type.Optional(Type.Array(OpenedAccountRow, { minItems: 1, maxItems: ROWS_MAX })),
})

export const TemplateParams = Type.Object({
  list: Type.Enum(['accounts', 'bulk-open', 'swaps']),
})
export const TemplateQuery = Type.Object({
  language: Type.Enum(['zh', 'en'], { default: 'zh' }),
  format: Type.Enum(['xlsx', 'csv'], { default: 'xlsx' }),
})

/**
 * Routes: `POST /points/:id/swap` SwapRequest → Swap · `GET /swaps` SwapListQuery → list of Swap ·
 * `GET /swaps/:id` → Swap · `POST /swaps/:id/cancel` SwapCancel → Swap (while taking, before the
 * meter was asked) · `POST /swaps/bulk` SwapBulkRequest → SheetAnswer · `POST /imports/accounts`
 * AccountImportRequest → SheetAnswer · `POST /accounts/bulk-open` BulkOpenRequest → SheetAnswer ·
 * `GET /imports/{accounts|bulk-open|swaps}/template` TemplateQuery → FileAnswer. All under
 * `/api/v1`; SheetAnswer and FileAnswer are in sheets.ts.
 */
export const SWAP_STEPS = [
  'asked',
  'taken',
  'finalReading',
  'voided',
  'changed',
  'removed',
  'transferred',
  'moved',
  'opened',
  'cancelled',
] as const
export type SwapStepKind = (typeof SWAP_STEPS)[number]
