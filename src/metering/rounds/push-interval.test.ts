import { expect, test } from 'vitest'
import { STALE_AFTER_MS } from '../../board/state.ts'
import { pushIntervalMs, staleAfterMs } from './push-interval.ts'

const MINUTE_MS = 60_000

test.each<[unknown, number | null, number]>([
  [{}, null, 6],
  [null, null, 6],
  [{ pushIntervalMinutes: 15 }, null, 6],
  [{ polled: true, pushIntervalMinutes: 15 }, null, 6],
  [{ polled: false }, 30, 60],
  [{ polled: false, pushIntervalMinutes: 15 }, 15, 30],
  [{ polled: false, pushIntervalMinutes: 'often' }, 30, 60],
  [{ polled: false, pushIntervalMinutes: 0 }, 30, 60],
])('with %o a gateway sends every %s minutes and is stale after %s', (settings, push, stale) => {
  expect(pushIntervalMs(settings)).toBe(push === null ? null : push * MINUTE_MS)
  expect(staleAfterMs(settings)).toBe(stale * MINUTE_MS)
})

test('what is asked is stale when the board says so', () => {
  expect(staleAfterMs({})).toBe(STALE_AFTER_MS)
})
