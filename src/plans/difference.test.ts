import { expect, test } from 'vitest'
import type { PlanDefinition } from '../tariff/plan.ts'
import { planChanges } from './difference.ts'

const peak = { atMinute: 480, period: 'peak' as const }
const night = { atMinute: 0, period: 'valley' as const }
const tou = (price: number, ...workday: (typeof peak | typeof night)[]): PlanDefinition => ({
  kind: 'timeOfUse',
  prices: { peak: { priceE8: price }, valley: { priceE8: 40 } },
  seasons: [{ name: '全年', ranges: [{ from: '01-01', to: '12-31' }], days: { workday } }],
})
const flat: PlanDefinition = { kind: 'flat', priceE8: 1 }

test.each<[string, PlanDefinition | null, PlanDefinition, unknown]>([
  ['nothing', flat, { priceE8: 1, kind: 'flat' }, []],
  ['all that there is at first', null, flat, [{ path: '', before: null, after: flat }]],
  ['a price', flat, { ...flat, priceE8: 2 }, [{ path: 'priceE8', before: 1, after: 2 }]],
  [
    'a fee that is new',
    flat,
    { ...flat, minimumFen: 5 },
    [{ path: 'minimumFen', before: null, after: 5 }],
  ],
  [
    'the price of a period',
    tou(100, night),
    tou(120, night),
    [{ path: 'prices.peak.priceE8', before: 100, after: 120 }],
  ],
  [
    'a table as a whole',
    tou(100, night),
    tou(100, night, peak),
    [{ path: 'seasons.0.days.workday', before: [night], after: [night, peak] }],
  ],
])('a version changes %s', (_, before, after, changes) =>
  expect(planChanges(before, after)).toEqual(changes),
)
