import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import { fen } from '../../ledger/money.ts'
import { must } from '../../shared/assert.ts'
import { instant, localTime, plusMs } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { MeterModel } from '../meter-model/model-schema.ts'
import old from '../models/dlt645-1997-1p.ts'
import prepaid from '../models/dlt645-prepaid-1p.ts'
import holley from '../models/holley-dds-1p.ts'
import { createDevice } from './create-device.ts'
import { authorityOf } from './dlt645-meter.ts'

const ADDRESS = '202611220001'
const ZONE = 'Asia/Shanghai'
const START = instant(Date.UTC(2026, 10, 22, 2, 20, 30))
const HOUR_MS = 3_600_000
const PATIENCE_MS = 30_000

type Simulated = 'dlt645-prepaid-1p' | 'dlt645-1997-1p'

const meterWith = (
  model: MeterModel,
  settings: unknown = {},
  simulated: Simulated = 'dlt645-prepaid-1p',
) => {
  const clock = createManualClock(START)
  const meter = { address: ADDRESS, initialWh: 1_234_560, ratedW: 0, model: simulated }
  const { bus, station, sent } = simulatedBus(clock, [meter])
  const deps = {
    bus,
    clock,
    rng: { below: () => 0, bytes: (length: number) => Buffer.alloc(length) },
    keyOf: () => Promise.resolve(null),
    zone: ZONE,
  }
  const id = meterId(1)
  const meters = [{ meterId: id, meterNo: ADDRESS, channels: [1], settings }]
  const config = { deviceId: 1, address: ADDRESS, model: model.id, settings: {}, meters }
  const device = must(createDevice(deps, config, model), 'a device')
  const done = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    void work.finally(() => {
      over = true
    })
    for (let i = 0; i < PATIENCE_MS / 100 && !over; i++) await clock.advance(100)
    return work
  }
  const virtual = station(ADDRESS).virtual
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= HOUR_MS / 2) {
      await clock.advance(Math.min(left, HOUR_MS / 2))
      virtual.settle(clock.now())
    }
  }
  return { clock, sent, device, driver: must(device.driverOf(id), 'a driver'), done, virtual, pass }
}

describe('freezes', () => {
  test('an interval freeze tells the register that is billed, and when it was frozen', async () => {
    const { driver, done, pass } = meterWith(prepaid)
    await pass(2 * HOUR_MS)
    const newest = await done(driver.readFreeze('interval', 1, 'onDemand'))
    expect(newest).toMatchObject({
      ok: true,
      value: { energyWh: 1_234_560, tariffsWh: null, reverseWh: 0 },
    })
    const second = await done(driver.readFreeze('interval', 2, 'onDemand'))
    const moment = (read: typeof newest) => (read.ok && read.value ? read.value.frozenAt : 0)
    expect(moment(newest) % (HOUR_MS / 2)).toBe(0)
    expect(moment(newest)).toBeGreaterThan(moment(second))
  })

  test('a daily freeze is that of midnight, with tariffs', async () => {
    const { driver, done, pass } = meterWith(prepaid)
    await pass(14 * HOUR_MS)
    const read = await done(driver.readFreeze('daily', 1, 'onDemand'))
    expect(read).toMatchObject({ value: { energyWh: 1_234_560, reverseWh: 0 } })
    const at = read.ok && read.value ? localTime(read.value.frozenAt, ZONE) : null
    expect(at).toMatchObject({ month: 11, dayOfMonth: 23, hour: 0, minute: 0 })
    expect(read.ok && read.value?.tariffsWh).toHaveLength(4)
  })

  test('a monthly freeze is the settlement, whose moment has its own item', async () => {
    const { driver, done, pass } = meterWith(prepaid)
    await pass(9 * 24 * HOUR_MS)
    const read = await done(driver.readFreeze('monthly', 1, 'onDemand'))
    expect(read).toMatchObject({ value: { energyWh: 1_234_560, reverseWh: 0 } })
    const at = read.ok && read.value ? localTime(read.value.frozenAt, ZONE) : null
    expect(at).toMatchObject({ month: 12, dayOfMonth: 1, hour: 0 })
  })

  test.each([
    ['daily', 3],
    ['monthly', 2],
    ['interval', 250],
    ['daily', 63],
  ] as const)('%s freeze %i back that does not exist is null', async (which, back) => {
    const { driver, done } = meterWith(prepaid)
    expect(await done(driver.readFreeze(which, back, 'onDemand'))).toEqual({
      ok: true,
      value: null,
    })
  })

  test('of a kind that the model does not keep are not asked for', async () => {
    const { driver, done, sent } = meterWith(holley)
    expect(await done(driver.readFreeze('daily', 1, 'onDemand'))).toMatchObject({
      reason: 'not-supported',
    })
    expect(sent).toHaveLength(0)
  })
})

describe('setting the clock', () => {
  const wholeClock = prepaid
  const inTwoWrites = { ...prepaid, quirks: ['clock-in-two-reads' as const] }
  test.each([
    ['in one write', wholeClock],
    ['date and time apart', inTwoWrites],
  ])('%s: the meter is right when it is done', async (_, model) => {
    const { driver, done, virtual, clock } = meterWith(model)
    virtual.state.clockOffsetMs = -7 * HOUR_MS
    expect(await done(driver.setClock('onDemand'))).toEqual({
      ok: true,
      value: { answered: 'accepted' },
    })
    await clock.advance(1_500)
    const after = await done(driver.readClock('onDemand'))
    expect(after.ok && Math.abs(after.value.offsetMs)).toBeLessThanOrEqual(1_000)
  })

  test('a wrong password is a refusal; the meter’s own is used where it is stored', async () => {
    const wrong = meterWith(prepaid, { password: '999999' })
    expect(await wrong.done(wrong.driver.setClock('onDemand'))).toMatchObject({
      ok: true,
      value: { answered: 'refused' },
    })
    const right = meterWith(prepaid, { password: '000000', operatorCode: '12345678' })
    expect(await right.done(right.driver.setClock('onDemand'))).toMatchObject({
      value: { answered: 'accepted' },
    })
  })

  test('a meter whose clock can’t be written says so without being asked', async () => {
    const { driver, done, sent } = meterWith({
      ...prepaid,
      capabilities: {
        ...prepaid.capabilities,
        clock: { read: true, write: false, broadcast: false },
      },
    })
    expect(await done(driver.setClock('onDemand'))).toMatchObject({ reason: 'not-supported' })
    expect(sent).toHaveLength(0)
  })
})

test.each([
  ['nothing stored', {}, {}],
  ['a password', { password: '123456' }, { password: '123456' }],
  ['a class', { passwordClass: 4 }, { passwordClass: 4 }],
  ['an operator', { operatorCode: '0000000A' }, { operatorCode: '0000000A' }],
  ['nonsense', { password: '12', passwordClass: 300, operatorCode: 7 }, {}],
  ['no object', 'x', {}],
])('of the stored settings %s counts', (_, settings, over) => {
  expect(authorityOf(prepaid.authority, settings)).toEqual({ ...prepaid.authority, ...over })
})

/** The simulated meter holds money; the model that reads it here knows nothing of that. */
const supply = (virtual: ReturnType<typeof meterWith>['virtual']) => {
  virtual.state.remainingFen = 10_000
  virtual.state.relay = { open: false, ordered: 'closed', cause: null }
}

describe('a meter without a wallet', () => {
  test('is read for relay, power and register; it has no money, and none is loaded', async () => {
    const { driver, done, sent, virtual } = meterWith(holley)
    supply(virtual)
    expect(await done(driver.readStatus('status'))).toMatchObject({
      value: { money: null, relay: 'closed', powerW: 0, energyWh: expect.any(Number) },
    })
    expect(sent).toHaveLength(3)
    expect(await done(driver.readWallet('recharge'))).toMatchObject({ reason: 'not-supported' })
    const order = { count: 1, amountFen: fen(100), customerNo: '000000000001' }
    expect(await done(driver.recharge(order))).toMatchObject({ reason: 'not-supported' })
    expect(sent).toHaveLength(3)
  })

  test('is switched all the same', async () => {
    const { driver, done, clock, virtual } = meterWith(holley, { passwordClass: 2 })
    supply(virtual)
    const trip = driver.orderRelay('trip', plusMs(clock.now(), 60_000))
    expect(await done(trip)).toMatchObject({ value: { answered: 'accepted' } })
    expect(await done(driver.readRelay('relay'))).toMatchObject({ value: { relay: 'tripped' } })
    const direct = driver.orderRelay('directClose', plusMs(clock.now(), 60_000))
    expect(await done(direct)).toMatchObject({ reason: 'not-supported' })
  })
})

test('voltages, currents and the power factor come on demand', async () => {
  const { driver, done } = meterWith(prepaid)
  expect(await done(driver.readStatus('onDemand'))).toMatchObject({
    value: {
      electrical: { voltagesDv: [expect.any(Number)], currentsMa: [expect.any(Number)] },
    },
  })
})

describe('a meter of the 1997 edition', () => {
  test('tells its energy; it has no relay and no wallet', async () => {
    const { driver, done } = meterWith(old, {}, 'dlt645-1997-1p')
    expect(await done(driver.readEnergy('energy'))).toMatchObject({
      value: { energyWh: 1_234_560, tariffsWh: null, reverseWh: null },
    })
    expect(await done(driver.readStatus('status'))).toMatchObject({
      value: { money: null, relay: null, energyWh: 1_234_560 },
    })
    expect(await done(driver.readRelay('relay'))).toMatchObject({ reason: 'not-supported' })
    expect(await done(driver.setClock('onDemand'))).toMatchObject({ reason: 'not-supported' })
  })

  test('its clock is measured', async () => {
    const { device, done } = meterWith(old, {}, 'dlt645-1997-1p')
    const [reading] = await done(device.read('clock', 'status'))
    expect(reading).toMatchObject({ meterId: 1, what: 'clock', outcome: { ok: true } })
  })
})

test('a device of one meter gives one outcome per round, and an address of 12 digits', async () => {
  const { device, done } = meterWith(prepaid)
  expect(await done(device.read('energy', 'energy'))).toMatchObject([
    { meterId: 1, what: 'energy', outcome: { ok: true, value: { energyWh: 1_234_560 } } },
  ])
  const nobody = {
    bus: { submit: () => Promise.reject(new Error('asked')) },
    clock: createManualClock(START),
    rng: { below: () => 0, bytes: (length: number) => Buffer.alloc(length) },
    keyOf: () => Promise.resolve(null),
    zone: ZONE,
  }
  const config = { deviceId: 1, address: '17', model: '', settings: {}, meters: [] }
  expect(createDevice(nobody, config, prepaid)).toBeNull()
})
