// The lines of a bill 电费明细: each says by itself what it was reckoned from, and was rounded once.

import type { Fen } from '../ledger/money.ts'
import type { Instant } from '../shared/clock.ts'
import type { Period, PowerFactorStandard } from './plan.ts'
import type { SplitBy } from './slices.ts'

export type EnergyLine = {
  kind: 'energy'
  planId: number
  version: number
  /** Null: one price all day. */
  period: Period | null
  /** The first is 1. */
  tier: number
  energyWh: number
  /** With what the tier adds. */
  priceE8: number
  fen: Fen
  /** The readings between which its energy lies. */
  from: Instant
  until: Instant
  /** How its energy was found; in the order of SPLITS. */
  by: readonly SplitBy[]
  /** Cut by time: an estimate. */
  estimatedWh: number
}

type Days = { days: number; ofDays: number }
type FeeBasis =
  | { kind: 'lossShare' | 'serviceFee'; per: 'share'; rateE6: number; baseFen: Fen }
  | { kind: 'lossShare' | 'serviceFee'; per: 'perKwh'; addE8: number; energyWh: number }
  | ({ kind: 'demand'; maxDemandW: number; perKwE8: number } & Days)
  | ({ kind: 'capacity'; capacityVa: number; perKvaE8: number } & Days)
  | ({ kind: 'minimum'; minimumFen: number; reachedFen: Fen } & Days)
  | {
      kind: 'powerFactor'
      standard: PowerFactorStandard
      /** Hundredths. */
      factor: number
      rateE6: number
      baseFen: Fen
    }
export type FeeLine = { planId: number; version: number; fen: Fen } & FeeBasis

export type Line = EnergyLine | FeeLine
