import { describe, expect, test } from 'vitest'
import { instant, plusMs } from '../shared/clock.ts'
import { waitLeftMs, waitMs, withAttempt } from './login-limit.ts'
import { PROFILES } from './policy.ts'

const now = instant(1_790_000_000_000)
const MINUTE_MS = 60_000
const limits = PROFILES.mlps

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
    expect(waitMs(failures, limits)).toBe(minutes * MINUTE_MS)
  })
  test.each([
    [2, 1, 0],
    [3, 1, 30],
    [9, 1, 30],
    [4, 3, 90],
    [5, 3, 270],
  ])('after %d of them, growing by %d, the wait is what the rules say', (failures, by, minutes) => {
    const own = { failuresFree: 3, lockMinutes: 30, lockGrowth: by }
    expect(waitMs(failures, own)).toBe(minutes * MINUTE_MS)
  })
  test('a first wait longer than eight hours is kept as it was chosen', () => {
    const own = { failuresFree: 3, lockMinutes: 1_440, lockGrowth: 2 }
    expect(waitMs(3, own)).toBe(1_440 * MINUTE_MS)
    expect(waitMs(9, own)).toBe(1_440 * MINUTE_MS)
  })
  test('the wait runs from the last failure', () => {
    const past = { failures: 5, lastAt: plusMs(now, -4 * MINUTE_MS) }
    expect(waitLeftMs(past, now, limits)).toBe(6 * MINUTE_MS)
    expect(waitLeftMs(past, plusMs(now, 6 * MINUTE_MS), limits)).toBe(0)
  })
  test('nothing is waited for where nothing failed', () => {
    expect(waitLeftMs(null, now, limits)).toBe(0)
  })
  test('are forgotten after a quiet day', () => {
    const past = { failures: 9, lastAt: plusMs(now, -25 * 60 * MINUTE_MS) }
    expect(withAttempt(past, now)).toEqual({ failures: 1, lastAt: now })
    expect(withAttempt({ failures: 9, lastAt: plusMs(now, -MINUTE_MS) }, now).failures).toBe(10)
  })
})
