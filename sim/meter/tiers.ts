// Tiers 阶梯 in a meter: what a kilowatt-hour costs more than its rate, by the use since the last
// settlement moment. Limits count 0.01 kWh; with no yearly moment the use is a month's.

import type { LocalFields } from './calendar.ts'
import type { MeterState } from './state.ts'

export type Tiers = MeterState['tiers']['current']

export const NO_YEAR_START = '999999'
/** As meters are delivered: every month begins on its first day at midnight (04000B01). */
const MONTH_START = '0100'
const YEAR_START = '010100'

const WH_PER_LIMIT_STEP = 10

export const noTiers = (): Tiers => ({
  limits: [0, 0, 0, 0, 0, 0],
  pricesE4: [0, 0, 0, 0, 0, 0, 0],
  yearStarts: Array.from({ length: 6 }, () => NO_YEAR_START),
})

const yearStartsOf = ({ yearStarts }: Tiers): string[] =>
  yearStarts.filter((start) => start !== NO_YEAR_START).toSorted()

const countedWh = ({ tiers, tierUse }: MeterState): number =>
  yearStartsOf(tiers.current).length > 0 ? tierUse.yearWh : tierUse.monthWh

/** 1 … 7; the last one where no tiers are set, all of whose prices are nothing then. */
export const tierOf = (state: MeterState): number => {
  const { limits } = state.tiers.current
  const usedWh = countedWh(state)
  const at = limits.findIndex((limit) => usedWh < limit * WH_PER_LIMIT_STEP)
  return at === -1 ? limits.length + 1 : at + 1
}

export const tierPriceE4 = (state: MeterState): number =>
  state.tiers.current.pricesE4[tierOf(state) - 1] ?? 0

/** Whole Wh until the next tier begins. */
export const tierWhLeft = (state: MeterState): number => {
  const limit = state.tiers.current.limits[tierOf(state) - 1]
  return limit === undefined
    ? Number.POSITIVE_INFINITY
    : limit * WH_PER_LIMIT_STEP - countedWh(state)
}

export const countTierUse = ({ tierUse }: MeterState, energyWh: number): void => {
  tierUse.monthWh += energyWh
  tierUse.yearWh += energyWh
}

const two = (n: number) => n.toString().padStart(2, '0')

const monthBefore = ({ year, month }: LocalFields): [year: number, month: number] =>
  month === 1 ? [year - 1, 12] : [year, month - 1]

/** YYMMDDhh of the latest settlement moments at or before a moment of the meter's clock. */
export const settlementsAt = (
  tiers: Tiers,
  monthStart: string,
  t: LocalFields,
): { monthFrom: string; yearFrom: string } => {
  const now = `${two(t.month)}${two(t.dayOfMonth)}${two(t.hour)}`
  const starts = yearStartsOf(tiers)
  const newest = starts.findLast((start) => start <= now)
  const yearFrom =
    newest === undefined
      ? two((t.year + 99) % 100) + (starts.at(-1) ?? YEAR_START)
      : two(t.year % 100) + newest
  const begun = `${two(t.dayOfMonth)}${two(t.hour)}` >= monthStart
  const [year, month] = begun ? [t.year, t.month] : monthBefore(t)
  const monthFrom = `${two(year % 100)}${two(month)}${monthStart}`
  return { monthFrom, yearFrom: starts.length === 0 ? two(t.year % 100) + YEAR_START : yearFrom }
}

/** As a meter leaves the factory. */
export const nothingCounted = (t: LocalFields): Pick<MeterState, 'monthStart' | 'tierUse'> => ({
  monthStart: MONTH_START,
  tierUse: { monthWh: 0, yearWh: 0, ...settlementsAt(noTiers(), MONTH_START, t) },
})

/** A settlement moment has passed: the use begins anew. A clock set back resets nothing. */
export const settleTiers = (state: MeterState, t: LocalFields): void => {
  const { tierUse } = state
  const { monthFrom, yearFrom } = settlementsAt(state.tiers.current, state.monthStart, t)
  if (monthFrom > tierUse.monthFrom) tierUse.monthWh = 0
  if (yearFrom > tierUse.yearFrom) tierUse.yearWh = 0
  tierUse.monthFrom = monthFrom
  tierUse.yearFrom = yearFrom
}
