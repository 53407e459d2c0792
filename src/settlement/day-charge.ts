// The charge of one day 日电费, PURE: what the month has used at one price is rounded once, and what
// earlier days of the month were charged is taken off, so that no fraction is lost or invented.

import { type Fen, fen } from '../ledger/money.ts'
import { assert } from '../shared/assert.ts'

/** Energy and charges of the month so far, of one supply at one version of its plan. */
export type MonthSoFar = { energyWh: number; dueFen: number }

/** 10⁻⁸ yuan per kWh × Wh, in fen: 10⁸ × 10³ ÷ 10². */
const FEN_DIVISOR = 1_000_000_000n

/** Whole fen, half away from zero. */
export const pricedFen = (energyWh: number, priceE8: number): Fen => {
  const exact = BigInt(energyWh) * BigInt(priceE8)
  assert(exact >= 0n, 'nobody is charged for less than nothing')
  return fen(Number((exact + FEN_DIVISOR / 2n) / FEN_DIVISOR))
}

/** May be a fen less than nothing where the price of a whole fen lies between two days. */
export const dayChargeFen = (before: MonthSoFar, usedWh: number, priceE8: number): Fen =>
  fen(pricedFen(before.energyWh + usedWh, priceE8) - before.dueFen)
