import { expect, test } from 'vitest'
import { STALE_AFTER_MS } from '../../board/state.ts'
import { pollIntervals } from '../config-store.ts'
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

test('of what only sends, news comes as often as it sends', () => {
  const settings = { statusIntervalMinutes: 5, polled: false, pushIntervalMinutes: 15 }
  expect(pollIntervals(settings).statusMs).toBe(15 * MINUTE_MS)
  expect(pollIntervals({ ...settings, polled: true }).statusMs).toBe(5 * MINUTE_MS)
})

test('what is asked is stale when the board says so', () => {
  expect(staleAfterMs({})).toBe(STALE_AFTER_MS)
})
