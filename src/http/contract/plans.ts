// The contract of plans 电价方案: definitions as they are saved, versions, which supply has which plan
// from when, and the calendar. Prices are whole 10⁻⁸ yuan, shares whole millionths.

import { type Static, Type } from 'typebox'
import { AccountMode, Id, Nullable, Time, UuidText } from '../contract.ts'
import { ApprovalNeed } from './approval-need.ts'
import { Day, ListQuery } from './asking.ts'
import { CapFinding } from './price-cap.ts'

const AMOUNT_MAX = 1_000_000_000_000
const PriceE8 = Type.Integer({ minimum: 0, maximum: AMOUNT_MAX, description: '10^-8 yuan per kWh' })
const AddE8 = Type.Integer({
  minimum: -AMOUNT_MAX,
  maximum: AMOUNT_MAX,
  description: '10^-8 yuan on each kWh',
})
const ShareE6 = Type.Integer({ minimum: 0, maximum: AMOUNT_MAX, description: '1 % is 10000' })
const MonthDay = Type.String({ pattern: '^\\d\\d-\\d\\d$', description: 'MM-DD' })
const Name = Type.String({ minLength: 1, maxLength: 100 })
const NameEn = Type.Optional(Type.String({ maxLength: 100 }))
const Note = Type.String({ minLength: 1, maxLength: 500 })

export const Period = Type.Enum(['sharp', 'peak', 'flat', 'valley', 'deepValley'])
export type Period = Static<typeof Period>
export const DayType = Type.Enum(['workday', 'weekend', 'holiday'])
export type DayType = Static<typeof DayType>

/** What a price is made of; together the parts are the price. */
export const PriceComponents = Type.Object({
  energy: Type.Optional(AddE8),
  lineLoss: Type.Optional(AddE8),
  transmission: Type.Optional(AddE8),
  systemOperation: Type.Optional(AddE8),
  funds: Type.Optional(AddE8),
})
export type PriceComponents = Static<typeof PriceComponents>
const price = { priceE8: PriceE8, components: Type.Optional(PriceComponents) }
const Price = Type.Object(price)

/** Limits of the business are checked by `checkPlan`, which names the place. */
const ITEMS_MAX = 100
export const Switch = Type.Object({
  atMinute: Type.Integer({ minimum: 0, maximum: 1_440, description: 'of the local day' }),
  period: Period,
})
const DayTable = Type.Array(Switch, { maxItems: ITEMS_MAX })
export const Season = Type.Object({
  name: Name,
  nameEn: NameEn,
  /** Both days included; may pass over the end of the year. 29 February goes with the 28th. */
  ranges: Type.Array(Type.Object({ from: MonthDay, to: MonthDay }), { maxItems: ITEMS_MAX }),
  /** A weekend without a table is like a workday, a holiday without one like a weekend. */
  days: Type.Object({
    workday: DayTable,
    weekend: Type.Optional(DayTable),
    holiday: Type.Optional(DayTable),
  }),
})
export type Season = Static<typeof Season>

export const Tiers = Type.Object({
  counts: Type.Enum(['month', 'year']),
  of: Type.Enum(['supply', 'account']),
  midYear: Type.Enum(['prorated', 'whole']),
  /** How tiers and periods meet: in the order of time, or shared over periods by their use. */
  crossing: Type.Enum(['inOrder', 'byShare']),
  /** The second tier and those above it, rising; the first adds nothing. */
  steps: Type.Array(
    Type.Object({
      aboveWh: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      addE8: AddE8,
    }),
    { maxItems: ITEMS_MAX },
  ),
})
export type Tiers = Static<typeof Tiers>

/** A share of the energy charge, or so much on each kWh. */
export const Fee = Type.Union([
  Type.Object({ kind: Type.Literal('share'), rateE6: ShareE6 }),
  Type.Object({ kind: Type.Literal('perKwh'), addE8: PriceE8 }),
])
export type Fee = Static<typeof Fee>
export const Basic = Type.Union([
  Type.Object({ kind: Type.Literal('demand'), perKwE8: PriceE8 }),
  Type.Object({ kind: Type.Literal('capacity'), perKvaE8: PriceE8 }),
])

const extras = {
  tiers: Type.Optional(Tiers),
  serviceFee: Type.Optional(Fee),
  lossShare: Type.Optional(Fee),
  /** What energy and loss share of a month come to at least. */
  minimumFen: Type.Optional(Type.Integer({ minimum: 0, maximum: AMOUNT_MAX })),
  /** For meters at the supply point; the standard in hundredths. */
  powerFactor: Type.Optional(
    Type.Object({
      standard: Type.Union([Type.Literal(90), Type.Literal(85), Type.Literal(80)]),
    }),
  ),
  basic: Type.Optional(Basic),
}
export const PlanDefinition = Type.Union([
  Type.Object({ kind: Type.Literal('flat'), ...price, ...extras }),
  Type.Object({
    kind: Type.Literal('timeOfUse'),
    prices: Type.Object({
      sharp: Type.Optional(Price),
      peak: Type.Optional(Price),
      flat: Type.Optional(Price),
      valley: Type.Optional(Price),
      deepValley: Type.Optional(Price),
    }),
    seasons: Type.Array(Season, { maxItems: ITEMS_MAX }),
    ...extras,
  }),
])
export type PlanDefinition = Static<typeof PlanDefinition>

const naming = { name: Type.String(), nameEn: Type.String() }
const PlanKind = Type.Enum(['flat', 'timeOfUse'])
export const Plan = Type.Object({
  planId: Id,
  ...naming,
  /** The version in force; null where none is yet. */
  version: Nullable(Type.Integer()),
  effectiveFrom: Nullable(Time),
  kind: Nullable(PlanKind),
  /** The price of a flat plan without tiers, else null. */
  priceE8: Nullable(PriceE8),
  /** The lowest and the highest price of a kWh, with tiers and loss share, without service fee. */
  cheapestE8: Nullable(PriceE8),
  dearestE8: Nullable(PriceE8),
  /** Supplies that have this plan now. */
  supplies: Type.Integer(),
  /** The next version that is not yet in force. */
  nextVersion: Nullable(Type.Integer()),
  nextFrom: Nullable(Time),
  /** No longer to be given to anybody. */
  retiredAt: Nullable(Time),
})
export type Plan = Static<typeof Plan>

/** One difference to the version that held before; values as JSON, null where there is none. */
export const PlanChange = Type.Object({
  /** A path into the definition, as `prices.peak.priceE8` or `seasons.0.days.workday`. */
  path: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
})
export const PlanVersion = Type.Object({
  version: Type.Integer(),
  effectiveFrom: Time,
  /** Up to the next version; null where none follows. Equal to effectiveFrom: it never holds. */
  until: Nullable(Time),
  definition: PlanDefinition,
  note: Type.String(),
  /** Null for versions from before these were written down. */
  savedAt: Nullable(Time),
  savedBy: Nullable(Type.String()),
  /** It was saved for a time that had passed. */
  backdated: Type.Boolean(),
  changes: Type.Array(PlanChange),
})
export type PlanVersion = Static<typeof PlanVersion>
export const PlanDetail = Type.Object({
  ...Plan.properties,
  /** The latest first. */
  versions: Type.Array(PlanVersion),
})
export type PlanDetail = Static<typeof PlanDetail>

/** A day (it begins at the day cut of the complex) or a moment on a whole minute. */
const Effective = Type.Union([Day, Time])
export const NewVersion = Type.Object({
  effectiveFrom: Effective,
  definition: PlanDefinition,
  note: Type.Optional(Note),
  approvalId: Type.Optional(UuidText),
  dryRun: Type.Optional(Type.Boolean()),
})
export type NewVersion = Static<typeof NewVersion>
export const NewPlan = Type.Object({
  complexId: Id,
  name: Name,
  nameEn: NameEn,
  /** Left out: from now on. A new plan may begin in the past: nobody has used it. */
  effectiveFrom: Type.Optional(Effective),
  definition: PlanDefinition,
  note: Type.Optional(Note),
})
export const PlanNaming = Type.Object({
  name: Type.Optional(Name),
  nameEn: NameEn,
  retired: Type.Optional(Type.Boolean()),
})
export const SavedVersion = Type.Object({
  /** Null in a dry run. */
  version: Nullable(Type.Integer()),
  effectiveFrom: Time,
  backdated: Type.Boolean(),
  /**
   * Supplies that were charged beyond that moment. Above 0 it is a change of the past: refused
   * (rerate_required), and made by `POST /rerate/preview` and `POST /rerate`.
   */
  rerates: Type.Integer(),
  /** Supplies that use or will use it from then on, and how many accounts they belong to. */
  supplies: Type.Integer(),
  accounts: Type.Integer(),
  changes: Type.Array(PlanChange),
  /** What it comes to against the price cap; null where there is none. */
  cap: Nullable(CapFinding),
  /** In a dry run: what would be refused without a second person; else null. */
  approval: Nullable(ApprovalNeed),
})
export type SavedVersion = Static<typeof SavedVersion>

/** Where a plan is not complete or contradicts itself; fields are there as far as they apply. */
export const PlanFault = Type.Object({
  /** As in `checkPlan`: tableBegins, switchOrder, seasonGap, tierOrder, periodWithoutPrice … */
  kind: Type.String(),
  /** As `seasons.0.days.workday.3`: indexes count from 0. */
  path: Type.String(),
  season: Type.Optional(Type.Integer()),
  table: Type.Optional(DayType),
  switch: Type.Optional(Type.Integer()),
  tier: Type.Optional(Type.Integer()),
  period: Type.Optional(Period),
  /** The first day of a gap or an overlap, MM-DD. */
  day: Type.Optional(Type.String()),
  /** In the language of the caller, place and all. */
  text: Type.String(),
})
export type PlanFault = Static<typeof PlanFault>

/** A piece of a local day, left-closed: [fromMinute, toMinute). */
export const DaySegment = Type.Object({
  fromMinute: Type.Integer(),
  toMinute: Type.Integer(),
  /** Null: one price all day. */
  period: Nullable(Period),
  priceE8: PriceE8,
})
export const DayStrip = Type.Object({
  day: Day,
  dayType: DayType,
  /** The holiday or swapped day as the calendar names it. */
  dayName: Nullable(Type.String()),
  season: Nullable(Type.Integer()),
  segments: Type.Array(DaySegment),
})
export const PlanCheck = Type.Object({
  complexId: Id,
  definition: PlanDefinition,
  /** The day whose strip is wanted; left out: today. */
  day: Type.Optional(Day),
})
export const PlanChecked = Type.Object({
  complete: Type.Boolean(),
  faults: Type.Array(PlanFault),
  /** Null where the plan is not complete. */
  strip: Nullable(DayStrip),
  cheapestE8: Nullable(PriceE8),
  dearestE8: Nullable(PriceE8),
  /** As if it held from now on and nobody had it yet; null without a price cap. */
  cap: Nullable(CapFinding),
})
export type PlanChecked = Static<typeof PlanChecked>

const SUPPLIES_MAX = 10_000
export const Assignment = Type.Object({
  /** One of the two: named supplies, or all that have another plan at that moment. */
  supplyIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: SUPPLIES_MAX })),
  fromPlanId: Type.Optional(Id),
  effectiveFrom: Effective,
  /** For a plan with a capacity price: what the transformer of each of these supplies carries. */
  capacityVa: Type.Optional(Type.Integer({ minimum: 1, maximum: AMOUNT_MAX })),
  note: Type.Optional(Note),
  approvalId: Type.Optional(UuidText),
  dryRun: Type.Optional(Type.Boolean()),
})
export type Assignment = Static<typeof Assignment>

/** A supply with the plan that holds for it now. */
export const SupplyPlan = Type.Object({
  supplyId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  mode: AccountMode,
  building: Type.String(),
  premises: Type.String(),
  premisesName: Type.String(),
  pointKind: Type.String(),
  meterId: Nullable(Id),
  meterNo: Nullable(Type.String()),
  planId: Id,
  plan: Type.String(),
  since: Time,
  capacityVa: Nullable(Type.Integer()),
  /** The plan that follows, and from when. */
  nextPlanId: Nullable(Id),
  nextPlan: Nullable(Type.String()),
  nextFrom: Nullable(Time),
})
export type SupplyPlan = Static<typeof SupplyPlan>
export const SupplyPlanQuery = Type.Object({
  ...ListQuery.properties,
  planId: Type.Optional(Id),
  accountId: Type.Optional(Id),
  buildingId: Type.Optional(Id),
})
export const Assigned = Type.Object({
  dryRun: Type.Boolean(),
  effectiveFrom: Time,
  backdated: Type.Boolean(),
  /**
   * Supplies that were charged beyond that moment. Above 0 it is a change of the past: refused
   * (rerate_required), and made by `POST /rerate/preview` and `POST /rerate`.
   */
  rerates: Type.Integer(),
  /** How many change; those that have the plan already are left out of it. */
  supplies: Type.Integer(),
  accounts: Type.Integer(),
  unchanged: Type.Integer(),
  /** What those who change would pay, against the price cap; null where there is none. */
  cap: Nullable(CapFinding),
  /** In a dry run: what would be refused without a second person; else null. */
  approval: Nullable(ApprovalNeed),
  /** The supplies as they are before the change, 1000 at most. */
  items: Type.Array(SupplyPlan),
})
export type Assigned = Static<typeof Assigned>

const Year = Type.Integer({ minimum: 2000, maximum: 2100 })
export const CalendarDay = Type.Object({
  day: Day,
  type: DayType,
  name: Type.String({ maxLength: 60 }),
  nameEn: Type.String({ maxLength: 60 }),
})
export type CalendarDay = Static<typeof CalendarDay>
/** Without a year: the present one. */
export const CalendarQuery = Type.Object({ complexId: Id, year: Type.Optional(Year) })
export const Calendar = Type.Object({
  year: Type.Integer(),
  /** The public holidays of the year are known, from the table supplied or from the complex. */
  known: Type.Boolean(),
  /** Where the supplied table is from; null where there is none for the year. */
  source: Nullable(Type.String()),
  /** Days that are not as their weekday says: supplied, and the complex's own over them. */
  days: Type.Array(
    Type.Object({
      ...CalendarDay.properties,
      own: Type.Boolean({ description: 'of the complex' }),
    }),
  ),
})
export type Calendar = Static<typeof Calendar>
/** Replaces the complex's own days of that year; none: the supplied table alone. */
export const CalendarSaved = Type.Object({
  complexId: Id,
  year: Year,
  days: Type.Array(CalendarDay, { maxItems: 366 }),
})

// Routes, all under `/api/v1`: `GET /plans` ListQuery → list of Plan · `POST /plans` NewPlan →
// Plan · `GET /plans/:id` → PlanDetail · `PATCH /plans/:id` PlanNaming → Plan ·
// `POST /plans/:id/versions` NewVersion → SavedVersion · `POST /plans/:id/assign` Assignment →
// Assigned · `POST /plans/check` PlanCheck → PlanChecked · `GET /supply-plans` SupplyPlanQuery →
// list of SupplyPlan · `GET /calendar` CalendarQuery → Calendar · `PUT /calendar` CalendarSaved →
// Calendar. A plan that is not complete is refused as plan_incomplete.
