import { describe, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import { type RegisterRange, registerRangeOf } from '../meter-model/register-range.ts'
import combined from '../models/dlt645-prepaid-1p.ts'
import forward from '../models/holley-dds-1p.ts'
import { BLOCKING_FLAGS, flagNames, isBlocked, READING_FLAGS } from './reading-flags.ts'
import { isTold, READING_SOURCES, readingSourceOf } from './reading-sources.ts'
import { type Installed, judgeRegisters, judgeTime, type Known, type Sight } from './trust.ts'

const NOW = instant(1_790_000_000_000)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const ago = (ms: number): Instant => plusMs(NOW, -ms)

const known = (at: Instant, energyWh: number, reverseWh: number | null = 0): Known => ({
  at,
  energyWh,
  reverseWh,
})
const POINT: Installed = {
  multiplier: 1,
  side: 'primary',
  direction: 'combined',
  maxPowerW: 10_000,
}
const CT40: Installed = { ...POINT, multiplier: 40, side: 'secondary', maxPowerW: 400_000 }
const RANGE: RegisterRange = { modulusWh: 1_000_000_000, stepWh: 10, maxPowerW: 23_000 }
const NINES = 999_999_000

const judged = (sight: Partial<Sight> & Pick<Sight, 'reading'>) => {
  const judgement = judgeRegisters({
    before: null,
    after: null,
    undecidedJump: null,
    point: POINT,
    range: RANGE,
    ...sight,
  })
  return { ...judgement, flags: flagNames(judgement.flags) }
}

describe('from the reading before', () => {
  type Row = [
    name: string,
    before: number,
    now: number,
    elapsedMs: number,
    point: Installed,
    flags: string[],
    usedWh: number | null,
  ]
  test.each<Row>([
    ['the same register is no use', 1_000, 1_000, MINUTE_MS, POINT, [], 0],
    ['half an hour of use', 1_000, 3_000, 30 * MINUTE_MS, POINT, [], 2_000],
    ['below nothing is backwards', 1_000, -5_000, DAY_MS, POINT, ['backwards'], null],
    ['below nothing is no roll-over', NINES, -5_000, DAY_MS, POINT, ['backwards'], null],
    ['on from below nothing goes on', -5_000, -3_000, HOUR_MS, POINT, [], 2_000],
    ['one step back is backwards', 1_000, 990, MINUTE_MS, POINT, ['backwards'], null],
    ['a register from nothing again is backwards', 50_000, 0, DAY_MS, POINT, ['backwards'], null],
    ['ten kilowatts for an hour', 0, 10_000, HOUR_MS, POINT, [], 10_000],
    ['a quarter above the rating passes', 0, 12_500, HOUR_MS, POINT, [], 12_500],
    ['half above the rating is a jump', 0, 15_000, HOUR_MS, POINT, ['jump'], null],
    ['as much after a day is none', 0, 15_000, DAY_MS, POINT, [], 15_000],
    ['two steps in no time are no jump', 0, 20, 0, POINT, [], 20],
    ['a kilowatt-hour in no time is one', 0, 1_000, 0, POINT, ['jump'], null],
    ['a transformer multiplies', 1_000_000, 1_032_570, DAY_MS, CT40, [], 1_302_800],
    ['and is judged by what the point draws', 0, 32_570, HOUR_MS, CT40, ['jump'], null],
    [
      'primary registers are never multiplied',
      0,
      400,
      HOUR_MS,
      { ...CT40, side: 'primary' },
      [],
      400,
    ],
    [
      'without a rating the meter is the limit',
      0,
      23_000,
      HOUR_MS,
      { ...POINT, maxPowerW: null },
      [],
      23_000,
    ],
    ['and twice that is a jump', 0, 46_000, HOUR_MS, { ...POINT, maxPowerW: null }, ['jump'], null],
  ])('%s', (_name, before, now, elapsedMs, point, flags, usedWh) => {
    const sight = { before: known(ago(elapsedMs), before), reading: known(NOW, now), point }
    expect(judged(sight)).toMatchObject({ flags, usedWh })
  })
})

describe('roll-over', () => {
  test.each<[string, number, number, string[], number | null]>([
    ['is told from the last digits to the first', NINES, 500, ['rollover'], 1_500],
    ['is not, from half way up', 500_000_000, 500, ['backwards'], null],
    ['is not, one step below 99 %', 989_999_990, 500, ['backwards'], null],
    ['is not, where it would mean more than can be drawn', NINES, 90_000, ['backwards'], null],
  ])('%s', (_name, before, now, flags, usedWh) => {
    const sight = { before: known(ago(HOUR_MS), before), reading: known(NOW, now) }
    expect(judged(sight)).toMatchObject({ flags, usedWh })
  })

  test('is recorded and not blocked', () => {
    const sight = { before: known(ago(HOUR_MS), NINES), reading: known(NOW, 0) }
    const { flags, rollovers } = judgeRegisters({
      ...sight,
      after: null,
      undecidedJump: null,
      point: POINT,
      range: RANGE,
    })
    expect([isBlocked(flags), rollovers]).toEqual([false, ['energy']])
  })

  test('is not guessed where nobody knows the last digit', () => {
    const range = { ...RANGE, modulusWh: null }
    const sight = { before: known(ago(HOUR_MS), NINES), reading: known(NOW, 0), range }
    expect(judged(sight).flags).toEqual(['backwards'])
  })
})

describe('forward and reverse added up', () => {
  const BOTH: Installed = { ...POINT, direction: 'forwardPlusReverse' }
  const from = known(ago(HOUR_MS), 1_000, 500)
  test.each<[string, Known, string[], number | null]>([
    ['reverse energy counts like forward', known(NOW, 1_200, 900), [], 600],
    ['a reverse register may not go back either', known(NOW, 1_200, 400), ['backwards'], null],
    ['both together may be a jump', known(NOW, 9_000, 8_000), ['jump'], null],
    ['without the reverse register nothing is used', known(NOW, 1_200, null), [], null],
  ])('%s', (_name, reading, flags, usedWh) => {
    expect(judged({ before: from, reading, point: BOTH })).toMatchObject({ flags, usedWh })
  })

  test('elsewhere the reverse register is nobody’s business', () => {
    expect(judged({ before: from, reading: known(NOW, 1_100, 0) }).flags).toEqual([])
  })
})

describe('after a jump nobody has decided about', () => {
  const before = known(ago(90 * DAY_MS), 1_000)
  const undecidedJump = known(ago(89 * DAY_MS), 1_001_000)
  test('what stands as high is doubted, however long ago it was', () => {
    const reading = known(NOW, 1_002_000)
    expect(judged({ before, reading }).flags).toEqual([])
    expect(judged({ before, reading, undecidedJump }).flags).toEqual(['jump'])
  })
  test('what stands where it stood before is believed', () => {
    expect(judged({ before, reading: known(NOW, 5_000), undecidedJump }).flags).toEqual([])
  })
})

describe('out of its turn', () => {
  const before = known(ago(2 * HOUR_MS), 1_000)
  const after = known(NOW, 3_000)
  test.each<[string, number, string[]]>([
    ['between its neighbours it is believed', 2_000, []],
    ['below the one before it is backwards', 900, ['backwards']],
    ['above the one after it is backwards', 3_010, ['backwards']],
  ])('%s', (_name, energyWh, flags) => {
    expect(judged({ before, after, reading: known(ago(HOUR_MS), energyWh) }).flags).toEqual(flags)
  })
  test.each<[string, number, boolean]>([
    ['before the register began again it is believed', 999_999_500, true],
    ['after that too, and no second roll-over is told', 200, true],
    ['on neither side it is not', 500_000_000, false],
  ])('%s', (_name, energyWh, believed) => {
    const sight = {
      before: known(ago(2 * HOUR_MS), NINES),
      after: known(NOW, 500),
      reading: known(ago(HOUR_MS), energyWh),
    }
    expect([judged(sight).flags.length === 0, judged(sight).rollovers]).toEqual([believed, []])
  })
})

test('the first reading ever is doubted where it is below nothing', () => {
  expect(judged({ reading: known(NOW, -10) })).toMatchObject({ flags: ['backwards'], usedWh: null })
  expect(judged({ reading: known(NOW, 0) })).toMatchObject({ flags: [] })
})

test('the first reading ever is believed', () => {
  expect(judged({ reading: known(NOW, 123) })).toEqual({ flags: [], usedWh: null, rollovers: [] })
})

describe('times', () => {
  type Facts = Parameters<typeof judgeTime>[0]
  const plain: Facts = {
    at: NOW,
    receivedAt: NOW,
    told: false,
    clockOffsetMs: null,
    backfill: false,
  }
  const midnight = { ...plain, told: true, at: ago(10 * MINUTE_MS) }
  test.each<[string, Facts, string[], Instant | null]>([
    ['read now', plain, [], null],
    [
      'our own reading does not care for the meter’s clock',
      { ...plain, clockOffsetMs: DAY_MS },
      [],
      null,
    ],
    ['a freeze of ten minutes ago', midnight, [], null],
    ['its clock a minute off', { ...midnight, clockOffsetMs: 60_000 }, [], null],
    ['its clock six minutes slow', { ...midnight, clockOffsetMs: -6 * MINUTE_MS }, ['clock'], null],
    ['two hours late', { ...midnight, at: ago(2 * HOUR_MS) }, ['late'], null],
    [
      'two hours late because it was fetched later',
      { ...midnight, at: ago(2 * HOUR_MS), backfill: true },
      ['backfilled'],
      null,
    ],
    [
      'an hour in the future',
      { ...midnight, at: plusMs(NOW, HOUR_MS) },
      ['clock'],
      plusMs(NOW, HOUR_MS),
    ],
    [
      'of the year 2000',
      { ...midnight, at: instant(946_684_800_000) },
      ['clock'],
      instant(946_684_800_000),
    ],
  ])('%s', (_name, facts, flags, toldAt) => {
    const found = judgeTime(facts)
    expect([flagNames(found.flags), found.toldAt]).toEqual([flags, toldAt])
    expect(found.at).toBe(toldAt === null ? facts.at : facts.receivedAt)
  })
})

test('the flags that block are those the database names: 1, 2, 4 and 8', () => {
  expect(BLOCKING_FLAGS).toBe(15)
  expect(new Set(Object.values(READING_FLAGS).map(({ bit }) => bit)).size).toBe(8)
  expect(flagNames(1 | 64)).toEqual(['backwards', 'backfilled'])
})

test('every source has a code of its own, and those of devices tell their own time', () => {
  const sources = Object.values(READING_SOURCES)
  expect(new Set(sources.map(({ code }) => code)).size).toBe(sources.length)
  expect(readingSourceOf(7)).toBe('intervalFreeze')
  expect(readingSourceOf(99)).toBeNull()
  expect([1, 2, 3, 4, 5, 6, 7, 8].filter(isTold)).toEqual([3, 4, 7, 8])
})

test('a combined register has seven bits in its top byte, the eighth is its sign', () => {
  expect(registerRangeOf(combined)).toMatchObject({ modulusWh: 800_000_000, stepWh: 10 })
  expect(registerRangeOf(forward)).toMatchObject({ modulusWh: 1_000_000_000, stepWh: 10 })
})

test('a register of an unknown model counts eight digits of 0.01 kWh', () => {
  expect(registerRangeOf(null)).toEqual({ modulusWh: 1_000_000_000, stepWh: 10, maxPowerW: 69_000 })
})
