// The settlement month 结算月: the calendar month of business days, from the day cut of its first
// day.

import { businessDay, type Day, day, dayBegins, type Instant } from '../shared/clock.ts'
import type { Span } from '../tariff/periods.ts'
import { YEAR_MONTHS } from '../tariff/tiers.ts'

const DAY_MS = 24 * 3_600_000

export type Zoned = { zone: string; dayCutMinutes: number }

/** The first day of the month of a day. */
export const monthOf = (of: Day): Day => day(`${of.slice(0, 7)}-01`)

export const monthAfter = (month: Day): Day => {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))]
  const next = number === 12 ? [year + 1, 1] : [year, number + 1]
  return day(`${next[0]}-${String(next[1]).padStart(2, '0')}-01`)
}

export const monthBefore = (month: Day): Day => {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))]
  const before = number === 1 ? [year - 1, 12] : [year, number - 1]
  return day(`${before[0]}-${String(before[1]).padStart(2, '0')}-01`)
}

/** Every month from one to the other, both included. */
export const monthsFrom = (first: Day, last: Day): Day[] => {
  const months: Day[] = []
  for (let month = first; month <= last; month = monthAfter(month)) months.push(month)
  return months
}

export const monthSpan = (month: Day, { zone, dayCutMinutes }: Zoned): Span => ({
  from: dayBegins(month, zone, dayCutMinutes),
  until: dayBegins(monthAfter(month), zone, dayCutMinutes),
})

const midnight = (of: Day): Instant => dayBegins(of, 'UTC', 0)

/** Whole days from one day to another, the last not counted. */
export const daysFrom = (first: Day, last: Day): number =>
  (midnight(last) - midnight(first)) / DAY_MS

/** Months of a month's year that the tenant is there for, that in which he came counting. */
export const yearMonthsIn = (
  month: Day,
  tenantSince: Instant,
  { zone, dayCutMinutes }: Zoned,
): number => {
  const entered = businessDay(tenantSince, zone, dayCutMinutes)
  if (entered.slice(0, 4) !== month.slice(0, 4)) return YEAR_MONTHS
  return YEAR_MONTHS + 1 - Number(entered.slice(5, 7))
}
