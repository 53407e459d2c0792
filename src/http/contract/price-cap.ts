// The contract of the price cap 转供电价格上限: what a tenant's kWh may cost on average, and what it does.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, Time, UuidText, Wh } from '../contract.ts'
import { Month } from './asking.ts'

const AMOUNT_MAX = 1_000_000_000_000
const PositiveFen = Type.Integer({ minimum: 1, maximum: AMOUNT_MAX, description: 'whole fen' })
const PositiveWh = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000_000 })
const SomeWh = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000_000 })
/** 10⁻⁸ yuan per kWh; at most 100 yuan. */
const PriceE8 = Type.Integer({ minimum: 1, maximum: 10_000_000_000 })

/**
 * `averagePurchase`: the landlord's bill ÷ the energy bought. With `losses` the tenants also bear
 * what was lost on the way to them: bill × (tenants + loss) ÷ bought ÷ tenants; tenants, common use
 * and loss sum to what was bought.
 */
export const CapBasis = Type.Union([
  Type.Object({
    kind: Type.Literal('averagePurchase'),
    billFen: PositiveFen,
    boughtWh: PositiveWh,
    losses: Type.Optional(Type.Object({ tenantsWh: PositiveWh, commonWh: SomeWh, lossWh: SomeWh })),
  }),
  Type.Object({ kind: Type.Literal('catalogue'), priceE8: PriceE8 }),
])
export type CapBasis = Static<typeof CapBasis>

/** `off`: from then on there is no ceiling. */
export const CapAct = Type.Enum(['warn', 'block', 'off'])

const setting = {
  /** The month from which it holds, up to the next. */
  since: Month,
  basis: CapBasis,
  /** Millionths on top of the basis: 5 % is 50 000. */
  marginE6: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** Whether the service fee counts as paid for electricity. */
  serviceFee: Type.Boolean(),
  act: CapAct,
}
export const NewPriceCap = Type.Object({
  complexId: Id,
  ...setting,
  note: Type.Optional(Type.String({ maxLength: 500 })),
  approvalId: Type.Optional(UuidText),
})
export type NewPriceCap = Static<typeof NewPriceCap>

export const PriceCap = Type.Object({
  capId: Id,
  ...setting,
  note: Type.String(),
  /** The ceiling, rounded; what is compared is exact. */
  ceilingE8: Type.Integer(),
  savedAt: Time,
  savedBy: Nullable(Type.String()),
})
export type PriceCap = Static<typeof PriceCap>
/** The latest beginning first. */
export const PriceCaps = Type.Object({
  /** What holds in the present month; null: nothing. */
  current: Nullable(PriceCap),
  items: Type.Array(PriceCap),
})
export type PriceCaps = Static<typeof PriceCaps>

export const PriceCapQuery = Type.Object({ complexId: Id })
/** Without a month: the last that is over. */
export const CapReportQuery = Type.Object({ complexId: Id, month: Type.Optional(Month) })

/** A supply's month against the ceiling: counted ÷ energy = effective price. */
export const CapRow = Type.Object({
  supplyId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  /** From the bill, or from what the meter has deducted by itself. */
  from: Type.Enum(['bill', 'meter']),
  energyWh: Wh,
  energyFen: Fen,
  lossFen: Fen,
  serviceFen: Fen,
  /** Basic charge, power factor, minimum. */
  otherFen: Fen,
  /** Everything that counts as paid for electricity. */
  countedFen: Fen,
  /** 10⁻⁸ yuan per kWh, rounded; null where nothing was used. */
  effectiveE8: Nullable(Type.Integer()),
  /** What the ceiling allows for the same energy, rounded; null without a ceiling. */
  allowedFen: Nullable(Fen),
  /** Rounding of the lines is not held against a price. */
  state: Type.Enum(['over', 'within', 'noUse']),
})
export type CapRow = Static<typeof CapRow>
export const CapReport = Type.Object({
  month: Month,
  /** What held in that month; null: no ceiling. */
  cap: Nullable(PriceCap),
  over: Type.Integer(),
  within: Type.Integer(),
  noUse: Type.Integer(),
  /** Of all that were used: energy and what counts. */
  energyWh: Wh,
  countedFen: Fen,
  /** The worst first. */
  items: Type.Array(CapRow),
})
export type CapReport = Static<typeof CapReport>

/** What a plan comes to against the ceiling that holds when it begins. */
export const CapFinding = Type.Object({
  /** By the last full month of those who have the plan; or by hours where nobody used anything. */
  from: Type.Enum(['use', 'hours']),
  /** The month whose use was priced; null by hours. */
  month: Nullable(Month),
  /** Supplies whose use was priced. */
  supplies: Type.Integer(),
  effectiveE8: Type.Integer(),
  ceilingE8: Type.Integer(),
  act: Type.Enum(['warn', 'block']),
  over: Type.Boolean(),
})
export type CapFinding = Static<typeof CapFinding>
