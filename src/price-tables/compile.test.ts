import { describe, expect, test } from 'vitest'
import type { PriceTablesCapability } from '../metering/driver.ts'
import { must } from '../shared/assert.ts'
import { day } from '../shared/clock.ts'
import { calendarOf } from '../tariff/calendar.ts'
import type { DayTable, PlanDefinition, Season, Tiers } from '../tariff/plan.ts'
import { compileTables } from './compile.ts'
import type { MeterSite } from './meter-site.ts'
import { PROBLEMS, type Problem, problemText } from './problems.ts'

const CAN: PriceTablesCapability = {
  rates: 4,
  decimals: 4,
  zones: 14,
  dayTables: 8,
  switches: 14,
  holidays: 254,
  standby: true,
  tiers: { steps: 6, monthly: true, running: '040606FF', standby: '04060AFF' },
}
const SITE: MeterSite = { dayCutMinutes: 0, countsSince: day('2025-06-01'), supplies: 1 }
const FROM = day('2026-09-30')

const compile = (
  definition: PlanDefinition,
  change: { can?: Partial<PriceTablesCapability>; site?: Partial<MeterSite>; from?: string } = {},
) =>
  compileTables({
    definition,
    can: { ...CAN, ...change.can },
    calendar: calendarOf([]),
    from: change.from ? day(change.from) : FROM,
    site: { ...SITE, ...change.site },
  })

const E8 = 100_000_000
const yuan = (price: number) => ({ priceE8: Math.round(price * E8) })
const flat = (more: Partial<PlanDefinition> = {}): PlanDefinition =>
  Object.assign({ kind: 'flat', ...yuan(1.05) } as const, more)

const HOUR = 60
const ALL_DAY: DayTable = [{ atMinute: 0, period: 'flat' }]
const PEAKS: DayTable = [
  { atMinute: 0, period: 'valley' },
  { atMinute: 8 * HOUR, period: 'peak' },
  { atMinute: 11 * HOUR, period: 'flat' },
  { atMinute: 17 * HOUR, period: 'peak' },
  { atMinute: 23 * HOUR, period: 'valley' },
]
const NIGHTS: DayTable = [
  { atMinute: 0, period: 'valley' },
  { atMinute: 7 * HOUR + 30, period: 'flat' },
]
const PRICES = { peak: yuan(1.0541), flat: yuan(0.6589), valley: yuan(0.2965) }

const year = (days: Season['days']): Season => ({
  name: '全年',
  ranges: [{ from: '01-01', to: '12-31' }],
  days,
})
const timeOfUse = (seasons: Season[], more: Partial<PlanDefinition> = {}): PlanDefinition =>
  Object.assign({ kind: 'timeOfUse', prices: PRICES, seasons } as const, more)

const METER_PEAKS = [
  { from: '00:00', rate: 4 },
  { from: '08:00', rate: 2 },
  { from: '11:00', rate: 3 },
  { from: '17:00', rate: 2 },
  { from: '23:00', rate: 4 },
]
const METER_NIGHTS = [
  { from: '00:00', rate: 4 },
  { from: '07:30', rate: 3 },
]
const NO_TIERS = { limitsWh: [], addE4: [0], yearStarts: [] }

describe('what a plan comes to in a meter', () => {
  test('one price all year is the price of every rate', () => {
    expect(compile(flat())).toEqual({
      ok: true,
      set: {
        pricesE4: [10_500, 10_500, 10_500, 10_500],
        zones: [{ from: '01-01', dayTable: 1 }],
        dayTables: [[{ from: '00:00', rate: 3 }]],
        tiers: NO_TIERS,
      },
      days: { restDays: [], restDayTable: 1, holidays: [], monthStart: null },
    })
  })

  test('periods have the rates of their names; one that is not used costs what flat does', () => {
    expect(compile(timeOfUse([year({ workday: PEAKS })]))).toMatchObject({
      ok: true,
      set: {
        pricesE4: [6_589, 10_541, 6_589, 2_965],
        zones: [{ from: '01-01', dayTable: 1 }],
        dayTables: [METER_PEAKS],
      },
    })
  })

  test('seasons are zones; one that passes over the end of the year goes on in January', () => {
    const seasons: Season[] = [
      { name: '夏', ranges: [{ from: '06-01', to: '09-30' }], days: { workday: PEAKS } },
      { name: '冬', ranges: [{ from: '12-01', to: '02-28' }], days: { workday: PEAKS } },
      {
        name: '春秋',
        ranges: [
          { from: '03-01', to: '05-31' },
          { from: '10-01', to: '11-30' },
        ],
        days: { workday: NIGHTS },
      },
    ]
    expect(compile(timeOfUse(seasons))).toMatchObject({
      set: {
        zones: [
          { from: '03-01', dayTable: 1 },
          { from: '06-01', dayTable: 2 },
          { from: '10-01', dayTable: 1 },
          { from: '12-01', dayTable: 2 },
        ],
        dayTables: [METER_NIGHTS, METER_PEAKS],
      },
    })
  })

  test('weekends follow the table of rest days, and swapped working days are special days', () => {
    const made = compile(timeOfUse([year({ workday: PEAKS, weekend: NIGHTS })]))
    expect(made).toMatchObject({
      set: { dayTables: [METER_PEAKS, METER_NIGHTS] },
      // The National Day of 2026: Thursday 1 to Wednesday 7 October; Saturday the 10th is worked.
      days: { restDays: [0, 6], restDayTable: 2 },
    })
    const october = made.ok
      ? made.days.holidays.filter(({ day: of }) => of.startsWith('2026-10'))
      : []
    expect(october).toEqual([
      { day: '2026-10-01', dayTable: 2 },
      { day: '2026-10-02', dayTable: 2 },
      { day: '2026-10-05', dayTable: 2 },
      { day: '2026-10-06', dayTable: 2 },
      { day: '2026-10-07', dayTable: 2 },
      { day: '2026-10-10', dayTable: 1 },
    ])
  })

  test('holidays have their own table, and days before the first are left out', () => {
    const plan = timeOfUse([year({ workday: PEAKS, weekend: PEAKS, holiday: ALL_DAY })])
    const made = compile(plan, { from: '2026-10-07' })
    expect(made).toMatchObject({ days: { restDays: [] } })
    expect(made.ok && made.days.holidays[0]).toEqual({ day: '2026-10-07', dayTable: 2 })
  })

  const tiers = (counts: Tiers['counts'], steps: Tiers['steps']): Tiers => ({
    counts,
    of: 'supply',
    midYear: 'whole',
    crossing: 'inOrder',
    steps,
  })
  const STEPS = [
    { aboveWh: 2_760_000, addE8: 5_000_000 },
    { aboveWh: 4_800_000, addE8: 30_000_000 },
  ]
  test('yearly tiers begin anew on 1 January at the day cut', () => {
    const plan = flat({ tiers: tiers('year', STEPS) })
    expect(compile(plan, { site: { dayCutMinutes: 120 } })).toMatchObject({
      set: {
        tiers: {
          limitsWh: [2_760_000, 4_800_000],
          addE4: [0, 500, 3_000],
          yearStarts: ['01-01 02'],
        },
      },
    })
  })

  test('monthly tiers name no moment', () => {
    expect(compile(flat({ tiers: tiers('month', STEPS) }))).toMatchObject({
      set: { tiers: { yearStarts: [] } },
      days: { monthStart: null },
    })
  })

  const DAY_IS_WRITTEN = { tiers: { ...must(CAN.tiers, 'it has tiers'), settlementDay: true } }
  test.each<[string, PlanDefinition, number, string | null]>([
    ['monthly tiers begin with the first day', flat({ tiers: tiers('month', STEPS) }), 0, '01 00'],
    ['at the day cut, where it is an hour', flat({ tiers: tiers('month', STEPS) }), 480, '01 08'],
    ['yearly tiers need no settlement day', flat({ tiers: tiers('year', STEPS) }), 0, null],
    ['nor does a plan without tiers', flat(), 0, null],
  ])('where the settlement day is written: %s', (_name, plan, dayCutMinutes, monthStart) => {
    expect(compile(plan, { can: DAY_IS_WRITTEN, site: { dayCutMinutes } })).toMatchObject({
      days: { monthStart },
    })
  })

  test('a model without tiers has none', () => {
    expect(compile(flat(), { can: { tiers: null } })).toMatchObject({ set: { tiers: null } })
  })

  const weekend = (table: DayTable) => ({ workday: PEAKS, weekend: table })
  const bySeason: Season[] = [
    { name: '夏', ranges: [{ from: '05-01', to: '10-31' }], days: weekend(NIGHTS) },
    { name: '冬', ranges: [{ from: '11-01', to: '04-30' }], days: weekend(ALL_DAY) },
  ]
  const everyQuarter: DayTable = Array.from({ length: 15 }, (_, i) => ({
    atMinute: i * HOUR,
    period: i % 2 === 0 ? 'peak' : 'valley',
  }))
  const short: DayTable = [
    { atMinute: 0, period: 'peak' },
    { atMinute: 14, period: 'valley' },
  ]
  const monthly = tiers('month', STEPS)
  test.each<[string, PlanDefinition, Parameters<typeof compile>[1], Problem[]]>([
    ['five decimals', flat(yuan(1.05001)), {}, [{ code: 'priceDecimals', period: null, max: 4 }]],
    [
      'a deep valley without a fifth rate',
      timeOfUse([year({ workday: [{ atMinute: 0, period: 'deepValley' }] })], {
        prices: { deepValley: yuan(0.1) },
      }),
      {},
      [{ code: 'rateMissing', period: 'deepValley', need: 5, max: 4 }],
    ],
    [
      'more day tables',
      timeOfUse([year({ workday: PEAKS, weekend: NIGHTS, holiday: ALL_DAY })]),
      { can: { dayTables: 2 } },
      [{ code: 'tooManyDayTables', need: 3, max: 2 }],
    ],
    [
      'more zones',
      timeOfUse(bySeason.map((s) => ({ ...s, days: { workday: s.days.weekend ?? [] } }))),
      { can: { zones: 1 } },
      [{ code: 'tooManyZones', need: 2, max: 1 }],
    ],
    [
      'more switches',
      timeOfUse([year({ workday: everyQuarter })]),
      {},
      [{ code: 'tooManySwitches', need: 15, max: 14 }],
    ],
    [
      'a period of 14 minutes',
      timeOfUse([year({ workday: short })]),
      {},
      [{ code: 'periodTooShort' }],
    ],
    ['weekends by season', timeOfUse(bySeason), {}, [{ code: 'weekendBySeason' }]],
    ['no standby set', flat(), { can: { standby: false } }, [{ code: 'noStandbySet' }]],
    ['no tiers', flat({ tiers: monthly }), { can: { tiers: null } }, [{ code: 'noTiers' }]],
    [
      'more tiers',
      flat({ tiers: monthly }),
      { can: { tiers: { steps: 1, monthly: true, running: '040606FF', standby: '04060AFF' } } },
      [{ code: 'tooManyTiers', need: 2, max: 1 }],
    ],
    [
      'monthly tiers where only years count',
      flat({ tiers: monthly }),
      { can: { tiers: { steps: 6, monthly: false, running: '040606FF', standby: '04060AFF' } } },
      [{ code: 'tierMonthly' }],
    ],
    [
      'a limit in single Wh',
      flat({ tiers: tiers('month', [{ aboveWh: 1_005, addE8: 0 }]) }),
      {},
      [{ code: 'tierLimitStep' }],
    ],
    [
      'a tier of five decimals',
      flat({ tiers: tiers('month', [{ aboveWh: 1_000, addE8: 1_000 }]) }),
      {},
      [{ code: 'tierDecimals', max: 4 }],
    ],
    [
      'a tier that costs less',
      flat({ tiers: tiers('month', [{ aboveWh: 1_000, addE8: -10_000 }]) }),
      {},
      [{ code: 'tierReduces' }],
    ],
    [
      'tiers by share',
      timeOfUse([year({ workday: PEAKS })], { tiers: { ...monthly, crossing: 'byShare' } }),
      {},
      [{ code: 'tierByShare' }],
    ],
    [
      'tiers of several meters',
      flat({ tiers: { ...monthly, of: 'account' } }),
      { site: { supplies: 2 } },
      [{ code: 'tierOfAccount' }],
    ],
    [
      'a tenant who came in this month',
      flat({ tiers: monthly }),
      { site: { countsSince: day('2026-09-02') } },
      [{ code: 'tierEntry' }],
    ],
    [
      'a meter that came in this year',
      flat({ tiers: tiers('year', STEPS) }),
      { site: { countsSince: day('2026-01-02') } },
      [{ code: 'tierEntry' }],
    ],
    [
      'a day cut that meters do not know',
      flat({ tiers: monthly }),
      { site: { dayCutMinutes: 60 } },
      [{ code: 'tierDayCut' }],
    ],
    [
      'a day cut between two hours',
      flat({ tiers: monthly }),
      { can: DAY_IS_WRITTEN, site: { dayCutMinutes: 90 } },
      [{ code: 'tierDayCut' }],
    ],
    [
      'fees, and all of them at once',
      flat({
        serviceFee: { kind: 'perKwh', addE8: 1 },
        lossShare: { kind: 'share', rateE6: 1 },
        minimumFen: 100,
        powerFactor: { standard: 90 },
        basic: { kind: 'demand', perKwE8: 1 },
      }),
      {},
      [
        { code: 'serviceFee' },
        { code: 'lossShare' },
        { code: 'minimum' },
        { code: 'powerFactor' },
        { code: 'basic' },
      ],
    ],
  ])('%s: refused, never rounded', (_name, plan, change, problems) => {
    expect(compile(plan, change)).toEqual({ ok: false, problems })
  })

  test('more special days than the meter has places', () => {
    const plan = timeOfUse([year({ workday: PEAKS, holiday: ALL_DAY })])
    expect(compile(plan, { can: { holidays: 3 } })).toMatchObject({
      ok: false,
      problems: [{ code: 'tooManyHolidays', max: 3 }],
    })
  })

  test('a model that holds no prices of ours says only that', () => {
    const ask = {
      definition: flat({ minimumFen: 1 }),
      calendar: calendarOf([]),
      from: FROM,
      site: SITE,
    }
    expect(compileTables({ ...ask, can: undefined })).toEqual({
      ok: false,
      problems: [{ code: 'noTables' }],
    })
  })
})

test('every reason is told with its figures in both languages', () => {
  const problem: Problem = { code: 'rateMissing', period: 'deepValley', need: 5, max: 4 }
  expect(problemText(problem, 'zh')).toBe('深谷需要第 5 费率，该表型只有 4 个费率')
  expect(problemText(problem, 'en')).toBe('deep valley needs rate 5; this model has 4')
  expect(problemText({ code: 'priceDecimals', period: null, max: 4 }, 'en')).toBe(
    'the price has more than 4 decimals',
  )
  for (const { zh, en } of Object.values(PROBLEMS)) expect([zh, en]).not.toContain('')
})
