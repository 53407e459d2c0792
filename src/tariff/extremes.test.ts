import { expect, test } from 'vitest'
import { extremes } from './extremes.ts'
import { onlyPriceE8, type PlanDefinition, type Tiers } from './plan.ts'

const tiers: Tiers = {
  ...{ counts: 'month', of: 'supply', midYear: 'prorated', crossing: 'inOrder' },
  steps: [{ aboveWh: 1, addE8: 30 }],
}
const tou: PlanDefinition = {
  ...{ kind: 'timeOfUse', seasons: [] },
  prices: { peak: { priceE8: 120 }, valley: { priceE8: 40 } },
}
const flat: PlanDefinition = { kind: 'flat', priceE8: 1_000_003 }

test.each<[string, PlanDefinition, number, number]>([
  ['flat', flat, 1_000_003, 1_000_003],
  ['time of use', tou, 40, 120],
  ['tiers', { ...tou, tiers }, 40, 150],
  ['loss share per kWh', { ...tou, lossShare: { kind: 'perKwh', addE8: 5 } }, 45, 125],
  ['loss share', { ...flat, lossShare: { kind: 'share', rateE6: 100_000 } }, 1_100_003, 1_100_004],
  [
    'service fee, which no meter holds',
    { ...flat, serviceFee: { kind: 'perKwh', addE8: 9 } },
    1_000_003,
    1_000_003,
  ],
])('between what a kWh can cost: %s', (_, definition, cheapestE8, dearestE8) =>
  expect(extremes(definition)).toEqual({ cheapestE8, dearestE8 }),
)

test.each<[string, PlanDefinition, number | null]>([
  ['flat', flat, 1_000_003],
  ['with a minimum, which no kWh changes', { ...flat, minimumFen: 5 }, 1_000_003],
  ['tiers', { ...flat, tiers }, null],
  ['service fee', { ...flat, serviceFee: { kind: 'share', rateE6: 1 } }, null],
  ['loss share', { ...flat, lossShare: { kind: 'share', rateE6: 1 } }, null],
  ['time of use', tou, null],
])('a kWh has one price only where each costs the same: %s', (_, definition, price) =>
  expect(onlyPriceE8(definition)).toBe(price),
)
