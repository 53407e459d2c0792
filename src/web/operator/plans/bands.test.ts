import { describe, expect, test } from 'vitest'
import { dayOfYear, daysNamed, piecesOf, yearParts } from './bands.ts'

describe('a table of switches becomes the pieces of a day', () => {
  test('each piece lasts until the next switch, the last one until midnight', () =>
    expect(
      piecesOf(
        [
          { at: '00:00', period: 'valley' },
          { at: '08:30', period: 'peak' },
        ],
        () => null,
      ).map(({ fromMinute, toMinute, period }) => [fromMinute, toMinute, period]),
    ).toEqual([
      [0, 510, 'valley'],
      [510, 1440, 'peak'],
    ]))
  test('what cannot be read is not drawn', () =>
    expect(piecesOf([{ at: '25:00', period: 'peak' }], () => null)).toEqual([]))
})

describe('a table is named by all the days it stands for', () => {
  const OWN = { workday: [] }
  test.each([
    ['workday', OWN, 'every'],
    ['workday', { ...OWN, holiday: [] }, 'notHoliday'],
    ['workday', { ...OWN, weekend: [] }, 'workday'],
    ['weekend', { ...OWN, weekend: [] }, 'weekendHoliday'],
    ['weekend', { ...OWN, weekend: [], holiday: [] }, 'weekend'],
    ['holiday', { ...OWN, holiday: [] }, 'holiday'],
  ] as const)('the table of a %s beside %o is of %s', (type, days, named) =>
    expect(daysNamed(days, type)).toBe(named),
  )
})

describe('days of a year of 365', () => {
  test.each([
    ['01-01', 0],
    ['02-29', 58],
    ['03-01', 59],
    ['12-31', 364],
    ['02-30', null],
    ['13-01', null],
    ['', null],
  ])('%s is day %s', (text, day) => expect(dayOfYear(text)).toBe(day))
  test('a season over the end of the year is two parts', () =>
    expect(yearParts([{ ranges: [{ from: '12-01', to: '01-31' }] }])).toEqual([
      { season: 0, fromDay: 334, toDay: 365 },
      { season: 0, fromDay: 0, toDay: 31 },
    ]))
})
