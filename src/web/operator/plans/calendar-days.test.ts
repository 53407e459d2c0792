import { describe, expect, test } from 'vitest'
import { daysThrough, plainType, weekdayOf, weeksOf } from './calendar-days.ts'

describe('weekdays, Monday first', () => {
  test.each([
    ['2026-11-23', 0],
    ['2026-01-01', 3],
    ['2024-02-29', 3],
    ['2000-03-01', 2],
  ])('%s is weekday %i', (day, weekday) => expect(weekdayOf(day)).toBe(weekday))
  test('a Saturday is a weekend without a table', () =>
    expect([plainType('2026-11-21'), plainType('2026-11-23')]).toEqual(['weekend', 'workday']))
})

describe('a month is whole weeks', () => {
  test('February of a leap year has its 29 days in place', () => {
    const weeks = weeksOf(2024, 2)
    expect(weeks.every((week) => week.length === 7)).toBe(true)
    expect(weeks.flat().filter(Boolean)).toHaveLength(29)
    expect(weeks[0]?.[3]).toBe('2024-02-01')
  })
})

test.each([
  ['2027-02-05', '2027-02-08', ['2027-02-05', '2027-02-06', '2027-02-07', '2027-02-08']],
  ['2027-02-28', '2027-03-01', ['2027-02-28', '2027-03-01']],
  ['2027-05-01', '2027-05-01', ['2027-05-01']],
  ['2027-05-02', '2027-05-01', ['2027-05-02']],
])('from %s to %s all days are meant', (from, to, days) =>
  expect(daysThrough(from, to)).toEqual(days),
)
