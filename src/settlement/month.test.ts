import { expect, test } from 'vitest'
import { day, instant } from '../shared/clock.ts'
import { daysFrom, monthAfter, monthOf, monthSpan, monthsFrom, yearMonthsIn } from './month.ts'

test('a month begins with the day cut of its first day, and ends with that of the next', () => {
  const { from, until } = monthSpan(day('2026-02-01'), { zone: 'Asia/Shanghai', dayCutMinutes: 30 })
  expect(from).toBe(Date.UTC(2026, 0, 31, 16, 30))
  expect(until).toBe(Date.UTC(2026, 1, 28, 16, 30))
})

test('months follow each other over the end of the year', () => {
  expect(monthOf(day('2026-12-31'))).toBe('2026-12-01')
  expect(monthAfter(day('2026-12-01'))).toBe('2027-01-01')
  expect(monthsFrom(day('2026-11-01'), day('2027-01-01'))).toEqual([
    '2026-11-01',
    '2026-12-01',
    '2027-01-01',
  ])
})

test('days and months are counted by the calendar', () => {
  expect(daysFrom(day('2024-02-01'), day('2024-03-01'))).toBe(29)
})

test.each([
  ['2026-05-01', '2026-01-15T12:00:00Z', 12],
  ['2026-05-01', '2026-05-01T12:00:00Z', 8],
  ['2026-12-01', '2026-12-31T12:00:00Z', 1],
  // Before the day cut it is still December.
  ['2026-05-01', '2025-12-31T16:20:00Z', 12],
  ['2027-01-01', '2026-05-01T12:00:00Z', 12],
])('in the year of %s a tenant since %s is there for %s months', (month, since, months) =>
  expect(
    yearMonthsIn(day(month), instant(Date.parse(since)), {
      zone: 'Asia/Shanghai',
      dayCutMinutes: 30,
    }),
  ).toBe(months),
)
