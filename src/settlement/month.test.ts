import { expect, test } from 'vitest'
import { day } from '../shared/clock.ts'
import { daysFrom, monthAfter, monthOf, monthSpan, monthsFrom, yearMonthsFrom } from './month.ts'

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
  expect(yearMonthsFrom(day('2026-01-15'))).toBe(12)
  expect(yearMonthsFrom(day('2026-12-15'))).toBe(1)
})
