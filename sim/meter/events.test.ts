import { describe, expect, test } from 'vitest'
import { at, benchMeter, NOON, openedMeter, readDi, writeDi } from './bench-meter.ts'
import { hexLow } from './bytes.ts'

const MINUTE_MS = 60_000
const zeros = (bytes: number) => '00'.repeat(bytes)

describe('event records', () => {
  test('programming holds operator and items; writes within a minute are one', () => {
    const meter = openedMeter(10_000)
    writeDi(meter, '04001001', '00012345')
    writeDi(meter, '04001005', '00000100', NOON + 1_000)
    expect(readDi(meter, '03300000')).toBe('000001')
    const record = readDi(meter, '03300001') ?? ''
    // Read high byte first: the last item leads, then the first, operator and moment.
    expect(record.slice(-36)).toBe('04001005' + '04001001' + '00000001' + '261122120000')
    expect(record).toHaveLength(2 * 50)
    writeDi(meter, '04001005', '00000200', NOON + 2 * MINUTE_MS)
    expect(readDi(meter, '03300000', NOON + 2 * MINUTE_MS)).toBe('000002')
  })

  test('setting the clock is recorded with both moments, and is no programming', () => {
    const meter = benchMeter()
    writeDi(meter, '0400010C', '26112200121500')
    expect(readDi(meter, '03300400')).toBe('000001')
    expect(readDi(meter, '03300401')).toBe('261122121500' + '261122120000' + '00000001')
    expect(readDi(meter, '03300000')).toBe('000000')
  })

  test.each([
    ['the meter cover', 'meterCover', '03300D'],
    ['the terminal cover', 'terminalCover', '03300E'],
  ] as const)('%s: beginning, end, energies before and after', (_name, cover, item) => {
    const meter = openedMeter(10_000, 0, { initialWh: 5_000 })
    meter.setCover(NOON, cover, true)
    expect(readDi(meter, `${item}01`)?.slice(-24)).toBe(`${zeros(6)}261122120000`)
    meter.setCover(NOON + MINUTE_MS, cover, false)
    const record = readDi(meter, `${item}01`, NOON + MINUTE_MS) ?? ''
    expect(record).toHaveLength(2 * 60)
    expect(record.slice(-24)).toBe('261122120100' + '261122120000')
    expect(record.slice(-40, -24)).toBe('00000000' + '00000500')
  })

  test.each([
    ['nothing is open', [], '0000'],
    ['the meter cover is open', ['meterCover'], '0200'],
    ['the terminal cover is open', ['terminalCover'], '0400'],
    ['both are open', ['meterCover', 'terminalCover'], '0600'],
  ] as const)('status word 7 when %s', (_name, covers, word) => {
    const meter = benchMeter()
    for (const cover of covers) meter.setCover(NOON, cover, true)
    expect(readDi(meter, '04000507')).toBe(word)
  })

  test('a record that is not there reads as zeros', () => {
    expect(readDi(benchMeter(), '03110001')).toBe(zeros(12))
    expect(readDi(benchMeter(), '0330000A')).toBe(zeros(50))
    expect(readDi(benchMeter(), '0330000B')).toBeNull()
  })
})

describe('broadcast time', () => {
  const broadcast = (meter: ReturnType<typeof benchMeter>, digits: string, nowMs: number) =>
    meter.onRequest({ address: '999999999999', control: 0x08, data: hexLow(digits) }, nowMs)

  test('is taken once a day, and leaves no event', () => {
    const meter = benchMeter()
    broadcast(meter, '261122120100', NOON)
    broadcast(meter, '261122120300', NOON)
    expect(meter.state.clockOffsetMs).toBe(MINUTE_MS)
    broadcast(meter, '261123120300', NOON + 1_440 * MINUTE_MS)
    expect(meter.state.clockOffsetMs).toBe(3 * MINUTE_MS)
    expect(readDi(meter, '03300400', NOON + 1_440 * MINUTE_MS)).toBe('000000')
  })

  test.each(['261122000300', '261122235600'])('is not taken near midnight, at %s', (digits) => {
    const nowMs = at(digits)
    const meter = benchMeter({}, { nowMs })
    broadcast(meter, digits.replace(/..$/, '30'), nowMs)
    expect(meter.state.clockOffsetMs).toBe(0)
  })
})

describe('a register at its end', () => {
  test('rolls over from 999999.99 to 000000.00, each tariff and the total on its own', () => {
    const meter = openedMeter(10_000, 0, { initialWh: 999_999_980 })
    meter.site.fixedW = 3_600
    meter.state.energyRest = 0
    expect(readDi(meter, '00000000', NOON + 10_000)).toBe('99999999')
    expect(readDi(meter, '00000000', NOON + 20_000)).toBe('00000000')
    expect(readDi(meter, '0000FF00', NOON + 30_000)?.slice(-8)).toBe('00000001')
  })
})
