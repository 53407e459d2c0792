import { describe, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import { wh } from '../../shared/energy.ts'
import { gatewayId, meterId } from '../../shared/ids.ts'
import {
  type Between,
  judgeRows,
  type MeterTrust,
  NOTHING_KNOWN,
  needsNeighbours,
  type TrustFacts,
} from './judge-rows.ts'
import type { PollResult } from './poll-result.ts'
import { flagNames } from './reading-flags.ts'
import { type ReadingCandidate, readingCandidates } from './reading-rows.ts'

const NOW = instant(1_790_000_000_000)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const ago = (ms: number): Instant => plusMs(NOW, -ms)
const METER = meterId(1)
const about = { meterId: METER, gatewayId: gatewayId(1), onDemand: false }

const value = (energyWh: number) => ({ energyWh: wh(energyWh), tariffsWh: null, reverseWh: null })
const read = (at: Instant, energyWh: number, more: { pushed?: true; at?: Instant } = {}) => {
  const outcome = { ok: true as const, value: { at, ...value(energyWh) } }
  const result: PollResult = { ...about, at, kind: 'energy', outcome, ...more }
  return result
}
const frozen = (
  frozenAt: Instant,
  energyWh: number,
  more: { at?: Instant; backfill?: boolean; which?: 'daily' | 'interval' } = {},
): PollResult => ({
  ...about,
  at: more.at ?? plusMs(frozenAt, 5 * MINUTE_MS),
  kind: 'freeze',
  which: more.which ?? 'daily',
  backfill: more.backfill ?? false,
  outcome: { ok: true, value: { frozenAt, ...value(energyWh) } },
})

const TRUST: MeterTrust = {
  base: { at: ago(HOUR_MS), energyWh: 100_000, reverseWh: null },
  suspect: null,
  clockOffsetMs: null,
  point: { multiplier: 1, side: 'primary', direction: 'combined', maxPowerW: 10_000 },
  range: { modulusWh: 1_000_000_000, stepWh: 10, maxPowerW: 23_000 },
}

const judged = (
  results: PollResult[],
  trust: Partial<MeterTrust> = {},
  between: (one: ReadingCandidate) => Between | null = () => null,
) => {
  const candidates = readingCandidates(results, () => true)
  const facts: TrustFacts = {
    meters: new Map([[METER, { ...TRUST, ...trust }]]),
    between: new Map(
      candidates.flatMap((one) => {
        const found = between(one)
        return found ? [[one, found] as const] : []
      }),
    ),
  }
  const rows = judgeRows(candidates, facts)
  return {
    ...rows,
    flags: rows.readings.map((row) => flagNames(row.flags)),
    base: rows.energy.get(METER)?.base ?? null,
    suspect: rows.energy.get(METER)?.suspect ?? null,
  }
}

describe('one after the other', () => {
  test('each is judged by the one before it', () => {
    const found = judged([read(ago(30 * MINUTE_MS), 102_000), read(NOW, 101_000)])
    expect(found.flags).toEqual([[], ['backwards']])
    expect(found.base).toMatchObject({ energyWh: 102_000 })
    expect(found.suspect).toMatchObject({ energyWh: 101_000, source: 1, flags: 1 })
  })

  test('a jump is not the base of what follows, and what follows as high is doubted', () => {
    const found = judged([
      read(ago(40 * MINUTE_MS), 500_000),
      read(ago(30 * MINUTE_MS), 500_100),
      read(NOW, 101_000),
    ])
    expect(found.flags).toEqual([['jump'], ['jump'], []])
    expect(found.base).toMatchObject({ energyWh: 101_000 })
  })

  test('a jump that stands since days is doubted still', () => {
    const suspect = {
      at: ago(30 * DAY_MS),
      energyWh: 400_000,
      reverseWh: null,
      source: 1,
      flags: 2,
    }
    const base = { at: ago(31 * DAY_MS), energyWh: 100_000, reverseWh: null }
    expect(judged([read(NOW, 400_500)], { base }).flags).toEqual([[]])
    expect(judged([read(NOW, 400_500)], { base, suspect }).flags).toEqual([['jump']])
  })

  test('the same reading again, after a commit whose answer was lost, is no news', () => {
    const again = judged([read(ago(HOUR_MS), 100_000)])
    expect(again.flags).toEqual([[]])
  })

  test('a roll-over is recorded with what the register holds', () => {
    const base = { at: ago(HOUR_MS), energyWh: 999_999_500, reverseWh: null }
    const found = judged([read(NOW, 300)], { base })
    expect(found.flags).toEqual([['rollover']])
    expect(found.rollovers).toEqual([
      { meterId: METER, at: NOW, source: 1, register: 'energy', modulusWh: 1_000_000_000 },
    ])
    expect(found.base).toMatchObject({ energyWh: 300 })
  })
})

describe('freezes', () => {
  const midnight = ago(HOUR_MS + 10 * MINUTE_MS)
  const neighbours = (before: number, after: number | null): Between => ({
    before: { at: ago(2 * HOUR_MS), energyWh: before, reverseWh: null },
    after: after === null ? null : { at: ago(HOUR_MS), energyWh: after, reverseWh: null },
    point: TRUST.point,
  })

  test('are rows of the moment the meter names, and never the latest value', () => {
    const found = judged([frozen(midnight, 99_000)], {}, () => neighbours(98_000, 100_000))
    expect(found.readings).toMatchObject([{ source: 3, at: midnight, energyWh: 99_000, flags: 0 }])
    expect(found.base).toBeNull()
    expect(found.freezes).toEqual([{ meterId: METER, which: 'daily', frozenAt: midnight }])
  })

  test('that do not lie between their neighbours are doubted', () => {
    const above = judged([frozen(midnight, 100_010)], {}, () => neighbours(98_000, 100_000))
    const below = judged([frozen(midnight, 97_990)], {}, () => neighbours(98_000, 100_000))
    expect([above.flags, below.flags]).toEqual([[['backwards']], [['backwards']]])
    expect(above.suspect).toMatchObject({ source: 3, at: midnight })
  })

  test('fetched after an outage are marked, and each is judged by the one before it', () => {
    const at = NOW
    const halves = [3, 2, 1].map((n) => ago(3 * HOUR_MS + n * 30 * MINUTE_MS))
    const results = halves.map((from, i) =>
      frozen(from, 90_000 + (i === 1 ? 9_000 : i * 500), { at, backfill: true, which: 'interval' }),
    )
    const before = { at: ago(6 * HOUR_MS), energyWh: 89_500, reverseWh: null }
    const found = judged(results, {}, () => ({ before, after: null, point: TRUST.point }))
    expect(found.flags).toEqual([['backfilled'], ['jump', 'backfilled'], ['backfilled']])
    expect(found.readings.map(({ source }) => source)).toEqual([7, 7, 7])
  })

  test('of a clock that is an hour ahead stand at their arrival, and move no state', () => {
    const told = plusMs(NOW, HOUR_MS)
    const found = judged([frozen(told, 100_000, { at: NOW })], {}, () => neighbours(99_000, null))
    expect(found.readings).toMatchObject([{ at: NOW, toldAt: told }])
    expect(found.flags).toEqual([['clock']])
    expect(found.freezes).toEqual([])
  })

  test('of a clock known to be far off are doubted', () => {
    const off = { clockOffsetMs: 10 * MINUTE_MS }
    const found = judged([frozen(midnight, 99_000)], off, () => neighbours(98_000, 100_000))
    expect(found.flags).toEqual([['clock']])
  })

  test('that the meter does not keep are nothing', () => {
    const missing: PollResult = {
      ...about,
      at: NOW,
      kind: 'freeze',
      which: 'daily',
      backfill: false,
      outcome: { ok: true, value: null },
    }
    expect(judged([missing]).readings).toEqual([])
  })
})

describe('what a gateway sends by itself', () => {
  test('becomes the latest value when it is the newest', () => {
    const pushed = read(ago(MINUTE_MS), 100_100, { pushed: true, at: NOW })
    const found = judged([pushed], {}, () => ({
      before: TRUST.base,
      after: null,
      point: TRUST.point,
    }))
    expect(found.readings).toMatchObject([{ source: 8, at: ago(MINUTE_MS), receivedAt: NOW }])
    expect(found.base).toMatchObject({ energyWh: 100_100 })
  })

  test('and is older than what is known changes nothing but the history', () => {
    const pushed = read(ago(3 * HOUR_MS), 99_000, { pushed: true, at: NOW })
    const found = judged([pushed], {}, () => ({
      before: { at: ago(4 * HOUR_MS), energyWh: 98_000, reverseWh: null },
      after: TRUST.base,
      point: TRUST.point,
    }))
    expect(found.flags).toEqual([['late']])
    expect(found.base).toBeNull()
  })
})

test('the first doubt is kept as evidence, also where the reading was not to be a row', () => {
  const status = (at: Instant, energyWh: number): PollResult => ({
    ...about,
    at,
    kind: 'status',
    outcome: {
      ok: true,
      value: {
        at,
        money: null,
        relay: null,
        kept: false,
        statusWord: null,
        powerW: null,
        electrical: null,
        energyWh: wh(energyWh),
      },
    },
  })
  const candidates = readingCandidates(
    [status(ago(2), 100_001), status(ago(1), 50_000), status(NOW, 50_001)],
    () => false,
  )
  const meters = new Map([[METER, TRUST]])
  const rows = judgeRows(candidates, { meters, between: new Map() })
  expect(rows.readings.map((row) => row.energyWh)).toEqual([50_000])
})

test('only what is told by a device, or comes out of its turn, needs its neighbours', () => {
  const [live, old, freeze] = readingCandidates(
    [read(NOW, 1), read(ago(2 * HOUR_MS), 1), frozen(ago(MINUTE_MS), 1)],
    () => true,
  )
  const needs = [live, old, freeze].map((one) => one && needsNeighbours(one, TRUST.base))
  expect(needs).toEqual([false, true, true])
  expect(judgeRows([], NOTHING_KNOWN).readings).toEqual([])
})
