// A slice 电量段 of use: energy with a price from one reading to the next, or a part of that. Readings
// are cut where the period or the plan changes; how a cut was made stays with the energy.

import type { Instant } from '../shared/clock.ts'
import type { Period, PlanVersion } from './plan.ts'

/**
 * interval: the readings lie within one period and version, nothing had to be cut; registers: the
 * meter's own period registers; linear: cut by time, an estimate.
 */
export const SPLITS = ['interval', 'registers', 'linear'] as const
export type SplitBy = (typeof SPLITS)[number]

export type Slice = {
  /** Where the piece begins and ends; slices of one interval of registers share both. */
  from: Instant
  until: Instant
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
  /** For tiers per account: what its other supplies used in the interval; on the first slice of it. */
  othersWh?: number
}
