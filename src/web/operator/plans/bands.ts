// Bands of a day and of a year from what is written 色带计算, PURE. What can't be read is left out of
// the picture; the faults beside it say so.

import type { DayType, Period } from '../../../http/contract/plans.ts'
import { ordered } from '../../ui/lists.ts'
import { minuteOf, type SwitchDraft } from './plan-draft.ts'

export const DAY_MINUTES = 1_440

/** Of a day, [fromMinute, toMinute). */
export type Piece = {
  fromMinute: number
  toMinute: number
  /** Null: one price all day. */
  period: Period | null
  /** Null where it is not known yet. */
  priceE8: number | null
}

type Switch = { atMinute: number; period: Period }
type PriceOf = (period: Period) => number | null

/** The pieces of a table of switches. */
export const piecesOfTable = (table: readonly Switch[], priceOf: PriceOf): Piece[] => {
  const inOrder = ordered(table, (a, b) => a.atMinute - b.atMinute)
  return inOrder
    .map(({ atMinute, period }, index) => ({
      fromMinute: atMinute,
      toMinute: inOrder[index + 1]?.atMinute ?? DAY_MINUTES,
      period,
      priceE8: priceOf(period),
    }))
    .filter(({ fromMinute, toMinute }) => fromMinute < toMinute)
}

/** The same of a table that is being written. */
export const piecesOf = (
  table: readonly Pick<SwitchDraft, 'at' | 'period'>[],
  priceOf: PriceOf,
): Piece[] =>
  piecesOfTable(
    table.flatMap(({ at, period }) => {
      const atMinute = minuteOf(at)
      return atMinute === null ? [] : [{ atMinute, period }]
    }),
    priceOf,
  )

/** The kinds of day a table stands for: those without a table of their own as well. */
export const daysNamed = (
  days: Partial<Record<DayType, unknown>>,
  type: DayType,
): DayType | 'every' | 'notHoliday' | 'weekendHoliday' => {
  if (type === 'workday' && !days.weekend) return days.holiday ? 'notHoliday' : 'every'
  return type === 'weekend' && !days.holiday ? 'weekendHoliday' : type
}

export type Range = { from: string; to: string }

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
export const YEAR_DAYS = 365

/** `03-01` → 59, counted from 0; 29 February goes with the 28th. Null where it is no day. */
export const dayOfYear = (monthDay: string): number | null => {
  const m = /^(\d\d)-(\d\d)$/.exec(monthDay)
  if (!m) return null
  const month = Number(m[1])
  const day = Number(m[2])
  const days = MONTH_DAYS[month - 1]
  if (days === undefined || day < 1 || day > Math.max(days, month === 2 ? 29 : 0)) return null
  const before = MONTH_DAYS.slice(0, month - 1).reduce((sum, each) => sum + each, 0)
  return before + Math.min(day, days) - 1
}

/** A part of the year, [fromDay, toDay). */
type YearPart = { season: number; fromDay: number; toDay: number }

export const yearParts = (seasons: readonly { ranges: readonly Range[] }[]): YearPart[] =>
  seasons.flatMap(({ ranges }, season) =>
    ranges.flatMap(({ from, to }) => {
      const fromDay = dayOfYear(from)
      const last = dayOfYear(to)
      if (fromDay === null || last === null) return []
      return fromDay <= last
        ? [{ season, fromDay, toDay: last + 1 }]
        : [
            { season, fromDay, toDay: YEAR_DAYS },
            { season, fromDay: 0, toDay: last + 1 },
          ]
    }),
  )

export const monthStarts: readonly number[] = MONTH_DAYS.map((_days, month) =>
  MONTH_DAYS.slice(0, month).reduce((sum, each) => sum + each, 0),
)
