// The contract of changing the past 追溯重算: a price, an assignment, a day of the calendar, a
// multiplier or a reading is changed for a time that was charged. What it comes to is previewed for
// every account, agreed to by a second person, and only then applied and posted.

import { type Static, Type } from 'typebox'
import { AccountMode, Fen, Id, Nullable, Time, UuidText, Wh } from '../contract.ts'
import { Day, ListQuery, Month } from './asking.ts'
import { BillLineKind, BillPeriod } from './bills.ts'
import { CalendarDay, Period, PlanDefinition } from './plans.ts'
import { CapFinding } from './price-cap.ts'
import { FileAnswer, RowProblem, SheetFile } from './sheets.ts'

const PriceE8 = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000_000,
  description: '10^-8 yuan per kWh',
})
const SUPPLIES_MAX = 10_000

/** A new version with effect from a time that has passed, or in the place of one. */
export const PriceChange = Type.Object({
  kind: Type.Literal('price'),
  planId: Id,
  /** A day, or a moment on a whole minute. */
  effectiveFrom: Type.String({ maxLength: 40 }),
  definition: PlanDefinition,
})

/** Of a plan with one price all day `period` is null. */
export const MonthPrice = Type.Object({
  planId: Id,
  period: Nullable(Period),
  priceE8: PriceE8,
})
export type MonthPrice = Static<typeof MonthPrice>
/** 暂估电价清算: the final price of a month that is over, known afterwards. It holds for it alone. */
export const MonthPriceChange = Type.Object({
  kind: Type.Literal('monthPrice'),
  month: Month,
  prices: Type.Array(MonthPrice, { minItems: 1, maxItems: 500 }),
})

/** Either these supplies, or all that have another plan then. */
export const AssignmentChange = Type.Object({
  kind: Type.Literal('assignment'),
  planId: Id,
  effectiveFrom: Type.String({ maxLength: 40 }),
  supplyIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: SUPPLIES_MAX })),
  fromPlanId: Type.Optional(Id),
  capacityVa: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
})
export const CalendarChange = Type.Object({
  kind: Type.Literal('calendar'),
  year: Type.Integer({ minimum: 2000, maximum: 2100 }),
  days: Type.Array(CalendarDay, { maxItems: 366 }),
})
/** The transformer's ratio and whether registers show it, from a moment of an installation on. */
export const MultiplierChange = Type.Object({
  kind: Type.Literal('multiplier'),
  installationId: Id,
  effectiveFrom: Type.String({ maxLength: 40 }),
  multiplier: Type.Integer({ minimum: 1, maximum: 100_000 }),
  side: Type.Enum(['primary', 'secondary']),
})
/** As `POST /readings/decide`. */
export const ReadingChange = Type.Object({
  kind: Type.Literal('reading'),
  meterId: Id,
  at: Time,
  source: Type.String({ maxLength: 20 }),
  verdict: Type.Enum(['accepted', 'rejected']),
})
export const PastChange = Type.Union([
  PriceChange,
  MonthPriceChange,
  AssignmentChange,
  CalendarChange,
  MultiplierChange,
  ReadingChange,
])
export type PastChange = Static<typeof PastChange>
export const RERATE_KINDS = [
  'price',
  'monthPrice',
  'assignment',
  'calendar',
  'multiplier',
  'reading',
] as const satisfies readonly PastChange['kind'][]
export const RerateKind = Type.Enum([...RERATE_KINDS])
export type RerateKind = Static<typeof RerateKind>

/** `POST /rerate/preview`: nothing takes effect; what it comes to is kept for whoever agrees. */
export const PreviewRerate = Type.Object({
  complexId: Id,
  change: PastChange,
  note: Type.String({ minLength: 1, maxLength: 500 }),
})
export type PreviewRerate = Static<typeof PreviewRerate>

/**
 * previewed: nothing has changed; posting: the change holds, its differences are being posted;
 * posted: all of them are; dropped: somebody took it back before it was applied.
 */
export const RERATE_STATES = ['previewed', 'posting', 'posted', 'dropped'] as const
export const RerateState = Type.Enum([...RERATE_STATES])
export type RerateState = Static<typeof RerateState>

/** A day on which nothing would have been left at its end. */
export const WouldTrip = Type.Object({
  day: Day,
  /** What was left. */
  balanceFen: Fen,
  /** What would have been. */
  wouldBeFen: Fen,
})
export type WouldTrip = Static<typeof WouldTrip>

const Figures = { chargedFen: Fen, dueFen: Fen, differenceFen: Fen }
export const RerateMonth = Type.Object({
  supplyId: Id,
  month: Month,
  premises: Type.String(),
  /** What was charged for the month so far; of a meter that deducts, what our price came to. */
  ...Figures,
  chargedWh: Wh,
  energyWh: Wh,
  /** Where the difference was posted; null before, and where there is none. */
  postingId: Nullable(UuidText),
  postedOn: Nullable(Day),
  /** What was posted in the end; null before. */
  postedFen: Nullable(Fen),
})
export type RerateMonth = Static<typeof RerateMonth>

export const RerateAccount = Type.Object({
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  mode: AccountMode,
  /** The account that takes the difference: of meters that deduct, the next sale settles it. */
  postedTo: Type.Enum(['balance', 'carry']),
  ...Figures,
  months: Type.Array(RerateMonth),
  wouldTrip: Type.Array(WouldTrip),
})
export type RerateAccount = Static<typeof RerateAccount>

/** A month of a tenant who has left, or of a closed account: settled, and not charged again. */
export const RerateSettled = Type.Object({
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  month: Month,
  /** The last day that was the tenant's. */
  endedOn: Day,
  /** What was charged, and what it would come to. */
  ...Figures,
})
export type RerateSettled = Static<typeof RerateSettled>

const Totals = {
  ...Figures,
  accounts: Type.Integer(),
  supplies: Type.Integer(),
  /** Who pays more, who less. */
  more: Type.Integer(),
  less: Type.Integer(),
  wouldTrip: Type.Integer(),
}
export const Rerate = Type.Object({
  reratingId: UuidText,
  kind: RerateKind,
  /** In words: which plan, meter or day, and from when. */
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  note: Type.String(),
  state: RerateState,
  ...Totals,
  fromMonth: Nullable(Month),
  toMonth: Nullable(Month),
  askedBy: Type.String(),
  askedAt: Time,
  appliedAt: Nullable(Time),
  postedAt: Nullable(Time),
})
export type Rerate = Static<typeof Rerate>

export const RerateDetail = Type.Object({
  ...Rerate.properties,
  change: PastChange,
  /** What the ceiling says of the new price; null where none holds. */
  cap: Nullable(CapFinding),
  /** The newest agreement asked for; null: none yet. */
  approval: Nullable(
    Type.Object({
      approvalId: UuidText,
      state: Type.Enum(['open', 'agreed', 'refused', 'used', 'expired']),
      /** Asked by the caller, who goes on with it. */
      own: Type.Boolean(),
      decidedBy: Nullable(Type.String()),
      expiresAt: Time,
    }),
  ),
  items: Type.Array(RerateAccount),
  /** What is not charged any more, of those who have left; in no total. */
  settled: Type.Array(RerateSettled),
})
export type RerateDetail = Static<typeof RerateDetail>

/** `POST /rerate`: applies what was previewed. Refused where its figures are no longer the same. */
export const ApplyRerate = Type.Object({
  reratingId: UuidText,
  approvalId: Type.Optional(UuidText),
})
export const RerateListQuery = Type.Object({
  ...ListQuery.properties,
  kind: Type.Optional(RerateKind),
  state: Type.Optional(RerateState),
})
export const RerateSheetQuery = Type.Object({
  complexId: Type.Optional(Id),
  /** months: one line per account and month; lines: the statements of all accounts. */
  table: Type.Enum(['months', 'lines']),
})
export const RerateSheet = FileAnswer

/** One line of a statement: before and after are what the month came to. */
export const StatementLine = Type.Object({
  kind: BillLineKind,
  period: Nullable(BillPeriod),
  tier: Nullable(Type.Integer()),
  beforeWh: Wh,
  /** Null: more than one price, or none. */
  beforeE8: Nullable(Type.Integer()),
  beforeFen: Fen,
  afterWh: Wh,
  afterE8: Nullable(Type.Integer()),
  afterFen: Fen,
  differenceFen: Fen,
})
export type StatementLine = Static<typeof StatementLine>
export const StatementMonth = Type.Object({
  ...RerateMonth.properties,
  lines: Type.Array(StatementLine),
})
/** `GET /rerate/:id/statement?accountId`: line by line, and where it was posted. */
export const RerateStatement = Type.Object({
  reratingId: UuidText,
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  state: RerateState,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  mode: AccountMode,
  postedTo: Type.Enum(['balance', 'carry']),
  ...Figures,
  months: Type.Array(StatementMonth),
})
export type RerateStatement = Static<typeof RerateStatement>
export const StatementQuery = Type.Object({
  complexId: Type.Optional(Id),
  accountId: Id,
})

/** `GET /month-prices`: what held in a month; by default the last that is over. */
export const MonthPriceQuery = Type.Object({ complexId: Id, month: Type.Optional(Month) })
export const ProvisionalPrice = Type.Object({
  planId: Id,
  plan: Type.String(),
  planEn: Type.String(),
  period: Nullable(Period),
  /** The last that held in the month. */
  priceE8: PriceE8,
  /** Supplies that had the plan. */
  supplies: Type.Integer(),
})
export type ProvisionalPrice = Static<typeof ProvisionalPrice>
export const ProvisionalPrices = Type.Object({
  month: Month,
  items: Type.Array(ProvisionalPrice),
})
export type ProvisionalPrices = Static<typeof ProvisionalPrices>

/** `POST /month-prices/sheet`: reads a workbook of final prices; writes nothing. */
export const MonthPriceSheet = Type.Object({
  complexId: Id,
  month: Month,
  sheet: SheetFile,
})
export const MonthPricesRead = Type.Object({
  problems: Type.Array(RowProblem),
  /** Problems of single rows, with the row as the sheet counts them. */
  rows: Type.Array(Type.Object({ row: Type.Integer(), problems: Type.Array(RowProblem) })),
  prices: Type.Array(MonthPrice),
})
export type MonthPricesRead = Static<typeof MonthPricesRead>
