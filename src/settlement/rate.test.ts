import { expect, test } from 'vitest'
import { day, type Instant, instant, plusMs } from '../shared/clock.ts'
import { meterId } from '../shared/ids.ts'
import { calendarOf } from '../tariff/calendar.ts'
import type { Schedule } from '../tariff/periods.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { accruedFen } from './accrued.ts'
import { type Count, intervalsOf, type Register, type Stretch } from './counted.ts'
import { monthSpan } from './month.ts'
import { rateMonth } from './rate.ts'

const HOUR_MS = 3_600_000
const BERLIN = { zone: 'Europe/Berlin', dayCutMinutes: 0 }
const utc = (text: string): Instant => instant(Date.parse(`2026-${text}:00Z`))

const register = (at: Instant, energyWh: number, more: Partial<Register> = {}): Register => ({
  ...{ at, source: 1, energyWh, reverseWh: null, tariffsWh: null },
  ...{ freshStart: false, modulusWh: null },
  ...more,
})
const hung = (more: Partial<Stretch> = {}): Stretch => ({
  ...{ multiplier: 1, side: 'primary', direction: 'combined', maxPowerW: null },
  ...{ since: instant(0), until: null },
  ...more,
})
const count = (registers: Register[], stretches = [hung()]): Count => ({
  ...{ meterId: meterId(1), stretches, registers },
})
const nights: PlanDefinition = {
  kind: 'timeOfUse',
  prices: { peak: { priceE8: 100_000_000 }, valley: { priceE8: 10_000_000 } },
  seasons: [
    {
      name: 'year',
      ranges: [{ from: '01-01', to: '12-31' }],
      days: {
        workday: [
          { atMinute: 0, period: 'valley' },
          { atMinute: 240, period: 'peak' },
        ],
      },
    },
  ],
}
const scheduled = (definition: PlanDefinition, zone = 'Europe/Berlin'): Schedule => ({
  held: [{ since: instant(0), plan: { planId: 1, version: 1, definition } }],
  ...{ calendar: calendarOf([]), zone },
})

/** A register that goes on by 1 kWh an hour, read every half hour. */
const evenly = (from: Instant, hours: number): Register[] =>
  Array.from({ length: hours * 2 + 1 }, (_, i) =>
    register(plusMs(from, (i * HOUR_MS) / 2), i * 500),
  )

test.each([
  ['the short day of spring has three hours before four', '03-28T23:00', '03-01', 3_000],
  ['the long day of autumn has five', '10-24T22:00', '10-01', 5_000],
])('%s', (_name, midnight, month, valleyWh) => {
  const from = utc(midnight)
  const span = monthSpan(day(`2026-${month}`), BERLIN)
  const rated = rateMonth({
    counts: [count(evenly(from, 20))],
    schedule: scheduled(nights),
    ...{ month: span, part: span },
  })
  const valley = rated.lines.find((line) => line.kind === 'energy' && line.period === 'valley')
  expect(valley).toMatchObject({ energyWh: valleyWh, estimatedWh: 0 })
  expect(rated.energyWh).toBe(20_000)
})

test('a month ends by the clock of its zone, and an interval across it is cut once', () => {
  const march = monthSpan(day('2026-03-01'), BERLIN)
  const april = monthSpan(day('2026-04-01'), BERLIN)
  expect(march.until).toBe(utc('03-31T22:00'))
  const counts = [count([register(utc('03-31T21:00'), 0), register(utc('04-01T00:00'), 1_000)])]
  const schedule = scheduled({ kind: 'flat', priceE8: 100_000_000 })
  const parts = [march, april].map((month) => rateMonth({ counts, schedule, month, part: month }))
  expect(parts.map(({ energyWh }) => energyWh)).toEqual([333, 667])
  expect(parts.every(({ estimatedWh, energyWh }) => estimatedWh === energyWh)).toBe(true)
})

test.each([
  ['a register that goes back counts nothing until it is past where it was', [5, 4, 6], 1_000],
  ['one that began again, as somebody accepted, counts on from there', [5, [1], 3], 2_000],
  ['one that rolled over has gone round', [99, [2, 100_000], 3], 4_000],
])('%s', (_name, shown, energyWh) => {
  const registers = shown.map((kwh, i) => {
    const at = plusMs(utc('05-01T00:00'), i * HOUR_MS)
    if (typeof kwh === 'number') return register(at, kwh * 1_000)
    const [now = 0, modulusWh = null] = kwh
    return register(at, now * 1_000, { modulusWh, freshStart: modulusWh === null })
  })
  const used = intervalsOf(count(registers)).reduce((sum, one) => sum + one.energyWh, 0)
  expect(used).toBe(energyWh)
})

test('a multiplier that changes between two readings takes each part by its own', () => {
  const change = utc('05-01T01:00')
  const registers = [register(utc('05-01T00:00'), 0), register(utc('05-01T04:00'), 4_000)]
  const intervals = intervalsOf(
    count(registers, [
      hung({ side: 'secondary', multiplier: 10, until: change }),
      hung({ side: 'secondary', multiplier: 20, since: change }),
    ]),
  )
  expect(intervals).toMatchObject([
    { energyWh: 10_000, linear: true, until: change },
    { energyWh: 60_000, linear: true, from: change },
  ])
})

const day1 = utc('05-03T22:00')
const may = monthSpan(day('2026-05-01'), BERLIN)

test('the period registers of a meter win, unless it switches at other times than the plan', () => {
  const at = (hours: number) => plusMs(day1, hours * HOUR_MS)
  // Sharp, peak, flat, valley, deep valley.
  const read = (hours: number, peak: number, valley: number) =>
    register(at(hours), peak + valley, { tariffsWh: [0, peak, 0, valley, 0] })
  const rated = (registers: Register[]) => {
    const use = { counts: [count(registers)], schedule: scheduled(nights), month: may, part: may }
    const { lines, estimatedWh } = rateMonth(use)
    const energy = lines.flatMap((line) =>
      line.kind === 'energy' ? [[line.period, line.energyWh]] : [],
    )
    return { energy: Object.fromEntries(energy), estimatedWh }
  }
  expect(rated([read(0, 0, 0), read(24, 9_000, 1_000)])).toEqual({
    energy: { peak: 9_000, valley: 1_000 },
    estimatedWh: 0,
  })
  // It counts everything as peak, in the night too.
  expect(rated([read(0, 0, 0), read(2, 2_000, 0), read(4, 4_000, 0)])).toEqual({
    energy: { valley: 4_000 },
    estimatedWh: 0,
  })
})

test('what is left falls by what the next charge will be, tiers and periods alike', () => {
  const steps = [{ aboveWh: 6_000, addE8: 50_000_000 }]
  const tiers = {
    counts: 'month',
    of: 'supply',
    midYear: 'whole',
    crossing: 'inOrder',
    steps,
  } as const
  const schedule = scheduled({ ...nights, tiers })
  const registers = evenly(day1, 20)
  const month = may
  const whole = rateMonth({ counts: [count(registers)], schedule, month, part: may })
  for (const cut of [1, 7, 9, 13, 39]) {
    const read = registers.slice(0, cut + 1)
    const mark = registers[cut]?.at ?? day1
    const soFar = rateMonth({ counts: [count(read)], schedule, month, part: may })
    const { lines, totalFen: chargedFen } = soFar
    const of = { month, lines, chargedFen, yearWh: 0, yearMonths: 12 }
    const accrued = accruedFen([of], schedule, [count(registers.slice(cut))], mark)
    expect(chargedFen + accrued).toBe(whole.totalFen)
  }
})

test('tiers by account are filled by its other supplies too, as time goes', () => {
  const steps = [{ aboveWh: 10_000, addE8: 100_000_000 }]
  const tiers = {
    counts: 'month',
    of: 'account',
    midYear: 'whole',
    crossing: 'inOrder',
    steps,
  } as const
  const schedule = scheduled({ kind: 'flat', priceE8: 100_000_000, tiers })
  const counts = [count(evenly(day1, 10))]
  const rated = rateMonth({ counts, others: counts, schedule, month: may, part: may })
  // Both use 1 kWh an hour: after five hours the account is above its threshold.
  expect(rated.lines).toMatchObject([
    { tier: 1, energyWh: 5_000 },
    { tier: 2, energyWh: 5_000, fen: 1_000 },
  ])
})
