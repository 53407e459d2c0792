// Spans of the local day as moments 时段窗口, PURE: no-trip windows and the hours of timed circuits,
// by the calendar and the wall clock of the complex, also on days on which that clock jumps.

import {
  businessDay,
  type Day,
  dayAfter,
  type Instant,
  instantOfLocal,
  plusMs,
  weekdayOf,
} from '../../shared/clock.ts'
import { type Calendar, dayTypeOf } from '../../tariff/calendar.ts'
import type { DaySpan, NoTrip } from './settings.ts'

export type Span = { from: Instant; until: Instant }
export type Place = { zone: string; calendar: Calendar }

export const DAY_MINUTES = 1_440
const WHOLE_DAY: DaySpan = { from: 0, to: DAY_MINUTES }

/** A moment of the wall clock; where it does not exist, the one that stands in its place. */
export const momentOf = (of: Day, minute: number, zone: string): Instant => {
  const on = minute >= DAY_MINUTES ? dayAfter(of) : of
  const [year = 0, month = 0, dayOfMonth = 0] = on.split('-').map(Number)
  const rest = minute % DAY_MINUTES
  const clock = { hour: Math.floor(rest / 60), minute: rest % 60, second: 0 }
  const at = instantOfLocal({ year, month, dayOfMonth, ...clock }, zone)
  if (at === null) throw new RangeError(`no such day: ${of}`)
  return at
}

const [SUNDAY, MONDAY, SATURDAY] = [0, 1, 6]

/** The weekday that a day goes by: a weekend that is worked goes by Monday. */
export const weekdayLike = (calendar: Calendar, of: Day): number => {
  const weekday = weekdayOf(of)
  const isFree = weekday === SUNDAY || weekday === SATURDAY
  return isFree && dayTypeOf(calendar, of) === 'workday' ? MONDAY : weekday
}

const spansOfNoTrip = ({ week, weekends, holidays }: NoTrip, calendar: Calendar, of: Day) => {
  const type = dayTypeOf(calendar, of)
  const whole = (type === 'holiday' && holidays) || (type === 'weekend' && weekends)
  return whole ? [WHOLE_DAY] : (week[weekdayOf(of)] ?? [])
}

/** Sorted and merged, of the days that touch [from, until). */
export const spansBetween = (
  spansOn: (of: Day) => readonly DaySpan[],
  zone: string,
  { from, until }: Span,
): Span[] => {
  const all: Span[] = []
  const last = businessDay(until, zone, 0)
  for (let of = businessDay(from, zone, 0); of <= last; of = dayAfter(of))
    for (const span of spansOn(of).toSorted((a, b) => a.from - b.from)) {
      const one = { from: momentOf(of, span.from, zone), until: momentOf(of, span.to, zone) }
      const before = all.at(-1)
      if (before && one.from <= before.until) {
        if (one.until > before.until) all[all.length - 1] = { ...before, until: one.until }
      } else if (one.until > one.from) all.push(one)
    }
  return all.filter((span) => span.until > from && span.from < until)
}

export const noTripBetween = (noTrip: NoTrip, { zone, calendar }: Place, span: Span): Span[] =>
  spansBetween((of) => spansOfNoTrip(noTrip, calendar, of), zone, span)

export type Window = {
  /** The window that holds at this moment; null outside of any. */
  now: Span | null
  /** The next that begins later. */
  next: Span | null
}

/** The windows among these spans, which are sorted and merged. */
export const windowIn = (spans: readonly Span[], at: Instant): Window => ({
  now: spans.find((span) => span.from <= at && at < span.until) ?? null,
  next: spans.find((span) => span.from > at) ?? null,
})

export const hasWindows = ({ week, weekends, holidays }: NoTrip): boolean =>
  weekends || holidays || week.some((spans) => spans.length > 0)

const A_DAY_MS = 24 * 3_600_000
/** Most windows are near; the second is longer than any run of weekends and holidays. */
const AHEAD_DAYS = [3, 30]

export const windowAt = (noTrip: NoTrip, place: Place, at: Instant): Window => {
  let found: Window = { now: null, next: null }
  if (!hasWindows(noTrip)) return found
  for (const days of AHEAD_DAYS) {
    const until = plusMs(at, days * A_DAY_MS)
    found = windowIn(noTripBetween(noTrip, place, { from: at, until }), at)
    if (found.next !== null && found.next.from < until && found.next.until < until) return found
  }
  return found
}

/** The first moment from `at` on that lies in none of the spans, which are sorted and merged. */
export const outsideOf = (spans: readonly Span[], at: Instant): Instant =>
  spans.find((span) => span.from <= at && at < span.until)?.until ?? at
