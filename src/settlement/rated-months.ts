// Months of supplies priced from what is stored 按存量读数计价: readings and schedules are fetched
// for all of them at once, the rest is pure.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, dayAfter, type Instant, instant, plusMs } from '../shared/clock.ts'
import type { SupplyId } from '../shared/ids.ts'
import type { MonthEnd } from '../tariff/month-end.ts'
import type { Schedule, Span } from '../tariff/periods.ts'
import { countedTogether } from './account-tiers-store.ts'
import type { Count } from './counted.ts'
import { countsOf } from './counted-store.ts'
import { daysFrom, monthAfter, monthSpan, yearMonthsIn, type Zoned } from './month.ts'
import { endFigures } from './month-figure-store.ts'
import { type MonthToRate, type RatedMonth, rateMonth } from './rate.ts'
import { schedulesOf } from './schedule-store.ts'
import type { ChargedComplex, ChargedSupply } from './store.ts'

export type MonthAsked = {
  supply: Pick<ChargedSupply, 'supplyId' | 'tenantSince' | 'beganAt'>
  month: Day
  /** Up to which reading. */
  until: Instant
  /** The business day of the charge: with the month's last comes what is charged once a month. */
  day: Day
  /** The supply, or its tenant's part of it, ends with that day. */
  ends: boolean
  /** What the year used before this month. */
  yearWh: number
  /** What the month's bill counted in it; left out: months beside it are not priced again. */
  billedWh?: number
}

const partOf = ({ supply, until }: MonthAsked, month: Span): Span => {
  const from = instant(Math.max(month.from, supply.beganAt))
  return { from, until: instant(Math.max(from, Math.min(month.until, until))) }
}

const endOf = (
  { month, day, ends }: MonthAsked,
  { part, month: span }: { part: Span; month: Span },
  zoned: Zoned,
): MonthEnd | null => {
  const next = monthAfter(month)
  const over = dayAfter(day) >= next
  if (!over && !ends) return null
  const first = businessDay(part.from, zoned.zone, zoned.dayCutMinutes)
  const days = daysFrom(first, over ? next : dayAfter(day))
  const read = ends || part.until >= span.until
  return { days, ofDays: daysFrom(month, next), read }
}

/** With what was read for the month's end; null where the month goes on. */
const endsOf = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: readonly MonthAsked[],
  spans: readonly { part: Span; month: Span }[],
): Promise<(MonthEnd | null)[]> => {
  const ends = asked.map((one, index) => {
    const span = must(spans[index], 'every month has its span')
    const end = endOf(one, span, complex)
    const { supplyId } = one.supply
    return end && { end, figure: { supplyId, month: one.month, at: plusMs(span.part.until, -1) } }
  })
  const over = ends.filter((one) => one !== null)
  if (over.length === 0) return ends.map(() => null)
  const figures = await endFigures(
    tx,
    complex.complexId,
    over.map(({ figure }) => figure),
  )
  const known = new Map(over.map((one, index) => [one, figures[index]]))
  return ends.map((one) => one && { ...one.end, ...known.get(one) })
}

type Others = { counts: Count[]; yearWh: number }

/** What the rest of the account counts, of those whose tiers go by account; in the order asked. */
const othersOf = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: readonly MonthAsked[],
  spans: readonly { part: Span }[],
): Promise<Map<number, Others>> => {
  const keys = asked.map(({ supply, month }) => ({ ...supply, month }))
  const found = await countedTogether(tx, complex.complexId, keys)
  if (found.length === 0) return new Map()
  const counts = await countsOf(
    tx,
    complex.complexId,
    found.map(({ nth, otherId }) => {
      const { part } = must(spans[nth - 1], 'every month has its span')
      return { supplyId: otherId, from: part.from, to: part.until, until: part.until }
    }),
  )
  const others = new Map<number, Others>()
  for (const [index, { nth, yearWh }] of found.entries()) {
    const before = others.get(nth - 1) ?? { counts: [], yearWh: 0 }
    const own = counts[index] ?? []
    others.set(nth - 1, { counts: [...before.counts, ...own], yearWh: before.yearWh + yearWh })
  }
  return others
}

/** What was counted, without the price: any schedule can be laid over it. In the order asked. */
export type CountedMonth = Omit<MonthToRate, 'schedule'>

export const countedMonths = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: readonly MonthAsked[],
): Promise<CountedMonth[]> => {
  const { complexId } = complex
  const spans = asked.map((one) => {
    const month = monthSpan(one.month, complex)
    return { month, part: partOf(one, month) }
  })
  const counts = await countsOf(
    tx,
    complexId,
    asked.map(({ supply, until }, index) => {
      const { part } = must(spans[index], 'every month has its span')
      return { supplyId: supply.supplyId, from: part.from, to: part.until, until }
    }),
  )
  const ends = await endsOf(tx, complex, asked, spans)
  const together = await othersOf(tx, complex, asked, spans)
  return asked.map((one, index) => {
    const { month, part } = must(spans[index], 'every month has its span')
    const end = ends[index] ?? null
    const others = together.get(index)
    return {
      ...{ counts: counts[index] ?? [], month, part },
      counted: { monthWh: 0, yearWh: one.yearWh + (others?.yearWh ?? 0) },
      ...(others && { others: others.counts }),
      yearMonths: yearMonthsIn(one.month, one.supply.tenantSince, complex),
      ...(end !== null && { end }),
    }
  })
}

/** What was counted under what holds, PURE; the months of a supply the first first. */
export const rateCounted = (
  asked: readonly MonthAsked[],
  months: readonly CountedMonth[],
  schedules: ReadonlyMap<SupplyId, Schedule>,
): RatedMonth[] => {
  // What a month uses otherwise than its bill says counts for the yearly tiers of those after it.
  const moved = new Map<string, number>()
  return asked.map(({ supply, month, billedWh }, index) => {
    const use = must(months[index], 'every month is counted')
    const year = `${supply.supplyId} ${supply.tenantSince} ${month.slice(0, 4)}`
    const before = moved.get(year) ?? 0
    const counted = { monthWh: 0, ...use.counted, yearWh: (use.counted?.yearWh ?? 0) + before }
    const schedule = must(schedules.get(supply.supplyId), 'every supply has a schedule')
    const rated = rateMonth({ ...use, counted, schedule })
    if (billedWh !== undefined) moved.set(year, before + rated.energyWh - billedWh)
    return rated
  })
}

/** In the order asked; the months of a supply the first first. */
export const ratedMonths = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: readonly MonthAsked[],
): Promise<RatedMonth[]> => {
  const months = await countedMonths(tx, complex, asked)
  const supplies = [...new Set(asked.map(({ supply }) => supply.supplyId))]
  const schedules = await schedulesOf(tx, complex.complexId, complex.zone, supplies)
  return rateCounted(asked, months, schedules)
}
