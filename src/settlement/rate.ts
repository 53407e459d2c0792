// A supply's month as it is priced now 月度计价, PURE: what its meters counted within the month,
// cut by the plan's periods and versions, and priced. Whatever is known later gives another
// result, and the difference to what was charged is charged then.

import { billedFactor } from '../metering/readings/trust.ts'
import type { Instant } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { Schedule, Segment, Span } from '../tariff/periods.ts'
import { segmentsOf } from '../tariff/periods.ts'
import { PERIODS, type Period } from '../tariff/plan.ts'
import { type MonthPrice, type MonthUse, priceMonth } from '../tariff/price.ts'
import { scaled } from '../tariff/rounding.ts'
import { type Slice, slicesOf, type Use } from '../tariff/slices.ts'
import { type Count, type Interval, intervalsOf, type Register } from './counted.ts'

export type MonthToRate = Omit<MonthUse, 'slices'> & {
  counts: readonly Count[]
  schedule: Schedule
  /** The settlement month; its periods are the same for every supply of the schedule. */
  month: Span
  /** The part of it that is priced. */
  part: Span
  /** What the rest of the account counts meanwhile, where its tiers go by account. */
  others?: readonly Count[]
}

/** What one meter counted, with the readings it is told from. */
export type MeterUse = {
  meterId: MeterId
  multiplier: number
  side: 'primary' | 'secondary'
  start: Omit<Register, 'freshStart' | 'modulusWh'>
  end: Omit<Register, 'freshStart' | 'modulusWh'>
  readings: number
  usedWh: number
}

export type RatedMonth = MonthPrice & {
  estimatedWh: number
  unpricedWh: number
  meters: readonly MeterUse[]
  /** The last reading within; null: none. */
  untilAt: Instant | null
}

/** What was used of the interval until a moment within it, whole Wh; the same whoever asks. */
const usedUntil = ({ from, until, energyWh }: Interval, at: Instant): number =>
  at <= from ? 0 : at >= until ? energyWh : scaled(energyWh, at - from, until - from)

/** What of the interval lies within the span; null: nothing does. */
const clipped = (interval: Interval, { from, until }: Span): Interval | null => {
  if (interval.until <= from || interval.from >= until) return null
  if (interval.from >= from && interval.until <= until) return interval
  const energyWh = usedUntil(interval, until) - usedUntil(interval, from)
  return {
    ...interval,
    from: interval.from < from ? from : interval.from,
    until: interval.until > until ? until : interval.until,
    ...{ energyWh, tariffsWh: null, linear: true },
  }
}

/** One step of a register is 0.01 kWh in every standard we read. */
const STEP_WH = 10

const registersOf = ({ tariffsWh, energyWh }: Interval, factor: number): Use['registers'] => {
  if (tariffsWh === null || energyWh === 0) return undefined
  const wh: Partial<Record<Period, number>> = {}
  for (const [index, period] of PERIODS.entries()) wh[period] = tariffsWh[index] ?? 0
  return { wh, stepWh: STEP_WH * factor }
}

/** The intervals of one meter, and by what its registers are multiplied. */
type Counted = { intervals: readonly Interval[]; factor: number }

/** A meter that switches at other times than the plan may hold this share of its use astray. */
const ASTRAY_MAX = 0.02

// A meter that nobody has given the plan's times counts everything somewhere. Readings that lie
// within one period tell: then it is the time of reading that is believed.
const registersFit = (counted: readonly Counted[], segments: readonly Segment[]): boolean => {
  let seenWh = 0
  let astrayWh = 0
  let at = 0
  for (const { intervals, factor } of counted) {
    for (const { from, until, tariffsWh, energyWh } of intervals) {
      while ((segments[at]?.until ?? until) <= from && at < segments.length) at += 1
      const segment = segments[at]
      if (!segment || segment.until < until || segment.period === null) continue
      if (tariffsWh === null || energyWh === 0) continue
      const own = tariffsWh[PERIODS.indexOf(segment.period)] ?? 0
      seenWh += energyWh
      astrayWh += Math.max(0, energyWh - own - 2 * STEP_WH * factor)
    }
  }
  return astrayWh <= seenWh * ASTRAY_MAX
}

/** What some intervals used between two moments; whoever asks for parts gets the whole. */
const usedIn = (intervals: readonly Interval[], { from, until }: Span): number =>
  intervals.reduce((sum, one) => sum + usedUntil(one, until) - usedUntil(one, from), 0)

const withOthers = (uses: Use[], others: readonly Count[]): Use[] => {
  if (others.length === 0) return uses
  const intervals = others.flatMap(intervalsOf)
  return uses.map((use) => ({ ...use, othersWh: usedIn(intervals, use) }))
}

const hasTariffs = ({ tariffsWh }: Interval): boolean => tariffsWh !== null

const usesOf = (counted: readonly Counted[], segments: readonly Segment[]): Use[] => {
  const told = counted.some(({ intervals }) => intervals.some(hasTariffs))
  if (!told || !registersFit(counted, segments))
    return counted.flatMap(({ intervals }) => intervals)
  return counted.flatMap(({ intervals, factor }) =>
    intervals.map((interval) => {
      const registers = registersOf(interval, factor)
      return registers ? { ...interval, registers } : interval
    }),
  )
}

/** Parts of intervals are estimates, and lie between the readings of the whole. */
const markEstimates = (slices: Slice[], counted: readonly Counted[]): Slice[] => {
  const cut = counted.flatMap(({ intervals }) => intervals.filter(({ linear }) => linear))
  if (cut.length === 0) return slices
  return slices.map((slice) => {
    const of = cut.find(({ from, until }) => slice.from >= from && slice.until <= until)
    if (!of) return slice
    return { ...slice, by: 'linear', readFrom: of.readFrom, readUntil: of.readUntil }
  })
}

const shown = ({ at, source, energyWh, reverseWh, tariffsWh }: Register): MeterUse['start'] => ({
  ...{ at, source, energyWh, reverseWh, tariffsWh },
})

const meterUse = (count: Count, intervals: readonly Interval[]): MeterUse[] => {
  const first = intervals[0]
  const last = intervals.at(-1)
  const stretch = count.stretches.at(-1)
  if (!first || !last || !stretch) return []
  const { registers } = count
  const begins = registers.findIndex(({ at }) => at >= first.readFrom)
  const ends = registers.findLastIndex(({ at }) => at <= last.readUntil)
  const start = registers[begins]
  const end = registers[ends]
  if (!start || !end) return []
  const usedWh = intervals.reduce((sum, { energyWh }) => sum + energyWh, 0)
  const { multiplier, side } = stretch
  const { meterId } = count
  const readings = ends - begins + 1
  return [{ meterId, multiplier, side, start: shown(start), end: shown(end), readings, usedWh }]
}

const SEGMENTS_KEPT = 500
const kept = new WeakMap<Schedule, Map<string, Segment[]>>()

/** Thousands of supplies share a plan and a month. */
const segmentsIn = (schedule: Schedule, month: Span): Segment[] => {
  const known = kept.get(schedule) ?? new Map<string, Segment[]>()
  if (known.size >= SEGMENTS_KEPT) known.clear()
  kept.set(schedule, known)
  const key = `${month.from} ${month.until}`
  const segments = known.get(key) ?? segmentsOf(schedule, month)
  known.set(key, segments)
  return segments
}

export type Sliced = { slices: Slice[]; meters: MeterUse[]; untilAt: Instant | null }

/** What was used within the part, in the order of time, cut by the periods of the schedule. */
export const slicesIn = (
  of: Pick<MonthToRate, 'counts' | 'schedule' | 'month' | 'part' | 'others'>,
): Sliced => {
  const { counts, schedule, month, part, others = [] } = of
  const meters: MeterUse[] = []
  const counted: Counted[] = []
  for (const held of counts) {
    // A stored count unpacks its registers here, once, and nobody holds them any longer than this.
    const count = { ...held }
    const factor = Math.max(...count.stretches.map(billedFactor))
    const intervals: Interval[] = []
    for (const interval of intervalsOf(count)) {
      const within = clipped(interval, part)
      if (within !== null) intervals.push(within)
    }
    if (intervals.length > 0) counted.push({ intervals, factor })
    meters.push(...meterUse(count, intervals))
  }
  const segments = segmentsIn(schedule, month)
  const slices = markEstimates(
    slicesOf(segments, withOthers(usesOf(counted, segments), others)),
    counted,
  )
  return { slices, meters, untilAt: counted.at(-1)?.intervals.at(-1)?.until ?? null }
}

const whOf = (slices: readonly Pick<Slice, 'energyWh'>[]): number =>
  slices.reduce((sum, { energyWh }) => sum + energyWh, 0)

export const rateMonth = (of: MonthToRate): RatedMonth => {
  const { counts: _counts, others: _others, schedule, month, part, ...use } = of
  const { slices, meters, untilAt } = slicesIn(of)
  const held = segmentsIn(schedule, month).findLast(({ from }) => from < part.until)
  const end = use.end && { ...use.end, plan: held?.plan ?? null }
  const price = priceMonth({ ...use, slices, ...(end && { end }) })
  return {
    ...{ ...price, meters, untilAt },
    estimatedWh: whOf(slices.filter(({ by }) => by === 'linear')),
    unpricedWh: whOf(price.unpriced),
  }
}
