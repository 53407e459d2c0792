import { describe, expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import type { Segment } from './periods.ts'
import type { Period, PlanVersion } from './plan.ts'
import { slicesOf, type Use } from './slices.ts'

const HOUR_MS = 3_600_000
const h = (n: number) => instant(n * HOUR_MS)
const tou = (version: number): PlanVersion => ({
  planId: 1,
  version,
  definition: { kind: 'timeOfUse', prices: {}, seasons: [] },
})
const one = tou(1)
const two = tou(2)
const flat: PlanVersion = { planId: 2, version: 1, definition: { kind: 'flat', priceE8: 1 } }
const segment = (
  from: number,
  until: number,
  plan: PlanVersion | null,
  period: Period | null,
): Segment => ({ from: h(from), until: h(until), plan, period })
const day = [
  segment(0, 8, one, 'valley'),
  segment(8, 12, one, 'peak'),
  segment(12, 24, one, 'flat'),
]
const cut = (segments: Segment[], ...uses: Use[]) =>
  slicesOf(segments, uses).map((slice) => [
    slice.from / HOUR_MS,
    slice.until / HOUR_MS,
    slice.plan?.version ?? null,
    slice.period,
    slice.energyWh,
    slice.by,
  ])
const use = (from: number, until: number, energyWh: number, more = {}): Use => ({
  ...{ from: h(from), until: h(until), energyWh },
  ...more,
})
const registers = (wh: Partial<Record<Period, number>>, stepWh = 10) => ({
  registers: { wh, stepWh },
})

describe('what was used between two readings', () => {
  test('stays whole within one period', () => {
    expect(cut(day, use(8, 9, 500), use(9, 12, 700))).toEqual([
      [8, 9, 1, 'peak', 500, 'interval'],
      [9, 12, 1, 'peak', 700, 'interval'],
    ])
  })
  test('is cut by time over a switch, and that is an estimate', () => {
    expect(cut(day, use(7, 10, 100))).toEqual([
      [7, 8, 1, 'valley', 33, 'linear'],
      [8, 10, 1, 'peak', 67, 'linear'],
    ])
  })
  test('goes by the meter’s own registers where there are some', () => {
    expect(cut(day, use(0, 24, 1_000, registers({ valley: 100, peak: 300, flat: 600 })))).toEqual([
      [0, 24, 1, 'peak', 300, 'registers'],
      [0, 24, 1, 'flat', 600, 'registers'],
      [0, 24, 1, 'valley', 100, 'registers'],
    ])
  })
  test('sums to the total register although each was cut off at its step', () => {
    const found = cut(day, use(0, 24, 1_000, registers({ valley: 100, peak: 290, flat: 590 })))
    expect(found.reduce((sum, row) => sum + Number(row[4]), 0)).toBe(1_000)
    expect(found.every((row) => row[5] === 'registers')).toBe(true)
  })
  test('is cut by time where the registers say something else than the total', () => {
    const found = cut(day, use(0, 24, 1_000, registers({ valley: 100 })))
    expect(found.map((row) => row[5])).toEqual(['linear', 'linear', 'linear'])
  })
  test('is cut where the price changes', () => {
    const flats = [segment(0, 6, flat, null), segment(6, 24, two, 'flat')]
    expect(cut(flats, use(0, 24, 400, registers({ flat: 400 })))).toEqual([
      [0, 6, 1, null, 100, 'linear'],
      [6, 24, 2, 'flat', 300, 'linear'],
    ])
  })
  test('is cut register by register where a new version begins', () => {
    const change = [
      segment(0, 8, one, 'valley'),
      segment(8, 12, one, 'peak'),
      segment(12, 16, two, 'peak'),
      segment(16, 24, two, 'flat'),
    ]
    const used = use(0, 24, 1_000, registers({ valley: 300, peak: 600, flat: 100 }))
    expect(cut(change, used).filter((row) => row[4] !== 0)).toEqual([
      [0, 12, 1, 'peak', 300, 'linear'],
      [0, 12, 1, 'valley', 300, 'linear'],
      [12, 24, 2, 'peak', 300, 'linear'],
      [12, 24, 2, 'flat', 100, 'linear'],
    ])
  })
  test('has no plan before there is one', () => {
    expect(cut([segment(0, 12, null, null), segment(12, 24, flat, null)], use(0, 24, 9))).toEqual([
      [0, 12, null, null, 5, 'linear'],
      [12, 24, 1, null, 4, 'linear'],
    ])
  })
  test('is nothing where the register stood still', () => {
    expect(cut(day, use(0, 24, 0, registers({})))).toEqual([
      [0, 8, 1, 'valley', 0, 'linear'],
      [8, 12, 1, 'peak', 0, 'linear'],
      [12, 24, 1, 'flat', 0, 'linear'],
    ])
  })
})

test('what other supplies used goes with the time', () => {
  const slices = slicesOf(day, [use(7, 10, 90, { othersWh: 30 })])
  expect(slices.map(({ othersWh }) => othersWh)).toEqual([10, 20])
})

test('every slice names the readings it lies between', () => {
  for (const { readFrom, readUntil } of slicesOf(day, [use(7, 10, 90)]))
    expect([readFrom, readUntil]).toEqual([h(7), h(10)])
})
