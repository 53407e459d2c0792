// The 365 days of a year 年内日期, PURE: what seasons are made of. 29 February goes with the 28th.

import type { DateRange } from './plan.ts'

/** MM-DD. */
export type MonthDay = string

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const pair = (n: number): string => String(n).padStart(2, '0')

export const monthDays: readonly MonthDay[] = MONTH_DAYS.flatMap((days, month) =>
  Array.from({ length: days }, (_, day) => `${pair(month + 1)}-${pair(day + 1)}`),
)
const NUMBERS = new Map(monthDays.map((day, index) => [day, index]))

/** The days of a range, counted from 0; null where one of its ends is no day of the year. */
export const dayNumbers = ({ from, to }: DateRange): number[] | null => {
  const first = NUMBERS.get(from)
  const last = NUMBERS.get(to)
  if (first === undefined || last === undefined) return null
  const length = ((last - first + monthDays.length) % monthDays.length) + 1
  return Array.from({ length }, (_, index) => (first + index) % monthDays.length)
}

/** The last index of the run that begins at `first`. */
export const lastOfRun = (
  length: number,
  first: number,
  belongs: (index: number) => boolean,
): number => {
  let last = first
  while (last + 1 < length && belongs(last + 1)) last += 1
  return last
}
