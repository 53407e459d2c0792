import { describe, expect, test } from 'vitest'
import { load, NOON, openedMeter, order, readDi } from './bench-meter.ts'

const TRIP = 0x1a
const PERMIT = 0x1b
const CLOSE = 0x1c
const KEEP = 0x3a
const RELEASE = 0x3b

/** Orders one after another, then the relay: bit 4 what is, bit 6 what was ordered, bit 12 kept. */
const ROWS: [name: string, balanceFen: number, orders: number[], relay: string][] = [
  ['money closes nothing by itself', 5_000, [], 'closed'],
  ['trip', 5_000, [TRIP], 'tripped operator'],
  ['trip, then permit', 5_000, [TRIP, PERMIT], 'closed'],
  ['trip, then close', 5_000, [TRIP, CLOSE], 'closed'],
  ['close in arrears', 0, [CLOSE], 'tripped arrears'],
  ['close in arrears lifts the hold of an operator', 0, [TRIP, CLOSE], 'tripped arrears'],
  ['keep alone closes nothing', 0, [KEEP], 'tripped arrears kept'],
  ['keep, then close in arrears', 0, [KEEP, CLOSE], 'closed kept'],
  ['released in arrears', 0, [KEEP, CLOSE, RELEASE], 'tripped arrears'],
  ['released with money', 5_000, [KEEP, RELEASE], 'closed'],
  ['kept, released, tripped', 5_000, [KEEP, RELEASE, TRIP], 'tripped operator'],
]

const relayOf = (meter: ReturnType<typeof openedMeter>): string => {
  const { relay, kept } = meter.state
  const contact = relay.open
    ? relay.ordered === 'closed'
      ? 'closePermitted'
      : 'tripped'
    : 'closed'
  return [contact, relay.cause, kept ? 'kept' : null].filter((word) => word !== null).join(' ')
}

describe('orders to the relay', () => {
  test.each(ROWS)('%s', (_name, balanceFen, orders, expected) => {
    const meter = openedMeter(balanceFen)
    for (const n1 of orders) expect(order(meter, n1)).toBe('ok')
    expect(relayOf(meter)).toBe(expected)
  })

  test('a trip is refused while kept', () => {
    const meter = openedMeter(5_000)
    order(meter, KEEP)
    expect(order(meter, TRIP)).toBe(0x04)
    expect(relayOf(meter)).toBe('closed kept')
  })

  test.each([
    ['one second too late', '261122115959', 0x01],
    ['in its last second', '261122120000', 'ok'],
    ['without a date', '000000000000', 0x01],
  ])('an order that arrives %s', (_name, until, expected) => {
    expect(order(openedMeter(5_000), TRIP, until)).toBe(expected)
  })

  test("the deadline is judged by the meter's own clock", () => {
    const meter = openedMeter(5_000)
    meter.state.clockOffsetMs = -3_600_000
    expect(order(meter, TRIP, '261122113000')).toBe('ok')
    meter.state.clockOffsetMs = 3_600_000
    expect(order(meter, PERMIT, '261122123000')).toBe(0x01)
  })

  test('a permission may wait for the button', () => {
    const meter = openedMeter(5_000, 0, { permit: 'button' })
    order(meter, TRIP)
    meter.pressButton(NOON)
    expect(relayOf(meter)).toBe('tripped operator')
    order(meter, PERMIT)
    expect(relayOf(meter)).toBe('closePermitted')
    meter.pressButton(NOON)
    expect(relayOf(meter)).toBe('closed')
  })
})

describe('closing after a recharge', () => {
  test.each([
    ['above the closing amount', 501, 'closed'],
    ['at the closing amount', 500, 'tripped arrears'],
  ])('%s', (_name, amountFen, expected) => {
    const meter = openedMeter(0)
    meter.state.closingFen = 500
    load(meter, { amountFen, count: 1 })
    expect(relayOf(meter)).toBe(expected)
  })
})

describe('status word 3', () => {
  test.each([
    ['closed with money', 90_000, [], '0200'],
    ['closed below alarm 1', 100, [], '0280'],
    ['tripped', 90_000, [TRIP], '0250'],
    ['kept', 90_000, [KEEP], '1200'],
  ])('%s', (_name, balanceFen, orders, word) => {
    const meter = openedMeter(balanceFen)
    for (const n1 of orders) order(meter, n1)
    expect(readDi(meter, '04000503')).toBe(word)
  })
})

describe('relay records', () => {
  test('name time, operator and energy of each trip and closing', () => {
    const meter = openedMeter(5_000, 0, { initialWh: 1_234_560 })
    order(meter, TRIP)
    order(meter, CLOSE)
    expect(readDi(meter, '1D000001')).toBe('000001')
    expect(readDi(meter, '1D00FF01')?.slice(-28)).toBe('0012345600000000261122120000')
    expect(readDi(meter, '1E000001')).toBe('000001')
    expect(readDi(meter, '1E00FF02')).toBeNull()
  })
})
