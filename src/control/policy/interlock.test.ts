import { describe, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import {
  type DarkMeter,
  DEFAULT_INTERLOCK,
  type MeterPlace,
  mayTrip,
  surgesIn,
  type TripAsked,
  type TripOrigin,
} from './interlock.ts'

const NOW = instant(1_000_000_000)
const ago = (seconds: number): Instant => plusMs(NOW, -seconds * 1_000)
const settings = { ...DEFAULT_INTERLOCK, perMinute: 3, perFeederMinute: 2 }

const asked = (origin: TripOrigin, rest: Partial<TripAsked> = {}): TripAsked => ({
  ...{ origin, passed: false, surge: false, inComplex: [], onFeeder: [] },
  ...rest,
})
const full = [ago(50), ago(40), ago(10)]

describe('how many trips leave in a minute', () => {
  test.each<[string, TripAsked, ReturnType<typeof mayTrip>]>([
    ['the first passes', asked('automatic'), { pass: true }],
    ['the third passes', asked('batch', { inComplex: full.slice(1) }), { pass: true }],
    [
      'the fourth waits until the first is a minute old',
      asked('automatic', { inComplex: full }),
      { pass: false, reason: 'interlockRate', at: plusMs(NOW, 10_000) },
    ],
    [
      'a feeder has its own limit',
      asked('batch', { inComplex: [ago(40), ago(10)], onFeeder: [ago(40), ago(10)] }),
      { pass: false, reason: 'interlockRate', at: plusMs(NOW, 20_000) },
    ],
    [
      'timed circuits wait too',
      asked('schedule', { inComplex: full }),
      {
        ...{ pass: false, reason: 'interlockRate', at: plusMs(NOW, 10_000) },
      },
    ],
    [
      'an order that was lost is sent again without waiting',
      asked('batch', { passed: true, inComplex: full }),
      { pass: true },
    ],
    ['a person may trip one at any time', asked('single', { inComplex: full }), { pass: true }],
  ])('%s', (_name, trip, answer) => {
    expect(mayTrip(trip, settings, NOW)).toEqual(answer)
  })
})

test.each<[TripOrigin, boolean]>([
  ['automatic', false],
  ['schedule', false],
  ['batch', false],
  ['single', true],
])('in a surge, an order that is %s passes: %s', (origin, pass) => {
  expect(mayTrip(asked(origin, { surge: true, passed: true }), settings, NOW).pass).toBe(pass)
})

describe('a surge', () => {
  const places: MeterPlace[] = Array.from({ length: 200 }, (_, index) => ({
    meterId: index,
    gatewayId: Math.floor(index / 50),
    feeder: index < 40 ? 'F1' : '',
  }))
  const dark = (from: number, many: number, how: DarkMeter['how'] = 'due'): DarkMeter[] =>
    places.slice(from, from + many).map((place) => ({ ...place, how }))
  const found = (meters: DarkMeter[]) =>
    surgesIn(meters, places, DEFAULT_INTERLOCK).map(({ kind, key }) => `${kind} ${key}`.trim())

  test.each<[string, DarkMeter[], string[]]>([
    ['twenty on a gateway are none', dark(150, 20), []],
    ['twenty-one on a gateway are', dark(150, 21), ['gateway 3']],
    ['on a feeder as well', dark(0, 21), ['gateway 0', 'feeder F1']],
    [
      'few on each gateway, many together',
      [0, 50, 100, 150].flatMap((first) => dark(first + (first === 0 ? 30 : 0), 16)),
      ['complex'],
    ],
    ['those that tripped by themselves count', dark(150, 21, 'seen'), ['gateway 3']],
    [
      'one gateway broken, and few elsewhere',
      [...dark(150, 40), ...dark(0, 5), ...dark(50, 20), ...dark(100, 20)],
      ['gateway 3'],
    ],
    [
      'a meter counts once, however it is told',
      [...dark(150, 15, 'sent'), ...dark(150, 15, 'seen'), ...dark(150, 15, 'due')],
      [],
    ],
  ])('%s', (_name, meters, surges) => {
    expect(found(meters)).toEqual(surges)
  })

  test('of ten meters six are a surge, and five never are', () => {
    const few = places.slice(50, 60)
    const meters = (many: number) =>
      surgesIn(
        few.slice(0, many).map((p) => ({ ...p, how: 'due' as const })),
        few,
        DEFAULT_INTERLOCK,
      )
    expect(meters(5)).toEqual([])
    expect(meters(6)).toMatchObject([
      { kind: 'gateway', key: '1', allowed: 5, due: 6, sent: 0, seen: 0 },
    ])
  })
})
