import { describe, expect, test } from 'vitest'
import { instant, plusMs } from '../shared/clock.ts'
import { waitLeftMs, waitMs, withAttempt } from './login-limit.ts'

const now = instant(1_790_000_000_000)
const MINUTE_MS = 60_000

describe('failed log-ins', () => {
  test.each([
    [0, 0],
    [4, 0],
    [5, 10],
    [6, 20],
    [7, 40],
    [10, 320],
    [11, 480],
    [1_000, 480],
  ])('after %d failures the next try waits %d minutes', (failures, minutes) => {
    expect(waitMs(failures)).toBe(minutes * MINUTE_MS)
  })
  test('the wait runs from the last failure', () => {
    const past = { failures: 5, lastAt: plusMs(now, -4 * MINUTE_MS) }
    expect(waitLeftMs(past, now)).toBe(6 * MINUTE_MS)
    expect(waitLeftMs(past, plusMs(now, 6 * MINUTE_MS))).toBe(0)
  })
  test('nothing is waited for where nothing failed', () => {
    expect(waitLeftMs(null, now)).toBe(0)
  })
  test('are forgotten after a quiet day', () => {
    const past = { failures: 9, lastAt: plusMs(now, -25 * 60 * MINUTE_MS) }
    expect(withAttempt(past, now)).toEqual({ failures: 1, lastAt: now })
    expect(withAttempt({ failures: 9, lastAt: plusMs(now, -MINUTE_MS) }, now).failures).toBe(10)
  })
})
