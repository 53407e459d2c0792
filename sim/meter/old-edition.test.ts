import { describe, expect, test } from 'vitest'
import { ask, benchMeter, NOON } from './bench-meter.ts'
import { hexLow, textLow } from './bytes.ts'

const oldMeter = () => {
  const meter = benchMeter({ model: 'dlt645-1997-1p', initialWh: 1_234_560 })
  meter.site.fixedVoltageDv = [2_204]
  return meter
}
const readOld = (di: string, control = 0x01) => {
  const answer = ask(oldMeter(), control, hexLow(di))
  return answer === null ? null : [answer.control, textLow(answer.data.subarray(2))]
}

describe('a meter of the edition of 1997', () => {
  test.each([
    ['forward energy', '9010', '00123456'],
    ['the flat tariff of it', '9013', '00123456'],
    ['all of it', '901F', `0000000000123456${'0'.repeat(16)}00123456`],
    ['reverse energy', '9020', '00000000'],
    ['date and weekday', 'C010', '26112200'],
    ['time', 'C011', '120000'],
    ['number', 'C032', '202611220001'],
    ['voltage', 'B611', '0220'],
  ])('%s', (_name, di, value) => {
    expect(readOld(di)).toEqual([0x81, value])
  })

  test('refuses what it does not know, and does not hear the functions of 2007', () => {
    expect(readOld('9017')?.[0]).toBe(0xc1)
    expect(ask(oldMeter(), 0x11, hexLow('00010000'))).toBeNull()
  })

  test('keeps no wallet: it never trips', () => {
    const meter = oldMeter()
    meter.site.fixedW = 5_000
    meter.advance(NOON + 3_600_000)
    expect(meter.state.relay.open).toBe(false)
    expect(meter.state.overdraftFen).toBe(0)
  })
})
