// Which period holds when 时段, PURE: every minute of a local day belongs to one, from the switch on
// (left-closed). A span of time becomes segments of one period under one version of a plan; where
// the wall clock jumps, it is the wall clock that counts.

import {
  businessDay,
  type Day,
  dayAfter,
  dayBegins,
  type Instant,
  instant,
  offsetMinutes,
} from '../shared/clock.ts'
import { type Calendar, dayTypeOf } from './calendar.ts'
import {
  DAY_MINUTES,
  type DateRange,
  dayTable,
  type Period,
  type PlanVersion,
  type TimeOfUsePlan,
} from './plan.ts'

const MINUTE_MS = 60_000
const DAY_MS = DAY_MINUTES * MINUTE_MS

const within = ({ from, to }: DateRange, monthDay: string): boolean =>
  from <= to ? from <= monthDay && monthDay <= to : monthDay >= from || monthDay <= to

/** The season of a day, counted from 0; null in a gap, which no saved plan has. */
export const seasonOf = ({ seasons }: TimeOfUsePlan, day: Day): number | null => {
  const text = day.slice(5)
  const monthDay = text === '02-29' ? '02-28' : text
  const index = seasons.findIndex(({ ranges }) => ranges.some((range) => within(range, monthDay)))
  return index === -1 ? null : index
}

/** [fromMinute, toMinute) of a local day; null where no period is known. */
export type DayPart = { fromMinute: number; toMinute: number; period: Period | null }

/** The periods of a day; they cover it. */
export const dayParts = (definition: TimeOfUsePlan, calendar: Calendar, day: Day): DayPart[] => {
  const season = definition.seasons[seasonOf(definition, day) ?? -1]
  const table = season ? dayTable(season, dayTypeOf(calendar, day)) : []
  const parts: DayPart[] = []
  const begins = table[0]?.atMinute ?? DAY_MINUTES
  if (begins > 0) parts.push({ fromMinute: 0, toMinute: begins, period: null })
  for (const [index, { atMinute, period }] of table.entries()) {
    const toMinute = table[index + 1]?.atMinute ?? DAY_MINUTES
    const last = parts.at(-1)
    if (last?.period === period) last.toMinute = toMinute
    else parts.push({ fromMinute: atMinute, toMinute, period })
  }
  return parts
}

export type Span = { from: Instant; until: Instant }

/** A time in which one period of one version holds; null: none does. */
export type Segment = Span & { plan: PlanVersion | null; period: Period | null }

/** Which version holds from when on, in the order of time; before the first there is no plan. */
export type Held = { since: Instant; plan: PlanVersion | null }
export type Schedule = { held: readonly Held[]; calendar: Calendar; zone: string }

/** What two spans have in common; ends before it begins where that is nothing. */
export const overlap = (a: Span, b: Span): Span => ({
  from: instant(Math.max(a.from, b.from)),
  until: instant(Math.min(a.until, b.until)),
})

/** The first minute at which the offset is another than at `from`; `until` where there is none. */
const offsetUntil = ({ from, until }: Span, zone: string): Instant => {
  const offset = offsetMinutes(from, zone)
  if (offsetMinutes(until, zone) === offset) return until
  let same = Math.floor(from / MINUTE_MS)
  let other = Math.ceil(until / MINUTE_MS)
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetMinutes(instant(middle * MINUTE_MS), zone) === offset) same = middle
    else other = middle
  }
  return instant(Math.min(other * MINUTE_MS, until))
}

/** Calls for each piece of a local day in which the wall clock runs evenly. */
const eachDay = (span: Span, zone: string, take: (piece: Span, day: Day, zero: number) => void) => {
  let at = span.from
  while (at < span.until) {
    const day = businessDay(at, zone, 0)
    const today = overlap(span, { from: at, until: dayBegins(dayAfter(day), zone, 0) })
    const piece = { from: at, until: offsetUntil(today, zone) }
    const localMs = at + offsetMinutes(at, zone) * MINUTE_MS
    // The instant at which this piece's wall clock would have shown midnight.
    take(piece, day, at - (localMs % DAY_MS))
    at = piece.until
  }
}

const append = (segments: Segment[], next: Segment): void => {
  const last = segments.at(-1)
  const goesOn = last?.until === next.from && last.plan === next.plan
  if (goesOn && last.period === next.period) last.until = next.until
  else segments.push(next)
}

const appendPlan = (
  segments: Segment[],
  span: Span,
  plan: PlanVersion | null,
  { calendar, zone }: Schedule,
): void => {
  const definition = plan?.definition
  if (definition === undefined || definition.kind === 'flat') {
    append(segments, { ...span, plan, period: null })
    return
  }
  eachDay(span, zone, (piece, day, zero) => {
    for (const { fromMinute, toMinute, period } of dayParts(definition, calendar, day)) {
      const from = instant(zero + fromMinute * MINUTE_MS)
      const until = instant(zero + toMinute * MINUTE_MS)
      const part = overlap(piece, { from, until })
      if (part.from < part.until) append(segments, { ...part, plan, period })
    }
  })
}

/** The segments of a span, in the order of time; they cover it. */
export const segmentsOf = (schedule: Schedule, span: Span): Segment[] => {
  const segments: Segment[] = []
  const held: readonly Held[] = [{ since: span.from, plan: null }, ...schedule.held]
  for (const [index, { since, plan }] of held.entries()) {
    const holds = overlap(span, { from: since, until: held[index + 1]?.since ?? span.until })
    if (holds.from < holds.until) appendPlan(segments, holds, plan, schedule)
  }
  return segments
}
