import { describe, expect, test } from 'vitest'
import { day } from '../shared/clock.ts'
import { calendarOf, dayTypeOf, holidaysKnown, suppliedDays, suppliedYear } from './calendar.ts'
import type { DayType } from './plan.ts'

const supplied = calendarOf([])

describe('the kind of a day', () => {
  test.each<[string, DayType, string]>([
    ['2026-11-23', 'workday', 'a Monday'],
    ['2026-11-22', 'weekend', 'a Sunday'],
    ['2026-02-14', 'workday', 'a Saturday worked before Spring Festival'],
    ['2026-02-15', 'holiday', 'a Sunday that Spring Festival begins with'],
    ['2026-02-23', 'holiday', 'its last day, a Monday'],
    ['2026-02-28', 'workday', 'a Saturday worked after it'],
    ['2026-10-10', 'workday', 'a Saturday worked after National Day'],
    ['2025-10-08', 'holiday', 'the last day of a long National Day'],
    ['2025-09-28', 'workday', 'a Sunday worked before it'],
    ['2030-10-01', 'workday', 'a Tuesday in a year that nobody knows yet'],
  ])('%s is a %s: %s', (text, type) => expect(dayTypeOf(supplied, day(text))).toBe(type))

  test('what the complex says stands over the table', () => {
    const own = calendarOf([{ day: day('2026-10-01'), type: 'workday', name: '开业', nameEn: '' }])
    expect(dayTypeOf(own, day('2026-10-01'))).toBe('workday')
    expect(dayTypeOf(own, day('2026-10-02'))).toBe('holiday')
  })
})

test('a year without a table is known to be missing until the complex names its days', () => {
  expect([2024, 2025, 2026, 2027].map((year) => holidaysKnown(supplied, year))).toEqual([
    ...[false, true, true, false],
  ])
  const own = calendarOf([{ day: day('2027-01-01'), type: 'holiday', name: '元旦', nameEn: '' }])
  expect(holidaysKnown(own, 2027)).toBe(true)
})

test.each([
  // As the notices count them.
  [2025, 28, 5],
  [2026, 33, 6],
])('the table of %i has %i days off and %i worked', (year, free, worked) => {
  const table = suppliedYear(year)
  const days = table ? suppliedDays(table) : []
  expect(days.filter(({ type }) => type === 'holiday')).toHaveLength(free)
  expect(days.filter(({ type }) => type === 'workday')).toHaveLength(worked)
})
