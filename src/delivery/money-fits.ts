// Does the money fit 金额核对: a meter uses money between two readings, at most at the dearest price
// for what its register counted. PURE; whole fen, whole Wh, exact.

import type { PurchaseRecord, WalletReading } from '../metering/driver.ts'
import type { Instant } from '../shared/clock.ts'
import { countOnWire } from './count.ts'

/** What the checks need to know of a meter. */
export type MoneyRules = {
  /** The dearest price the meter can hold, 10⁻⁸ yuan per kWh of its own register. */
  dearestPriceE8: number
  /** One register step of the remaining amount, fen. */
  moneyStepFen: number
  countModulus: number
}

export type FenRange = { lowFen: number; highFen: number }

// One reading is several exchanges: the register is read some seconds after the money, so what was
// used between the two in the first reading is missing from the difference. This much of the use at
// the rate seen, and never less than the register's step and a heavy load switched off just then.
const READING_SPAN_MS = 10_000
export const SKEW_MIN_WH = 100
const ELAPSED_MIN_MS = 1_000
// Fen per Wh is the price in 10⁻⁸ yuan per kWh divided by this.
const PRICE_SCALE = 1_000_000_000n

// A record keeps its count in two bytes, BCD or binary, whatever the width of the wallet's count.
const RECORD_MODULI = [10_000, 65_536]

/** The most money that `energyWh` can have cost, rounded up; fen. */
export const dearestUseFen = (energyWh: number, dearestPriceE8: number): number => {
  if (energyWh <= 0 || dearestPriceE8 <= 0) return 0
  const product = BigInt(energyWh) * BigInt(dearestPriceE8)
  return Number((product + PRICE_SCALE - 1n) / PRICE_SCALE)
}

/** The most that can have been used between two moments of which only the registers are known. */
const mostUsedWh = (
  before: { at: Instant; energyWh: number },
  now: { at: Instant; energyWh: number },
): number => {
  const usedWh = Math.max(0, now.energyWh - before.energyWh)
  const elapsedMs = Math.max(ELAPSED_MIN_MS, now.at - before.at)
  return usedWh + Math.max(SKEW_MIN_WH, Math.ceil((usedWh * READING_SPAN_MS) / elapsedMs))
}

/** The balance to expect now, when `addedFen` came in since `before` and only use went out. */
export const balanceRange = (
  before: { at: Instant; balanceFen: number; energyWh: number },
  now: { at: Instant; energyWh: number },
  addedFen: number,
  rules: MoneyRules,
): FenRange => {
  const top = before.balanceFen + addedFen
  const use = dearestUseFen(mostUsedWh(before, now), rules.dearestPriceE8)
  return { lowFen: top - use - rules.moneyStepFen, highFen: top + rules.moneyStepFen }
}

export const within = (fen: number, range: FenRange): boolean =>
  range.lowFen <= fen && fen <= range.highFen

/** Whether the newest record is about number n. */
export const recordIsOf = (record: PurchaseRecord, n: number, modulus: number): boolean =>
  [modulus, ...RECORD_MODULI].some((m) => record.count === countOnWire(n, m))

/**
 * Whether the meter's own record is that of purchase n. Before and after are remaining amounts,
 * never negative: in overdraft the money pays the overdraft first, so they show less than it.
 */
export const recordFits = (
  record: PurchaseRecord,
  before: WalletReading,
  now: WalletReading,
  purchase: { n: number; amountFen: number },
  rules: MoneyRules,
): boolean => {
  const step = rules.moneyStepFen
  const { lowFen, highFen } = balanceRange(before, now, 0, rules)
  if (!recordIsOf(record, purchase.n, rules.countModulus)) return false
  if (record.amountFen !== purchase.amountFen) return false
  if (record.beforeFen > 0) {
    return (
      within(record.beforeFen, { lowFen, highFen }) &&
      Math.abs(record.afterFen - record.beforeFen - purchase.amountFen) <= step
    )
  }
  const owedMost = Math.min(0, lowFen)
  const owedLeast = Math.min(0, highFen)
  const after = {
    lowFen: Math.max(0, purchase.amountFen + owedMost) - step,
    highFen: Math.max(0, purchase.amountFen + owedLeast) + step,
  }
  return lowFen <= 0 && within(record.afterFen, after)
}

/** Whether what the meter holds now shows that purchase n, and only it, came in since `before`. */
export const moneyFits = (
  before: WalletReading,
  now: WalletReading,
  amountFen: number,
  rules: MoneyRules,
): boolean =>
  now.energyWh >= before.energyWh &&
  within(now.balanceFen, balanceRange(before, now, amountFen, rules))
