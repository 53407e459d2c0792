// Days of a year 年历推算, PURE: weekdays, months, and what a day is without a table.

import dayjs from 'dayjs'
import type { DayType } from '../../../http/contract/plans.ts'

const pad = (n: number): string => String(n).padStart(2, '0')

const dayText = (year: number, month: number, day: number): string =>
  `${year}-${pad(month)}-${pad(day)}`

/** 0 = Monday. */
export const weekdayOf = (day: string): number => (dayjs(day).day() + 6) % 7

/** From one day to another of the same year, both included; the first alone where it is later. */
export const daysThrough = (from: string, to: string): string[] => {
  const days = [from]
  while ((days.at(-1) ?? to) < to && days.length < 366)
    days.push(dayjs(from).add(days.length, 'day').format('YYYY-MM-DD'))
  return days
}

/** What the day is by its weekday alone. */
export const plainType = (day: string): DayType => (weekdayOf(day) >= 5 ? 'weekend' : 'workday')

/** Weeks of a month, Monday first; null where a day belongs to another month. */
export const weeksOf = (year: number, month: number): (string | null)[][] => {
  const first = dayText(year, month, 1)
  const length = dayjs(first).daysInMonth()
  const cells: (string | null)[] = [
    ...Array.from({ length: weekdayOf(first) }, () => null),
    ...Array.from({ length }, (_each, n) => dayText(year, month, n + 1)),
  ]
  while (cells.length % 7 !== 0) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_week, n) => cells.slice(n * 7, n * 7 + 7))
}
