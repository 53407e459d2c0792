// The contract of bills 电费账单: what a supply owes for a settlement month, line by line, so that
// every fen explains itself: readings with their times, period, tier, version, quantity, price,
// rounding.

import { type Static, Type } from 'typebox'
import { AccountMode, Fen, Id, listOf, Nullable, Time, UuidText, Wh } from '../contract.ts'
import { Day, ListQuery, Month, WithinQuery } from './asking.ts'
import { FileAnswer } from './sheets.ts'

export const BillPeriod = Type.Enum(['sharp', 'peak', 'flat', 'valley', 'deepValley'])

/** `energy` is priced use; the others stand on it, or beside it. */
export const BillLineKind = Type.Enum([
  'energy',
  'lossShare',
  'serviceFee',
  'demand',
  'capacity',
  'minimum',
  'powerFactor',
])

/**
 * How the use of a line was told apart from that of other periods, months and prices: nothing had
 * to be cut between its readings, the meter's own period registers, or in proportion to time.
 */
export const BillSplit = Type.Enum(['interval', 'registers', 'linear'])

export const BillLine = Type.Object({
  kind: BillLineKind,
  planId: Id,
  plan: Type.String(),
  planEn: Type.String(),
  planVersion: Type.Integer(),
  /** From when on this version is the plan's price. */
  effectiveFrom: Nullable(Time),
  /** Null: one price at all hours, or a line that has no period. */
  period: Nullable(BillPeriod),
  /** 1 is the first; null for a line that has no tier. */
  tier: Nullable(Type.Integer()),
  /** Above which use of the month or year it begins for this tenant; null without tiers. */
  tierCounts: Nullable(Type.Enum(['month', 'year'])),
  tierAboveWh: Nullable(Wh),
  /** Null for a line that is not reckoned from energy. */
  energyWh: Nullable(Wh),
  /** With what the tier adds; null where each kWh has no price. */
  priceE8: Nullable(Type.Integer({ description: '10⁻⁸ yuan per kWh' })),
  /** Yuan before rounding, exact; null for a fee by days, which its `basis` explains. */
  exactYuan: Nullable(Type.String()),
  /** Rounded half away from zero, once. */
  amountFen: Fen,
  /** The readings between which its energy lies; null for a fee. */
  from: Nullable(Time),
  until: Nullable(Time),
  by: Type.Array(BillSplit),
  /** Cut in proportion to time. */
  estimatedWh: Wh,
  /**
   * What a fee was reckoned from: `rateE6` of `baseFen`, `addE8` on `energyWh`, `maxDemandW` at
   * `perKwE8`, `capacityVa` at `perKvaE8`, `minimumFen` less `reachedFen`, `factor` against
   * `standard` in hundredths, and `days` of `ofDays`.
   */
  basis: Type.Record(Type.String(), Type.Number()),
})
export type BillLine = Static<typeof BillLine>

/** A register as it was read, not multiplied. */
export const BillReading = Type.Object({
  at: Time,
  /** As in readings; `initial`: the register with which the meter was hung. */
  source: Type.String(),
  energyWh: Wh,
  reverseWh: Nullable(Wh),
  tariffsWh: Nullable(Type.Array(Nullable(Wh))),
})

/** What one meter counted of the month. */
export const BillMeter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  multiplier: Type.Integer(),
  side: Type.Enum(['primary', 'secondary']),
  start: BillReading,
  end: BillReading,
  /** Readings between the two, both included. */
  readings: Type.Integer(),
  /** Billed Wh of the month, multiplied as the installation says. */
  usedWh: Wh,
})

/** Energy that no price stands for: an alarm, and billed once the price exists. */
export const Unpriced = Type.Object({
  from: Time,
  to: Time,
  energyWh: Wh,
  why: Type.Enum(['noPlan', 'noPrice']),
  period: Nullable(BillPeriod),
})

/** One act of charging: a day, an adjustment, a last charge. */
export const BillCharge = Type.Object({
  /** The business day it belongs to. */
  day: Day,
  at: Time,
  meterNo: Type.String(),
  energyWh: Wh,
  dueFen: Fen,
  /** Why it is more than a day’s use: `reading`, `decision`, `price`, `installation`; else null. */
  cause: Nullable(Type.String()),
  postingId: Nullable(UuidText),
  /** Up to which reading. */
  until: Nullable(Time),
})

export const Bill = Type.Object({
  supplyId: Id,
  complexId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  premisesName: Type.String(),
  mode: AccountMode,
  month: Month,
  /** The month, or the part of it in which the supply was the tenant's. */
  from: Time,
  to: Time,
  /** Up to which reading it is priced; null: none has come. */
  pricedUntil: Nullable(Time),
  lines: Type.Array(BillLine),
  meters: Type.Array(BillMeter),
  /** Null, like the sum of the lines: not priced yet. */
  energyWh: Nullable(Wh),
  estimatedWh: Nullable(Wh),
  dueFen: Nullable(Fen),
  /** What the year's tiers counted before the month; null without such tiers. */
  yearBeforeWh: Nullable(Wh),
  /** As in a row of the list. */
  postedFen: Nullable(Fen),
  unpriced: Type.Array(Unpriced),
  charges: Type.Array(BillCharge),
})
export type Bill = Static<typeof Bill>
export const Bills = Type.Object({ items: Type.Array(Bill) })
export type Bills = Static<typeof Bills>

/** `GET /supplies/{id}/bill` and `GET /accounts/{id}/bills`. */
export const BillQuery = Type.Object({
  ...WithinQuery.properties,
  month: Month,
  /** Since when the tenant had it whose bill it is; left out: the present one's, or the last. */
  tenantSince: Type.Optional(Type.String({ format: 'date-time' })),
})

/**
 * unpriced: some energy has no price. estimated: some of it was cut in proportion to time.
 * waiting: not priced yet, as none of its days was settled or no reading of it has come.
 */
export const BillState = Type.Enum(['unpriced', 'estimated', 'waiting'])

/** One bill of a month: of a supply, and of one tenant. */
export const BillListItem = Type.Object({
  supplyId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  tenantSince: Time,
  premises: Type.String(),
  premisesName: Type.String(),
  /** Of the meters that hung there in the month, separated by blanks. */
  meterNos: Type.String(),
  mode: AccountMode,
  pricedUntil: Nullable(Time),
  /** Null, like what follows: not priced yet. */
  energyWh: Nullable(Wh),
  estimatedWh: Nullable(Wh),
  unpricedWh: Nullable(Wh),
  /** The sum of the lines. */
  dueFen: Nullable(Fen),
  /**
   * What the books were charged so far; in meter mode what the meter deducted, null before anything
   * of the month was read.
   */
  postedFen: Nullable(Fen),
})
export type BillListItem = Static<typeof BillListItem>

const BillFilter = {
  /** Left out: the month that runs. */
  month: Type.Optional(Month),
  /** Part of account number, tenant, premises or meter number. */
  search: Type.Optional(Type.String({ maxLength: 100 })),
  state: Type.Optional(BillState),
}
/** `GET /bills`: every supply's bill of a month, in the order in which they were opened. */
export const BillListQuery = Type.Object({ ...ListQuery.properties, ...BillFilter })
/** `GET /bills/sheet`: the same as a workbook. */
export const BillSheetQuery = Type.Object({ complexId: Id, ...BillFilter })
export const BillSheet = FileAnswer

/** Of every bill that the filters find, on whatever page. */
export const BillSums = Type.Object({
  bills: Type.Integer(),
  /** Bills that are not priced yet: the sums are without them. */
  waiting: Type.Integer(),
  /** Bills whose `postedFen` is not known. */
  unread: Type.Integer(),
  /** Null, like what follows: not known of a single bill. */
  energyWh: Nullable(Wh),
  estimatedWh: Nullable(Wh),
  unpricedWh: Nullable(Wh),
  dueFen: Nullable(Fen),
  postedFen: Nullable(Fen),
})
export type BillSums = Static<typeof BillSums>

export const BillList = Type.Object({
  ...listOf(BillListItem).properties,
  month: Month,
  /** With the first page only, of all pages. */
  sums: Nullable(BillSums),
})
export type BillList = Static<typeof BillList>
