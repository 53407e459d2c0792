import { describe, expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { type Instant, instant } from '../shared/clock.ts'
import type { Line } from './lines.ts'
import type { Period, PlanDefinition, PlanVersion, Tiers } from './plan.ts'
import { type MonthUse, priceMonth } from './price.ts'
import type { Slice } from './slices.ts'

const version = (definition: PlanDefinition, no = 1): PlanVersion => ({
  planId: 7,
  version: no,
  definition,
})
const hour = (n: number): Instant => instant(n * 3_600_000)
const slice = (plan: PlanVersion | null, at: number, energyWh: number, more = {}): Slice => ({
  ...{ from: hour(at), until: hour(at + 1), readFrom: hour(at), readUntil: hour(at + 1) },
  ...{ plan, period: null, energyWh, by: 'interval' as const, othersWh: 0 },
  ...more,
})
const inPeriod = (plan: PlanVersion, at: number, period: Period, energyWh: number): Slice =>
  slice(plan, at, energyWh, { period, by: 'registers' })
const flat = (priceE8: number, extras = {}): PlanDefinition => ({
  kind: 'flat',
  priceE8,
  ...extras,
})
const monthly: Tiers = {
  ...{ counts: 'month', of: 'supply', midYear: 'prorated', crossing: 'inOrder' },
  steps: [
    { aboveWh: 230_000, addE8: 5_000_000 },
    { aboveWh: 400_000, addE8: 30_000_000 },
  ],
}
const yearly: Tiers = {
  ...monthly,
  counts: 'year',
  steps: [
    { aboveWh: 2_760_000, addE8: 5_000_000 },
    { aboveWh: 4_800_000, addE8: 30_000_000 },
  ],
}
const touPrices = {
  sharp: { priceE8: 126_500_000 },
  peak: { priceE8: 105_410_000 },
  flat: { priceE8: 65_890_000 },
  valley: { priceE8: 29_650_000 },
}
const tou = (extras = {}): PlanDefinition => ({
  kind: 'timeOfUse',
  prices: touPrices,
  seasons: [],
  ...extras,
})

const priced = (slices: readonly Slice[], rest: Omit<MonthUse, 'slices'> = {}) =>
  priceMonth({ slices, ...rest })
const energy = (lines: readonly Line[]) =>
  lines.flatMap((line) =>
    line.kind === 'energy' ? [[line.period, line.tier, line.energyWh, line.fen]] : [],
  )
const fees = (lines: readonly Line[]) =>
  lines.flatMap((line) => (line.kind === 'energy' ? [] : [[line.kind, line.fen]]))

describe('the worked examples', () => {
  test('1: four periods with a current transformer of 40', () => {
    const plan = version(tou())
    const month = priced([
      inPeriod(plan, 0, 'sharp', 73_200),
      inPeriod(plan, 0, 'peak', 416_800),
      inPeriod(plan, 0, 'flat', 448_000),
      inPeriod(plan, 0, 'valley', 364_800),
    ])
    expect(energy(month.lines)).toEqual([
      ['sharp', 1, 73_200, 9_260],
      ['peak', 1, 416_800, 43_935],
      ['flat', 1, 448_000, 29_519],
      ['valley', 1, 364_800, 10_816],
    ])
    expect(month).toMatchObject({ totalFen: 93_530, energyWh: 1_302_800, unpriced: [] })
  })

  test('2a: tiers that begin anew each month', () => {
    const month = priced([slice(version(flat(52_830_000, { tiers: monthly })), 0, 512_400)])
    expect(energy(month.lines)).toEqual([
      [null, 1, 230_000, 12_151],
      [null, 2, 170_000, 9_831],
      [null, 3, 112_400, 9_310],
    ])
    // Each line is rounded, the total is their sum.
    expect(month.totalFen).toBe(31_292)
  })

  test.each([
    // Rounded once the whole would be 288.82: lines that add up are the rule.
    [512_400, [7_925, 20_958], 28_883],
    // Rounded line by line the worked example gives 79.25 + 1179.73 + 91.11 = 1350.09.
    [2_300_000, [7_925, 117_973, 9_111], 135_009],
  ])('2b, 2c: a yearly tier with 2610 kWh before, %i Wh', (wh, lines, total) => {
    const month = priced([slice(version(flat(52_830_000, { tiers: yearly })), 0, wh)], {
      counted: { monthWh: 0, yearWh: 2_610_000 },
    })
    expect(month.lines.map((line) => line.fen)).toEqual(lines)
    expect(month.totalFen).toBe(total)
  })

  test('3: a power factor of 0.86 against 0.90 costs 2 %', () => {
    // 86 000 kWh that come to 56 321.45, and 12 000.00 for capacity.
    const plan = version(
      flat(65_490_058, {
        powerFactor: { standard: 90 },
        basic: { kind: 'capacity', perKvaE8: 3_000_000_000 },
      }),
    )
    const month = priced([slice(plan, 0, 86_000_000)], {
      end: { days: 30, ofDays: 30, read: true, capacityVa: 400_000, reactiveVarh: 52_000_000 },
    })
    expect(fees(month.lines)).toEqual([
      ['capacity', 1_200_000],
      ['powerFactor', 136_643],
    ])
    expect(energy(month.lines)).toEqual([[null, 1, 86_000_000, 5_632_145]])
  })

  test('4: daily postings are differences of rounded sums, and no fen gets lost', () => {
    const plan = version(flat(68_750_000))
    const days = [370, 420, 310].map((wh, at) => slice(plan, at, wh))
    const dues = days.map((_, index) => priced(days.slice(0, index + 1)).totalFen)
    expect(dues.map((due, index) => due - (dues[index - 1] ?? 0))).toEqual([25, 29, 22])
    expect(5_000 - (dues[2] ?? 0)).toBe(4_924)
  })

  test('5: tenants at the average purchase price', () => {
    // The average as 0.7360: 521 000 kWh come to 383 456.00; at full precision 383 481.57.
    expect(priced([slice(version(flat(73_600_000)), 0, 521_000_000)]).totalFen).toBe(38_345_600)
    expect(priced([slice(version(flat(73_604_908)), 0, 521_000_000)]).totalFen).toBe(38_348_157)
  })
})

describe('tiers', () => {
  const plan = version(flat(100_000_000, { tiers: yearly }))
  test('of who comes in July hold for half a year', () => {
    const month = priced([slice(plan, 0, 2_000_000)], { yearMonths: 6 })
    expect(energy(month.lines).map(([, tier, wh]) => [tier, wh])).toEqual([
      [1, 1_380_000],
      [2, 620_000],
    ])
  })
  test('are whole for who comes in July where the plan says so', () => {
    const whole = version(flat(100_000_000, { tiers: { ...yearly, midYear: 'whole' } }))
    const month = priced([slice(whole, 0, 2_000_000)], { yearMonths: 6 })
    expect(energy(month.lines)).toEqual([[null, 1, 2_000_000, 200_000]])
  })
  test('keep their counter when the price changes', () => {
    const before = version(flat(100_000_000, { tiers: monthly }))
    const after = version(flat(200_000_000, { tiers: monthly }), 2)
    const month = priced([slice(before, 0, 200_000), slice(after, 1, 100_000)])
    expect(energy(month.lines)).toEqual([
      [null, 1, 200_000, 20_000],
      [null, 1, 30_000, 6_000],
      [null, 2, 70_000, 14_350],
    ])
  })
  test('that count the account see what its other supplies used', () => {
    const shared = version(flat(100_000_000, { tiers: { ...monthly, of: 'account' } }))
    const month = priced([slice(shared, 0, 230_000, { othersWh: 230_000 })])
    expect(energy(month.lines).map(([, tier, wh]) => [tier, wh])).toEqual([
      [1, 115_000],
      [2, 85_000],
      [3, 30_000],
    ])
  })
  test.each([
    [
      'inOrder' as const,
      [
        ['peak', 1, 200_000],
        ['valley', 1, 30_000],
        ['valley', 2, 170_000],
      ],
    ],
    [
      'byShare' as const,
      [
        ['peak', 1, 115_000],
        ['valley', 1, 115_000],
        ['peak', 2, 85_000],
        ['valley', 2, 85_000],
      ],
    ],
  ])('meet periods %s', (crossing, expected) => {
    const both = version(tou({ tiers: { ...monthly, crossing } }))
    const month = priced([inPeriod(both, 0, 'peak', 200_000), inPeriod(both, 1, 'valley', 200_000)])
    expect(energy(month.lines).map(([period, tier, wh]) => [period, tier, wh])).toEqual(expected)
  })
  test('are shared by periods that were read together', () => {
    const both = version(tou({ tiers: monthly }))
    const month = priced([inPeriod(both, 0, 'peak', 300_001), inPeriod(both, 0, 'valley', 100_000)])
    expect(energy(month.lines).map(([period, tier, wh]) => [period, tier, wh])).toEqual([
      ['peak', 1, 172_500],
      ['valley', 1, 57_500],
      ['peak', 2, 127_500],
      ['valley', 2, 42_500],
      ['peak', 3, 1],
    ])
  })
})

describe('fees', () => {
  const whole = { days: 30, ofDays: 30, read: true }
  test('are lines of their own', () => {
    const plan = version(
      flat(100_000_000, {
        serviceFee: { kind: 'share', rateE6: 50_000 },
        lossShare: { kind: 'perKwh', addE8: 1_234_567 },
      }),
    )
    const month = priced([slice(plan, 0, 100_010)])
    expect(month.lines.map((line) => [line.kind, line.fen])).toEqual([
      ['energy', 10_001],
      ['lossShare', 123],
      ['serviceFee', 500],
    ])
    expect(month.totalFen).toBe(10_624)
  })
  test('of a version are on the energy of that version', () => {
    const free = version(flat(100_000_000))
    const dear = version(flat(100_000_000, { serviceFee: { kind: 'perKwh', addE8: 1_000_000 } }), 2)
    const month = priced([slice(free, 0, 10_000), slice(dear, 1, 20_000)])
    expect(month.lines.at(-1)).toMatchObject({ kind: 'serviceFee', version: 2, energyWh: 20_000 })
  })
  test.each([
    ['what is missing to it is added', 10_000, whole, [['minimum', 4_000]]],
    ['nothing where it is reached', 50_000, whole, []],
    [
      'half of it for half a month',
      10_000,
      { days: 15, ofDays: 30, read: true },
      [['minimum', 1_500]],
    ],
    ['nothing before the month is over', 10_000, undefined, []],
  ])('a minimum: %s', (_, wh, end, expected) => {
    const plan = version(flat(100_000_000, { minimumFen: 5_000 }))
    expect(fees(priced([slice(plan, 0, wh)], end && { end }).lines)).toEqual(expected)
  })
  test('who used nothing owes the minimum of the plan that holds', () => {
    const plan = version(flat(100_000_000, { minimumFen: 5_000 }))
    expect(fees(priced([], { end: { ...whole, plan } }).lines)).toEqual([['minimum', 5_000]])
  })
  test('the maximum demand of a month has its price', () => {
    const plan = version(flat(50_000_000, { basic: { kind: 'demand', perKwE8: 3_800_000_000 } }))
    const month = priced([slice(plan, 0, 1_000)], { end: { ...whole, maxDemandW: 123_456 } })
    // 123.456 kW × 38 yuan
    expect(fees(month.lines)).toEqual([['demand', 469_133]])
  })
  test('a power factor waits until the month is read to its end', () => {
    const plan = version(flat(50_000_000, { powerFactor: { standard: 90 } }))
    const end = { ...whole, reactiveVarh: 1_000 }
    const part = priced([slice(plan, 0, 1_000)], { end: { ...end, read: false } })
    expect(part).toMatchObject({ lines: [{ kind: 'energy' }], missing: [] })
    expect(fees(priced([slice(plan, 0, 1_000)], { end }).lines)).toHaveLength(1)
  })
  test('what is needed and not known is named', () => {
    const plan = version(
      flat(1, { powerFactor: { standard: 85 }, basic: { kind: 'demand', perKwE8: 1 } }),
    )
    expect(priced([slice(plan, 0, 1)], { end: whole }).missing).toEqual(['maxDemand', 'reactive'])
  })
})

describe('energy without a price', () => {
  test('is named and not charged, and counts for the tiers', () => {
    const plan = version(flat(100_000_000, { tiers: monthly }))
    const month = priced([slice(null, 0, 230_000), slice(plan, 1, 1_000)])
    expect(month.unpriced).toEqual([
      { reason: 'noPlan', period: null, energyWh: 230_000, from: hour(0), until: hour(1) },
    ])
    expect(energy(month.lines)).toEqual([[null, 2, 1_000, 105]])
    expect(month.energyWh).toBe(231_000)
  })
  test('is also what a meter counts in a period that the plan does not have', () => {
    const month = priced([inPeriod(version(tou()), 0, 'deepValley', 5)])
    expect(month.unpriced).toMatchObject([{ reason: 'noPrice', period: 'deepValley', energyWh: 5 }])
    expect(month.totalFen).toBe(0)
  })
})

test('a line says between which readings it lies and how much of it is an estimate', () => {
  const plan = version(tou())
  const month = priced([
    slice(plan, 0, 100, { period: 'peak' }),
    slice(plan, 1, 50, { period: 'peak', by: 'linear', readFrom: hour(1), readUntil: hour(5) }),
  ])
  expect(month.lines).toEqual([
    {
      ...{ kind: 'energy', planId: 7, version: 1, period: 'peak', tier: 1, energyWh: 150 },
      ...{ priceE8: 105_410_000, fen: fen(16), from: hour(0), until: hour(5) },
      ...{ by: ['interval', 'linear'], estimatedWh: 50 },
    },
  ])
})
