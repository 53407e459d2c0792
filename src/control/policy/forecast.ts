// Who goes dark 谁会停电, PURE: the policy played forward over days to come, if nobody pays, from
// what is left now and what was used on such days of the week.

import { businessDay, type Day, dayAfter, type Instant, plusMs } from '../../shared/clock.ts'
import { type Calendar, dayTypeOf } from '../../tariff/calendar.ts'
import type { PolicyFacts } from './decide.ts'
import { owedMost } from './decide.ts'
import { MINUTE_MS } from './interlock.ts'
import { type Can, type KeptBy, releasedAt } from './meter-mode.ts'
import type { SupplyPolicy } from './settings.ts'
import { momentOf, outsideOf, type Place, type Span, weekdayLike } from './windows.ts'

/** How much of a day's use has been used up by the end of each of its hours; the last is 1. */
export type DayShape = readonly number[]

/** Use spread evenly; shops differ too much for one curve to be better. */
export const EVEN_DAY: DayShape = Array.from({ length: 24 }, (_, hour) => (hour + 1) / 24)

/** Fen of a day by weekday, Sunday first; null: nobody knows. */
export type WeekUse = readonly number[]

export type DarkFacts = Pick<
  PolicyFacts,
  | 'charged'
  | 'availableFen'
  | 'asOf'
  | 'overdraftFen'
  | 'owesSince'
  | 'relay'
  | 'mode'
  | 'protected'
  | 'canTrip'
> & { meterId: number; by: KeptBy | null; use: WeekUse | null }

/** The weekday whose use a day is expected to have: holidays are as Sundays. */
export const usedLike = (calendar: Calendar, of: Day): number =>
  dayTypeOf(calendar, of) === 'holiday' ? 0 : weekdayLike(calendar, of)

/** `weekday`: whose use it has. */
export type DayOf = { day: Day; weekday: number; span: Span }

/** The local days that touch [from, until). */
export const daysOf = ({ zone, calendar }: Place, { from, until }: Span): DayOf[] => {
  const days: DayOf[] = []
  for (let day = businessDay(from, zone, 0); momentOf(day, 0, zone) < until; day = dayAfter(day)) {
    const span = { from: momentOf(day, 0, zone), until: momentOf(dayAfter(day), 0, zone) }
    days.push({ day, weekday: usedLike(calendar, day), span })
  }
  return days
}

/** The part of a day's use that is used up at this moment of it. */
const usedBy = (shape: DayShape, { from, until }: Span, at: Instant): number => {
  const hour = ((at - from) / (until - from)) * shape.length
  const whole = Math.floor(hour)
  const before = shape[whole - 1] ?? 0
  return before + ((shape[whole] ?? 1) - before) * (hour - whole)
}

/** The moment at which so much of the day's use is used up. */
const momentAt = (shape: DayShape, { from, until }: Span, part: number): Instant => {
  const hour = Math.max(
    0,
    shape.findIndex((one) => one >= part),
  )
  const before = shape[hour - 1] ?? 0
  const inHour = (part - before) / ((shape[hour] ?? 1) - before)
  return plusMs(from, Math.round(((hour + inHour) / shape.length) * (until - from)))
}

/** When `leftFen` is used up; null: not within these days. */
export const emptyAt = (
  leftFen: number,
  use: WeekUse,
  days: readonly DayOf[],
  now: Instant,
  shape: DayShape = EVEN_DAY,
): Instant | null => {
  if (leftFen <= 0) return now
  let left = leftFen
  for (const { weekday, span } of days) {
    const begun = span.from < now ? usedBy(shape, span, now) : 0
    const dayFen = use[weekday] ?? 0
    const restFen = dayFen * (1 - begun)
    if (restFen >= left && dayFen > 0) return momentAt(shape, span, begun + left / dayFen)
    left -= restFen
  }
  return null
}

export type DarkAnswer = {
  outcome: 'trips' | 'kept' | 'dark' | 'unknown' | 'lasts'
  why:
    | 'arrears'
    | 'meterTrips'
    | 'darkNow'
    | 'protected'
    | 'keptByOperator'
    | 'tripsOff'
    | 'noTripWindow'
    | 'delay'
    | 'cannotTrip'
    | 'balanceUnknown'
    | 'useUnknown'
    | 'enough'
  at: Instant | null
  emptyAt: Instant | null
}

export type Period = {
  now: Instant
  until: Instant
  days: readonly DayOf[]
  /** The no-trip windows within, of this supply. */
  noTrip: readonly Span[]
}

const kept = (why: DarkAnswer['why'], empty: Instant): DarkAnswer => ({
  ...{ outcome: 'kept', why, at: null, emptyAt: empty },
})

/** Until when an order of its own keeps it lit; null: it does not. */
const keptUntil = (f: DarkFacts): Instant | 'always' | null => {
  if (f.mode !== 'kept') return null
  return f.by?.until ?? 'always'
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

const byCentre = (f: DarkFacts, policy: SupplyPolicy, empty: Instant, p: Period): DarkAnswer => {
  if (!f.canTrip) return kept('cannotTrip', empty)
  const since = f.owesSince !== null && empty <= p.now ? f.owesSince : empty
  const due = later(p.now, plusMs(since, policy.delayMinutes * MINUTE_MS))
  const at = outsideOf(p.noTrip, due)
  if (at < p.until) return { outcome: 'trips', why: 'arrears', at, emptyAt: empty }
  return kept(at > due ? 'noTripWindow' : 'delay', empty)
}

const byMeter = (f: DarkFacts, can: Can, empty: Instant, p: Period): DarkAnswer => {
  const window = can.keep
    ? p.noTrip.find((span) => span.from <= empty && empty < span.until)
    : undefined
  const at = window ? releasedAt(window, f.meterId) : empty
  if (at < p.until) return { outcome: 'trips', why: 'meterTrips', at, emptyAt: empty }
  return kept('noTripWindow', empty)
}

const without = (why: DarkAnswer['why'], outcome: DarkAnswer['outcome']): DarkAnswer => ({
  ...{ outcome, why, at: null, emptyAt: null },
})

/** What would come of one supply by the end of the period if nobody pays. */
export const darkAnswer = (
  f: DarkFacts,
  policy: SupplyPolicy,
  can: Can,
  period: Period,
): DarkAnswer => {
  if (f.mode === 'tripped' || f.relay === 'tripped') return without('darkNow', 'dark')
  if (f.availableFen === null) return without('balanceUnknown', 'unknown')
  const left = f.availableFen + owedMost(f.overdraftFen, policy)
  if (f.use === null && left > 0) return without('useUnknown', 'unknown')
  const empty = emptyAt(left, f.use ?? [], period.days, period.now)
  if (empty === null || empty >= period.until) return without('enough', 'lasts')
  const isKept = f.charged === 'centre' || can.keep
  if (f.protected && isKept) return kept('protected', empty)
  if (!policy.trips && isKept) return kept('tripsOff', empty)
  const order = f.by?.reason === 'policy.window' ? null : keptUntil(f)
  if (order === 'always' || (order !== null && order >= period.until))
    return kept('keptByOperator', empty)
  const from = order === null ? empty : later(empty, order)
  return f.charged === 'centre' ? byCentre(f, policy, from, period) : byMeter(f, can, from, period)
}
