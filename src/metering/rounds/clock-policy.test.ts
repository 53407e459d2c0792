import { expect, test } from 'vitest'
import { instant, plusMs } from '../../shared/clock.ts'
import { type ClockAction, type ClockSight, clockAction, clockSettings } from './clock-policy.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** 10:12 in Shanghai. */
const NOW = instant(Date.UTC(2026, 10, 22, 2, 12))
const SIGHT: ClockSight = {
  offsetMs: 90_000,
  measuredAt: plusMs(NOW, -MINUTE_MS),
  settings: { mode: 'auto', limitMs: MINUTE_MS },
  can: { read: true, write: true, broadcast: true },
  zone: 'Asia/Shanghai',
  lastBroadcastAt: null,
  lastWriteAt: null,
  lastWriteLost: false,
  busy: false,
  busBusy: false,
}
const ago = (ms: number) => plusMs(NOW, -ms)
const mode = (of: ClockSight['settings']['mode']) => ({ mode: of, limitMs: MINUTE_MS })

test.each<[string, Partial<ClockSight>, ClockAction]>([
  ['a minute off is tolerated', { offsetMs: 60_000 }, 'none'],
  ['a little more is told to the whole bus', {}, 'broadcast'],
  ['slow like fast', { offsetMs: -90_000 }, 'broadcast'],
  ['five minutes off still hears a broadcast', { offsetMs: 300_000 }, 'broadcast'],
  ['more is written', { offsetMs: 300_001 }, 'write'],
  ['so is what a broadcast did not mend', { lastBroadcastAt: ago(HOUR_MS) }, 'write'],
  ['the next day a broadcast is tried again', { lastBroadcastAt: ago(24 * HOUR_MS) }, 'broadcast'],
  ['after a broadcast it is measured first', { lastBroadcastAt: ago(1_000) }, 'measure'],
  ['after a write too', { offsetMs: 400_000, lastWriteAt: ago(1_000) }, 'measure'],
  [
    'a write that did not help is not repeated at once',
    { offsetMs: 400_000, lastWriteAt: ago(HOUR_MS) },
    'none',
  ],
  [
    'one that the line lost is repeated soon',
    { offsetMs: 400_000, lastWriteAt: ago(16 * MINUTE_MS), lastWriteLost: true },
    'write',
  ],
  [
    'but not at once',
    { offsetMs: 400_000, lastWriteAt: ago(14 * MINUTE_MS), lastWriteLost: true },
    'none',
  ],
  ['but later', { offsetMs: 400_000, lastWriteAt: ago(6 * HOUR_MS) }, 'write'],
  [
    'a model that hears no broadcast is written',
    { can: { read: true, write: true, broadcast: false } },
    'write',
  ],
  [
    'one that can’t be written is left',
    { offsetMs: 400_000, can: { read: true, write: false, broadcast: true } },
    'none',
  ],
  ['switched off', { settings: mode('off') }, 'none'],
  ['only broadcast: never written', { settings: mode('broadcast'), offsetMs: 400_000 }, 'none'],
  ['only written: never broadcast', { settings: mode('write') }, 'write'],
  ['not while money is on its way to it', { busy: true, busBusy: true, offsetMs: 400_000 }, 'wait'],
  ['no broadcast while money is on its way to a neighbour', { busBusy: true }, 'wait'],
  ['a neighbour’s money does not stop a write', { busBusy: true, offsetMs: 400_000 }, 'write'],
])('%s', (_name, changed, action) => {
  expect(clockAction({ ...SIGHT, ...changed }, NOW)).toBe(action)
})

test.each<[string, number, number, ClockAction]>([
  ['23:56', Date.UTC(2026, 10, 22, 15, 56), 90_000, 'wait'],
  ['00:04', Date.UTC(2026, 10, 22, 16, 4), 90_000, 'wait'],
  ['00:05', Date.UTC(2026, 10, 22, 16, 5), 90_000, 'broadcast'],
  ['10:24, with the meter at 10:25', Date.UTC(2026, 10, 22, 2, 24), 90_000, 'wait'],
  ['10:33', Date.UTC(2026, 10, 22, 2, 33), 90_000, 'wait'],
  ['10:12, with the meter at 11:00', Date.UTC(2026, 10, 22, 2, 12), 48 * MINUTE_MS, 'wait'],
])('at %s', (_name, now, offsetMs, action) => {
  const sight = { ...SIGHT, offsetMs, measuredAt: instant(now - 1_000) }
  expect(clockAction(sight, instant(now))).toBe(action)
})

test.each<[unknown, string, number]>([
  [{}, 'auto', 60_000],
  [null, 'auto', 60_000],
  [{ clockCorrection: 'write', clockLimitSeconds: 30 }, 'write', 30_000],
  [{ clockCorrection: 'x', clockLimitSeconds: 5 }, 'auto', 60_000],
])('settings %o', (settings, of, limitMs) => {
  expect(clockSettings(settings)).toEqual({ mode: of, limitMs })
})
