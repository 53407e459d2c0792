// A plan 电价方案 as one of its versions defines it, PURE: prices are whole 10⁻⁸ yuan per kWh, energy
// is whole Wh, shares are whole millionths. The definition is kept as JSON for ever, so a form that
// was once saved stays readable.

/** 尖 峰 平 谷 深谷. */
export const PERIODS = ['sharp', 'peak', 'flat', 'valley', 'deepValley'] as const
export type Period = (typeof PERIODS)[number]

/** What a price is made of for the notice 电价构成; together they are the price. */
export const COMPONENTS = [
  'energy',
  'lineLoss',
  'transmission',
  'systemOperation',
  'funds',
] as const
export type Component = (typeof COMPONENTS)[number]

export type Price = {
  /** 10⁻⁸ yuan per kWh, not negative. */
  priceE8: number
  components?: Partial<Record<Component, number>>
}

export const DAY_TYPES = ['workday', 'weekend', 'holiday'] as const
export type DayType = (typeof DAY_TYPES)[number]

/** From this minute of the local day on, up to the next switch; the first stands at minute 0. */
export type Switch = { atMinute: number; period: Period }
export type DayTable = Switch[]
export const SWITCHES_MAX = 14
export const DAY_MINUTES = 1_440

/**
 * Days of the year `MM-DD`, both included; may pass over the end of the year. 29 February goes with
 * the 28th, so a year has 365 days here and no range ends or begins on the 29th.
 */
export type DateRange = { from: string; to: string }

export type Season = {
  name: string
  nameEn?: string
  ranges: DateRange[]
  /** A weekend without its own table is like a workday, a holiday without one like a weekend. */
  days: { workday: DayTable; weekend?: DayTable; holiday?: DayTable }
}
export const SEASONS_MAX = 12

/** Above this use of the month or year each kWh costs so much more than the period's own price. */
export type TierStep = { aboveWh: number; addE8: number }
export type Tiers = {
  /** A monthly counter begins anew with each settlement month, a yearly one on 1 January. */
  counts: 'month' | 'year'
  of: 'supply' | 'account'
  /** Thresholds of who comes in mid-year: × months left ÷ 12, that of entry counting; or whole. */
  midYear: 'prorated' | 'whole'
  /**
   * Use crosses a threshold in the order of time, or what each tier got of the month is shared over
   * periods by their use.
   */
  crossing: 'inOrder' | 'byShare'
  /** The second tier and those above it, rising; the first adds nothing. */
  steps: TierStep[]
}
export const TIERS_MAX = 8

/** Millionths of the energy charge (1 % = 10 000), or 10⁻⁸ yuan on each kWh. */
export type Fee = { kind: 'share'; rateE6: number } | { kind: 'perKwh'; addE8: number }
export const SHARE_MAX_E6 = 1_000_000

/** Two-part price 两部制: a month's maximum demand, or what the transformer can carry. */
export type Basic = { kind: 'demand'; perKwE8: number } | { kind: 'capacity'; perKvaE8: number }

/** The standard of 功率因数调整, in hundredths. */
export const PF_STANDARDS = [90, 85, 80] as const
export type PowerFactorStandard = (typeof PF_STANDARDS)[number]

export type PlanExtras = {
  tiers?: Tiers
  /** 服务费: in centre mode a line of its own; never inside a meter. */
  serviceFee?: Fee
  /** 损耗分摊: a line of its own. */
  lossShare?: Fee
  /** 保底: what energy and loss share of a month come to at least, fen. */
  minimumFen?: number
  /** For meters at the supply point. */
  powerFactor?: { standard: PowerFactorStandard }
  basic?: Basic
}

export type FlatPlan = { kind: 'flat' } & Price & PlanExtras
export type TimeOfUsePlan = {
  kind: 'timeOfUse'
  prices: Partial<Record<Period, Price>>
  seasons: Season[]
} & PlanExtras
export type PlanDefinition = FlatPlan | TimeOfUsePlan

/** A version as everything that prices takes it. */
export type PlanVersion = { planId: number; version: number; definition: PlanDefinition }

/** 10⁻⁸ yuan per kWh: no price, with all that is added to it, goes above 100 yuan. */
export const PRICE_MAX_E8 = 10_000_000_000

/** The table of a kind of day in a season. */
export const dayTable = ({ days }: Season, type: DayType): DayTable => {
  if (type === 'workday') return days.workday
  const weekend = days.weekend ?? days.workday
  return type === 'weekend' ? weekend : (days.holiday ?? weekend)
}

/** The periods that a complete definition has a price for; null stands for one price all day. */
export const periodsOf = (definition: PlanDefinition): readonly (Period | null)[] =>
  definition.kind === 'flat'
    ? [null]
    : PERIODS.filter((period) => definition.prices[period] !== undefined)

/** The first tier is 1. What its energy costs more than the period's own price, 10⁻⁸ yuan/kWh. */
export const tierAddE8 = ({ tiers }: PlanDefinition, tier: number): number =>
  tier === 1 ? 0 : (tiers?.steps[tier - 2]?.addE8 ?? 0)

export const tierCount = ({ tiers }: PlanDefinition): number => (tiers?.steps.length ?? 0) + 1

/** The energy price of a period and tier without fees; null where the plan has no such period. */
export const energyPriceE8 = (
  definition: PlanDefinition,
  period: Period | null,
  tier: number,
): number | null => {
  const own =
    definition.kind === 'flat'
      ? definition.priceE8
      : period === null
        ? undefined
        : definition.prices[period]?.priceE8
  return own === undefined ? null : own + tierAddE8(definition, tier)
}

/**
 * What every kWh costs where each costs the same, tiers, loss share and service fee told; null
 * elsewhere. `plan_in_force` in the database says the same.
 */
export const onlyPriceE8 = (definition: PlanDefinition): number | null =>
  definition.kind === 'flat' &&
  definition.tiers === undefined &&
  definition.lossShare === undefined &&
  definition.serviceFee === undefined
    ? definition.priceE8
    : null
