import { expect, test } from 'vitest'
import { must } from '../../shared/assert.ts'
import { type Instant, instant, instantOfLocal, localTime, plusMs } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { FreezeKind } from '../driver.ts'
import {
  deviceFreezes,
  energyWasRead,
  freezeAnswered,
  freezeFailed,
  freezesRefused,
  type MeterStand,
  NOTHING_STORED,
  nextFreeze,
  nextFreezeAt,
} from './freeze-plan.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ZONE = 'Asia/Shanghai'
const METER = meterId(7)
const KEPT = { interval: 254, daily: 62, monthly: 12 }

const local = (text: string, zone = ZONE): Instant => {
  const [date = '', time = '00:00'] = text.split(' ')
  const [year = 0, month = 0, dayOfMonth = 0] = date.split('-').map(Number)
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const at = instantOfLocal({ year, month, dayOfMonth, hour, minute, second: 0 }, zone)
  if (at === null) throw new Error(text)
  return at
}
const shown = (at: number, zone = ZONE): string => {
  const { year, month, dayOfMonth, hour, minute } = localTime(instant(at), zone)
  const two = (n: number) => `${n}`.padStart(2, '0')
  return `${year}-${two(month)}-${two(dayOfMonth)} ${two(hour)}:${two(minute)}`
}

type World = {
  stand?: Partial<MeterStand>
  /** From when to when the collector runs. */
  from: string
  until: string
  zone?: string
  kept?: Record<FreezeKind, number>
  /** The meter's clock minus ours. */
  driftMs?: number
  /** At which minute of the day it freezes the day. */
  dayMinute?: number
  intervalMs?: number
  /** While it has no power it freezes nothing, and nobody reaches it. */
  off?: readonly [string, string]
  /** Nobody reaches it, but it goes on freezing. */
  unreached?: readonly [string, string]
  refuses?: boolean
}
type Stored = { which: FreezeKind; frozenAt: string; at: number; backfill: boolean }

const frozenList = (world: World, which: FreezeKind, now: number): number[] => {
  const { zone = ZONE, dayMinute = 0, intervalMs = HOUR / 2, driftMs = 0 } = world
  const kept = (world.kept ?? KEPT)[which]
  const off = world.off?.map((text) => local(text, zone)) ?? []
  const isOff = (at: number) => off.length === 2 && at >= (off[0] ?? 0) && at < (off[1] ?? 0)
  const own = now + driftMs
  const all: number[] = []
  const add = (at: number) => {
    if (at <= own && !isOff(at - driftMs)) all.push(at)
  }
  if (which === 'interval') {
    for (let at = Math.floor(own / intervalMs) * intervalMs; all.length < kept; at -= intervalMs) {
      add(at)
      if (at < own - 40 * DAY) break
    }
    return all
  }
  for (let back = -1; all.length < kept && back < 500; back++) {
    const { year, month, dayOfMonth } = localTime(instant(own - back * DAY), zone)
    const date = { year, month, dayOfMonth, second: 0 }
    const hour = Math.floor(dayMinute / 60)
    const at = instantOfLocal({ ...date, hour, minute: dayMinute % 60 }, zone)
    if (at !== null && (which === 'daily' || dayOfMonth === 1)) add(at)
  }
  return all
}

/** Runs the plan of one meter from minute to minute, as a bus that has nothing else to do. */
const run = (world: World) => {
  const { zone = ZONE } = world
  const kept = world.kept ?? KEPT
  const stand = { ...NOTHING_STORED, ...world.stand }
  const site = { zone, energyMs: HOUR / 2, kept }
  let now = local(world.from, zone)
  const freezes = deviceFreezes([{ meterId: METER, stand }], site, 0, now)
  const stored: Stored[] = []
  let asked = 0
  const spans = [world.off, world.unreached].filter((span) => span !== undefined)
  const reached = () => spans.every(([a, b]) => now < local(a, zone) || now >= local(b, zone))
  let energySlot = -1
  for (const end = local(world.until, zone); now < end; now = plusMs(now, MINUTE)) {
    if (!freezes) break
    const slot = Math.floor(now / (HOUR / 2))
    if (reached() && slot !== energySlot) {
      energySlot = slot
      energyWasRead(freezes, { place: 0, meterId: METER, at: now })
    }
    for (let turn = 0; turn < 100 && freezes.dueAt <= now; turn++) {
      const question = nextFreeze(freezes, now)
      if (!question) continue
      asked += 1
      if (world.refuses) freezesRefused(freezes, question)
      else if (!reached()) freezeFailed(freezes, question, now)
      else {
        const frozenAt = frozenList(world, question.which, now)[question.back - 1] ?? null
        const at = frozenAt === null ? null : instant(frozenAt)
        const verdict = freezeAnswered(freezes, question, at, now)
        if (verdict.store && frozenAt !== null) {
          const { which } = question
          stored.push({
            which,
            frozenAt: shown(frozenAt, zone),
            at: now,
            backfill: verdict.backfill,
          })
        }
      }
    }
  }
  const of = (which: FreezeKind) => stored.filter((one) => one.which === which)
  return { stored, asked, of, times: (which: FreezeKind) => of(which).map((one) => one.frozenAt) }
}
const DAYS_ONLY = { interval: 0, daily: 62, monthly: 0 }
const upTo = (text: string, zone = ZONE): Partial<MeterStand> => ({
  frozenAt: { interval: null, daily: local(text, zone), monthly: null },
})

test('each day’s freeze is fetched once, within the hour after midnight', () => {
  const from = '2026-11-20 12:00'
  const { of, asked } = run({
    stand: upTo('2026-11-20'),
    from,
    until: '2026-11-23 12:00',
    kept: DAYS_ONLY,
  })
  expect(of('daily').map((one) => one.frozenAt)).toEqual([
    '2026-11-21 00:00',
    '2026-11-22 00:00',
    '2026-11-23 00:00',
  ])
  for (const { at, backfill } of of('daily')) {
    expect(shown(at).slice(11)).toMatch(/^00:(0[5-9]|[1-5])/)
    expect(backfill).toBe(false)
  }
  expect(asked).toBe(3)
})

test('midnight is that of the gateway’s zone', () => {
  const zone = 'America/New_York'
  const world = { from: '2026-10-30 12:00', until: '2026-11-03 12:00', zone, kept: DAYS_ONLY }
  // The clocks go back in the night to the first of November.
  const { times, asked } = run({ ...world, stand: upTo('2026-10-30', zone) })
  expect(times('daily')).toEqual([
    '2026-10-31 00:00',
    '2026-11-01 00:00',
    '2026-11-02 00:00',
    '2026-11-03 00:00',
  ])
  expect(asked).toBe(4)
})

test('a meter that freezes at another hour is asked after that hour', () => {
  const world: World = {
    stand: upTo('2026-11-20 06:00'),
    from: '2026-11-20 12:00',
    until: '2026-11-22 12:00',
    kept: DAYS_ONLY,
    dayMinute: 360,
  }
  const { of, asked } = run(world)
  expect(of('daily').map((one) => one.frozenAt)).toEqual(['2026-11-21 06:00', '2026-11-22 06:00'])
  for (const { at } of of('daily')) expect(shown(at).slice(11, 13)).toBe('06')
  expect(asked).toBe(2)
})

test.each([
  ['fast by ten minutes', 10 * MINUTE],
  ['slow by ten minutes', -10 * MINUTE],
  ['slow by three hours', -3 * HOUR],
])('a clock that is %s loses no day and costs few reads', (_, driftMs) => {
  const world = { from: '2026-11-20 12:00', until: '2026-11-25 12:00', kept: DAYS_ONLY, driftMs }
  const { times, asked } = run({ ...world, stand: upTo('2026-11-20') })
  expect(times('daily')).toHaveLength(5)
  expect(asked).toBeLessThan(35)
})

test('a clock years ahead is told of, and ends nothing', () => {
  const world = { from: '2026-11-20 12:00', until: '2026-11-25 12:00', kept: DAYS_ONLY }
  const ahead = run({ ...world, stand: upTo('2026-11-20'), driftMs: 400 * DAY })
  expect(ahead.stored).toHaveLength(1)
  expect(ahead.asked).toBeLessThan(10)
  const since = run({ ...world, stand: upTo('2035-01-01') })
  expect(since.times('daily')).toContain('2026-11-25 00:00')
})

test('a clock years ahead is asked less and less, until it is set right', () => {
  const from = '2026-11-01 12:00'
  const world = { from, until: '2026-12-01 12:00', kept: DAYS_ONLY, stand: upTo('2026-11-01') }
  const ahead = run({ ...world, driftMs: 400 * DAY })
  // On the 2nd, 3rd, 5th, 9th, 17th and 25th.
  expect(ahead.asked).toBe(6)
  // Each time it was the same freeze.
  expect(ahead.stored).toHaveLength(1)
})

test('a freeze of the future that stands still is kept once', () => {
  const now = local('2026-11-20 12:00')
  const site = { zone: ZONE, energyMs: HOUR, kept: DAYS_ONLY }
  const meters = [{ meterId: METER, stand: NOTHING_STORED }]
  const freezes = must(deviceFreezes(meters, site, 0, now), 'it freezes days')
  const question = must(nextFreeze(freezes, now), 'the newest is asked for')
  const future = local('2030-01-01 00:00')
  const told = [0, 1, 3].map(
    (days) => freezeAnswered(freezes, question, future, plusMs(now, days * DAY)).store,
  )
  expect(told).toEqual([true, false, false])
  expect(freezes.dueAt).toBe(now + 3 * DAY + 4 * DAY)
})

test('a clock years behind brings nothing and costs little', () => {
  const world = { from: '2026-11-20 12:00', until: '2026-11-25 12:00', kept: DAYS_ONLY }
  const { stored, asked } = run({ ...world, stand: upTo('2026-11-20'), driftMs: -2_000 * DAY })
  expect(stored).toEqual([])
  expect(asked).toBeLessThan(100)
})

test.each<[string, Partial<World>, { daily: number; asked: number }]>([
  [
    'a meter without power for three days',
    { off: ['2026-11-20 12:00', '2026-11-23 12:00'], until: '2026-11-25 12:00' },
    { daily: 2, asked: 60 },
  ],
  [
    'a line silent for three days',
    { unreached: ['2026-11-20 12:00', '2026-11-23 12:00'], until: '2026-11-25 12:00' },
    { daily: 5, asked: 45 },
  ],
  [
    'a centre that was off for three days',
    { stand: upTo('2026-11-17'), until: '2026-11-21 12:00' },
    { daily: 4, asked: 6 },
  ],
  [
    'a centre that was off for 400 days: what the meter still has',
    { stand: upTo('2025-10-16'), until: '2026-11-21 12:00' },
    { daily: 63, asked: 70 },
  ],
])('no day is missed after %s', (_, world, expected) => {
  const base = { from: '2026-11-20 11:00', kept: DAYS_ONLY, stand: upTo('2026-11-20') }
  const { of, asked } = run({ until: '', ...base, ...world })
  expect(of('daily')).toHaveLength(expected.daily)
  expect(new Set(of('daily').map((one) => one.frozenAt)).size).toBe(expected.daily)
  expect(asked).toBeLessThanOrEqual(expected.asked)
  expect(of('daily').at(-1)?.backfill).toBe(false)
})

test('what is fetched late says so', () => {
  const world = { from: '2026-11-20 11:00', until: '2026-11-21 12:00', kept: DAYS_ONLY }
  const { of } = run({ ...world, stand: upTo('2026-11-17') })
  expect(of('daily').map((one) => [one.frozenAt, one.backfill])).toEqual([
    ['2026-11-18 00:00', true],
    ['2026-11-19 00:00', true],
    ['2026-11-20 00:00', false],
    ['2026-11-21 00:00', false],
  ])
})

test('half-hours of a line silent for two hours are filled, and only those', () => {
  const { times, of, asked } = run({
    stand: { energyAt: local('2026-11-20 08:00') },
    from: '2026-11-20 08:10',
    until: '2026-11-20 16:00',
    kept: { interval: 254, daily: 0, monthly: 0 },
    unreached: ['2026-11-20 10:10', '2026-11-20 12:20'],
  })
  expect(times('interval')).toEqual([
    '2026-11-20 10:30',
    '2026-11-20 11:00',
    '2026-11-20 11:30',
    '2026-11-20 12:00',
  ])
  expect(of('interval').every((one) => one.backfill)).toBe(true)
  expect(asked).toBeLessThan(15)
})

test.each<[string, Partial<World>, number]>([
  ['the centre was off for two hours', { stand: { energyAt: local('2026-11-20 10:10') } }, 4],
  [
    'it died while it filled an older hole',
    {
      stand: {
        energyAt: local('2026-11-20 12:05'),
        hole: { from: local('2026-11-19 20:05'), to: local('2026-11-19 23:35') },
      },
    },
    7,
  ],
  ['no slot was missed', { stand: { energyAt: local('2026-11-20 11:55') } }, 0],
  [
    'the meter had no power',
    {
      stand: { energyAt: local('2026-11-20 08:10') },
      off: ['2026-11-20 08:11', '2026-11-20 12:19'],
    },
    0,
  ],
])('half-hours are filled when %s', (_, world, count) => {
  const { times } = run({
    from: '2026-11-20 12:20',
    until: '2026-11-20 14:00',
    kept: { interval: 254, daily: 0, monthly: 0 },
    ...world,
  })
  expect(times('interval')).toHaveLength(count)
})

test('a long hole is filled in goes, so that other meters have their turn', () => {
  const { of } = run({
    stand: { energyAt: local('2026-11-17 12:00') },
    from: '2026-11-20 12:20',
    until: '2026-11-20 16:00',
    kept: { interval: 254, daily: 0, monthly: 0 },
  })
  expect(of('interval')).toHaveLength(144)
  const perMinute = new Map<number, number>()
  for (const { at } of of('interval')) perMinute.set(at, (perMinute.get(at) ?? 0) + 1)
  for (const count of perMinute.values()) expect(count).toBeLessThanOrEqual(24)
})

test('months are fetched on their first day, missed ones too', () => {
  const { of } = run({
    stand: { frozenAt: { interval: null, daily: null, monthly: local('2026-08-01') } },
    from: '2026-11-28 12:00',
    until: '2026-12-02 12:00',
    kept: { interval: 0, daily: 0, monthly: 12 },
  })
  expect(of('monthly').map((one) => [one.frozenAt, one.backfill])).toEqual([
    ['2026-09-01 00:00', true],
    ['2026-10-01 00:00', true],
    ['2026-11-01 00:00', false],
    ['2026-12-01 00:00', false],
  ])
})

test('a meter nobody ever read starts with its newest freezes', () => {
  const { times } = run({ from: '2026-11-20 12:00', until: '2026-11-20 18:00' })
  expect(times('daily')).toEqual(['2026-11-20 00:00'])
  expect(times('monthly')).toEqual(['2026-11-01 00:00'])
  expect(times('interval')).toEqual([])
})

test('a meter that keeps no such freeze is asked once', () => {
  const { asked } = run({ from: '2026-11-20 12:00', until: '2026-11-22 12:00', refuses: true })
  expect(asked).toBe(2)
})

test('a model that freezes nothing has no plan', () => {
  const none = { interval: 0, daily: 0, monthly: 0 }
  const meters = [{ meterId: METER, stand: NOTHING_STORED }]
  const site = { zone: ZONE, energyMs: HOUR, kept: none }
  expect(deviceFreezes(meters, site, 0, instant(0))).toBeNull()
})

test.each([
  ['monthly', '2026-12-01 00:00', '2027-01-01 00:00'],
  ['monthly', '2026-01-31 08:00', '2026-02-28 08:00'],
  ['daily', '2026-12-31 00:00', '2027-01-01 00:00'],
] as const)('after the %s freeze of %s comes that of %s', (which, from, next) => {
  expect(shown(nextFreezeAt(which, local(from), ZONE))).toBe(next)
})
