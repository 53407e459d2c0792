import { describe, expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { adjustmentE6, powerFactor } from './power-factor.ts'
import { divideRounded, pricedFen, shareFen, splitWhole } from './rounding.ts'
import { byTier, shareTiers } from './tiers.ts'

test.each([
  [5n, 2n, 3n],
  [-5n, 2n, -3n],
  [4n, 3n, 1n],
  [-4n, 3n, -1n],
  [0n, 7n, 0n],
])('%i ÷ %i is %i: half away from zero', (numerator, divisor, expected) =>
  expect(divideRounded(numerator, divisor)).toBe(expected),
)

test.each([
  [7_318, 105_000_000, 768],
  [1, 50_000_000, 0],
  [10, 50_000_000, 1],
  [9_007_199_254_740, 10_000_000_000, 90_071_992_547_400],
])('%i Wh at %i cost %i fen', (wh, price, due) => expect(pricedFen(wh, price)).toBe(due))

test('a share of a charge is rounded once', () => {
  expect(shareFen(fen(10_050), 10_000)).toBe(101)
  expect(shareFen(fen(-10_050), 10_000)).toBe(-101)
})

describe('dividing a whole', () => {
  test.each([
    [10, [1, 1, 1], [4, 3, 3]],
    [10, [0, 1], [0, 10]],
    [0, [0, 0], [0, 0]],
    [1, [1, 5, 5], [0, 1, 0]],
    [9_007_199_254_740_991, [2_678_400_000, 1], [9_007_199_251_378_088, 3_362_903]],
  ])('%i by %j is %j', (total, weights, parts) => expect(splitWhole(total, weights)).toEqual(parts))
  test('among nobody is a mistake', () => expect(() => splitWhole(1, [0])).toThrow('nobody'))
})

test.each([
  [0, 500, [230, 170, 100]],
  [300, 50, [0, 50, 0]],
  [500, 10, [0, 0, 10]],
  [229, 1, [1, 0, 0]],
  [230, 0, [0, 0, 0]],
])('after %i, %i Wh fall on the tiers %j', (before, used, expected) =>
  expect(byTier([230, 400], before, used)).toEqual(expected),
)

test('parts of a use that crosses tiers keep their sums both ways', () => {
  const rows = shareTiers([7, 5, 3], [4, 6, 5])
  expect(rows.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([7, 5, 3])
  expect([0, 1, 2].map((tier) => rows.reduce((sum, row) => sum + (row[tier] ?? 0), 0))).toEqual([
    ...[4, 6, 5],
  ])
})

test.each([
  [86_000, 52_000, 86],
  [1, 0, 100],
  [0, 0, 100],
  [0, 5, 0],
  [3, 4, 60],
])('%i kWh and %i kvarh are a power factor of 0.%i', (active, reactive, factor) =>
  expect(powerFactor(active, reactive)).toBe(factor),
)

test.each([
  [90, 90, 0],
  [90, 94, -6_000],
  [90, 95, -7_500],
  [90, 100, -7_500],
  [90, 86, 20_000],
  [90, 70, 100_000],
  [90, 65, 150_000],
  [90, 64, 170_000],
  [85, 90, -5_000],
  [85, 91, -6_500],
  [85, 94, -11_000],
  [85, 100, -11_000],
  [85, 65, 100_000],
  [85, 60, 150_000],
  [80, 90, -10_000],
  [80, 92, -13_000],
  [80, 60, 100_000],
  [80, 54, 170_000],
] as const)('against 0.%i a factor of 0.%i adds %i millionths', (standard, factor, rate) =>
  expect(adjustmentE6(standard, factor)).toBe(rate === 0 ? 0 : rate),
)
