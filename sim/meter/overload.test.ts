import { describe, expect, test } from 'vitest'
import { load, NOON, openedMeter, order, readDi, writeDi } from './bench-meter.ts'

const SECOND = 1_000
const CLOSE = 0x1c
const KEEP = 0x3a
const RELEASE = 0x3b
const PHASE_A = '04000504'
const OVERLOADED = '0020'

/** Limits as they travel: 5.0000 kW for 45 s. */
const limited = (watts: number, overloadTrips: boolean) => {
  const meter = openedMeter(90_000, 0, { overloadTrips })
  expect(writeDi(meter, '04090B01', '050000')).toMatchObject({ error: null })
  expect(writeDi(meter, '04090B02', '45')).toMatchObject({ error: null })
  meter.site.fixedW = watts
  return meter
}
const stateAfter = (meter: ReturnType<typeof limited>, seconds: number) => {
  meter.advance(NOON + seconds * SECOND)
  const { open, cause } = meter.state.relay
  return open ? cause : 'closed'
}

describe('an overload', () => {
  test.each<[string, number, number, string]>([
    ['at the limit, for ever', 5_000, 3_600, 'closed'],
    ['above it, before the delay is over', 5_001, 45, 'closed'],
    ['above it, when it is over', 5_001, 46, 'overload'],
  ])('opens a meter that trips on it: %s', (_name, watts, seconds, relay) => {
    expect(stateAfter(limited(watts, true), seconds)).toBe(relay)
  })

  test('ends to the second, however seldom the meter is asked', () => {
    const meter = limited(8_000, true)
    meter.advance(NOON + 3_600 * SECOND)
    expect(meter.state.trips.last[0]).toMatchObject({
      cause: 'overload',
      atMs: NOON + 45 * SECOND,
      energyWh: 100,
    })
  })

  test('is only shown by a meter that does not trip on it', () => {
    const meter = limited(8_000, false)
    expect(stateAfter(meter, 44)).toBe('closed')
    expect(readDi(meter, PHASE_A, NOON + 44 * SECOND)).toBe('0000')
    expect(readDi(meter, PHASE_A, NOON + 46 * SECOND)).toBe(OVERLOADED)
  })

  test('that was over for a moment begins again', () => {
    const meter = limited(8_000, true)
    meter.advance(NOON + 40 * SECOND)
    meter.site.fixedW = 100
    meter.advance(NOON + 70 * SECOND)
    meter.site.fixedW = 8_000
    expect(stateAfter(meter, 114)).toBe('closed')
    expect(stateAfter(meter, 160)).toBe('overload')
  })

  test('opens nothing while power is kept, and at once when that ends', () => {
    const meter = limited(8_000, true)
    order(meter, KEEP)
    expect(stateAfter(meter, 3_600)).toBe('closed')
    order(meter, RELEASE, '261122140000', NOON + 3_600 * SECOND)
    expect(stateAfter(meter, 3_601)).toBe('overload')
  })

  test('is closed by an order, never by money', () => {
    const meter = limited(8_000, true)
    expect(stateAfter(meter, 60)).toBe('overload')
    load(meter, { amountFen: 5_000, count: 1 }, NOON + 60 * SECOND)
    expect(meter.state.relay.cause).toBe('overload')
    meter.site.fixedW = 100
    expect(order(meter, CLOSE, '261122235959', NOON + 61 * SECOND)).toBe('ok')
    expect(meter.state.relay.open).toBe(false)
  })
})
