import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../shared/clock.ts'
import type { Installation, StepFacts, StepReading } from './step-store.ts'
import { stepUses } from './steps.ts'

const HOUR_MS = 3_600_000
const BASE_MS = 1_790_000_000_000
/** So many hours after some midnight. */
const h = (hours: number): Instant => instant(BASE_MS + hours * HOUR_MS)

const read = (hours: number, energyWh: number, flags = 0): StepReading => ({
  at: h(hours),
  source: 1,
  receivedAt: h(hours),
  energyWh,
  reverseWh: null,
  tariffsWh: null,
  flags,
})
const hung = (change: Partial<Installation> = {}): Installation => ({
  since: h(-1_000),
  until: null,
  multiplier: 1,
  side: 'primary',
  direction: 'combined',
  maxPowerW: null,
  initialWh: null,
  ...change,
})
const used = (hours: number[], facts: Partial<StepFacts>) =>
  stepUses(hours.map(h), {
    readings: [],
    installations: [hung()],
    rollovers: [],
    ...facts,
  }).map(({ usedWh }) => usedWh)

describe('what was used in a step', () => {
  test('is told from the readings nearest to its ends, so that steps add up', () => {
    const readings = [read(0, 100), read(0.9, 190), read(2.1, 300), read(3, 400)]
    expect(used([0, 1, 2, 3], { readings })).toEqual([90, 110, 100])
  })
  test('is not told of a step in which nothing was read', () => {
    const readings = [read(0, 100), read(5, 600)]
    expect(used([0, 1, 2, 3, 4, 5], { readings })).toEqual([500])
  })
  test('is multiplied as the installation says, and begins with its initial register', () => {
    const installations = [
      hung({ since: h(0.5), initialWh: 50, side: 'secondary', multiplier: 40 }),
    ]
    expect(used([0, 1], { readings: [read(1, 60)], installations })).toEqual([400])
  })
  test('is not the difference of two meters where one was swapped', () => {
    const installations = [hung({ until: h(1.5) }), hung({ since: h(1.5), initialWh: 0 })]
    const readings = [read(0, 100), read(1, 200), read(2, 5), read(3, 25)]
    expect(used([0, 1, 2, 3], { readings, installations })).toEqual([100, null, 20])
  })
  test('goes over a register that began again, and over its last digit', () => {
    const again = [read(0, 900), read(1, 950), read(1.5, 10, 1), read(2, 40)]
    expect(used([0, 1, 2], { readings: again })).toEqual([50, 30])
    const over = [read(0, 999_000), read(1, 500)]
    const rollovers = [{ at: h(1), modulusWh: 1_000_000 }]
    expect(used([0, 1], { readings: over, rollovers })).toEqual([1_500])
  })
})
