// Whether a plan is complete 电价方案校验, PURE: every minute of every day has one period, every period
// has a price, tiers rise. A plan with a fault is refused when it is saved, with the place named.

import { dayNumbers, lastOfRun, type MonthDay, monthDays } from './days-of-year.ts'
import {
  COMPONENTS,
  DAY_MINUTES,
  DAY_TYPES,
  type DayTable,
  type DayType,
  type Fee,
  PERIODS,
  type Period,
  type PlanDefinition,
  PRICE_MAX_E8,
  type Price,
  periodsOf,
  SEASONS_MAX,
  SHARE_MAX_E6,
  SWITCHES_MAX,
  TIERS_MAX,
  type Tiers,
  type TimeOfUsePlan,
} from './plan.ts'

export type FaultKind =
  | 'noPrices'
  | 'priceTooHigh'
  | 'componentsSum'
  | 'noSeasons'
  | 'tooManySeasons'
  | 'seasonNameTwice'
  | 'seasonDate'
  | 'seasonGap'
  | 'seasonOverlap'
  | 'noSwitches'
  | 'tooManySwitches'
  | 'switchTime'
  | 'tableBegins'
  | 'switchOrder'
  | 'switchOverlap'
  | 'periodWithoutPrice'
  | 'noTiers'
  | 'tooManyTiers'
  | 'tierThreshold'
  | 'tierOrder'
  | 'tierPrice'
  | 'feeTooHigh'
  | 'basicTooHigh'

/** Indexes count from 0; a tier as people count, the second being the first step. */
export type PlanFault = {
  kind: FaultKind
  /** Into the definition, as `seasons.0.days.workday.3`. */
  path: string
  season?: number
  table?: DayType
  switch?: number
  tier?: number
  period?: Period
  /** The first and the last day of a gap or an overlap, MM-DD. */
  day?: MonthDay
  lastDay?: MonthDay
}

const priceFaults = (price: Price, path: string, period?: Period): PlanFault[] => {
  const at = period === undefined ? {} : { period }
  const faults: PlanFault[] = []
  if (price.priceE8 > PRICE_MAX_E8 || price.priceE8 < 0)
    faults.push({ kind: 'priceTooHigh', path: `${path}priceE8`, ...at })
  const { components } = price
  if (components === undefined) return faults
  const sum = COMPONENTS.reduce((total, component) => total + (components[component] ?? 0), 0)
  if (sum !== price.priceE8)
    faults.push({ kind: 'componentsSum', path: `${path}components`, ...at })
  return faults
}

type Place = { season: number; table: DayType }

const tableFaults = (table: DayTable, at: Place, definition: TimeOfUsePlan): PlanFault[] => {
  const path = `seasons.${at.season}.days.${at.table}`
  if (table.length === 0) return [{ kind: 'noSwitches', path, ...at }]
  const faults: PlanFault[] = []
  if (table.length > SWITCHES_MAX) faults.push({ kind: 'tooManySwitches', path, ...at })
  if (table[0]?.atMinute !== 0)
    faults.push({ kind: 'tableBegins', path: `${path}.0`, ...at, switch: 0 })
  for (const [index, { atMinute, period }] of table.entries()) {
    const place = { path: `${path}.${index}`, ...at, switch: index }
    if (atMinute < 0 || atMinute >= DAY_MINUTES) faults.push({ kind: 'switchTime', ...place })
    const before = table[index - 1]?.atMinute ?? -1
    if (atMinute === before) faults.push({ kind: 'switchOverlap', ...place })
    if (atMinute < before) faults.push({ kind: 'switchOrder', ...place })
    if (definition.prices[period] === undefined)
      faults.push({ kind: 'periodWithoutPrice', ...place, period })
  }
  return faults
}

const seasonTables = (definition: TimeOfUsePlan): PlanFault[] =>
  definition.seasons.flatMap(({ days }, season) =>
    DAY_TYPES.flatMap((table) => {
      const own = days[table]
      return own === undefined ? [] : tableFaults(own, { season, table }, definition)
    }),
  )

/** Days of the year that a wrong number of seasons holds on, each run of them once. */
const coverFaults = ({ seasons }: TimeOfUsePlan): PlanFault[] => {
  const faults: PlanFault[] = []
  const holders: number[][] = monthDays.map(() => [])
  for (const [season, { ranges }] of seasons.entries())
    for (const [index, range] of ranges.entries()) {
      const days = dayNumbers(range)
      if (days === null)
        faults.push({ kind: 'seasonDate', path: `seasons.${season}.ranges.${index}`, season })
      for (const at of days ?? []) holders[at]?.push(season)
    }
  const runOf = (at: number) => holders[at]?.join() ?? ''
  for (const [at, own] of holders.entries()) {
    if (own.length === 1 || (at > 0 && runOf(at - 1) === runOf(at))) continue
    const lastDay = monthDays[lastOfRun(holders.length, at, (one) => runOf(one) === runOf(at))]
    const days = { day: monthDays[at] ?? '', lastDay: lastDay ?? '' }
    const [, second] = own
    faults.push(
      second === undefined
        ? { kind: 'seasonGap', path: 'seasons', ...days }
        : { kind: 'seasonOverlap', path: `seasons.${second}`, season: second, ...days },
    )
  }
  return faults
}

const seasonFaults = (definition: TimeOfUsePlan): PlanFault[] => {
  const { seasons } = definition
  if (seasons.length === 0) return [{ kind: 'noSeasons', path: 'seasons' }]
  const names = seasons.map(({ name }) => name)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  return [
    ...(seasons.length > SEASONS_MAX ? [{ kind: 'tooManySeasons', path: 'seasons' } as const] : []),
    ...(twice === -1
      ? []
      : [{ kind: 'seasonNameTwice', path: `seasons.${twice}.name`, season: twice } as const]),
    ...coverFaults(definition),
    ...seasonTables(definition),
  ]
}

const timeOfUseFaults = (definition: TimeOfUsePlan): PlanFault[] => {
  const prices = PERIODS.flatMap((period) => {
    const price = definition.prices[period]
    return price === undefined ? [] : priceFaults(price, `prices.${period}.`, period)
  })
  const none = periodsOf(definition).length === 0
  return [
    ...(none ? [{ kind: 'noPrices', path: 'prices' } as const] : []),
    ...prices,
    ...seasonFaults(definition),
  ]
}

const pricesOf = (definition: PlanDefinition): number[] =>
  definition.kind === 'flat'
    ? [definition.priceE8]
    : PERIODS.flatMap((period) => definition.prices[period]?.priceE8 ?? [])

const tierFaults = (tiers: Tiers, definition: PlanDefinition): PlanFault[] => {
  const { steps } = tiers
  if (steps.length === 0) return [{ kind: 'noTiers', path: 'tiers.steps' }]
  const prices = pricesOf(definition)
  const faults: PlanFault[] = []
  if (steps.length >= TIERS_MAX) faults.push({ kind: 'tooManyTiers', path: 'tiers.steps' })
  for (const [index, { aboveWh, addE8 }] of steps.entries()) {
    const place = { path: `tiers.steps.${index}`, tier: index + 2 }
    const before = steps[index - 1]?.aboveWh ?? 0
    if (aboveWh <= 0) faults.push({ kind: 'tierThreshold', ...place })
    else if (aboveWh <= before) faults.push({ kind: 'tierOrder', ...place })
    if (prices.some((price) => price + addE8 < 0 || price + addE8 > PRICE_MAX_E8))
      faults.push({ kind: 'tierPrice', ...place })
  }
  return faults
}

const feeFaults = (fee: Fee | undefined, path: string): PlanFault[] => {
  if (fee === undefined) return []
  const tooHigh = fee.kind === 'share' ? fee.rateE6 > SHARE_MAX_E6 : fee.addE8 > PRICE_MAX_E8
  return tooHigh ? [{ kind: 'feeTooHigh', path }] : []
}

/** 10⁻⁸ yuan per kW or kVA and month: 1000 yuan. */
const BASIC_MAX_E8 = 100_000_000_000

const basicFaults = ({ basic }: PlanDefinition): PlanFault[] => {
  if (basic === undefined) return []
  const priceE8 = basic.kind === 'demand' ? basic.perKwE8 : basic.perKvaE8
  return priceE8 > BASIC_MAX_E8 ? [{ kind: 'basicTooHigh', path: 'basic' }] : []
}

/** Every fault of a definition, in the order of its parts; none: it is complete. */
export const checkPlan = (definition: PlanDefinition): PlanFault[] => [
  ...(definition.kind === 'flat' ? priceFaults(definition, '') : timeOfUseFaults(definition)),
  ...(definition.tiers === undefined ? [] : tierFaults(definition.tiers, definition)),
  ...feeFaults(definition.serviceFee, 'serviceFee'),
  ...feeFaults(definition.lossShare, 'lossShare'),
  ...basicFaults(definition),
]
