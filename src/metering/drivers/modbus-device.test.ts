import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedModbus } from '../../../test/simulated-modbus.ts'
import { must } from '../../shared/assert.ts'
import { instant, plusMs } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { RelayOrder } from '../driver.ts'
import { adf300 } from '../meter-model/adf300-map.ts'
import type { MeterModel } from '../meter-model/model-schema.ts'
import ddsy1352 from '../models/acrel-ddsy1352.ts'
import dtsd1352 from '../models/acrel-dtsd1352.ts'
import submeter from '../models/modbus-submeter.ts'
import sfere from '../models/sfere-submeter.ts'
import { createDevice } from './create-device.ts'

const START = instant(Date.UTC(2026, 10, 22, 2, 20, 30))
const PATIENCE_MS = 20_000
const A_MINUTE = 60_000

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

/** One meter per list of channels, on the device of `model`. */
const deviceWith = (
  model: MeterModel,
  simulated:
    | 'acrel-adf300-12'
    | 'acrel-adf300-36'
    | 'acrel-ddsy1352'
    | 'acrel-dtsd1352'
    | 'modbus-submeter'
    | 'sfere-submeter',
  channels: readonly (readonly number[])[],
  address = '1',
) => {
  const clock = createManualClock(START)
  const world = simulatedModbus(clock, { model: simulated })
  const meters = channels.map((each, i) => ({
    meterId: meterId(i + 1),
    meterNo: '',
    channels: each,
    settings: {},
  }))
  const deps = {
    bus: world.bus,
    clock,
    rng: { below: () => 0, bytes: (length: number) => Buffer.alloc(length) },
    keyOf: () => Promise.resolve(null),
    zone: 'Asia/Shanghai',
  }
  const config = { deviceId: 7, address, model: model.id, settings: {}, meters }
  const device = must(createDevice(deps, config, model), 'a device')
  const driver = (n: number) => must(device.driverOf(meterId(n)), `meter ${n}`)
  const done = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    void work.finally(() => {
      over = true
    })
    for (let i = 0; i < PATIENCE_MS / 100 && !over; i++) await clock.advance(100)
    return work
  }
  const order = (n: number, what: RelayOrder) =>
    done(driver(n).orderRelay(what, plusMs(clock.now(), A_MINUTE)))
  const circuit = (n: number) => must(world.device.circuits[n - 1], `circuit ${n}`)
  return { ...world, clock, unit: device, driver, done, order, circuit }
}

const multiUser = () =>
  deviceWith(
    adf300(12),
    'acrel-adf300-12',
    range(12).map((n) => [n]),
  )

const ACCEPTED = { ok: true, value: { answered: 'accepted' } }

describe('one read serves all circuits, in as few requests as the limits allow', () => {
  test.each([
    [12, 'status', 2],
    [12, 'energy', 1],
    [36, 'status', 4],
    [36, 'energy', 3],
    [36, 'clock', 1],
  ] as const)('%i circuits, %s: %i requests', async (circuits, what, requests) => {
    const channels = range(circuits).map((n) => [n])
    const simulated = circuits === 12 ? 'acrel-adf300-12' : 'acrel-adf300-36'
    const { unit, done, sent } = deviceWith(adf300(circuits), simulated, channels)
    const readings = await done(unit.read(what, 'status'))
    expect(readings.map(({ outcome }) => outcome.ok)).toEqual(channels.map(() => true))
    expect(sent).toHaveLength(requests)
  })

  test('what twelve circuits ask at once, the wire carries once', async () => {
    const { driver, done, sent } = multiUser()
    const asked = range(12).map((n) => driver(n).readStatus('status'))
    expect((await done(Promise.all(asked))).every(({ ok }) => ok)).toBe(true)
    expect(sent).toHaveLength(2)
  })

  test('an answer is shared for a second, and asked for anew after it', async () => {
    const { driver, done, sent, clock } = multiUser()
    await done(driver(1).readEnergy('energy'))
    await done(driver(2).readEnergy('energy'))
    expect(sent).toHaveLength(1)
    await clock.advance(1_000)
    await done(driver(2).readEnergy('energy'))
    expect(sent).toHaveLength(2)
  })

  test('what is urgent does not wait behind a round under way', async () => {
    const { driver, done, sent } = multiUser()
    const round = driver(1).readStatus('status')
    const urgent = driver(2).readStatus('onDemand')
    await done(Promise.all([round, urgent]))
    expect(sent).toHaveLength(4)
  })

  test('a register that is lost on the way spoils nothing of the status before it', async () => {
    const { driver, done, sent, clock, device } = multiUser()
    const asked = driver(7).readStatus('status')
    while (sent.length < 2) await clock.advance(10)
    device.faults.silent = true
    expect(await done(asked)).toMatchObject({
      ok: true,
      value: { relay: 'closed', energyWh: null },
    })
  })

  test('a circuit brings its register with its status, for its account’s sake', async () => {
    const { driver, done, circuit } = multiUser()
    circuit(7).state.tariffWh = [0, 0, 1_234_560, 0]
    expect(await done(driver(7).readStatus('status'))).toMatchObject({
      value: { relay: 'closed', energyWh: 1_234_560 },
    })
  })
})

describe('what a circuit shows is its own', () => {
  test('energy with tariffs, power, current, and the voltage of its phase', async () => {
    const { driver, done, circuit } = multiUser()
    circuit(5).site.fixedW = 1_500
    circuit(5).state.tariffWh = [0, 200_000, 180_000, 120_000]
    expect(await done(driver(5).readEnergy('energy'))).toMatchObject({
      value: { energyWh: 500_000, tariffsWh: [0, 200_000, 180_000, 120_000], reverseWh: null },
    })
    expect(await done(driver(5).readStatus('status'))).toMatchObject({
      value: {
        money: null,
        relay: 'closed',
        kept: false,
        powerW: 1_500,
        electrical: { voltagesDv: [2_210], currentsMa: [expect.any(Number)] },
        energyWh: 500_000,
      },
    })
    expect(await done(driver(6).readStatus('status'))).toMatchObject({ value: { powerW: 0 } })
  })

  test('a three-phase user is the sum of its three circuits', async () => {
    const { driver, done, circuit, sent } = deviceWith(adf300(12), 'acrel-adf300-12', [[4, 5, 6]])
    for (const n of [4, 5, 6]) {
      circuit(n).site.fixedW = 1_000
      circuit(n).state.tariffWh = [0, 0, 100_000 * n, 0]
    }
    expect(await done(driver(1).readEnergy('energy'))).toMatchObject({
      value: { energyWh: 1_500_000, tariffsWh: [0, 0, 1_500_000, 0] },
    })
    expect(await done(driver(1).readStatus('status'))).toMatchObject({
      value: { powerW: 3_000, electrical: { voltagesDv: [2_200, 2_210, 2_220] } },
    })
    const before = sent.length
    expect(await done(driver(1).orderRelay('trip', plusMs(START, A_MINUTE)))).toEqual(ACCEPTED)
    expect(sent).toHaveLength(before + 1)
    expect(await done(driver(1).readRelay('relay'))).toMatchObject({ value: { relay: 'tripped' } })
    expect([4, 5, 6].every((n) => circuit(n).state.relay.open)).toBe(true)
    expect([3, 7].some((n) => circuit(n).state.relay.open)).toBe(false)
  })

  test('a circuit that the device does not have is refused, and spoils nothing', async () => {
    const { unit, done } = deviceWith(adf300(12), 'acrel-adf300-12', [[1], [13]])
    expect(await done(unit.read('energy', 'energy'))).toMatchObject([
      { outcome: { ok: true } },
      { outcome: { ok: false, reason: 'not-supported' } },
    ])
  })
})

describe('orders to one circuit', () => {
  test('never touch another', async () => {
    const { order, done, driver } = multiUser()
    expect(await order(5, 'trip')).toEqual(ACCEPTED)
    const relays = await done(Promise.all(range(12).map((n) => driver(n).readRelay('relay'))))
    const open = relays.flatMap((one, i) =>
      one.ok && one.value.relay === 'tripped' ? [i + 1] : [],
    )
    expect(open).toEqual([5])
  })

  test('kept is closed by force; leaving it, and releasing a trip, leave forced mode', async () => {
    const { order, done, driver } = multiUser()
    const relay = () => done(driver(3).readRelay('relay'))
    await order(3, 'trip')
    await order(3, 'keepOn')
    expect(await relay()).toMatchObject({ value: { relay: 'closed', kept: true } })
    await order(3, 'keepOff')
    expect(await relay()).toMatchObject({ value: { relay: 'closed', kept: false } })
    await order(3, 'trip')
    expect(await relay()).toMatchObject({ value: { relay: 'tripped', kept: false } })
    await order(3, 'directClose')
    expect(await relay()).toMatchObject({ value: { relay: 'closed', kept: false } })
  })

  test('what was read before an order is not taken for what is after it', async () => {
    const { order, done, driver } = multiUser()
    await done(driver(3).readRelay('relay'))
    await order(3, 'trip')
    expect(await done(driver(3).readRelay('relay'))).toMatchObject({ value: { relay: 'tripped' } })
  })

  test('are not sent at or after their deadline', async () => {
    const { driver, done, sent, clock } = multiUser()
    const late = driver(1).orderRelay('trip', clock.now())
    expect(await done(late)).toMatchObject({ ok: false, reason: 'deadline-passed' })
    // The wire is taken by a read for longer than the order may wait.
    const read = driver(1).readEnergy('energy')
    const queued = driver(1).orderRelay('trip', plusMs(clock.now(), 50))
    expect(await done(queued)).toMatchObject({ ok: false, reason: 'deadline-passed' })
    await done(read)
    expect(sent).toHaveLength(1)
  })

  test('that the model does not map are not sent', async () => {
    const { order, sent } = multiUser()
    expect(await order(1, 'permitClose')).toMatchObject({ reason: 'not-supported' })
    expect(sent).toHaveLength(0)
  })
})

test('a device that is silent is asked once, and all its circuits are a fault', async () => {
  const { unit, done, sent, device } = deviceWith(
    adf300(36),
    'acrel-adf300-36',
    range(36).map((n) => [n]),
  )
  device.faults.silent = true
  const readings = await done(unit.read('energy', 'energy'))
  expect(readings.every(({ outcome }) => !outcome.ok && outcome.reason === 'timeout')).toBe(true)
  expect(sent).toHaveLength(1)
})

test('a meter that tells its register only is not heard while it is silent', async () => {
  const { driver, done, device } = deviceWith(sfere, 'sfere-submeter', [[1]])
  device.faults.silent = true
  expect(await done(driver(1).readStatus('status'))).toMatchObject({ reason: 'timeout' })
})

test('a meter of one user brings its register with its status, in one request', async () => {
  const { driver, done, sent, circuit } = deviceWith(ddsy1352, 'acrel-ddsy1352', [[1]])
  circuit(1).state.tariffWh = [0, 0, 1_234_560, 0]
  circuit(1).site.fixedW = 880
  expect(await done(driver(1).readStatus('status'))).toMatchObject({
    value: { money: null, relay: 'closed', powerW: 880, energyWh: 1_234_560 },
  })
  expect(sent).toHaveLength(1)
  expect(await done(driver(1).orderRelay('trip', plusMs(START, A_MINUTE)))).toEqual(ACCEPTED)
  expect(await done(driver(1).readRelay('relay'))).toMatchObject({ value: { relay: 'tripped' } })
})

test.each([
  ['floating point, function 04', submeter, 'modbus-submeter', 1_230_000],
  ['energies only', sfere, 'sfere-submeter', 1_230_000],
  ['forward of a secondary-side meter', dtsd1352, 'acrel-dtsd1352', 1_230_000],
] as const)('%s: energy is read, nothing is switched or loaded', async (_, model, name, wh) => {
  const { driver, done, circuit, order } = deviceWith(model, name, [[1]])
  circuit(1).state.tariffWh = [0, 0, wh, 0]
  expect(await done(driver(1).readEnergy('energy'))).toMatchObject({ value: { energyWh: wh } })
  expect(await done(driver(1).readStatus('status'))).toMatchObject({
    value: { money: null, relay: null },
  })
  expect(await order(1, 'trip')).toMatchObject({ reason: 'not-supported' })
  expect(await done(driver(1).readWallet('recharge'))).toMatchObject({ reason: 'not-supported' })
})

describe('the clock', () => {
  test('of a multi-user device is measured, but not set', async () => {
    const { driver, done, unit } = multiUser()
    expect(await done(unit.read('clock', 'status'))).toMatchObject(
      range(12).map((n) => ({ meterId: n, outcome: { ok: true } })),
    )
    expect(await done(driver(1).setClock('onDemand'))).toMatchObject({ reason: 'not-supported' })
  })

  test('is set so that it is right when it arrives', async () => {
    const { driver, done, circuit, clock } = deviceWith(dtsd1352, 'acrel-dtsd1352', [[1]])
    circuit(1).state.clockOffsetMs = -300_000
    const before = await done(driver(1).readClock('onDemand'))
    expect(before.ok && Math.abs(before.value.offsetMs + 300_000)).toBeLessThanOrEqual(2_000)
    expect(await done(driver(1).setClock('onDemand'))).toEqual(ACCEPTED)
    await clock.advance(1_500)
    const after = await done(driver(1).readClock('onDemand'))
    expect(after.ok && Math.abs(after.value.offsetMs)).toBeLessThanOrEqual(1_000)
  })
})

test.each(['0', '248', '202611220001', 'x', ''])('%j is no unit of a Modbus bus', (address) => {
  const bus = { submit: () => Promise.reject(new Error('asked')) }
  const deps = {
    bus,
    clock: createManualClock(START),
    rng: { below: () => 0, bytes: (length: number) => Buffer.alloc(length) },
    keyOf: () => Promise.resolve(null),
    zone: 'Asia/Shanghai',
  }
  const config = { deviceId: 7, address, model: '', settings: {}, meters: [] }
  expect(createDevice(deps, config, submeter)).toBeNull()
})
