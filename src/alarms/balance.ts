// The three levels of warning 三级预警 share one shape: a fresh balance of an opened meter against a
// limit. Each level speaks first only in its own band, so that one fall is not told three times.

import { DEFAULT_INTERVALS } from '../metering/rounds/poll-plan.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { Decision, Evidence, Figures, MeterFacts } from './rule.ts'

/** Two status rounds, or two reports of a gateway that only sends: older tells nothing of now. */
export const BALANCE_FRESH_MS = 2 * DEFAULT_INTERVALS.statusMs
export const BALANCE_FIGURES = {
  // A balance must climb this far above its alarm amount before the alarm is cleared.
  gapFen: {
    ...{ zh: '高出报警金额后解除', en: 'Cleared when above the amount by', unit: 'fen' },
    ...{ value: 100, min: 0, max: 100_000 },
  },
} as const satisfies Figures

export type Limits = NonNullable<MeterFacts['limits']>

export type Band = {
  /** Raised when the balance has fallen to this … */
  upperFen: (limits: Limits) => number
  /** … and is still above this, where the next level speaks; null for the last level. */
  lowerFen: ((limits: Limits) => number) | null
}

export const decideBalance = (
  band: Band,
  facts: MeterFacts,
  open: boolean,
  now: Instant,
  gapFen: number,
): Decision => {
  const { limits, balanceFen, balanceAt } = facts
  // Nobody owes anything here any more.
  if (limits === null || facts.opened === false) return open ? 'clear' : 'keep'
  const freshMs = Math.max(BALANCE_FRESH_MS, 2 * facts.statusMs)
  const fresh = balanceAt !== null && balanceAt >= plusMs(now, -freshMs)
  if (facts.opened === null || balanceFen === null || !fresh) return 'keep'
  const upper = band.upperFen(limits)
  if (open) return balanceFen > upper + gapFen ? 'clear' : 'keep'
  if (facts.paidLately) return 'keep'
  const below = band.lowerFen !== null && balanceFen <= band.lowerFen(limits)
  return balanceFen <= upper && !below ? 'raise' : 'keep'
}

export const balanceEvidence = ({ balanceFen, balanceAt, limits }: MeterFacts): Evidence => ({
  balanceFen,
  balanceAt,
  alarm1Fen: limits?.alarm1Fen ?? null,
  alarm2Fen: limits?.alarm2Fen ?? null,
  overdraftFen: limits?.overdraftFen ?? null,
})
