// Rounding 舍入, PURE: the one place where a product becomes whole fen, and where a whole is divided
// into whole parts. Exact inside; half away from zero, once (convention 1).

import { type Fen, fen } from '../ledger/money.ts'
import { assert } from '../shared/assert.ts'

/** Half away from zero; the divisor is above zero. */
export const divideRounded = (numerator: bigint, divisor: bigint): bigint => {
  const half = divisor / 2n
  return numerator < 0n ? -((-numerator + half) / divisor) : (numerator + half) / divisor
}

/** 10⁻⁸ yuan per thousand × one, in fen: 10⁸ × 10³ ÷ 10². */
const FEN_DIVISOR = 1_000_000_000n

/** Wh at 10⁻⁸ yuan/kWh, or W at 10⁻⁸ yuan/kW, for `days` of `ofDays`; whole fen. */
export const pricedFen = (quantity: number, priceE8: number, days = 1, ofDays = 1): Fen =>
  fen(
    Number(
      divideRounded(
        BigInt(quantity) * BigInt(priceE8) * BigInt(days),
        FEN_DIVISOR * BigInt(ofDays),
      ),
    ),
  )

/** So many millionths of an amount, whole fen. */
export const shareFen = (amount: Fen, rateE6: number): Fen =>
  fen(Number(divideRounded(BigInt(amount) * BigInt(rateE6), 1_000_000n)))

/** `of` × numerator ÷ denominator, a whole number. */
export const scaled = (of: number, numerator: number, denominator: number): number =>
  numerator === denominator
    ? of
    : Number(divideRounded(BigInt(of) * BigInt(numerator), BigInt(denominator)))

type Part = { floor: number; rest: bigint }

/** Exact: a year's Wh × a month's milliseconds is no safe number any more. */
const partOf = (total: number, weight: number, sum: number): Part => {
  const product = total * weight
  if (Number.isSafeInteger(product)) {
    const rest = product % sum
    return { floor: (product - rest) / sum, rest: BigInt(rest) }
  }
  const exact = BigInt(total) * BigInt(weight)
  const by = BigInt(sum)
  return { floor: Number(exact / by), rest: exact % by }
}

/**
 * Whole parts by weight that sum exactly to the whole: largest remainder, of equal ones the first.
 * Weights are whole and not negative; where all are zero only a whole of zero can be divided.
 */
export const splitWhole = (total: number, weights: readonly number[]): number[] => {
  assert(Number.isSafeInteger(total) && total >= 0, `not a whole to divide: ${total}`)
  const sum = weights.reduce((a, b) => a + b, 0)
  if (total === 0) return weights.map(() => 0)
  assert(sum > 0, 'nobody takes a part')
  const parts = weights.map((weight) => partOf(total, weight, sum))
  const out = parts.map(({ floor }) => floor)
  const left = total - out.reduce((a, b) => a + b, 0)
  if (left === 0) return out
  const order = parts
    .map(({ rest }, index) => ({ rest, index }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  for (const { index } of order.slice(0, left)) out[index] = (out[index] ?? 0) + 1
  return out
}
