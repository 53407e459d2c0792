import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../shared/clock.ts'
import { calendarOf } from './calendar.ts'
import type { EnergyLine } from './lines.ts'
import { type Held, segmentsOf } from './periods.ts'
import {
  PERIODS,
  type Period,
  type PlanDefinition,
  type Tiers,
  type TimeOfUsePlan,
} from './plan.ts'
import { priceMonth } from './price.ts'
import { slicesOf, type Use } from './slices.ts'

const RUNS = { seed: 20_261_123, numRuns: 40 }
const HOUR_MS = 3_600_000
const MONTH_BEGINS = instant(1_793_462_400_000)
const HOURS = 30 * 24
const at = (hours: number): Instant => instant(MONTH_BEGINS + hours * HOUR_MS)

const tou = (crossing: Tiers['crossing'] | null): TimeOfUsePlan => ({
  kind: 'timeOfUse',
  prices: Object.fromEntries(
    PERIODS.map((period, index) => [period, { priceE8: 123_456_789 - index * 20_000_001 }]),
  ),
  seasons: [
    {
      name: '全年',
      ranges: [{ from: '01-01', to: '12-31' }],
      days: {
        workday: [
          { atMinute: 0, period: 'deepValley' },
          { atMinute: 330, period: 'valley' },
          { atMinute: 480, period: 'flat' },
          { atMinute: 615, period: 'peak' },
          { atMinute: 720, period: 'sharp' },
          { atMinute: 840, period: 'flat' },
          { atMinute: 1_020, period: 'peak' },
          { atMinute: 1_320, period: 'valley' },
        ],
      },
    },
  ],
  ...(crossing && {
    tiers: {
      ...{ counts: 'month', of: 'supply', midYear: 'prorated', crossing },
      steps: [
        { aboveWh: 200_000, addE8: 5_000_000 },
        { aboveWh: 700_001, addE8: 30_000_000 },
      ],
    },
  }),
})

const plans = fc.constantFrom<PlanDefinition>(
  { kind: 'flat', priceE8: 105_000_003 },
  tou(null),
  tou('inOrder'),
  tou('byShare'),
)
/** Versions that begin within the month, the first before it. */
const held = fc
  .tuple(
    plans,
    fc.array(fc.tuple(fc.integer({ min: 1, max: HOURS * 60 }), plans), { maxLength: 3 }),
  )
  .map(([first, later]): Held[] =>
    [[0, first] as const, ...later.sort(([a], [b]) => a - b)].map(
      ([minute, definition], index) => ({
        since: at(minute / 60),
        plan: { planId: 1, version: index + 1, definition },
      }),
    ),
  )
/** Readings of a meter: hours that rise, and what was used up to each. */
const uses = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 60 }),
      energyWh: fc.integer({ min: 0, max: 400_000 }),
      registers: fc.option(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 }),
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => {
    let from = 0
    return rows.map(({ hours, energyWh, registers }): Use => {
      const span = { from: at(from), until: at(from + hours) }
      from += hours
      if (registers === null) return { ...span, energyWh }
      const unit = Math.floor(
        energyWh /
          Math.max(
            1,
            registers.reduce((a, b) => a + b, 0),
          ),
      )
      const wh = Object.fromEntries(
        PERIODS.map((period, index) => [period, (registers[index] ?? 0) * unit]),
      )
      return { ...span, energyWh, registers: { wh, stepWh: 10 } }
    })
  })

const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0)
const whole = { from: at(0), until: at(HOURS) }
const scheduleOf = (versions: Held[], zone = 'Asia/Shanghai') => ({
  ...{ held: versions, calendar: calendarOf([]), zone },
})
const energyLines = (versions: Held[], used: Use[]) =>
  priceMonth({ slices: slicesOf(segmentsOf(scheduleOf(versions), whole), used) }).lines.filter(
    (line): line is EnergyLine => line.kind === 'energy',
  )

test('segments cover any span once, in the order of time, in any zone', () => {
  const zone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC')
  const minutes = fc.tuple(fc.integer({ min: 0, max: 525_600 }), fc.integer({ min: 1, max: 5_000 }))
  fc.assert(
    fc.property(held, zone, minutes, (versions, name, [begins, lasts]) => {
      const from = at(begins / 60)
      const span = { from, until: instant(from + lasts * 60_000) }
      const found = segmentsOf(scheduleOf(versions, name), span)
      expect(found[0]?.from).toBe(span.from)
      expect(found.at(-1)?.until).toBe(span.until)
      for (const [index, { until }] of found.slice(0, -1).entries())
        expect(found[index + 1]?.from).toBe(until)
    }),
    RUNS,
  )
})

test('lines hold exactly what was used, however it was read and cut', () => {
  fc.assert(
    fc.property(held, uses, (versions, used) => {
      const lines = energyLines(versions, used)
      expect(sum(lines.map(({ energyWh }) => energyWh))).toBe(
        sum(used.map(({ energyWh }) => energyWh)),
      )
    }),
    RUNS,
  )
})

describe('a reading more within one period', () => {
  const oneMore = (used: Use[], segments: ReturnType<typeof segmentsOf>, share: number): Use[] =>
    used.flatMap(({ from, until, energyWh }) => {
      const inside = segments.some((one) => one.from <= from && until <= one.until)
      if (!inside) return [{ from, until, energyWh }]
      const middle = instant(Math.floor((from + until) / 2))
      const first = Math.floor(energyWh * share)
      return [
        { from, until: middle, energyWh: first },
        { from: middle, until, energyWh: energyWh - first },
      ]
    })
  test('changes no line: the sum over any split is the whole', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(held, uses, share, (versions, used, part) => {
        const segments = segmentsOf(scheduleOf(versions), whole)
        const plain = used.map(({ from, until, energyWh }) => ({ from, until, energyWh }))
        const said = (of: Use[]) =>
          energyLines(versions, of)
            .filter(({ energyWh }) => energyWh > 0)
            .map(({ version, period, tier, energyWh, fen }) =>
              [version, period, tier, energyWh, fen].join(),
            )
            .sort()
        expect(said(oneMore(plain, segments, part))).toEqual(said(plain))
      }),
      RUNS,
    )
  })
})

test('tiers get the same energy however periods and readings fall', () => {
  const registers = fc.array(fc.constantFrom<Period>(...PERIODS), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(uses, registers, (used, periods) => {
      const total = sum(used.map(({ energyWh }) => energyWh))
      const versions: Held[] = [
        { since: at(0), plan: { planId: 1, version: 1, definition: tou('inOrder') } },
      ]
      const byTier = (lines: EnergyLine[]) =>
        [1, 2, 3].map((tier) =>
          sum(lines.filter((line) => line.tier === tier).map(({ energyWh }) => energyWh)),
        )
      const asRead = energyLines(versions, used)
      const wh = Object.fromEntries(periods.map((period) => [period, total]))
      const atOnce = energyLines(versions, [
        { ...whole, energyWh: total, registers: { wh, stepWh: 10 } },
      ])
      expect(byTier(asRead)).toEqual(byTier(atOnce))
    }),
    RUNS,
  )
})
