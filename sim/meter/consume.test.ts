import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, benchMeter, NOON, openedMeter, order, readDi } from './bench-meter.ts'
import { energyWhOf } from './state.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const running = (balanceFen: number, watts: number, priceE4 = 10_500) => {
  const meter = openedMeter(balanceFen, 0, { priceE4 })
  meter.site.fixedW = watts
  meter.state.energyRest = 0
  return meter
}

describe('energy and money', () => {
  test('a kilowatt for an hour is a kilowatt-hour at its price', () => {
    const meter = running(10_000, 1_000)
    meter.advance(NOON + HOUR_MS)
    expect(energyWhOf(meter.state)).toBe(1_000)
    expect(meter.state.remainingFen).toBe(10_000 - 105)
  })

  test('fractions of a fen are neither lost nor invented', () => {
    const meter = running(10_000, 3_600, 12_345)
    for (let second = 1; second <= 1_000; second++) meter.advance(NOON + second * SECOND_MS)
    expect(energyWhOf(meter.state)).toBe(1_000)
    // 1 kWh at 1.2345 yuan: 123 whole fen, and 0.45 fen kept for the next.
    expect(meter.state).toMatchObject({ remainingFen: 10_000 - 123, costRest: 45_000 })
  })

  test('how often the meter looks at its clock changes nothing', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 7_200_000 }), { maxLength: 40 })
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 400 }), (steps, balanceFen) => {
        const [often, once] = [0, 1].map(() => {
          const meter = openedMeter(balanceFen, 0, { load: 'restaurant', ratedW: 9_000 })
          meter.site.fixedW = null
          return meter
        })
        for (const step of steps.toSorted((a, b) => a - b)) often?.advance(NOON + step)
        often?.advance(NOON + 7_200_000)
        once?.advance(NOON + 7_200_000)
        expect(often?.state).toEqual(once?.state)
      }),
      { numRuns: 60 },
    )
  })

  test('the load factor multiplies consumption, not time', () => {
    const meter = benchMeter(
      { ratedW: 1_000, found: { customerNo: '000000000001', purchaseCount: 0, balanceFen: 1e6 } },
      { load: 60 },
    )
    meter.site.fixedW = null
    const slow = openedMeter(1e6, 0, { ratedW: 1_000 })
    slow.site.fixedW = null
    for (const one of [meter, slow]) one.advance(NOON + HOUR_MS)
    const ratio = energyWhOf(meter.state) / energyWhOf(slow.state)
    expect(ratio).toBeGreaterThan(58)
    expect(ratio).toBeLessThan(62)
  })
})

describe('when the money ends', () => {
  test('the meter trips at that moment and counts no further', () => {
    // 100 fen buy 1000 Wh at 1.0000; at 3600 W that takes 1000 seconds.
    const meter = running(100, 3_600, 10_000)
    meter.advance(NOON + HOUR_MS)
    expect(energyWhOf(meter.state)).toBe(1_000)
    expect(meter.state).toMatchObject({
      remainingFen: 0,
      overdraftFen: 0,
      relay: { open: true, cause: 'arrears' },
    })
    expect(meter.state.trips.last).toMatchObject([{ atMs: NOON + 1_000 * SECOND_MS }])
  })

  test('an overdraft is used up to its limit', () => {
    const meter = running(100, 3_600, 10_000)
    meter.state.overdraftLimitFen = 50
    meter.advance(NOON + HOUR_MS)
    expect(energyWhOf(meter.state)).toBe(1_500)
    expect(meter.state).toMatchObject({ remainingFen: 0, overdraftFen: 50, relay: { open: true } })
    expect(readDi(meter, '00900201', NOON + HOUR_MS)).toBe('00000050')
  })

  test('a kept meter goes on and owes', () => {
    const meter = running(100, 3_600, 10_000)
    order(meter, 0x3a)
    meter.advance(NOON + HOUR_MS)
    expect(meter.state).toMatchObject({ overdraftFen: 260, relay: { open: false } })
    order(meter, 0x3b, '261122235959', NOON + HOUR_MS)
    expect(meter.state.relay).toMatchObject({ open: true, cause: 'arrears' })
  })

  test('welded contacts let power through an open relay', () => {
    const meter = running(0, 3_600)
    meter.site.stuckRelay = true
    meter.advance(NOON + 10 * SECOND_MS)
    expect(meter.state.relay.open).toBe(true)
    expect(energyWhOf(meter.state)).toBe(10)
  })
})

describe('feeding back', () => {
  test('counts in the reverse register and gives no money', () => {
    const meter = running(100, -3_600)
    meter.advance(NOON + 20 * SECOND_MS)
    expect(meter.state).toMatchObject({ reverseWh: 20, remainingFen: 100 })
    expect(readDi(meter, '00020000', NOON + 20 * SECOND_MS)).toBe('00000002')
    expect(readDi(meter, '02030000', NOON + 20 * SECOND_MS)).toBe('836000')
  })
})

describe('midnight', () => {
  const EVENING = at('261130230000')

  test('freezes the day, and the month on its last day', () => {
    const meter = openedMeter(1_000_000)
    meter.state.atMs = EVENING
    meter.state.frozenDay = '261130'
    meter.site.fixedW = 1_000
    meter.state.energyRest = 0
    meter.advance(EVENING + 2 * HOUR_MS)
    const now = EVENING + 2 * HOUR_MS
    expect(readDi(meter, '05060001', now)).toBe('2612010000')
    expect(readDi(meter, '05060101', now)?.slice(-8)).toBe('00000100')
    expect(readDi(meter, '00010001', now)).toBe('00000100')
    expect(readDi(meter, '00010000', now)).toBe('00000200')
    expect(readDi(meter, '05060002', now)).toBeNull()
  })

  test('comes when the clock of the meter says so', () => {
    const meter = openedMeter(1_000_000)
    meter.state.atMs = EVENING
    meter.state.frozenDay = '261130'
    meter.state.clockOffsetMs = HOUR_MS
    meter.advance(EVENING + MINUTE_MS)
    expect(meter.state.dailyFreezes).toHaveLength(1)
  })
})

describe('two sets of prices', () => {
  test('the standby set takes over at its moment and the status word shows it', () => {
    const meter = running(100_000, 3_600, 10_000)
    meter.state.prices.standby = [20_000, 20_000, 20_000, 20_000]
    meter.state.prices.switchAt = '2611221201'
    expect(readDi(meter, '04000503')).toBe('0200')
    meter.advance(NOON + 2 * MINUTE_MS)
    // One minute at 1.0000 and one at 2.0000, 60 Wh each.
    expect(meter.state.remainingFen).toBe(100_000 - 6 - 12)
    expect(readDi(meter, '04000503', NOON + 2 * MINUTE_MS)).toBe('0600')
    expect(readDi(meter, '040501FF', NOON + 2 * MINUTE_MS)).toBe('00020000'.repeat(4))
  })

  test('tariffs follow the day table', () => {
    const meter = running(100_000, 3_600, 10_000)
    meter.state.periods.current = [
      [
        { hourMinute: 0, tariff: 4 },
        { hourMinute: 1201, tariff: 1 },
      ],
    ]
    meter.advance(NOON + 2 * MINUTE_MS)
    expect(meter.state.tariffWh).toEqual([60, 0, 0, 60])
  })
})
