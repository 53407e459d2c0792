import { describe, expect, test } from 'vitest'
import { must } from '../../shared/assert.ts'
import { type Day, day, type Instant, parseRfc3339, rfc3339 } from '../../shared/clock.ts'
import { calendarOf } from '../../tariff/calendar.ts'
import type { DaySpan, NoTrip } from './settings.ts'
import { timedAt } from './timed.ts'
import { outsideOf, spansBetween, windowAt } from './windows.ts'

const at = (text: string): Instant => must(parseRfc3339(text), text)
const shanghai = (text: string): Instant => at(`${text}+08:00`)
const calendar = calendarOf([
  { day: day('2026-11-25'), type: 'holiday', name: '店庆', nameEn: 'Anniversary' },
  { day: day('2026-11-28'), type: 'workday', name: '调休', nameEn: 'Worked' },
])
const PLACE = { zone: 'Asia/Shanghai', calendar }
const every = (spans: readonly DaySpan[]) => Array.from({ length: 7 }, () => [...spans])
const NIGHTS = every([
  { from: 0, to: 480 },
  { from: 1_320, to: 1_440 },
])
const noTrip = (rest: Partial<NoTrip>): NoTrip => ({
  ...{ week: every([]), weekends: false, holidays: false },
  ...rest,
})
const text = (moment: Instant | undefined | null): string | null =>
  moment ? rfc3339(moment, 'Asia/Shanghai').slice(5, 16) : null

describe('a no-trip window', () => {
  test.each<[string, NoTrip, string, string | null, string | null]>([
    ['none', noTrip({}), '2026-11-23T12:00', null, null],
    ['by day nights are ahead', noTrip({ week: NIGHTS }), '2026-11-23T12:00', null, '11-23T22:00'],
    [
      'a night ends in the morning',
      noTrip({ week: NIGHTS }),
      '2026-11-23T23:00',
      '11-24T08:00',
      '11-24T22:00',
    ],
    ['its last moment', noTrip({ week: NIGHTS }), '2026-11-24T07:59', '11-24T08:00', '11-24T22:00'],
    ['its end is outside', noTrip({ week: NIGHTS }), '2026-11-24T08:00', null, '11-24T22:00'],
    [
      'a holiday by the calendar',
      noTrip({ holidays: true }),
      '2026-11-25T10:00',
      '11-26T00:00',
      null,
    ],
    [
      'a Saturday that is worked is none',
      noTrip({ weekends: true }),
      '2026-11-28T10:00',
      null,
      '11-29T00:00',
    ],
    ['a weekend', noTrip({ weekends: true }), '2026-12-05T10:00', '12-07T00:00', '12-12T00:00'],
    [
      'nights and weekends are one',
      noTrip({ week: NIGHTS, weekends: true }),
      '2026-12-04T23:00',
      '12-07T08:00',
      '12-07T22:00',
    ],
  ])('%s', (_name, settings, now, end, next) => {
    const window = windowAt(settings, PLACE, shanghai(now))
    expect(text(window.now?.until)).toBe(end)
    expect(text(window.next?.from)).toBe(next)
  })

  test('a moment within is moved to its end, another stays', () => {
    const spans = [{ from: shanghai('2026-11-23T22:00'), until: shanghai('2026-11-24T08:00') }]
    expect(text(outsideOf(spans, shanghai('2026-11-24T03:00')))).toBe('11-24T08:00')
    expect(text(outsideOf(spans, shanghai('2026-11-24T08:00')))).toBe('11-24T08:00')
  })
})

describe('hours go by the wall clock', () => {
  const berlin = (day_: string, spans: readonly DaySpan[]) => {
    const from = at(`${day_}T00:00:00Z`)
    return spansBetween((of: Day) => (of === day_ ? spans : []), 'Europe/Berlin', {
      from,
      until: at(`${day_}T23:00:00Z`),
    }).map(
      (span) =>
        `${rfc3339(span.from, 'UTC').slice(11, 16)}-${rfc3339(span.until, 'UTC').slice(11, 16)}`,
    )
  }
  test.each<[string, string, string]>([
    ['an ordinary day', '2026-06-10', '06:00-20:00'],
    ['when summer time begins', '2026-03-29', '06:00-20:00'],
    ['when summer time ends', '2026-10-25', '07:00-21:00'],
  ])('%s', (_name, of, hours) => {
    expect(berlin(of, [{ from: 480, to: 1_320 }])).toEqual([hours])
  })
  test('an hour that does not exist is no span', () => {
    expect(berlin('2026-03-29', [{ from: 120, to: 180 }])).toEqual([])
  })
})

describe('a timed circuit', () => {
  const SIGN = { week: every([{ from: 1_080, to: 1_380 }]), holiday: [{ from: 960, to: 1_440 }] }
  test.each<[string, string, boolean, string | null, string | null]>([
    ['before its hours', '2026-11-23T17:59', false, '11-22T23:00', '11-23T18:00'],
    ['at their beginning', '2026-11-23T18:00', true, '11-23T18:00', '11-23T23:00'],
    ['at their end', '2026-11-23T23:00', false, '11-23T23:00', '11-24T18:00'],
    ['a holiday has hours of its own', '2026-11-25T16:30', true, '11-25T16:00', '11-26T00:00'],
  ])('%s', (_name, now, on, since, next) => {
    const state = timedAt(SIGN, PLACE, shanghai(now))
    expect([state.on, text(state.since), text(state.next)]).toEqual([on, since, next])
  })
  const OVERNIGHT = {
    week: every([
      { from: 1_080, to: 1_440 },
      { from: 0, to: 120 },
    ]),
    holiday: null,
  }
  test.each<[string, string, boolean, string, string]>([
    ['before midnight', '2026-11-23T23:59', true, '11-23T18:00', '11-24T02:00'],
    ['at midnight nothing is switched', '2026-11-24T00:00', true, '11-23T18:00', '11-24T02:00'],
    ['when the night’s hours end', '2026-11-24T02:00', false, '11-24T02:00', '11-24T18:00'],
  ])('hours over midnight are one span: %s', (_name, now, on, since, next) => {
    const state = timedAt(OVERNIGHT, PLACE, shanghai(now))
    expect([state.on, text(state.since), text(state.next)]).toEqual([on, since, next])
  })
  test('a Saturday that is worked goes by Monday’s hours', () => {
    const week = [[], [{ from: 480, to: 1_080 }], [], [], [], [], []]
    const at10 = (of: string) => timedAt({ week, holiday: null }, PLACE, shanghai(`${of}T10:00`)).on
    expect([at10('2026-11-28'), at10('2026-11-29'), at10('2026-11-30')]).toEqual([
      true,
      false,
      true,
    ])
  })
  test('that is always on or never on has no switch ahead', () => {
    const on = every([{ from: 0, to: 1_440 }])
    const now = shanghai('2026-11-23T12:00')
    expect(timedAt({ week: on, holiday: null }, PLACE, now)).toMatchObject({ on: true, next: null })
    const never = timedAt({ week: every([]), holiday: null }, PLACE, now)
    expect(never).toEqual({ on: false, since: null, next: null })
  })
})
