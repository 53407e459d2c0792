import { describe, expect, test } from 'vitest'
import { ask, benchMeter, NOON, openedMeter, readDi, writeDi } from './bench-meter.ts'
import { hexLow } from './bytes.ts'

const ACCEPTED = { control: 0x94, error: null }
const REFUSED = { control: 0xd4, error: 0x01 }
const NO_SUCH_DATA = { control: 0xd4, error: 0x02 }

describe('what is written can be read back', () => {
  test.each([
    ['alarm amount 1', '04001001', '00012345'],
    ['alarm amount 2', '04001002', '00001000'],
    ['overdraft limit', '04001003', '00005000'],
    ['hoarding limit', '04001004', '00500000'],
    ['closing amount', '04001005', '00000100'],
    ['settlement day', '04000B01', '1506'],
    ['overload power', '04090B01', '050000'],
    ['overload delay', '04090B02', '45'],
    ['prices in force', '040501FF', '00012000000095000000680000003200'],
    ['standby prices', '040502FF', '00012000000095000000680000003200'],
    ['price switch-over', '04000108', '2612010000'],
    ['clock', '0400010C', '26112303102030'],
    ['year zones', '04010000', '070102010101'],
    ['day table 2', '04020002', '180001000003'],
  ])('%s', (_name, di, value) => {
    const meter = openedMeter(10_000)
    expect(writeDi(meter, di, value)).toEqual(ACCEPTED)
    const read = readDi(meter, di)
    // The weekday is the meter's own reckoning: 2026-11-23 is a Monday.
    expect(read).toBe(di === '0400010C' ? '26112301102030' : value)
  })

  test('the hoarding limit 0 stands for the largest amount', () => {
    const meter = openedMeter(0)
    writeDi(meter, '04001004', '00000000')
    expect(readDi(meter, '04001004')).toBe('99999999')
  })
})

describe('what makes no sense is refused and changes nothing', () => {
  test.each([
    ['alarm 1 below alarm 2', '04001001', '00001000', REFUSED],
    ['alarm 2 above alarm 1', '04001002', '00900000', REFUSED],
    ['no decimal digits', '04001005', '0000010A', REFUSED],
    ['too short', '04001005', '000100', REFUSED],
    ['a settlement day that February lacks', '04000B01', '2900', REFUSED],
    ['an overload power without decimal digits', '04090B01', '05000A', REFUSED],
    ['a month 13', '04000108', '2613010000', REFUSED],
    ['three prices', '040501FF', '000120000000950000006800', REFUSED],
    ['a tariff 5', '04010001', '000005', { control: 0xd4, error: 0x40 }],
    ['a status word', '04000503', '0000', NO_SUCH_DATA],
    ['an unknown item', '04FFFFFF', '00', NO_SUCH_DATA],
  ])('%s', (_name, di, value, expected) => {
    const meter = openedMeter(10_000)
    const before = structuredClone(meter.state)
    expect(writeDi(meter, di, value)).toEqual(expected)
    expect(meter.state).toEqual(before)
  })
})

describe('reading', () => {
  test.each([
    ['combined energy', '00000000', '00000123'],
    ['total and tariffs', '0001FF00', `0000000000000123${'0'.repeat(16)}00000123`],
    ['remaining money', '00900200', '00010000'],
    ['meter number', '04000402', '202611220001'],
    ['customer number', '0400040E', '000000123456'],
    ['combination word', '04000601', '05'],
    ['present price', '02800020', '00010000'],
    ['energy left of a money meter', '00900100', null],
    ['nothing known', '0BADF00D', null],
  ])('%s', (_name, di, value) => {
    expect(readDi(openedMeter(10_000, 0, { initialWh: 1_239 }), di)).toBe(value)
  })

  test('phases that are not fitted read as FF', () => {
    const meter = benchMeter()
    meter.site.fixedVoltageDv = [2_200]
    expect(readDi(meter, '0201FF00')).toBe('FFFFFFFF2200')
  })

  test('a long block comes in pieces', () => {
    const meter = openedMeter(10_000)
    const di = hexLow('0001FFFF')
    const first = ask(meter, 0x11, di)
    const second = ask(meter, 0x12, Buffer.concat([di, Buffer.from([1])]))
    expect([first?.control, second?.control]).toEqual([0xb1, 0x92])
    // 13 days of five registers; the identifier leads each piece, the sequence ends the second.
    expect((first?.data.length ?? 0) - 4 + (second?.data.length ?? 0) - 5).toBe(13 * 5 * 4)
  })
})

describe('broadcast time', () => {
  const broadcast = (digits: string, nowMs = NOON) => {
    const meter = benchMeter({}, { nowMs })
    meter.onRequest({ address: '999999999999', control: 0x08, data: hexLow(digits) }, nowMs)
    return meter.state.clockOffsetMs
  }
  test.each([
    ['two minutes off is corrected', '261122120200', 120_000],
    ['five minutes off is corrected', '261122115500', -300_000],
    ['six minutes off is left', '261122120600', 0],
  ])('%s', (_name, digits, offsetMs) => {
    expect(broadcast(digits)).toBe(offsetMs)
  })
})
