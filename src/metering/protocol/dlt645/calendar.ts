// Meter time 电表时间: BCD moments in the layouts of the standard, written high part first
// (YYMMDDhhmm) and sent low byte first. Two-digit years are 2000–2099.

import { assert } from '../../../shared/assert.ts'
import type { LocalTime } from '../../../shared/clock.ts'
import { bytesOfDigits, digitsOf } from './digits.ts'

/** A moment without its weekday. */
export type CalendarTime = Omit<LocalTime, 'weekday'>

/** NN is a two-digit table or tariff number that follows a date or a time of day. */
export type TimeLayout =
  | 'YYMMDDWW'
  | 'hhmmss'
  | 'YYMMDDWWhhmmss'
  | 'YYMMDDhhmmss'
  | 'YYMMDDhhmm'
  | 'YYMMDDhh'
  | 'YYMMDD'
  | 'MMDDhhmm'
  | 'MMDDhh'
  | 'DDhh'
  | 'MMDDNN'
  | 'hhmmNN'
  | 'YYMMDDNN'

type Token = 'YY' | 'MM' | 'DD' | 'WW' | 'hh' | 'mm' | 'ss' | 'NN'
const TOKENS: readonly Token[] = ['YY', 'MM', 'DD', 'WW', 'hh', 'mm', 'ss', 'NN']
const isToken = (text: string): text is Token => TOKENS.some((token) => token === text)

export const layoutTokens = (layout: TimeLayout): Token[] =>
  [...(layout.match(/../g) ?? [])].filter(isToken)

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** Every fourth year of 2000–2099 is a leap year. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 ? 29 : (DAYS[month - 1] ?? 0)

const EPOCH_WEEKDAY = 6 // 2000-01-01 was a Saturday.
/** 0 = Sunday, for a date of 2000–2099. */
export const weekdayOf = (year: number, month: number, dayOfMonth: number): number => {
  const years = year - 2000
  let days = years * 365 + Math.ceil(years / 4) + dayOfMonth - 1
  for (let m = 1; m < month; m++) days += daysInMonth(year, m)
  return (EPOCH_WEEKDAY + days) % 7
}

const inRange = (t: CalendarTime): boolean =>
  t.month >= 1 &&
  t.month <= 12 &&
  t.dayOfMonth >= 1 &&
  t.dayOfMonth <= daysInMonth(t.year, t.month) &&
  t.hour <= 23 &&
  t.minute <= 59 &&
  t.second <= 59

/**
 * The moment in `bytes`; parts the layout lacks are zero (month and day: the first), a missing
 * weekday is computed, a sent one kept. Null where the digits are no moment of this calendar.
 */
export const decodeTime = (layout: TimeLayout, bytes: Uint8Array): LocalTime | null => {
  const digits = digitsOf(bytes)
  const tokens = layoutTokens(layout)
  if (!/^\d+$/.test(digits) || digits.length !== 2 * tokens.length) return null
  const part = (token: Token, missing: number) => {
    const i = tokens.indexOf(token)
    return i === -1 ? missing : Number(digits.slice(2 * i, 2 * i + 2))
  }
  const time = {
    year: 2000 + part('YY', 0),
    month: part('MM', 1),
    dayOfMonth: part('DD', 1),
    hour: part('hh', 0),
    minute: part('mm', 0),
    second: part('ss', 0),
  }
  if (!inRange(time)) return null
  const weekday = part('WW', weekdayOf(time.year, time.month, time.dayOfMonth))
  return weekday > 6 ? null : { ...time, weekday }
}

const two = (n: number): string => n.toString().padStart(2, '0')

/** The bytes of a moment; the weekday is computed where the layout carries one. */
export const encodeTime = (layout: TimeLayout, t: CalendarTime, nn = 0): Buffer => {
  assert(t.year >= 2000 && t.year <= 2099 && inRange(t), `not a meter time: ${JSON.stringify(t)}`)
  const parts: Record<Token, number> = {
    YY: t.year - 2000,
    MM: t.month,
    DD: t.dayOfMonth,
    WW: weekdayOf(t.year, t.month, t.dayOfMonth),
    hh: t.hour,
    mm: t.minute,
    ss: t.second,
    NN: nn,
  }
  return bytesOfDigits(
    layoutTokens(layout)
      .map((token) => two(parts[token]))
      .join(''),
  )
}
