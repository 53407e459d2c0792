import { describe, expect, test } from 'vitest'
import { allYear } from '../../test/day-night.ts'
import { day, type Instant, instantOfLocal, rfc3339 } from '../shared/clock.ts'
import { calendarOf } from './calendar.ts'
import { dayParts, type Held, seasonOf, segmentsOf } from './periods.ts'
import type { PlanDefinition, PlanVersion, TimeOfUsePlan } from './plan.ts'

const SHANGHAI = 'Asia/Shanghai'
const BERLIN = 'Europe/Berlin'
const calendar = calendarOf([])

const table = (...switches: [number, 'sharp' | 'peak' | 'flat' | 'valley'][]) =>
  switches.map(([hours, period]) => ({ atMinute: hours * 60, period }))
const plan: TimeOfUsePlan = {
  kind: 'timeOfUse',
  prices: { peak: { priceE8: 3 }, flat: { priceE8: 2 }, valley: { priceE8: 1 } },
  seasons: [
    {
      name: '夏',
      ranges: [{ from: '06-01', to: '09-30' }],
      days: {
        workday: table([0, 'valley'], [8, 'peak'], [22, 'valley']),
        weekend: table([0, 'valley'], [8, 'flat'], [22, 'valley']),
        holiday: table([0, 'valley']),
      },
    },
    {
      name: '非夏',
      ranges: [{ from: '10-01', to: '05-31' }],
      days: { workday: table([0, 'valley'], [7, 'flat'], [23, 'valley']) },
    },
  ],
}
const version = (definition: PlanDefinition, no = 1): PlanVersion => ({
  planId: 1,
  version: no,
  definition,
})
const at = (text: string, zone = SHANGHAI): Instant => {
  const [year = 0, month = 0, dayOfMonth = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number)
  const found = instantOfLocal({ year, month, dayOfMonth, hour, minute, second: 0 }, zone)
  if (found === null) throw new Error(text)
  return found
}
const segments = (held: Held[], from: string, until: string, zone = SHANGHAI) =>
  segmentsOf({ held, calendar, zone }, { from: at(from, zone), until: at(until, zone) }).map(
    (segment) => [
      rfc3339(segment.from, zone).slice(0, 16),
      rfc3339(segment.until, zone).slice(11, 16),
      segment.plan?.version ?? null,
      segment.period,
    ],
  )

test.each([
  ['2026-06-01', 0],
  ['2026-09-30', 0],
  ['2026-10-01', 1],
  ['2026-01-01', 1],
  ['2028-02-29', 1],
])('%s is in season %i', (text, season) => expect(seasonOf(plan, day(text))).toBe(season))

test('a period begins with its minute and ends before the next', () => {
  expect(dayParts(plan, calendar, day('2026-11-23'))).toEqual([
    { fromMinute: 0, toMinute: 420, period: 'valley' },
    { fromMinute: 420, toMinute: 1380, period: 'flat' },
    { fromMinute: 1380, toMinute: 1440, period: 'valley' },
  ])
})

test.each([
  ['2026-06-18', 'peak', 'a Thursday'],
  ['2026-06-19', 'valley', 'Dragon Boat Festival'],
  ['2026-06-27', 'flat', 'a Saturday'],
  ['2026-09-20', 'peak', 'a Sunday that is worked'],
])('at noon of %s it is %s: %s', (text, period) => {
  const parts = dayParts(plan, calendar, day(text))
  expect(parts.find((part) => part.fromMinute <= 720 && 720 < part.toMinute)?.period).toBe(period)
})

describe('a span of time', () => {
  const held: Held[] = [{ since: at('2026-01-01'), plan: version(plan) }]
  test('is cut at every switch and not at midnight where nothing switches', () => {
    expect(segments(held, '2026-11-23 22:00', '2026-11-24 08:00')).toEqual([
      ['2026-11-23T22:00', '23:00', 1, 'flat'],
      ['2026-11-23T23:00', '07:00', 1, 'valley'],
      ['2026-11-24T07:00', '08:00', 1, 'flat'],
    ])
  })
  test('is cut where a version begins, also between switches', () => {
    const two = [...held, { since: at('2026-11-23 12:30'), plan: version(plan, 2) }]
    expect(segments(two, '2026-11-23 12:00', '2026-11-23 13:00')).toEqual([
      ['2026-11-23T12:00', '12:30', 1, 'flat'],
      ['2026-11-23T12:30', '13:00', 2, 'flat'],
    ])
  })
  test('has no plan before the first', () => {
    const flat = version({ kind: 'flat', priceE8: 5 })
    const later = [{ since: at('2026-11-23 06:00'), plan: flat }]
    expect(segments(later, '2026-11-23 00:00', '2026-11-23 08:00')).toEqual([
      ['2026-11-23T00:00', '06:00', null, null],
      ['2026-11-23T06:00', '08:00', 1, null],
    ])
  })
  test('passes from one season to the next at the month’s end', () => {
    expect(segments(held, '2026-09-30 21:00', '2026-10-01 08:00')).toEqual([
      ['2026-09-30T21:00', '22:00', 1, 'peak'],
      ['2026-09-30T22:00', '07:00', 1, 'valley'],
      ['2026-10-01T07:00', '08:00', 1, 'flat'],
    ])
  })
})

describe('where the wall clock jumps', () => {
  const night: TimeOfUsePlan = {
    kind: 'timeOfUse',
    prices: plan.prices,
    seasons: [
      allYear({
        workday: [
          { atMinute: 0, period: 'valley' },
          { atMinute: 150, period: 'flat' },
          { atMinute: 180, period: 'peak' },
        ],
      }),
    ],
  }
  const held: Held[] = [{ since: at('2026-01-01', BERLIN), plan: version(night) }]
  test('a period that falls into the hour that is left out does not happen', () => {
    expect(segments(held, '2026-03-29 00:00', '2026-03-29 05:00', BERLIN)).toEqual([
      ['2026-03-29T00:00', '03:00', 1, 'valley'],
      ['2026-03-29T03:00', '05:00', 1, 'peak'],
    ])
  })
  test('a period in the hour that comes twice happens twice', () => {
    expect(segments(held, '2026-10-25 01:00', '2026-10-25 04:00', BERLIN)).toEqual([
      ['2026-10-25T01:00', '02:30', 1, 'valley'],
      ['2026-10-25T02:30', '02:00', 1, 'flat'],
      ['2026-10-25T02:00', '02:30', 1, 'valley'],
      ['2026-10-25T02:30', '03:00', 1, 'flat'],
      ['2026-10-25T03:00', '04:00', 1, 'peak'],
    ])
  })
  test('a day of 23 or 25 hours is covered once', () => {
    for (const [from, until, hours] of [
      ['2026-03-29', '2026-03-30', 23],
      ['2026-10-25', '2026-10-26', 25],
    ] as const) {
      const span = { from: at(from, BERLIN), until: at(until, BERLIN) }
      const found = segmentsOf({ held, calendar, zone: BERLIN }, span)
      const covered = found.reduce((sum, one) => sum + one.until - one.from, 0)
      expect(covered).toBe(hours * 3_600_000)
    }
  })
})
