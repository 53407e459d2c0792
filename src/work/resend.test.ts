import { describe, expect, test } from 'vitest'
import { instant, plusMs } from '../shared/clock.ts'
import { nextTry, WITHIN_A_DAY } from './resend.ts'

const HOUR_MS = 3_600_000
const now = instant(1_790_000_000_000)
const never = plusMs(now, 1_000 * HOUR_MS)
const soonest = { below: () => 0, bytes: (length: number) => Buffer.alloc(length) }
const latest = { ...soonest, below: (below: number) => below - 1 }

describe('what did not arrive', () => {
  test.each([
    [1, 5],
    [2, 30],
    [3, 120],
    [8, 14_400],
    [9, 14_400],
    [500, 14_400],
  ])('after %d tries is tried again after %d s', (attempts, seconds) => {
    const at = nextTry({ attempts, now, expiresAt: never }, WITHIN_A_DAY, soonest)
    expect(at).toBe(plusMs(now, seconds * 1_000))
  })
  test('is spread by an eighth at most', () => {
    const at = nextTry({ attempts: 8, now, expiresAt: never }, WITHIN_A_DAY, latest)
    expect(at).toBe(plusMs(now, 4.5 * HOUR_MS))
  })
  test('is dead where the next try would come too late', () => {
    const left = (expiresAt: number) =>
      nextTry({ attempts: 1, now, expiresAt: instant(expiresAt) }, WITHIN_A_DAY, soonest)
    expect(left(now + 5_000)).toBe(plusMs(now, 5_000))
    expect(left(now + 4_999)).toBeNull()
  })
  test('is tried about a dozen times within a day', () => {
    let at = now
    let attempts = 0
    for (let next: typeof at | null = now; next !== null; ) {
      at = next
      attempts += 1
      next = nextTry(
        { attempts, now: at, expiresAt: plusMs(now, 24 * HOUR_MS) },
        WITHIN_A_DAY,
        latest,
      )
    }
    expect(attempts).toBe(12)
  })
})
