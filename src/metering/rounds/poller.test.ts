import { expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import type { Rng } from '../../ports/ids.ts'
import { must } from '../../shared/assert.ts'
import { instant } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { Fault } from '../driver.ts'
import { createDevice } from '../drivers/create-device.ts'
import type { Device, DeviceReading } from '../drivers/device.ts'
import model from '../models/dlt645-prepaid-1p.ts'
import { NOTHING_STORED } from './freeze-plan.ts'
import { DEFAULT_INTERVALS } from './poll-plan.ts'
import { type FreezeFetched, type PolledDevice, startPoller } from './poller.ts'

const MINUTE_MS = 60_000
const ZONE = 'Asia/Shanghai'
const NO_FREEZES = { interval: 0, daily: 0, monthly: 0 }
const rng: Rng = { below: () => 0, bytes: (length) => Buffer.alloc(length) }
const addressOf = (n: number) => `2026112200${n.toString().padStart(2, '0')}`
const START = Date.UTC(2026, 10, 22, 2, 29)

const loopOver = (
  clock: ManualClock,
  devices: readonly Pick<PolledDevice, 'device'>[],
  more: Partial<PolledDevice> = {},
) => {
  const readings: (DeviceReading & { at: number })[] = []
  const freezes: FreezeFetched[] = []
  const bugs: unknown[] = []
  const polled = { intervals: DEFAULT_INTERVALS, freezes: NO_FREEZES, stands: new Map(), ...more }
  const poller = startPoller(
    {
      clock,
      zone: ZONE,
      online: () => true,
      report: (some) => readings.push(...some.map((one) => ({ ...one, at: clock.now() }))),
      reportFreeze: (one) => freezes.push(one),
      afterEach: () => {},
      onBug: (_, error) => bugs.push(error),
    },
    devices.map((device) => ({ ...device, ...polled })),
  )
  const timesOf = (n: number, kind: DeviceReading['what']) =>
    readings.filter((r) => r.meterId === n && r.what === kind && r.outcome.ok).map((r) => r.at)
  return { clock, poller, readings, freezes, timesOf, bugs }
}

/** A poller over `count` simulated meters at 9600 baud; some are dead from the start. */
const polling = (count: number, dead: readonly number[] = [], more: Partial<PolledDevice> = {}) => {
  const clock = createManualClock(instant(START))
  const numbers = Array.from({ length: count }, (_, n) => n)
  const world = simulatedBus(
    clock,
    numbers.map((n) => ({ address: addressOf(n), dead: dead.includes(n) })),
  )
  const deps = { bus: world.bus, clock, rng, keyOf: () => Promise.resolve(null), zone: ZONE }
  const devices = numbers.map((n) => {
    const meter = { meterId: meterId(n), meterNo: addressOf(n), channels: [1], settings: {} }
    const config = { deviceId: n, address: addressOf(n), model: model.id, settings: {} }
    return must(createDevice(deps, { ...config, meters: [meter] }, model), 'a device')
  })
  const loop = loopOver(
    clock,
    devices.map((device) => ({ device })),
    more,
  )
  const driverOf = (n: number) => must(devices[n]?.driverOf(meterId(n)) ?? null, 'a driver')
  return { ...loop, devices, driverOf, ...world }
}

const longestGap = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((t, i) => t - (times[i] ?? 0)))

test('every status is younger than three minutes, although some meters are dead', async () => {
  const { clock, poller, timesOf, bus } = polling(20, [3, 11])
  await clock.advance(20 * MINUTE_MS)
  for (let n = 0; n < 20; n++) {
    const times = timesOf(n, 'status')
    if (n === 3 || n === 11) expect(times).toEqual([])
    else expect(longestGap(times)).toBeLessThanOrEqual(3 * MINUTE_MS)
  }
  expect(bus.counters.timeouts).toBeLessThan(30)
  void poller.stop()
})

test('the first round takes little longer than the line needs', async () => {
  const { clock, poller, sent, bus } = polling(32)
  await clock.advance(20_000)
  // Request, thinking, answer: what each exchange takes at 9600 baud, without any pause.
  const answersMs = bus.counters.replies * (60 + ((20 + 30) * 11_000) / 9_600)
  expect(sent.length).toBe(bus.counters.requests)
  expect(answersMs / 20_000).toBeGreaterThan(0.9)
  void poller.stop()
})

test('the energy round begins with the half hour', async () => {
  const { clock, poller, timesOf } = polling(10)
  await clock.advance(5 * MINUTE_MS)
  const half = Date.UTC(2026, 10, 22, 2, 30)
  for (let n = 0; n < 10; n++) {
    const after = timesOf(n, 'energy').filter((at) => at >= half)
    expect(after).toHaveLength(1)
    expect((after[0] ?? 0) - half).toBeLessThan(30_000)
  }
  void poller.stop()
})

test('an order goes between two readings of the round, not after it', async () => {
  const { clock, poller, driverOf, sent } = polling(32)
  await clock.advance(1_000)
  const before = sent.length
  const order = driverOf(31).readRelay('relay')
  await clock.advance(300)
  expect(await order).toMatchObject({ ok: true })
  const asked = sent.slice(before).map((bytes) => bytes.subarray(5, 11).toString('hex'))
  expect(asked.slice(0, 2)).toContain('310022112620')
  void poller.stop()
})

test('a dead meter that answers somebody is asked again at once', async () => {
  const { clock, poller, station, timesOf, devices } = polling(5, [2])
  await clock.advance(10 * MINUTE_MS)
  station(addressOf(2)).faults.silent = false
  poller.heard(must(devices[2], 'the third device'))
  await clock.advance(5_000)
  expect(timesOf(2, 'status')).toHaveLength(1)
  void poller.stop()
})

test('a stopped poller reads no more', async () => {
  const { clock, poller, sent } = polling(5)
  await clock.advance(MINUTE_MS)
  const stopped = poller.stop()
  await clock.advance(1_000)
  await stopped
  const before = sent.length
  await clock.advance(10 * MINUTE_MS)
  expect(sent.length).toBe(before)
})

const SECOND_MS = 1_000
/** 9600 baud, the longest request and answer of a round, the meter's thinking, the gap. */
const ONE_EXCHANGE_MS = 60 + (24 + 40) * (11 / 9.6) + 5

test('in a storm of readings on demand an order waits for one exchange', async () => {
  const { clock, poller, driverOf } = polling(32, [], {
    intervals: { ...DEFAULT_INTERVALS, statusMs: SECOND_MS },
  })
  await clock.advance(5 * SECOND_MS)
  for (let n = 0; n < 32; n++) void driverOf(n).readStatus('onDemand')
  const waits: number[] = []
  for (let n = 0; n < 8; n++) {
    await clock.advance(333)
    const from = clock.mono()
    let at = Number.POSITIVE_INFINITY
    const order = driverOf(n).readRelay('relay')
    void order.then(() => {
      at = clock.mono()
    })
    await clock.advance(2 * SECOND_MS)
    expect(await order).toMatchObject({ ok: true })
    waits.push(at - from - ONE_EXCHANGE_MS)
  }
  expect(Math.max(...waits)).toBeLessThan(ONE_EXCHANGE_MS + 100)
  void poller.stop()
})

test('a bus on which nobody answers is probed, counted, and comes back whole', async () => {
  const all = Array.from({ length: 10 }, (_, n) => n)
  const { clock, poller, station, timesOf, sent, bus } = polling(10, all)
  await clock.advance(60 * MINUTE_MS)
  expect(poller.counts()).toEqual({ devices: 10, deadDevices: 10, meters: 10, deadMeters: 10 })
  // Three tries each, then every twelve minutes at most.
  expect(sent.length).toBeLessThan(10 * 10)
  expect(bus.counters.timeouts).toBe(sent.length)
  for (const n of all) station(addressOf(n)).faults.silent = false
  const back = clock.now()
  await clock.advance(16 * MINUTE_MS)
  for (const n of all) expect(timesOf(n, 'status').length).toBeGreaterThan(0)
  const firsts = all.map((n) => timesOf(n, 'status')[0] ?? 0)
  expect(Math.max(...firsts) - Math.min(...firsts)).toBeLessThanOrEqual(3 * MINUTE_MS)
  expect(Math.min(...firsts) - back).toBeLessThanOrEqual(12 * MINUTE_MS)
  expect(poller.counts().deadDevices).toBe(0)
  void poller.stop()
})

const TIMEOUT: Fault = { ok: false, reason: 'timeout', detail: '', mayRetry: true }
const NONE: Fault = { ok: false, reason: 'not-supported', detail: '', mayRetry: false }

/** A device of several users that answers as it is told. */
const ofUsers = (answers: () => readonly (Fault | 'good')[]): Device & { reads: number } => {
  const device = {
    deviceId: 1,
    reads: 0,
    meters: [meterId(1), meterId(2), meterId(3)],
    driverOf: () => null,
    read: async (): Promise<DeviceReading[]> => {
      device.reads += 1
      return answers().map((answer, i): DeviceReading => {
        const at = { at: instant(START), offsetMs: 0 }
        const outcome = answer === 'good' ? { ok: true as const, value: at } : answer
        return { meterId: meterId(i + 1), what: 'clock', outcome }
      })
    },
  }
  return device
}

test.each<[string, readonly (Fault | 'good')[], { dead: number; reads: number }]>([
  ['all its users', ['good', 'good', 'good'], { dead: 0, reads: 15 }],
  ['two users of three', ['good', TIMEOUT, 'good'], { dead: 0, reads: 15 }],
  ['nobody, and has a user it does not know', [TIMEOUT, NONE, TIMEOUT], { dead: 1, reads: 8 }],
  ['nothing there is to ask', [NONE, NONE, NONE], { dead: 0, reads: 15 }],
])('a device that answers for %s is one place in the plan', async (_, answers, expected) => {
  const clock = createManualClock(instant(START))
  const device = ofUsers(() => answers)
  const { poller } = loopOver(clock, [{ device }])
  await clock.advance(30 * MINUTE_MS)
  expect(poller.counts()).toMatchObject({ devices: 1, meters: 3, deadDevices: expected.dead })
  expect(Math.abs(device.reads - expected.reads)).toBeLessThan(3)
  void poller.stop()
})

test('the night’s freezes come home, each once, without delaying a status', async () => {
  const kept = { interval: 0, daily: 62, monthly: 0 }
  const frozenAt = { interval: null, daily: instant(Date.UTC(2026, 10, 21, 16)), monthly: null }
  const stands = new Map(
    Array.from({ length: 3 }, (_, n) => [meterId(n), { ...NOTHING_STORED, frozenAt }]),
  )
  const { clock, poller, freezes, timesOf } = polling(3, [], { freezes: kept, stands })
  await clock.advance(15 * 60 * MINUTE_MS)
  expect(freezes.map((one) => one.outcome)).toEqual(
    freezes.map(() => ({
      ok: true,
      value: expect.objectContaining({ tariffsWh: expect.anything() }),
    })),
  )
  expect(new Set(freezes.map((one) => one.meterId)).size).toBe(3)
  expect(freezes).toHaveLength(3)
  for (let n = 0; n < 3; n++) {
    expect(longestGap(timesOf(n, 'status'))).toBeLessThanOrEqual(3 * MINUTE_MS)
  }
  void poller.stop()
})

test('half-hours missed are filled although the meter was read less often at first', async () => {
  const freezes = { interval: 254, daily: 0, monthly: 0 }
  const everyMinutes = (minutes: number) => ({
    ...DEFAULT_INTERVALS,
    energyMs: minutes * MINUTE_MS,
  })
  const world = polling(1, [], { freezes, intervals: everyMinutes(240) })
  const { clock, poller, devices, station } = world
  await clock.advance(5 * MINUTE_MS)
  const device = must(devices[0], 'a device')
  poller.setDevices([{ device, freezes, intervals: everyMinutes(30), stands: new Map() }])
  await clock.advance(5 * MINUTE_MS)
  station(addressOf(0)).faults.silent = true
  await clock.advance(75 * MINUTE_MS)
  station(addressOf(0)).faults.silent = false
  await clock.advance(30 * MINUTE_MS)
  const filled = world.freezes.flatMap(({ outcome }) => (outcome.ok ? outcome.value : null))
  expect(filled.map((one) => one?.frozenAt)).toEqual([
    Date.UTC(2026, 10, 22, 3),
    Date.UTC(2026, 10, 22, 3, 30),
    Date.UTC(2026, 10, 22, 4),
  ])
  void poller.stop()
})
