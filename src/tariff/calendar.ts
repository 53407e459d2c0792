// The calendar 日历, PURE: whether a day is a workday, a weekend or a holiday. Days that are not as
// their weekday says come from the supplied table and, over it, from the complex; a year of which
// nothing is known goes by its weekdays and is known to be unknown.

import { type Day, day, dayAfter, weekdayOf } from '../shared/clock.ts'
import { CHINA_HOLIDAYS, type HolidayYear } from './china-holidays.ts'
import type { DayType } from './plan.ts'

export type SpecialDay = { type: DayType; name: string; nameEn: string }
export type Calendar = {
  days: ReadonlyMap<Day, SpecialDay>
  /** Years whose holidays are known. */
  years: ReadonlySet<number>
}
export type OwnDay = SpecialDay & { day: Day }

export const yearOf = (of: Day): number => Number(of.slice(0, 4))

/** The supplied table of a year; null where there is none. */
export const suppliedYear = (year: number): HolidayYear | null =>
  CHINA_HOLIDAYS.find((one) => one.year === year) ?? null

/** The days of a supplied year that are not as their weekday says. */
export const suppliedDays = ({ year, breaks }: HolidayYear): OwnDay[] =>
  breaks.flatMap(({ name, nameEn, from, to, worked }) => {
    const free: OwnDay[] = []
    const last = day(`${year}-${to}`)
    for (let at = day(`${year}-${from}`); at <= last; at = dayAfter(at))
      free.push({ day: at, type: 'holiday', name, nameEn })
    const swapped = worked.map((monthDay) => ({
      ...{ day: day(`${year}-${monthDay}`), type: 'workday' as const },
      ...{ name: `${name}调休上班`, nameEn: `${nameEn}, worked instead` },
    }))
    return [...free, ...swapped]
  })

/** The supplied table with the complex's own days over it. */
export const calendarOf = (own: readonly OwnDay[]): Calendar => {
  const all = [...CHINA_HOLIDAYS.flatMap(suppliedDays), ...own]
  const years = [...CHINA_HOLIDAYS.map(({ year }) => year), ...own.map((one) => yearOf(one.day))]
  return {
    days: new Map(
      all.map(({ day: of, type, name, nameEn }) => [of, { type, name, nameEn }] as const),
    ),
    years: new Set(years),
  }
}

const SUNDAY = 0
const SATURDAY = 6

export const dayTypeOf = ({ days }: Calendar, of: Day): DayType => {
  const special = days.get(of)
  if (special) return special.type
  const weekday = weekdayOf(of)
  return weekday === SUNDAY || weekday === SATURDAY ? 'weekend' : 'workday'
}

export const holidaysKnown = ({ years }: Calendar, year: number): boolean => years.has(year)
