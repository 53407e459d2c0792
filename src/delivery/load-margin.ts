// The margin under load 带载余量: a meter uses money between the reading and the order, and refuses an
// order for more than it holds by then. PURE; whole fen.

import type { StatusReading } from '../metering/driver.ts'
import { dearestUseFen, type MoneyRules, SKEW_MIN_WH } from './money-fits.ts'

/** What the meter carried just before its wallet was read; null: it did not say. */
export type Load = Pick<StatusReading, 'relay' | 'powerW'> | null

// From the reading of the wallet until the order is in the meter: the driver lets none leave later
// than half a minute after it was asked, and one reading takes seconds.
const UNTIL_THERE_MS = 60_000
const HOUR_MS = 3_600_000
// Twice what it carries now, and a cooker or a compressor that is switched on meanwhile.
const SWITCHED_ON_W = 10_000
const UNKNOWN_LOAD_W = 40_000

const mostPowerW = (powerW: number | null): number =>
  powerW === null ? UNKNOWN_LOAD_W : 2 * Math.abs(powerW) + SWITCHED_ON_W

/** What the meter may have used until the order reaches it; nothing where it is tripped. Fen. */
export const loadMarginFen = (load: Load, rules: MoneyRules): number => {
  if (load?.relay === 'tripped') return 0
  const usedWh = Math.ceil((mostPowerW(load?.powerW ?? null) * UNTIL_THERE_MS) / HOUR_MS)
  return dearestUseFen(usedWh, rules.dearestPriceE8) + rules.moneyStepFen
}

/** Less than this can't be told from use by what is left, fen. */
export const tellableFen = ({ dearestPriceE8, moneyStepFen }: MoneyRules): number =>
  dearestUseFen(SKEW_MIN_WH, dearestPriceE8) + 2 * moneyStepFen + 1
