import { expect, test } from 'vitest'
import { dayChargeFen, pricedFen } from './day-charge.ts'

test('prepaid deduction carries its fractions from day to day', () => {
  // Readings 100.00, 100.37, 100.79, 101.10 kWh at 0.6875 yuan: exact 0.254375, 0.28875, 0.213125.
  const price = 68_750_000
  const month = { energyWh: 0, dueFen: 0 }
  const charged = [370, 420, 310].map((usedWh) => {
    const dueFen = dayChargeFen(month, usedWh, price)
    month.energyWh += usedWh
    month.dueFen += dueFen
    return dueFen
  })
  expect(charged).toEqual([25, 29, 22])
})

test.each([
  ['half a fen is rounded up', 5, 100_000_000, 1],
  ['less than half is not', 4, 100_000_000, 0],
  ['nothing costs nothing', 0, 105_000_000, 0],
  ['a large month stays exact', 9_999_999_990, 123_456_789, 1_234_567_889],
])('%s', (_name, energyWh, priceE8, dueFen) => {
  expect(pricedFen(energyWh, priceE8)).toBe(dueFen)
})
