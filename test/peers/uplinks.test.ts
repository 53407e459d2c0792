// Gateways that call the centre, played by the simulator: its boxes were written from the
// protocols' descriptions alone, so that both sides must have read them alike.

import { afterEach, expect, test } from 'vitest'
import { benchDevice } from '../../sim/modbus/bench-device.ts'
import { decodeRtu } from '../../sim/modbus/rtu.ts'
import { frame4g, startMeter4g } from '../../sim/uplinks/acrel-4g.ts'
import { startAwt100 } from '../../sim/uplinks/awt100.ts'
import { systemNet } from '../../src/adapters/net.ts'
import { systemClock, systemRng } from '../../src/adapters/system.ts'
import { busSettings } from '../../src/metering/bus/line.ts'
import { createBus } from '../../src/metering/bus/session.ts'
import { startAcrel4gLink } from '../../src/metering/links/acrel-4g.ts'
import { createAwt100Hub } from '../../src/metering/links/awt100.ts'
import type { LinkEvents, PushedReading } from '../../src/metering/links/link.ts'
import { createListenHub } from '../../src/metering/links/listen-hub.ts'
import { readRegisters } from '../../src/metering/protocol/modbus/commands/registers.ts'

import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'

const ZONE = 'Asia/Shanghai'
const LOOPBACK = '127.0.0.1'
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const until = (what: string, holds: () => boolean) => eventually(holds, what)

const answering = () => {
  const device = benchDevice({ model: 'acrel-dtsy1352' })
  const answer = (rtu: Buffer) => {
    const frame = decodeRtu(rtu)
    return frame && device.onRequest(frame, Date.now())
  }
  return { device, answer }
}

/** A bus on a link, and what the link was told besides. */
const busOn = (start: (events: LinkEvents) => { stop(): void }) => {
  const bus = createBus(systemClock, busSettings({ protocol: 'modbus', baud: 9_600 }))
  const pushed: PushedReading[] = []
  const state = { online: false, refuseReports: false }
  const link = start({
    up: (wire) => {
      state.online = true
      bus.connected(wire)
    },
    bytes: (bytes) => bus.received(bytes),
    down: () => {
      state.online = false
      bus.disconnected()
    },
    pushed: async (readings) => {
      if (state.refuseReports) throw new Error('the database is away')
      pushed.push(...readings)
    },
  })
  closing.push(() => link.stop())
  const mainBlock = () =>
    bus.submit({
      address: '1',
      priority: 'onDemand',
      request: readRegisters({ unit: 1, framing: { kind: 'rtu' } }, { start: 0x0200, count: 48 }),
    })
  return { bus, pushed, state, mainBlock }
}

const meter4g = async (serial: string, expected: string) => {
  const port = await freePort()
  const callers = createListenHub({ clock: systemClock, net: systemNet, host: LOOPBACK })
  closing.push(() => callers.stop())
  const deps = { clock: systemClock, callers, zone: ZONE }
  const centre = busOn((events) => startAcrel4gLink(deps, { port, serial: expected }, events))
  const { answer } = answering()
  const to = { host: LOOPBACK, port }
  const meter = startMeter4g({ to, serial, unit: 1, answer, heartbeatMs: 50 })
  closing.push(() => meter.stop())
  return { meter, centre, callers }
}

test('a 4G meter registers, is told the time, reports, and answers what it is asked', async () => {
  const { meter, centre } = await meter4g('12307210720085', '12307210720085')
  await until('the report is acknowledged', () => meter.acknowledged === 1)
  expect(meter.toldTime?.readUInt8(0)).toBe(new Date().getFullYear() % 100)
  expect(centre.pushed).toMatchObject([{ address: '1' }])
  expect(centre.pushed[0]?.block).toHaveLength(96)
  expect(await centre.mainBlock()).toMatchObject({ ok: true })
})

test('a report that could not be stored is not acknowledged', async () => {
  const { meter, centre } = await meter4g('12307210720085', '12307210720085')
  await until('the first report', () => meter.acknowledged === 1)
  centre.state.refuseReports = true
  meter.report()
  expect(await centre.mainBlock()).toMatchObject({ ok: true })
  expect(meter.acknowledged).toBe(1)
  centre.state.refuseReports = false
  meter.report()
  await until('the next report is acknowledged', () => meter.acknowledged === 2)
})

test('a 4G meter nobody knows is refused and remembered by what it said', async () => {
  const { meter, callers } = await meter4g('99999999999999', '12307210720085')
  await until('it was refused', () => callers.unknownCallers().length > 0)
  expect(meter.registered).toBe(false)
  expect(callers.unknownCallers()[0]?.firstBytes).toContain(
    Buffer.from('99999999999999').toString('hex'),
  )
})

test('after a cut line, noise and half a frame the 4G meter is read again', async () => {
  const { meter, centre } = await meter4g('12307210720085', '12307210720085')
  await until('the link is up', () => centre.state.online)
  meter.send(Buffer.from('00ff7b7b91', 'hex'))
  meter.send(frame4g(0x94).subarray(0, 3))
  meter.caller.cut()
  await until('both know that the line is cut', () => !meter.registered && !centre.state.online)
  await until('it has called again', () => meter.registered && centre.state.online)
  expect(await centre.mainBlock()).toMatchObject({ ok: true })
})

const SECRET = Buffer.from('0123456789abcdef')

const gateway = async (options: { secret?: Buffer; compressed?: boolean } = {}) => {
  const port = await freePort()
  const hub = createAwt100Hub({
    clock: systemClock,
    rng: systemRng,
    net: systemNet,
    host: LOOPBACK,
  })
  closing.push(() => hub.stop())
  const settings = { port, gatewayNo: 'G1', secret: SECRET }
  const [first, second] = [1, 2].map((busOrdinal) =>
    busOn((events) => hub.attach({ ...settings, busOrdinal }, ZONE, events)),
  )
  if (!first || !second) throw new Error('two buses')
  const { answer } = answering()
  const box = startAwt100({
    to: { host: LOOPBACK, port },
    gatewayNo: 'G1',
    secret: options.secret ?? SECRET,
    compressed: options.compressed ?? false,
    meters: () => [
      { bus: 1, unit: 1, values: { WPP: '1234.56', PowerHigh: '1000.00', PowerLow: '234.56' } },
      { bus: 2, unit: 7, values: { WPP: '0.01' } },
    ],
    // The second bus carries nothing: whoever asks there waits in vain.
    answer: (bus, rtu) => (bus === 1 ? answer(rtu) : null),
    heartbeatMs: 50,
  })
  closing.push(() => box.stop())
  return { hub, first, second, box }
}

test.each([false, true])(
  'a data gateway proves itself and reports for both its buses (compressed: %s)',
  async (compressed) => {
    const { first, second, box } = await gateway({ compressed })
    await until('it passed', () => box.passed === true && first.state.online)
    box.upload('20261122103000')
    await until('both buses have their reading', () => second.pushed.length === 1)
    expect(first.pushed).toMatchObject([
      { address: '1', energyWh: 1_234_560, tariffsWh: [null, 1_000_000, null, 234_560] },
    ])
    expect(second.pushed).toMatchObject([{ address: '7', energyWh: 10 }])
    await until('the heartbeat was answered', () => box.toldTime !== null)
    expect(box.toldTime).toMatch(/^20\d{12}$/)
  },
)

test('one bus is read through a data gateway while the other keeps silent', async () => {
  const { first, second, box } = await gateway()
  await until('it passed', () => box.passed === true && second.state.online)
  const [one, other] = await Promise.all([first.mainBlock(), second.mainBlock()])
  expect(one).toMatchObject({ ok: true })
  expect(other).toMatchObject({ ok: false, reason: 'timeout' })
})

test('a data gateway with another secret is never believed', async () => {
  const { hub, first, box } = await gateway({ secret: Buffer.from('fedcba9876543210') })
  await until('it was refused', () => hub.counters.refused > 0)
  box.upload('20261122103000')
  await systemClock.sleep(100)
  expect(first.pushed).toEqual([])
  expect(first.state.online).toBe(false)
})
