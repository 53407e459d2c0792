import { describe, expect, test } from 'vitest'
import { ask, at, benchMeter, NOON, openedMeter, readDi, writeDi } from './bench-meter.ts'
import { hexLow } from './bytes.ts'
import { hostMoment, meterNow } from './own-clock.ts'
import { VirtualMeter } from './virtual-meter.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const kilowatt = (nowMs = NOON) => {
  const meter = benchMeter(
    { found: { customerNo: '000000123456', purchaseCount: 0, balanceFen: 9e8 } },
    { nowMs },
  )
  meter.site.fixedW = 1_000
  meter.state.energyRest = 0
  return meter
}

describe('interval freezes', () => {
  test('come every half hour, newest first, whole and in single items', () => {
    const meter = kilowatt()
    const now = NOON + 95 * MINUTE_MS
    // Moment, forward, reverse, low byte first on the wire: read here from the last to the first.
    expect(readDi(meter, '0504FF01', now)).toBe('00000000' + '00000150' + '2611221330')
    expect(readDi(meter, '05040001', now)).toBe('2611221330')
    expect(readDi(meter, '05040103', now)).toBe('00000050')
    expect(readDi(meter, '05040203', now)).toBe('00000000')
    expect(readDi(meter, '05040003', now)).toBe('2611221230')
    expect(readDi(meter, '0504FF04', now)).toBeNull()
  })

  test.each([
    ['15', 4],
    ['60', 1],
  ])('follow an interval of %s minutes', (minutes, frozen) => {
    const meter = kilowatt()
    expect(writeDi(meter, '04001202', minutes).control).toBe(0x94)
    meter.advance(NOON + HOUR_MS)
    expect(meter.state.intervalFreezes).toHaveLength(frozen)
    expect(readDi(meter, '04001202', NOON + HOUR_MS)).toBe(minutes)
  })

  test('refuse an interval that does not divide the hour', () => {
    expect(writeDi(kilowatt(), '04001202', '25').control).toBe(0xd4)
  })

  test('are kept 254 deep', () => {
    const meter = kilowatt()
    meter.advance(NOON + 6 * DAY_MS)
    expect(meter.state.intervalFreezes).toHaveLength(254)
    expect(readDi(meter, '050400FE', NOON + 6 * DAY_MS)).toBe('2611230530')
    expect(readDi(meter, '050400FF', NOON + 6 * DAY_MS)).toBeNull()
  })
})

describe('daily and monthly freezes', () => {
  const EVENING = at('261130230000')
  const NIGHT = EVENING + 2 * HOUR_MS

  test('hold the registers of midnight', () => {
    const meter = kilowatt(EVENING)
    const block = ask(meter, 0x11, hexLow('0506FF01'), NIGHT)
    expect(block?.control).toBe(0xb1)
    expect(block?.data.subarray(4, 13).toString('hex')).toBe('0000011226' + '00010000')
    const rest = ask(meter, 0x12, Buffer.concat([hexLow('0506FF01'), Buffer.from([1])]), NIGHT)
    // 5 of moment, 8 blocks of 20, demand 40 and 40, powers 24; one byte of sequence.
    expect((block?.data.length ?? 0) - 4 + (rest?.data.length ?? 0) - 5).toBe(5 + 160 + 104)
  })

  test.each([
    ['the monthly freeze', '05070001', '2612010000'],
    ['its forward total', '05070101', `0000000000000100${'0'.repeat(16)}00000100`],
    ['the last settlement, combined', '00000001', '00000100'],
    ['the one before it: nothing yet', '00000002', '00000000'],
    ['the time of the settlement', '00FE0001', '26120100'],
    ['the time of one that never was', '00FE0002', '00000000'],
  ])('%s', (_name, di, value) => {
    expect(readDi(kilowatt(EVENING), di, NIGHT)).toBe(value)
  })

  test('the month ends where its settlement day says', () => {
    const meter = kilowatt()
    meter.state.monthStart = '2506'
    expect(readDi(meter, '00FE0001', NOON + 3 * DAY_MS)).toBe('26112506')
  })

  test('are kept 62 days and 12 months deep', () => {
    const meter = kilowatt()
    meter.site.fixedW = 0
    meter.advance(NOON + 400 * DAY_MS)
    expect(meter.state.dailyFreezes).toHaveLength(62)
    expect(meter.state.settlements).toHaveLength(12)
  })
})

describe('the freeze on command', () => {
  test('keeps the registers of now as 0501', () => {
    const meter = kilowatt()
    expect(ask(meter, 0x16, Buffer.from([0x99, 0x99, 0x99, 0x99]))?.control).toBe(0x96)
    expect(readDi(meter, '05010001')).toBe('2611221200')
    expect(readDi(meter, '05010102')).toBeNull()
  })
})

describe('what a silent or dark meter keeps', () => {
  test('a meter without power is silent, counts nothing, and has its freezes all the same', () => {
    const meter = kilowatt()
    meter.setPowered(NOON + HOUR_MS, false)
    expect(readDi(meter, '00010000', NOON + 2 * HOUR_MS)).toBeNull()
    meter.setPowered(NOON + 3 * HOUR_MS, true)
    const now = NOON + 3 * HOUR_MS + MINUTE_MS
    expect(readDi(meter, '0504FF02', now)).toBe('00000000' + '00000100' + '2611221430')
    expect(readDi(meter, '03110000', now)).toBe('000001')
    expect(readDi(meter, '03110001', now)).toBe('261122150000' + '261122130000')
  })

  test('a simulator that was away catches up, freezes included', () => {
    const before = kilowatt()
    const state = structuredClone(before.state)
    const meter = new VirtualMeter(before.site, state, NOON + DAY_MS)
    expect(readDi(meter, '00010000', NOON + DAY_MS)).toBe('00002400')
    expect(meter.state.intervalFreezes).toHaveLength(48)
    expect(meter.state.events.powerDown.count).toBe(0)
  })

  test('of a very long absence only the last two days are lived through', () => {
    const before = kilowatt()
    const state = structuredClone(before.state)
    const meter = new VirtualMeter(before.site, state, NOON + 10 * DAY_MS)
    expect(readDi(meter, '00010000', NOON + 10 * DAY_MS)).toBe('00004800')
    expect(readDi(meter, '03110001', NOON + 10 * DAY_MS)).toBe('261130120000' + '261122120000')
  })
})

describe('a drifting clock', () => {
  test.each([
    ['slow', -500, -1_800],
    ['fast', 500, 1_800],
  ])('goes %s by its parts per million', (_name, ppm, afterAnHourMs) => {
    const meter = benchMeter({ clockPpm: ppm })
    expect(meterNow(meter.state, NOON + HOUR_MS) - NOON - HOUR_MS).toBe(afterAnHourMs)
    const freezeMs = hostMoment(meter.state, NOON + HOUR_MS)
    expect(meterNow(meter.state, freezeMs)).toBeGreaterThanOrEqual(NOON + HOUR_MS)
    expect(meterNow(meter.state, freezeMs - 1)).toBeLessThan(NOON + HOUR_MS)
  })

  test('freezes by its own time', () => {
    const meter = benchMeter({ clockPpm: 50_000 })
    // Five per cent fast: half past comes after 28 minutes and 35 seconds.
    meter.advance(NOON + 28 * MINUTE_MS)
    expect(meter.state.intervalFreezes).toHaveLength(0)
    meter.advance(NOON + 29 * MINUTE_MS)
    expect(meter.state.intervalFreezes).toMatchObject([{ stamp: '2611221230' }])
  })

  test('is right again after it was set, and drifts on from there', () => {
    const meter = benchMeter({ clockPpm: 1_000 })
    const now = NOON + HOUR_MS
    expect(readDi(meter, '04000102', now)).toBe('130003')
    writeDi(meter, '0400010C', '26112200130000', now)
    expect(readDi(meter, '04000102', now)).toBe('130000')
    expect(readDi(meter, '04000102', now + HOUR_MS)).toBe('140003')
  })

  test('which was set back meets the same moments again', () => {
    const meter = openedMeter(1_000)
    meter.advance(NOON + 31 * MINUTE_MS)
    writeDi(meter, '04000102', '122500', NOON + 31 * MINUTE_MS)
    meter.advance(NOON + 40 * MINUTE_MS)
    expect(meter.state.intervalFreezes.map(({ stamp }) => stamp)).toEqual([
      '2611221230',
      '2611221230',
    ])
  })
})
