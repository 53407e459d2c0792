import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freezeFound, newFreezeSearch, nextBack } from './freeze-search.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A meter that freezes every `stepMs`, but not while it is off, and keeps the newest `kept`. */
type Meter = { stepMs: number; kept: number; off?: readonly { from: number; to: number }[] }

const frozenBy = ({ stepMs, kept, off = [] }: Meter, now: number): number[] => {
  const all: number[] = []
  for (let at = Math.floor(now / stepMs) * stepMs; at >= 0 && all.length < kept; at -= stepMs) {
    if (!off.some(({ from, to }) => at >= from && at < to)) all.push(at)
  }
  return all
}

type Run = { meter: Meter; from: number; now: number; nominalMs?: number; readMs?: number }

/** Searches until nothing is left; says what was stored and how often the meter was asked. */
const searched = ({ meter, from, now, nominalMs, readMs = 0 }: Run) => {
  const certain = nominalMs === undefined
  const search = newFreezeSearch(from, meter.kept, nominalMs ?? meter.stepMs, certain)
  const stored: number[] = []
  let asked = 0
  let at = now
  for (let back = nextBack(search, at); back !== null; back = nextBack(search, at)) {
    asked += 1
    if (asked > 3_000) throw new Error('it never ends')
    const frozenAt = frozenBy(meter, at)[back - 1] ?? null
    if (freezeFound(search, back, frozenAt) === 'take' && frozenAt !== null) stored.push(frozenAt)
    at += readMs
  }
  return { stored, asked, missing: frozenBy(meter, at).filter((f) => f > from && f <= now) }
}

const YEARS = 2_000 * DAY
const daily = (kept = 62, off: Meter['off'] = []): Meter => ({ stepMs: DAY, kept, off })

test.each<[string, Run, { stored: number; asked: number }]>([
  [
    'yesterday’s only',
    { meter: daily(), from: YEARS - DAY, now: YEARS + HOUR },
    { stored: 1, asked: 1 },
  ],
  [
    'none, for it is stored',
    { meter: daily(), from: YEARS, now: YEARS + HOUR },
    { stored: 0, asked: 1 },
  ],
  [
    'three days of a silent line',
    { meter: daily(), from: YEARS - 3 * DAY, now: YEARS + HOUR },
    { stored: 3, asked: 3 },
  ],
  [
    '400 days of a silent line, of which the meter has the last 62',
    { meter: daily(), from: YEARS - 400 * DAY, now: YEARS + HOUR },
    { stored: 62, asked: 62 },
  ],
  [
    'one day after 400 days without power',
    {
      meter: daily(62, [{ from: YEARS - 399 * DAY, to: YEARS }]),
      from: YEARS - 400 * DAY,
      now: YEARS + HOUR,
    },
    { stored: 1, asked: 16 },
  ],
  [
    'those around three days without power',
    {
      meter: daily(62, [{ from: YEARS - 8 * DAY, to: YEARS - 5 * DAY }]),
      from: YEARS - 10 * DAY,
      now: YEARS + HOUR,
    },
    { stored: 7, asked: 16 },
  ],
  [
    'months',
    { meter: { stepMs: 30 * DAY, kept: 12 }, from: YEARS - 95 * DAY, now: YEARS + HOUR },
    { stored: 3, asked: 5 },
  ],
  [
    'half-hours of two hours, by a meter that freezes hourly',
    {
      meter: { stepMs: HOUR, kept: 254 },
      from: YEARS - 2.4 * HOUR,
      now: YEARS + 0.1 * HOUR,
      nominalMs: HOUR / 2,
    },
    { stored: 3, asked: 10 },
  ],
  [
    'half-hours of three days, by a meter that freezes each quarter of an hour',
    {
      meter: { stepMs: HOUR / 4, kept: 254 },
      from: YEARS - 3 * DAY,
      now: YEARS,
      nominalMs: HOUR / 2,
    },
    { stored: 254, asked: 262 },
  ],
])('fetches %s', (_, run, expected) => {
  const { stored, asked, missing } = searched(run)
  expect(stored).toEqual(missing.reverse())
  expect(stored).toHaveLength(expected.stored)
  expect(asked).toBeLessThanOrEqual(expected.asked)
})

test('what is new while it searches moves every index, and nothing is lost', () => {
  const meter: Meter = { stepMs: HOUR, kept: 254 }
  for (let readMs = 60_000; readMs < 10 * 60_000; readMs += 30_000) {
    const { stored, missing } = searched({ meter, from: YEARS - 30 * HOUR, now: YEARS, readMs })
    expect(stored).toEqual(expect.arrayContaining(missing))
  }
})

test('whatever a meter has frozen after the newest stored one is fetched, oldest first', () => {
  const outage = fc.record({ at: fc.nat(100), hours: fc.nat(30) })
  fc.assert(
    fc.property(
      fc.constantFrom(HOUR / 4, HOUR / 2, HOUR, DAY),
      fc.integer({ min: 1, max: 80 }),
      fc.nat(120),
      fc.array(outage, { maxLength: 4 }),
      fc.integer({ min: 0, max: 2 * HOUR }),
      (stepMs, kept, stepsBack, outages, latelyMs) => {
        const off = outages.map(({ at, hours }) => ({
          from: YEARS - at * stepMs,
          to: YEARS - at * stepMs + hours * HOUR,
        }))
        const from = YEARS - stepsBack * stepMs - latelyMs
        const meter: Meter = { stepMs, kept, off }
        const { stored, asked, missing } = searched({
          meter,
          from,
          now: YEARS,
          nominalMs: HOUR / 2,
        })
        expect([...stored].sort((a, b) => a - b)).toEqual(stored)
        expect(stored.length).toBeLessThanOrEqual(missing.length)
        // A step that the first neighbours show too long may hide others only next to an outage.
        if (off.length === 0) expect(stored).toEqual(missing.reverse())
        expect(asked).toBeLessThan(40 + 4 * stored.length + 4 * off.length)
      },
    ),
    { numRuns: 500, seed: 645 },
  )
})
