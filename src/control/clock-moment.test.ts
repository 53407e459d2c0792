import { expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import { mayBeSet } from './clock-moment.ts'

/** At this time of the day in Shanghai. */
const at = (hour: number, minute: number) => instant(Date.UTC(2026, 10, 23, hour - 8, minute))
const MINUTE_MS = 60_000

test.each<[string, number, number, number, number, boolean]>([
  ['in the middle of the morning', 10, 12, 0, 0, true],
  ['just before midnight', 23, 56, 0, 0, false],
  ['just after midnight', 24, 4, 0, 0, false],
  ['on a half-hourly freeze', 10, 28, 0, 0, false],
  ['at a day cut in the middle of an hour', 8, 12, 8 * 60 + 15, 0, false],
  ['an hour after that cut', 9, 12, 8 * 60 + 15, 0, true],
  ['where the meter believes it is midnight', 10, 12, 0, 13 * 60 + 47, false],
])('%s', (_name, hour, minute, dayCutMinutes, offMinutes, may) => {
  const place = { zone: 'Asia/Shanghai', dayCutMinutes }
  expect(mayBeSet(at(hour, minute), place, offMinutes * MINUTE_MS)).toBe(may)
})
