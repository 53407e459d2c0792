// The tariff in force 当前费率: which day table a day follows, which rate a moment has, what it costs.
// A holiday goes before a day of rest, a day of rest before the year zone.

import { dateDigits, type LocalFields, localFields } from './calendar.ts'
import { FLAT_TARIFF } from './factory.ts'
import type { Site } from './site.ts'
import type { MeterState } from './state.ts'
import { tierPriceE4 } from './tiers.ts'

const zoneTable = (state: MeterState, t: LocalFields): number => {
  const monthDay = t.month * 100 + t.dayOfMonth
  const zones = state.zones.current
  // Before the first date of the year the last zone of the year before is still running.
  const zone = zones.findLast((entry) => entry.monthDay <= monthDay) ?? zones.at(-1)
  return zone?.table ?? 1
}

const dayTableOf = (state: MeterState, t: LocalFields): number => {
  if (state.holidayCount > 0) {
    const today = dateDigits(t)
    const holiday = state.holidays.findIndex(({ day }) => day === today)
    if (holiday !== -1 && holiday < state.holidayCount) return state.holidays[holiday]?.table ?? 1
  }
  const works = ((state.workDayBits >> t.weekday) & 1) === 1
  return works ? zoneTable(state, t) : state.restDayTable
}

/** The tariff (1 sharp, 2 peak, 3 flat, 4 valley) in force at a moment of the meter's clock. */
export const tariffAt = (state: MeterState, site: Site, meterMs: number): number => {
  const t = localFields(meterMs, site.utcOffsetMinutes)
  const periods = state.periods.current[dayTableOf(state, t) - 1] ?? []
  const hourMinute = t.hour * 100 + t.minute
  const period = periods.findLast((entry) => entry.hourMinute <= hourMinute) ?? periods.at(-1)
  return period?.tariff ?? FLAT_TARIFF
}

export const ratePriceE4 = (state: MeterState, tariff: number): number =>
  state.prices.current[tariff - 1] ?? 0

/** What the next kilowatt-hour costs: the rate's price and the tier's on top of it. */
export const priceE4Of = (state: MeterState, tariff: number): number =>
  ratePriceE4(state, tariff) + tierPriceE4(state)
