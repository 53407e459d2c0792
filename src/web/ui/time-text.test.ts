import { describe, expect, test } from 'vitest'
import { ageOf, clockText, timeText } from './time-text.ts'

describe('times are read in the zone of the complex', () => {
  test('a UTC time is shown as Beijing time', () =>
    expect(timeText('2026-11-22T16:00:05Z', 'Asia/Shanghai')).toBe('2026-11-23 00:00:05'))
  test('no time stays no time', () => expect(timeText(null, 'Asia/Shanghai')).toBeNull())
  test('the banner shows hours and minutes', () =>
    expect(clockText(Date.parse('2026-11-22T01:02:03Z'), 'Asia/Shanghai')).toBe('09:02'))
})

describe('an age is told in the largest unit that fits', () => {
  test.each([
    [-3_000, 'now', 0],
    [9_999, 'now', 0],
    [10_000, 'seconds', 10],
    [180_000, 'minutes', 3],
    [7_199_000, 'hours', 1],
    [200_000_000, 'days', 2],
  ])('%i ms is %s %i', (ms, unit, n) => expect(ageOf(ms)).toEqual({ unit, n }))
})
