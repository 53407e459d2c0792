import { describe, expect, test } from 'vitest'
import { checkPlan, type FaultKind, type PlanFault } from './check.ts'
import { FAULT_TEXTS, faultText } from './fault-text.ts'
import type { FlatPlan, Period, PlanDefinition, Season, Tiers, TimeOfUsePlan } from './plan.ts'

const table = (...switches: [number, Period][]) =>
  switches.map(([atMinute, period]) => ({ atMinute, period }))
const season = (name: string, from: string, to: string, more: Partial<Season> = {}): Season => ({
  name,
  ranges: [{ from, to }],
  days: { workday: table([0, 'valley'], [480, 'peak']) },
  ...more,
})
const tiers = (...steps: [number, number][]): Tiers => ({
  ...{ counts: 'month', of: 'supply', midYear: 'prorated', crossing: 'inOrder' },
  steps: steps.map(([aboveWh, addE8]) => ({ aboveWh, addE8 })),
})
const summer = season('夏', '06-01', '09-30', { nameEn: 'summer' })
const rest = season('非夏', '10-01', '05-31')
const tou = (more: Partial<TimeOfUsePlan> = {}): TimeOfUsePlan => ({
  kind: 'timeOfUse',
  prices: { peak: { priceE8: 120_000_000 }, valley: { priceE8: 40_000_000 } },
  seasons: [summer, rest],
  ...more,
})
const flat = (more: Partial<FlatPlan> = {}): FlatPlan => ({
  kind: 'flat',
  priceE8: 100_000_000,
  ...more,
})
const withDays = (days: Season['days']) => tou({ seasons: [{ ...summer, days }, rest] })
const manySwitches = table(
  ...Array.from({ length: 15 }, (_, at): [number, Period] => [at * 60, at % 2 ? 'peak' : 'valley']),
)

describe('a plan is complete', () => {
  test.each<[string, PlanDefinition]>([
    ['flat', flat()],
    ['with the form of the first installations', { kind: 'flat', priceE8: 105_000_000 }],
    ['flat with components', flat({ components: { energy: 90_000_000, funds: 10_000_000 } })],
    ['with seasons that pass over the year’s end', tou()],
    [
      'with tables for weekends and holidays',
      withDays({ ...summer.days, weekend: table([0, 'peak']) }),
    ],
    ['with tiers', flat({ tiers: tiers([1, 5_000_000], [2, -5_000_000]) })],
    [
      'with every fee',
      flat({
        serviceFee: { kind: 'share', rateE6: 50_000 },
        lossShare: { kind: 'perKwh', addE8: 1 },
        minimumFen: 1,
        powerFactor: { standard: 90 },
        basic: { kind: 'demand', perKwE8: 3_800_000_000 },
      }),
    ],
  ])('%s', (_, definition) => expect(checkPlan(definition)).toEqual([]))
})

const FAULTY: readonly [FaultKind, PlanDefinition, Partial<PlanFault>][] = [
  ['noPrices', tou({ prices: {} }), { path: 'prices' }],
  ['priceTooHigh', flat({ priceE8: 10_000_000_001 }), { path: 'priceE8' }],
  ['componentsSum', flat({ components: { energy: 1 } }), { path: 'components' }],
  [
    'componentsSum',
    tou({ prices: { peak: { priceE8: 2, components: { funds: 1 } }, valley: { priceE8: 1 } } }),
    { path: 'prices.peak.components', period: 'peak' },
  ],
  ['noSeasons', tou({ seasons: [] }), { path: 'seasons' }],
  [
    'tooManySeasons',
    tou({ seasons: Array.from({ length: 13 }, (_, at) => season(`${at}`, '01-01', '12-31')) }),
    {},
  ],
  [
    'seasonNameTwice',
    tou({ seasons: [summer, { ...rest, name: '夏' }] }),
    { path: 'seasons.1.name', season: 1 },
  ],
  [
    'seasonDate',
    tou({ seasons: [summer, rest, season('x', '02-29', '03-01')] }),
    { path: 'seasons.2.ranges.0', season: 2 },
  ],
  [
    'seasonGap',
    tou({ seasons: [season('夏', '06-01', '09-28'), rest] }),
    { day: '09-29', lastDay: '09-30' },
  ],
  [
    'seasonOverlap',
    tou({ seasons: [summer, season('非夏', '09-30', '05-31')] }),
    { path: 'seasons.1', season: 1, day: '09-30', lastDay: '09-30' },
  ],
  [
    'noSwitches',
    withDays({ ...summer.days, holiday: [] }),
    { path: 'seasons.0.days.holiday', season: 0, table: 'holiday' },
  ],
  ['tooManySwitches', withDays({ workday: manySwitches }), { season: 0, table: 'workday' }],
  [
    'switchTime',
    withDays({ workday: table([0, 'valley'], [1_440, 'peak']) }),
    { path: 'seasons.0.days.workday.1', switch: 1 },
  ],
  [
    'tableBegins',
    withDays({ workday: table([30, 'valley']) }),
    { path: 'seasons.0.days.workday.0', switch: 0 },
  ],
  [
    'switchOrder',
    withDays({ workday: table([0, 'valley'], [480, 'peak'], [420, 'valley']) }),
    { path: 'seasons.0.days.workday.2', switch: 2 },
  ],
  [
    'switchOverlap',
    withDays({ workday: table([0, 'valley'], [480, 'peak'], [480, 'valley']) }),
    { path: 'seasons.0.days.workday.2', switch: 2 },
  ],
  [
    'periodWithoutPrice',
    withDays({ workday: table([0, 'valley'], [600, 'sharp']) }),
    { path: 'seasons.0.days.workday.1', switch: 1, period: 'sharp' },
  ],
  ['noTiers', flat({ tiers: tiers() }), { path: 'tiers.steps' }],
  [
    'tooManyTiers',
    flat({ tiers: tiers(...Array.from({ length: 8 }, (_, at): [number, number] => [at + 1, 1])) }),
    { path: 'tiers.steps' },
  ],
  ['tierThreshold', flat({ tiers: tiers([0, 1]) }), { path: 'tiers.steps.0', tier: 2 }],
  ['tierOrder', flat({ tiers: tiers([5, 1], [5, 2]) }), { path: 'tiers.steps.1', tier: 3 }],
  ['tierPrice', tou({ tiers: tiers([5, -40_000_001]) }), { path: 'tiers.steps.0', tier: 2 }],
  [
    'feeTooHigh',
    flat({ serviceFee: { kind: 'share', rateE6: 1_000_001 } }),
    { path: 'serviceFee' },
  ],
  [
    'feeTooHigh',
    flat({ lossShare: { kind: 'perKwh', addE8: 10_000_000_001 } }),
    { path: 'lossShare' },
  ],
  [
    'basicTooHigh',
    flat({ basic: { kind: 'capacity', perKvaE8: 100_000_000_001 } }),
    { path: 'basic' },
  ],
]

describe('a fault names its place', () => {
  test.each(FAULTY)('%s (%#)', (kind, definition, place) => {
    expect(checkPlan(definition)).toContainEqual(expect.objectContaining({ kind, ...place }))
  })
  test('every kind has been shown', () => {
    expect([...new Set(FAULTY.map(([kind]) => kind))].sort()).toEqual(
      Object.keys(FAULT_TEXTS).sort(),
    )
  })
  test('a single fault is found once', () => {
    for (const [kind, definition] of FAULTY)
      if (!['tooManySeasons', 'noPrices', 'noSwitches'].includes(kind))
        expect(checkPlan(definition).map((fault) => fault.kind)).toEqual([kind])
  })
})

test.each([
  [
    withDays({ workday: table([0, 'valley'], [480, 'peak'], [420, 'valley']) }),
    '季节“夏” 工作日 第 3 个时段：时刻早于前一个时段，顺序不对',
    'season “summer”, workdays, switch 3: it is earlier than the one before it',
  ],
  [
    tou({ seasons: [season('夏', '06-01', '09-28'), rest] }),
    '09-29 至 09-30：这些日期不属于任何季节',
    '09-29 to 09-30: these days belong to no season',
  ],
  [
    flat({ serviceFee: { kind: 'share', rateE6: 1_000_001 } }),
    '服务费：不能超过电费的 100 % 或每千瓦时 100 元',
    'service fee: at most 100 % of the energy charge, or 100 yuan per kWh',
  ],
  [tou({ seasons: [] }), '没有季节', 'there is no season'],
])('the text says where and what (%#)', (definition, zh, en) => {
  const fault = checkPlan(definition)[0]
  expect(fault && [faultText(fault, definition, 'zh'), faultText(fault, definition, 'en')]).toEqual(
    [zh, en],
  )
})
