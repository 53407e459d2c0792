// A slice 电量段 of use: energy with a price from one reading to the next, or a part of that, PURE.
// Readings are cut where the period or the plan changes; how a cut was made stays with the energy.
// Whatever is cut, whole Wh sum exactly to what was used (convention 2).

import { assert, must } from '../shared/assert.ts'
import type { Instant } from '../shared/clock.ts'
import { overlap, type Segment, type Span } from './periods.ts'
import { PERIODS, type Period, type PlanVersion } from './plan.ts'
import { splitWhole } from './rounding.ts'

/**
 * interval: the readings lie within one period and version, nothing had to be cut; registers: the
 * meter's own period registers; linear: cut by time, an estimate.
 */
export const SPLITS = ['interval', 'registers', 'linear'] as const
export type SplitBy = (typeof SPLITS)[number]

export type Slice = Span & {
  /** What holds; null: no plan does, and the energy has no price. */
  plan: PlanVersion | null
  /** Null where the plan has one price all day. */
  period: Period | null
  /** Multiplied already (convention 2). */
  energyWh: number
  by: SplitBy
  /** The readings between which it lies. */
  readFrom: Instant
  readUntil: Instant
  /** For tiers per account: what its other supplies used meanwhile; on the first of equal spans. */
  othersWh: number
}

/** What was used between two readings, multiplied. */
export type Use = Span & {
  energyWh: number
  /** By the meter's own period registers; `stepWh` is one step of a register, multiplied. */
  registers?: { wh: Partial<Record<Period, number>>; stepWh: number }
  othersWh?: number
}

/** The segments that a use touches, from index `first` on, cut to it. */
const touched = (segments: readonly Segment[], first: number, use: Span): Segment[] => {
  const out: Segment[] = []
  for (let at = first; at < segments.length; at++) {
    const segment = segments[at]
    if (segment === undefined || segment.from >= use.until) break
    out.push({ ...overlap(segment, use), plan: segment.plan, period: segment.period })
  }
  return out
}

const ms = ({ from, until }: Span): number => until - from

/** By time; without a cut where only one segment is touched. */
const byTime = (use: Use, segments: readonly Segment[]): Slice[] => {
  const by = segments.length === 1 ? 'interval' : 'linear'
  const weights = segments.map(ms)
  const wh = splitWhole(use.energyWh, weights)
  const others = splitWhole(use.othersWh ?? 0, weights)
  return segments.map(({ from, until, plan, period }, index) => ({
    ...{ from, until, plan, period, by },
    energyWh: wh[index] ?? 0,
    ...{ readFrom: use.from, readUntil: use.until },
    othersWh: others[index] ?? 0,
  }))
}

/** The registers of the use, made to sum to it; null where they contradict the total. */
const registersOf = ({ energyWh, registers }: Use): { period: Period; wh: number }[] | null => {
  if (registers === undefined) return null
  const periods = PERIODS.filter((period) => (registers.wh[period] ?? 0) > 0)
  const parts = periods.map((period) => registers.wh[period] ?? 0)
  const sum = parts.reduce((a, b) => a + b, 0)
  // Each register and the total is cut off at its own step.
  const slackWh = (PERIODS.length + 1) * registers.stepWh
  if (Math.abs(sum - energyWh) > slackWh || (sum === 0 && energyWh > 0)) return null
  const wh = splitWhole(energyWh, parts)
  return periods.map((period, index) => ({ period, wh: wh[index] ?? 0 }))
}

/** One slice per period, all of the whole use; those of one version only. */
const byRegisters = (use: Use, parts: { period: Period; wh: number }[], plan: PlanVersion | null) =>
  parts.map(
    ({ period, wh }, index): Slice => ({
      ...{ from: use.from, until: use.until, plan, period, energyWh: wh, by: 'registers' },
      ...{ readFrom: use.from, readUntil: use.until },
      othersWh: index === 0 ? (use.othersWh ?? 0) : 0,
    }),
  )

/** A change of version within: each register is cut by the time its period had in each version. */
const registersByTime = (
  use: Use,
  parts: { period: Period; wh: number }[],
  segments: readonly Segment[],
): Slice[] => {
  const plans = [...new Set(segments.map(({ plan }) => plan))]
  const spans = plans.map((plan) => {
    const own = segments.filter((segment) => segment.plan === plan)
    return { from: must(own[0], 'a segment').from, until: must(own.at(-1), 'a segment').until }
  })
  const rows = parts.map(({ period, wh }) => {
    const timeOf = (only: boolean) =>
      plans.map((plan) =>
        segments
          .filter((segment) => segment.plan === plan && (!only || segment.period === period))
          .reduce((sum, segment) => sum + ms(segment), 0),
      )
    const own = timeOf(true)
    return splitWhole(wh, own.some((time) => time > 0) ? own : timeOf(false))
  })
  const others = splitWhole(use.othersWh ?? 0, spans.map(ms))
  return plans.flatMap((plan, at) =>
    parts.map(
      ({ period }, row): Slice => ({
        ...must(spans[at], 'a span'),
        ...{ plan, period, energyWh: rows[row]?.[at] ?? 0, by: 'linear' },
        ...{ readFrom: use.from, readUntil: use.until },
        othersWh: row === 0 ? (others[at] ?? 0) : 0,
      }),
    ),
  )
}

const cut = (use: Use, segments: readonly Segment[]): Slice[] => {
  const first = must(segments[0], 'segments cover what was used')
  const timeOfUse = segments.every(({ plan }) => plan?.definition.kind === 'timeOfUse')
  const parts = timeOfUse ? registersOf(use) : null
  if (parts === null || parts.length === 0) return byTime(use, segments)
  const one = segments.every(({ plan }) => plan === first.plan)
  return one ? byRegisters(use, parts, first.plan) : registersByTime(use, parts, segments)
}

/** Nearly every reading of a day lies within one period: nothing is cut, nothing is looked up. */
const uncut = ({ from, until, energyWh, othersWh = 0 }: Use, { plan, period }: Segment): Slice => ({
  from,
  until,
  plan,
  period,
  energyWh,
  by: 'interval',
  readFrom: from,
  readUntil: until,
  othersWh,
})

/**
 * Cuts what was used between readings by the segments of `segmentsOf`. Uses come in the order of
 * time, do not overlap, and lie within the segments.
 */
export const slicesOf = (segments: readonly Segment[], uses: readonly Use[]): Slice[] => {
  const out: Slice[] = []
  let first = 0
  for (const use of uses) {
    assert(use.from < use.until, 'a use takes time')
    while ((segments[first]?.until ?? use.until) <= use.from && first < segments.length) first += 1
    const segment = segments[first]
    if (segment && use.until <= segment.until && use.registers === undefined)
      out.push(uncut(use, segment))
    else for (const slice of cut(use, touched(segments, first, use))) out.push(slice)
  }
  return out
}
