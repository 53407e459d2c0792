// What a supply has used since its last charge 未结电费, PURE: the month's lines as they were
// charged go on with what was counted since, priced as the next charge will price it.

import { addFen, type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { FeeLine, Line } from '../tariff/lines.ts'
import type { Schedule, Span } from '../tariff/periods.ts'
import type { PlanVersion } from '../tariff/plan.ts'
import { priceMonth } from '../tariff/price.ts'
import type { Slice } from '../tariff/slices.ts'
import type { Count } from './counted.ts'
import { slicesIn } from './rate.ts'

export type MonthSoFar = {
  month: Span
  /** As charged; empty before the first charge. */
  lines: readonly Line[]
  chargedFen: number
  yearWh: number
  yearMonths: number
}

const planIn = ({ held }: Schedule, line: Line): PlanVersion | null =>
  held.find(({ plan }) => plan?.planId === line.planId && plan.version === line.version)?.plan ??
  null

/** What was charged comes before all that was counted since. */
const BEFORE_MS = 60_000

/**
 * The lines as slices that price to the same lines: of each version the lower tiers first, each
 * slice with a moment of its own, so that the tiers are filled as they were.
 */
const slicesOfLines = (lines: readonly Line[], schedule: Schedule, from: Instant): Slice[] => {
  const energy = lines
    .filter((line) => line.kind === 'energy')
    .filter((line) => planIn(schedule, line) !== null)
  const order = energy.toSorted((a, b) => a.from - b.from || a.tier - b.tier)
  const versions = [...new Set(order.map(({ planId, version }) => `${planId} ${version}`))]
  return versions
    .flatMap((key) =>
      order
        .filter(({ planId, version }) => `${planId} ${version}` === key)
        .sort((a, b) => a.tier - b.tier),
    )
    .map((line, index) => ({
      ...{ from: plusMs(from, index - BEFORE_MS), until: plusMs(from, index + 1 - BEFORE_MS) },
      ...{
        plan: planIn(schedule, line),
        period: line.period,
        energyWh: line.energyWh,
        othersWh: 0,
      },
      ...{ by: 'interval' as const, readFrom: line.from, readUntil: line.until },
    }))
}

/** What is charged once a month, where it was charged already. */
export const onceAMonth = (line: Line): line is FeeLine =>
  line.kind !== 'energy' && line.kind !== 'lossShare' && line.kind !== 'serviceFee'

/** Within one month; `since` is the mark, the counts go on to the newest register. */
const accruedIn = (
  of: MonthSoFar,
  schedule: Schedule,
  counts: readonly Count[],
  since: Instant,
): Fen => {
  const { month, lines, chargedFen, yearWh, yearMonths } = of
  const from = since > month.from ? since : month.from
  if (from >= month.until) return ZERO_FEN
  const used = slicesIn({ counts, schedule, month, part: { from, until: month.until } }).slices
  const before = slicesOfLines(lines, schedule, month.from)
  const counted = { monthWh: 0, yearWh }
  const slices = [...before, ...used]
  const { totalFen } = priceMonth({ slices, counted, yearMonths })
  const once = lines.filter(onceAMonth).map((line) => line.fen)
  // A version that another has just taken the place of: as charged, until it is charged again.
  const replaced = lines.filter((line) => line.kind === 'energy' && !planIn(schedule, line))
  return addFen(totalFen, ...once, ...replaced.map((line) => line.fen), -chargedFen)
}

/** Over every month from the mark to the newest register. */
export const accruedFen = (
  months: readonly MonthSoFar[],
  schedule: Schedule,
  counts: readonly Count[],
  since: Instant,
): Fen => fen(months.reduce((sum, of) => sum + accruedIn(of, schedule, counts, since), 0))
