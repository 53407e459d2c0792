// A plan while it is written 方案草稿, PURE: figures are text until all of them can be read, then they
// become the definition that the server checks and keeps.

import type {
  DayType,
  Fee,
  Period,
  PlanDefinition,
  PriceComponents,
  Season,
  Tiers,
} from '../../../http/contract/plans.ts'
import { typedKwh, typedPercent, typedPrice, typedYuan } from '../../ui/money-text.ts'

export const PERIODS = [
  'sharp',
  'peak',
  'flat',
  'valley',
  'deepValley',
] as const satisfies readonly Period[]
export const DAY_TYPES = ['workday', 'weekend', 'holiday'] as const satisfies readonly DayType[]
type Component = keyof PriceComponents
export const COMPONENTS = [
  'energy',
  'lineLoss',
  'transmission',
  'systemOperation',
  'funds',
] as const satisfies readonly Component[]

export type PriceDraft = { price: string; components: Record<Component, string> }
/** `08:30`. */
export type SwitchDraft = { key: number; at: string; period: Period }
export type SeasonDraft = {
  key: number
  name: string
  nameEn: string
  ranges: readonly { key: number; from: string; to: string }[]
  /** Null: as the day before it in the order of DAY_TYPES. */
  days: Record<DayType, readonly SwitchDraft[] | null>
}
export type FeeDraft = { kind: 'none' | Fee['kind']; text: string }
export type TiersDraft = Omit<Tiers, 'steps'> & {
  steps: readonly { key: number; above: string; add: string }[]
}
export type PlanDraft = {
  kind: PlanDefinition['kind']
  flat: PriceDraft
  prices: Record<Period, PriceDraft>
  seasons: readonly SeasonDraft[]
  tiers: TiersDraft | null
  serviceFee: FeeDraft
  lossShare: FeeDraft
  minimum: string
  powerFactor: 'none' | '90' | '85' | '80'
  basic: { kind: 'none' | 'demand' | 'capacity'; text: string }
}

let lastKey = 0
/** Rows keep their place on the screen while others come and go. */
export const newKey = (): number => {
  lastKey += 1
  return lastKey
}

const NO_PRICE: PriceDraft = {
  price: '',
  components: { energy: '', lineLoss: '', transmission: '', systemOperation: '', funds: '' },
}
const NO_FEE: FeeDraft = { kind: 'none', text: '' }

const allYear = (name: string): SeasonDraft => ({
  key: newKey(),
  name,
  nameEn: '',
  ranges: [{ key: newKey(), from: '01-01', to: '12-31' }],
  days: { workday: [{ key: newKey(), at: '00:00', period: 'flat' }], weekend: null, holiday: null },
})

/** `season`: what the one season of the whole year is called until there are more. */
export const newDraft = (season: string): PlanDraft => ({
  kind: 'flat',
  flat: NO_PRICE,
  prices: {
    sharp: NO_PRICE,
    peak: NO_PRICE,
    flat: NO_PRICE,
    valley: NO_PRICE,
    deepValley: NO_PRICE,
  },
  seasons: [allYear(season)],
  tiers: null,
  serviceFee: NO_FEE,
  lossShare: NO_FEE,
  minimum: '',
  powerFactor: 'none',
  basic: { kind: 'none', text: '' },
})

export const copied = (table: readonly SwitchDraft[]): SwitchDraft[] =>
  table.map((row) => ({ ...row, key: newKey() }))

/** With the tables of another season, whose days and name are still to be told. */
export const newSeason = (like: SeasonDraft | null): SeasonDraft => {
  const { days } = like ?? allYear('')
  const own = (type: DayType) => days[type] && copied(days[type])
  return {
    ...allYear(''),
    ranges: [{ key: newKey(), from: '', to: '' }],
    days: { workday: own('workday'), weekend: own('weekend'), holiday: own('holiday') },
  }
}

/** `08:30` → 510; `24:00` is no switch. Null where it is no time of day. */
export const minuteOf = (text: string): number | null => {
  const m = /^([01]?\d|2[0-3]):?([0-5]\d)$/.exec(text.trim().replace('：', ':'))
  return m ? Number(m[1]) * 60 + Number(m[2]) : null
}

export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

type PriceDefinition = { priceE8: number; components?: PriceComponents }

const priceDraft = ({ priceE8, components }: PriceDefinition): PriceDraft => {
  const text = (part: Component) => {
    const e8 = components?.[part]
    return e8 === undefined ? '' : typedPrice(e8)
  }
  return {
    price: typedPrice(priceE8),
    components: {
      energy: text('energy'),
      lineLoss: text('lineLoss'),
      transmission: text('transmission'),
      systemOperation: text('systemOperation'),
      funds: text('funds'),
    },
  }
}

const tableDraft = (table: Season['days']['workday'] | undefined): SwitchDraft[] | null =>
  table?.map(({ atMinute, period }) => ({ key: newKey(), at: clockOf(atMinute), period })) ?? null

const seasonDraft = ({ name, nameEn, ranges, days }: Season): SeasonDraft => ({
  key: newKey(),
  name,
  nameEn: nameEn ?? '',
  ranges: ranges.map((range) => ({ ...range, key: newKey() })),
  days: {
    workday: tableDraft(days.workday),
    weekend: tableDraft(days.weekend),
    holiday: tableDraft(days.holiday),
  },
})

const feeDraft = (fee: Fee | undefined): FeeDraft => {
  if (fee === undefined) return NO_FEE
  return fee.kind === 'share'
    ? { kind: 'share', text: typedPercent(fee.rateE6) }
    : { kind: 'perKwh', text: typedPrice(fee.addE8) }
}

const basicDraft = ({ basic }: PlanDefinition): PlanDraft['basic'] => {
  if (basic === undefined) return { kind: 'none', text: '' }
  return basic.kind === 'demand'
    ? { kind: 'demand', text: typedPrice(basic.perKwE8) }
    : { kind: 'capacity', text: typedPrice(basic.perKvaE8) }
}

const FACTORS = { 90: '90', 85: '85', 80: '80' } as const

export const draftOf = (plan: PlanDefinition, season: string): PlanDraft => {
  const empty = newDraft(season)
  const { tiers } = plan
  const prices = { ...empty.prices }
  if (plan.kind === 'timeOfUse')
    for (const period of PERIODS) {
      const price = plan.prices[period]
      if (price) prices[period] = priceDraft(price)
    }
  return {
    kind: plan.kind,
    flat: plan.kind === 'flat' ? priceDraft(plan) : NO_PRICE,
    prices,
    seasons: plan.kind === 'timeOfUse' ? plan.seasons.map(seasonDraft) : empty.seasons,
    tiers: tiers
      ? {
          ...tiers,
          steps: tiers.steps.map(({ aboveWh, addE8 }) => ({
            key: newKey(),
            above: typedKwh(aboveWh),
            add: typedPrice(addE8),
          })),
        }
      : null,
    serviceFee: feeDraft(plan.serviceFee),
    lossShare: feeDraft(plan.lossShare),
    minimum: plan.minimumFen === undefined ? '' : typedYuan(plan.minimumFen),
    powerFactor: plan.powerFactor ? FACTORS[plan.powerFactor.standard] : 'none',
    basic: basicDraft(plan),
  }
}
