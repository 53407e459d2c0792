import { describe, expect, test } from 'vitest'
import type { CapBasis } from '../http/contract/price-cap.ts'
import { allowedFen, ceilingOf, effectiveE8, isOver, lossesSum, priceE8Of } from './ceiling.ts'

/** Landlord's bill 412 356.78 yuan for 560 230 kWh. */
const bought = { kind: 'averagePurchase', billFen: 41_235_678, boughtWh: 560_230_000 } as const
const losses = { tenantsWh: 521_000_000, commonWh: 23_410_000, lossWh: 15_820_000 }
const shared: CapBasis = { ...bought, losses }
const catalogue: CapBasis = { kind: 'catalogue', priceE8: 80_000_000 }

const yuan = (e8: number) => (e8 / 100_000_000).toPrecision(4)

describe('the ceiling', () => {
  test('is the average purchase price: 0.7360, which brings 383 481.57 of the tenants', () => {
    const ceiling = ceilingOf(bought, 0)
    expect(yuan(priceE8Of(ceiling))).toBe('0.7360')
    expect(allowedFen(ceiling, losses.tenantsWh)).toBe(38_348_157)
  })
  test('is 0.7584 where losses may be shared: bill less common use, to the fen', () => {
    expect(lossesSum(shared)).toBe(true)
    const ceiling = ceilingOf(shared, 0)
    expect(yuan(priceE8Of(ceiling))).toBe('0.7584')
    // 412 356.78 × 536 820 ÷ 560 230 = 395 125.87 yuan.
    expect(allowedFen(ceiling, losses.tenantsWh)).toBe(39_512_587)
  })
  test('wants tenants, common use and loss to be what was bought', () => {
    expect(lossesSum({ ...bought, losses: { ...losses, lossWh: 1 } })).toBe(false)
    expect([lossesSum(bought), lossesSum(catalogue)]).toEqual([true, true])
  })
  test.each([
    [0, 80_000_000],
    [50_000, 84_000_000],
    [1, 80_000_080],
  ])('has a margin of %i millionths on top', (marginE6, e8) => {
    expect(priceE8Of(ceilingOf(catalogue, marginE6))).toBe(e8)
  })
})

describe('a price', () => {
  const at = (countedFen: number, energyWh: number, lines = 1) => ({ countedFen, energyWh, lines })
  test.each([
    ['exactly at it', at(80_000, 1_000_000), false],
    ['half a fen above: the rounding of a line', at(80_001, 1_000_007), false],
    ['a fen above', at(80_001, 1_000_000), true],
    ['two fen above in four lines', at(80_002, 1_000_000, 4), false],
    ['three fen above in four lines', at(80_003, 1_000_000, 4), true],
    ['0.01 for 10 Wh, which 0.80 comes to', at(1, 10), false],
    ['of nothing used', at(500, 0), false],
  ])('%s', (_name, charged, over) => {
    expect(isOver(ceilingOf(catalogue, 0), charged)).toBe(over)
  })
  test('is what was charged ÷ what was used; of nothing there is none', () => {
    expect(effectiveE8(at(79_999, 1_000_000))).toBe(79_999_000)
    expect(effectiveE8(at(500, 0))).toBe(null)
  })
})
