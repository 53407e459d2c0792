// The price of a settlement month 电费计算, PURE and exact: cumulative use of the month → lines, each
// rounded once; the total is their sum. Due is what the month comes to so far: callers post due
// less what was posted, so late readings and changed prices correct themselves (convention 1).

import { addFen, type Fen } from '../ledger/money.ts'
import { assert } from '../shared/assert.ts'
import type { Instant } from '../shared/clock.ts'
import { feeLines } from './fees.ts'
import type { EnergyLine, Line } from './lines.ts'
import type { Missing, MonthEnd } from './month-end.ts'
import { energyPriceE8, PERIODS, type Period, type PlanVersion } from './plan.ts'
import { pricedFen } from './rounding.ts'
import { type Slice, SPLITS, type SplitBy } from './slices.ts'
import { byTier, shareTiers, thresholds, YEAR_MONTHS } from './tiers.ts'

export type MonthUse = {
  /** In the order of time. */
  slices: readonly Slice[]
  /** What the tiers had counted when the month began, of the supply or of its account. */
  counted?: { monthWh: number; yearWh: number }
  /** Months of this year that the customer is there for, that of entry counting; else 12. */
  yearMonths?: number
  /** Only when the month (or the supply's part of it) is over: what is charged once a month. */
  end?: MonthEnd
}

/** Energy that has no price: no plan holds, or the plan has no price for the period. */
export type Unpriced = {
  reason: 'noPlan' | 'noPrice'
  period: Period | null
  energyWh: number
  from: Instant
  until: Instant
}
export type MonthPrice = {
  lines: readonly Line[]
  totalFen: Fen
  energyWh: number
  unpriced: readonly Unpriced[]
  /** What the month's fees would need and was not given. */
  missing: readonly Missing[]
}

type Cell = {
  period: Period | null
  tier: number
  energyWh: number
  estimatedWh: number
  from: Instant
  until: Instant
  byBits: number
}
/** What was used under one version of a plan; null: under none. */
type Ground = { plan: PlanVersion | null; limits: readonly number[]; cells: (Cell | undefined)[] }

const PERIOD_KEYS: readonly (Period | null)[] = [null, ...PERIODS]
const PERIOD_INDEX = new Map(PERIOD_KEYS.map((period, index) => [period, index]))
const SPLIT_BIT: Readonly<Record<SplitBy, number>> = { interval: 1, registers: 2, linear: 4 }

const samePlan = (a: PlanVersion | null, b: PlanVersion | null): boolean =>
  a === b || (a !== null && b !== null && a.planId === b.planId && a.version === b.version)

const addTo = (ground: Ground, slice: Slice, tier: number, energyWh: number): void => {
  const index = (tier - 1) * PERIOD_KEYS.length + (PERIOD_INDEX.get(slice.period) ?? 0)
  const estimatedWh = slice.by === 'linear' ? energyWh : 0
  const cell = ground.cells[index]
  if (cell === undefined) {
    ground.cells[index] = {
      ...{ period: slice.period, tier, energyWh, estimatedWh },
      ...{ from: slice.readFrom, until: slice.readUntil, byBits: SPLIT_BIT[slice.by] },
    }
    return
  }
  cell.energyWh += energyWh
  cell.estimatedWh += estimatedWh
  cell.byBits |= SPLIT_BIT[slice.by]
  if (slice.readUntil > cell.until) cell.until = slice.readUntil
}

type Counter = { monthWh: number; yearWh: number }

/** Slices that the tiers see as one: an interval's, or all of one version (`byShare`). */
const groupEnd = (slices: readonly Slice[], start: number, ground: Ground): number => {
  const first = slices[start]
  const whole = ground.plan?.definition.tiers?.crossing === 'byShare'
  let end = start + 1
  for (; end < slices.length; end++) {
    const next = slices[end]
    if (first === undefined || next === undefined || !samePlan(next.plan, first.plan)) break
    if (!whole && (next.from !== first.from || next.until !== first.until)) break
  }
  return end
}

/** One slice of its own, as nearly all are: on the tiers one after the other. */
const addAlone = (ground: Ground, slice: Slice, counter: Counter): void => {
  let at = ground.plan?.definition.tiers?.counts === 'year' ? counter.yearWh : counter.monthWh
  let left = slice.energyWh
  counter.monthWh += left
  counter.yearWh += left
  let tier = 0
  for (const limit of ground.limits) {
    tier += 1
    const wh = Math.min(left, limit - at)
    if (wh <= 0) continue
    addTo(ground, slice, tier, wh)
    at += wh
    left -= wh
  }
  if (left > 0) addTo(ground, slice, ground.limits.length + 1, left)
}

const addGroup = (ground: Ground, group: readonly Slice[], counter: Counter): void => {
  const tiers = ground.plan?.definition.tiers
  const own = group.reduce((sum, slice) => sum + slice.energyWh, 0)
  const others = tiers?.of === 'account' ? group.reduce((sum, slice) => sum + slice.othersWh, 0) : 0
  const before = tiers?.counts === 'year' ? counter.yearWh : counter.monthWh
  counter.monthWh += own + others
  counter.yearWh += own + others
  const together = byTier(ground.limits, before, own + others)
  const mine = others === 0 ? together : (shareTiers([own, others], together)[0] ?? together)
  const rows = shareTiers(
    group.map((slice) => slice.energyWh),
    mine,
  )
  for (const [index, slice] of group.entries())
    for (const [tier, wh] of (rows[index] ?? []).entries())
      if (wh > 0) addTo(ground, slice, tier + 1, wh)
}

const groundOf = (grounds: Ground[], plan: PlanVersion | null, yearMonths: number): Ground => {
  const known = grounds.find((ground) => samePlan(ground.plan, plan))
  if (known) return known
  const tiers = plan?.definition.tiers
  const ground = { plan, limits: tiers ? thresholds(tiers, yearMonths) : [], cells: [] }
  grounds.push(ground)
  return ground
}

/** Spreads the month's use over versions, tiers and periods. */
const spread = (use: MonthUse): Ground[] => {
  const { slices, yearMonths = YEAR_MONTHS } = use
  const counter = { monthWh: 0, yearWh: 0, ...use.counted }
  const grounds: Ground[] = []
  let ground: Ground | undefined
  for (let at = 0; at < slices.length; ) {
    const slice = slices[at]
    if (slice === undefined) break
    if (ground === undefined || ground.plan !== slice.plan)
      ground = groundOf(grounds, slice.plan, yearMonths)
    if (ground.limits.length === 0) {
      counter.monthWh += slice.energyWh
      counter.yearWh += slice.energyWh
      addTo(ground, slice, 1, slice.energyWh)
      at += 1
      continue
    }
    const end = groupEnd(slices, at, ground)
    if (end === at + 1 && slice.othersWh === 0) addAlone(ground, slice, counter)
    else addGroup(ground, slices.slice(at, end), counter)
    at = end
  }
  return grounds
}

const cellsOf = (ground: Ground): Cell[] => ground.cells.filter((cell) => cell !== undefined)

const unpricedOf = (reason: Unpriced['reason'], cell: Cell): Unpriced => {
  const { period, energyWh, from, until } = cell
  return { reason, period, energyWh, from, until }
}

const lineOf = (plan: PlanVersion, cell: Cell): EnergyLine | null => {
  const { period, tier, energyWh, estimatedWh, from, until, byBits } = cell
  const priceE8 = energyPriceE8(plan.definition, period, tier)
  if (priceE8 === null) return null
  const { planId, version } = plan
  return {
    kind: 'energy',
    ...{ planId, version, period, tier, energyWh, priceE8 },
    fen: pricedFen(energyWh, priceE8),
    ...{ from, until, estimatedWh },
    by: SPLITS.filter((by) => (byBits & SPLIT_BIT[by]) !== 0),
  }
}

const checkOrder = (slices: readonly Slice[]): void => {
  let last = Number.NEGATIVE_INFINITY
  for (const { from, energyWh } of slices) {
    assert(from >= last, 'slices come in the order of time')
    assert(energyWh >= 0, 'nobody uses less than nothing')
    last = from
  }
}

/** What the use of a settlement month comes to so far, line by line. */
export const priceMonth = (use: MonthUse): MonthPrice => {
  checkOrder(use.slices)
  const unpriced: Unpriced[] = []
  const priced: { plan: PlanVersion; lines: EnergyLine[] }[] = []
  let energyWh = 0
  for (const ground of spread(use)) {
    const lines: EnergyLine[] = []
    for (const cell of cellsOf(ground)) {
      energyWh += cell.energyWh
      const line = ground.plan && lineOf(ground.plan, cell)
      if (line) lines.push(line)
      else if (cell.energyWh > 0)
        unpriced.push(unpricedOf(ground.plan ? 'noPrice' : 'noPlan', cell))
    }
    if (ground.plan) priced.push({ plan: ground.plan, lines })
  }
  const fees = feeLines(priced, use.end ?? null)
  const lines: Line[] = [...priced.flatMap((one) => one.lines), ...fees.lines]
  const totalFen = addFen(...lines.map((line) => line.fen))
  return { lines, totalFen, energyWh, unpriced, missing: fees.missing }
}
