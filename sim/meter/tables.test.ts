import { describe, expect, test } from 'vitest'
import { at, NOON, openedMeter, readDi, writeDi } from './bench-meter.ts'
import { energyWhOf } from './state.ts'
import type { VirtualMeter } from './virtual-meter.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ACCEPTED = { control: 0x94, error: null }

/** As the wire has them, the last entry first: 00:00 flat, 08:00 peak, 22:00 valley. */
const WORKDAY = '220004080002000003'
const ALL_VALLEY = '000004'
const PRICES = '00003000000070000001050000012000'

const written = (meter: VirtualMeter, items: readonly [string, string][], nowMs = NOON) => {
  for (const [di, value] of items)
    expect([di, writeDi(meter, di, value, nowMs)]).toEqual([di, ACCEPTED])
}

const running = (watts = 1_000) => {
  const meter = openedMeter(10_000_000)
  meter.site.fixedW = watts
  meter.state.energyRest = 0
  return meter
}

describe('a standby set', () => {
  const push: [string, string][] = [
    ['040502FF', PRICES],
    ['04020001', WORKDAY],
    ['04000107', '2611230000'],
    ['04000108', '2611230000'],
  ]

  test('comes into force at its moment of the meter’s own clock, and the word says so', () => {
    const meter = running(0)
    meter.state.clockOffsetMs = 120_000
    written(meter, push)
    const midnight = at('261123000000') - 120_000
    meter.advance(midnight - 1)
    expect(readDi(meter, '04000503', midnight - 1)).toBe('0200')
    meter.advance(midnight)
    // Bit 0: day tables, bit 10: prices; zones and tiers stay as they are.
    expect(readDi(meter, '04000503', midnight)).toBe('0601')
    expect(readDi(meter, '040501FF', midnight)).toBe(PRICES)
    expect(readDi(meter, '04010001', midnight)).toBe(WORKDAY)
    expect(readDi(meter, '04000108', midnight)).toBe('0000000000')
  })

  test('that was switched out is the next standby set', () => {
    const meter = running(0)
    const before = readDi(meter, '040501FF')
    written(meter, push)
    expect(readDi(meter, '040502FF', NOON + DAY_MS)).toBe(before)
  })

  test('stays where it is while nobody names a moment, or takes it back', () => {
    const meter = running(0)
    written(meter, push)
    written(meter, [['04000108', '0000000000']])
    expect(readDi(meter, '040501FF', NOON + DAY_MS)).not.toBe(PRICES)
    expect(readDi(meter, '04010001', NOON + DAY_MS)).toBe(WORKDAY)
  })

  test('prices what is used before and after its moment each as it was then', () => {
    const meter = running(1_200)
    written(meter, push)
    meter.advance(at('261123090000'))
    // 12 h at 1.0000 up to midnight; then 8 h flat at 0.7000, an hour peak at 1.0500.
    const fen = 12 * 1.2 * 100 + 8 * 1.2 * 70 + 1.2 * 105
    expect(10_000_000 - meter.state.remainingFen).toBe(Math.floor(fen))
    expect(meter.state.costRest).toBe(Math.round((fen - Math.floor(fen)) * 100_000))
    expect(meter.state.tariffWh).toEqual([0, 1_200, 24_000, 0])
  })
})

describe('which table a day follows', () => {
  // 22 November 2026 is a Sunday, the 24th a Tuesday.
  const tables: [string, string][] = [
    ['04010000', '120103010101'],
    ['04010001', '000001'],
    ['04010002', '000002'],
    ['04010003', '000003'],
    ['04010004', ALL_VALLEY],
    ['04000801', '3E'],
    ['04000802', '02'],
    ['04030001', '26112404'],
    ['04030002', '26112504'],
    ['04000205', '0001'],
  ]
  test.each([
    ['a Sunday follows the table of rest days', '261122130000', 2],
    ['a workday that of its zone', '261123130000', 1],
    ['a holiday its own', '261124130000', 4],
    ['a holiday beyond the count does not count', '261125130000', 1],
    ['the next zone begins on its day', '261201130000', 3],
    ['and lasts over the end of the year', '270101000000', 1],
  ])('%s', (_name, moment, rate) => {
    const meter = running()
    written(meter, tables)
    const from = at(moment)
    meter.advance(from)
    const before = [...meter.state.tariffWh]
    meter.advance(from + HOUR_MS)
    const counted = meter.state.tariffWh.findIndex((wh, i) => wh > (before[i] ?? 0))
    expect(counted + 1).toBe(rate)
  })
})

const tierTable = (limits: string[], added: string[], starts: string[]) =>
  [...limits, ...added, ...starts].toReversed().join('')
const NO_STARTS = Array.from({ length: 6 }, () => '999999')
/** 1.00 and 2.00 kWh; 0.1000 and 0.3000 yuan more. */
const TIERS = (starts: string[]) =>
  tierTable(
    ['00000100', ...Array.from({ length: 5 }, () => '00000200')],
    ['00000000', '00001000', ...Array.from({ length: 5 }, () => '00003000')],
    starts,
  )

describe('tiers', () => {
  const tiered = (starts: string[]) => {
    const meter = running()
    written(meter, [
      ['04060AFF', TIERS(starts)],
      ['04000109', '2611221300'],
    ])
    return meter
  }

  test('are read back as written, and status word 3 shows their set', () => {
    const meter = tiered(NO_STARTS)
    expect(readDi(meter, '04060AFF')).toBe(TIERS(NO_STARTS))
    expect(readDi(meter, '040606FF', NOON + HOUR_MS)).toBe(TIERS(NO_STARTS))
    expect(readDi(meter, '04000503', NOON + HOUR_MS)).toBe('0A00')
  })

  test('add to the rate’s price from each limit on, to the watt-hour', () => {
    const meter = tiered(NO_STARTS)
    meter.advance(NOON + 4 * HOUR_MS)
    expect(energyWhOf(meter.state)).toBe(4_000)
    // The first hour counted before the tiers were in force: 1 + 1.1 + 1.3 + 1.3.
    expect(10_000_000 - meter.state.remainingFen).toBe(100 + 110 + 130 + 130)
    expect(readDi(meter, '0280000B', NOON + 4 * HOUR_MS)).toBe('00003000')
    expect(readDi(meter, '02800020', NOON + 4 * HOUR_MS)).toBe('00013000')
    expect(readDi(meter, '02800021', NOON + 4 * HOUR_MS)).toBe('00010000')
  })

  test('how often the meter looks at its clock changes nothing', () => {
    const [often, once] = [tiered(NO_STARTS), tiered(NO_STARTS)]
    for (let ms = 0; ms <= 4 * HOUR_MS; ms += 7_777) often.advance(NOON + ms)
    often.advance(NOON + 4 * HOUR_MS)
    once.advance(NOON + 4 * HOUR_MS)
    expect(often.state).toEqual(once.state)
  })

  test.each([
    ['a monthly use begins anew with the month', NO_STARTS, '261201000000', '00000000'],
    ['a yearly use goes on', ['010100', ...NO_STARTS.slice(1)], '261201000000', '00003000'],
    ['until its settlement moment', ['010100', ...NO_STARTS.slice(1)], '270101000000', '00000000'],
    ['also in the middle of a year', ['120500', ...NO_STARTS.slice(1)], '261205000000', '00000000'],
  ])('%s', (_name, starts, moment, added) => {
    expect(readDi(tiered(starts), '0280000B', at(moment))).toBe(added)
  })

  test.each([
    ['a month that ends on the 25th begins anew there', '2500', '261125000000', '00000000'],
    ['at the hour that was set', '2508', '261125070000', '00003000'],
    ['and not at the end of the calendar month', '1500', '261201000000', '00003000'],
  ])('%s', (_name, day, moment, added) => {
    const meter = tiered(NO_STARTS)
    written(meter, [['04000B01', day]])
    expect(readDi(meter, '0280000B', at(moment))).toBe(added)
  })

  test('a meter whose money ends inside a tier trips there', () => {
    const meter = openedMeter(155)
    meter.site.fixedW = 1_000
    meter.state.energyRest = 0
    written(meter, [
      ['04060AFF', TIERS(NO_STARTS)],
      ['04000109', '2611221200'],
    ])
    meter.advance(NOON + 5 * HOUR_MS)
    // 1.00 for the first kWh, 0.55 for half a kWh at 1.10.
    expect(energyWhOf(meter.state)).toBe(1_500)
    expect(meter.state.relay).toMatchObject({ open: true, cause: 'arrears' })
  })
})

describe('tables that make no sense are refused', () => {
  test.each([
    ['a day that does not begin at midnight', '04020001', '080003', 0x01],
    ['switches that fall', '04020001', '120002130001000003', 0x01],
    ['switches ten minutes apart', '04020001', '001002000003', 0x01],
    ['fifteen switches', '04020001', '000003'.repeat(15), 0x20],
    ['a fifth rate', '04020001', '000005', 0x40],
    ['five prices', '040502FF', '00010000'.repeat(5), 0x40],
    ['fifteen zones', '04020000', '010101'.repeat(15), 0x10],
    ['a 31 April', '04020000', '043101', 0x01],
    ['a day table 9', '04020000', '010109', 0x01],
    [
      'tiers that fall',
      '04060AFF',
      tierTable(
        ['00000200', '00000100', ...Array(4).fill('00000200')],
        Array(7).fill('00000000'),
        NO_STARTS,
      ),
      0x01,
    ],
    ['a year that begins on the 31st', '04060AFF', TIERS(['013100', ...NO_STARTS.slice(1)]), 0x01],
    ['255 holidays', '04000205', '0255', 0x01],
    ['a holiday on 30 February', '04030001', '26023001', 0x01],
  ])('%s', (_name, di, value, error) => {
    const meter = running(0)
    const before = structuredClone(meter.state)
    expect(writeDi(meter, di, value)).toEqual({ control: 0xd4, error })
    expect(meter.state).toEqual(before)
  })
})
