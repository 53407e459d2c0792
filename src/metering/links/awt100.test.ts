import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.ts'
import { freePort } from '../../../test/free-port.ts'
import { dialCentre } from '../../../test/tcp-caller.ts'
import { systemNet } from '../../adapters/net.ts'
import { systemClock, systemRng } from '../../adapters/system.ts'
import type { Wire } from '../bus/exchange.ts'
import { createAwt100Hub } from './awt100.ts'
import { AWT100, awt100Reader, encodeAwt100 } from './frames/awt100.ts'
import { openAwt100, sealAwt100 } from './frames/awt100-cipher.ts'
import type { PushedReading } from './link.ts'

const SECRET = Buffer.from('0123456789abcdef')
const GATEWAY = 'GW-001'
const ZONE = 'Asia/Shanghai'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

const hubWith = async (...ordinals: number[]) => {
  const port = await freePort()
  const hub = createAwt100Hub({
    clock: systemClock,
    rng: systemRng,
    net: systemNet,
    host: '127.0.0.1',
  })
  const buses = ordinals.map((busOrdinal) => {
    const heard: string[] = []
    const wires: Wire[] = []
    const pushed: PushedReading[] = []
    const settings = { port, gatewayNo: GATEWAY, secret: SECRET, busOrdinal }
    const link = hub.attach(settings, ZONE, {
      up: (wire) => {
        wires.push(wire)
        heard.push('up')
      },
      bytes: (bytes) => heard.push(bytes.toString('hex')),
      down: ({ reason }) => heard.push(reason),
      pushed: async (readings) => {
        pushed.push(...readings)
      },
    })
    return { heard, wires, pushed, link }
  })
  open.push(() => void hub.stop())
  return { hub, port, buses, bus: (i: number) => buses[i] ?? raise() }
}
const raise = (): never => {
  throw new Error('no such bus')
}

const xml = (body: string, gatewayNo = GATEWAY): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?><root><common><building_id>B1</building_id>` +
      `<gateway_id>${gatewayNo}</gateway_id></common>${body}</root>`,
  )
const REQUEST = '<id_validate operation="request"/>'
const report = (meters: string): Buffer =>
  xml(`<data operation="report"><time>20250101123000</time>${meters}</data>`)
const energy = (id: string, kwh: string): string =>
  `<meter id="${id}"><function id="WPP" error="">${kwh}</function></meter>`

const gatewayAt = async (port: number) => {
  const caller = await dialCentre(port)
  open.push(caller.hangUp)
  const frames = () => awt100Reader(() => 10_000).push(caller.received())
  const send = (type: number, data: Buffer) => caller.send(encodeAwt100(type, data))
  return { ...caller, frames, sendFrame: send }
}

const sequenceIn = (data: Buffer | undefined): string =>
  /<sequence>(\d+)<\/sequence>/.exec(data?.toString() ?? '')?.[1] ?? ''

const loggedIn = async (port: number, secret = SECRET) => {
  const gateway = await gatewayAt(port)
  gateway.sendFrame(AWT100.auth, xml(REQUEST))
  await eventually(() => gateway.frames().length === 1)
  const sequence = sequenceIn(gateway.frames()[0]?.data)
  const md5 = createHash('md5')
    .update(Buffer.concat([secret, Buffer.from(sequence)]))
    .digest('hex')
  gateway.sendFrame(
    AWT100.auth,
    xml(`<id_validate operation="md5"><md5>${md5}</md5></id_validate>`),
  )
  await eventually(() => gateway.frames().length === 2)
  return { ...gateway, verdict: gateway.frames()[1]?.data.toString() ?? '' }
}

test('a gateway that proves its secret opens all its buses', async () => {
  const { hub, port, bus } = await hubWith(1, 2)
  const { verdict } = await loggedIn(port)
  expect(verdict).toContain('<result>pass</result>')
  expect([bus(0).heard, bus(1).heard]).toEqual([['up'], ['up']])
  expect(hub.counters.passed).toBe(1)
})

test('a wrong secret is refused, counted, listed and hung up on', async () => {
  const { hub, port, bus } = await hubWith(1)
  const gateway = await loggedIn(port, Buffer.from('wrong-wrong-wron'))
  expect(gateway.verdict).toContain('<result>fail</result>')
  await eventually(() => gateway.closed())
  expect(bus(0).heard).toEqual([])
  expect(hub.counters).toMatchObject({ refused: 1, passed: 0 })
  expect(hub.unknownCallers()).toHaveLength(1)
})

test('a proof without a challenge, or the same proof again, proves nothing', async () => {
  const { hub, port } = await hubWith(1)
  const gateway = await gatewayAt(port)
  const md5 = createHash('md5').update(SECRET).digest('hex')
  gateway.sendFrame(
    AWT100.auth,
    xml(`<id_validate operation="md5"><md5>${md5}</md5></id_validate>`),
  )
  await eventually(() => gateway.closed())
  expect(hub.counters).toMatchObject({ refused: 1, passed: 0 })
})

test('an unknown gateway is refused and listed', async () => {
  const { hub, port } = await hubWith(1)
  const gateway = await gatewayAt(port)
  gateway.sendFrame(AWT100.auth, xml(REQUEST, 'GW-999'))
  await eventually(() => gateway.closed())
  expect(hub.counters.unknown).toBe(1)
  expect(hub.unknownCallers()[0]?.firstBytes).toContain('1f1f01')
})

test('nothing is believed before the log-in', async () => {
  const { port, bus } = await hubWith(1)
  const gateway = await gatewayAt(port)
  gateway.sendFrame(AWT100.data, sealAwt100(SECRET, report(energy('01001', '5'))))
  gateway.sendFrame(AWT100.heartbeat, xml('<heart_beat operation="time"/>'))
  gateway.sendFrame(AWT100.auth, xml(REQUEST))
  await eventually(() => gateway.frames().length > 0)
  expect(gateway.frames().map(({ type }) => type)).toEqual([AWT100.auth])
  expect(bus(0).pushed).toEqual([])
})

test.each([
  ['plain', AWT100.data, (data: Buffer) => data],
  ['packed', AWT100.packed, (data: Buffer) => deflateSync(data)],
] as const)('a %s report reaches the bus of each meter', async (_, type, pack) => {
  const { port, bus } = await hubWith(1, 2)
  const gateway = await loggedIn(port)
  const meters = energy('01001', '433.31') + energy('02017', '0') + energy('03001', '9')
  gateway.sendFrame(type, sealAwt100(SECRET, pack(report(meters))))
  await eventually(() => bus(0).pushed.length + bus(1).pushed.length === 2)
  expect(bus(0).pushed).toMatchObject([
    { address: '1', energyWh: 433_310, deviceAt: Date.UTC(2025, 0, 1, 4, 30) },
  ])
  expect(bus(1).pushed).toMatchObject([{ address: '17', energyWh: 0 }])
})

test.each([
  ['sealed with another secret', (data: Buffer) => sealAwt100(Buffer.alloc(16, 1), data)],
  ['not sealed', (data: Buffer) => data],
])('a report that is %s is dropped and counted', async (_, seal) => {
  const { hub, port, bus } = await hubWith(1)
  const gateway = await loggedIn(port)
  gateway.sendFrame(AWT100.data, seal(report(energy('01001', '5'))))
  await eventually(() => hub.counters.badFrames === 1)
  expect(bus(0).pushed).toEqual([])
  expect(gateway.closed()).toBe(false)
})

test('a report of another gateway is dropped', async () => {
  const { hub, port, bus } = await hubWith(1)
  const gateway = await loggedIn(port)
  const foreign = xml(`<data>${energy('01001', '5')}</data>`, 'GW-002')
  gateway.sendFrame(AWT100.data, sealAwt100(SECRET, foreign))
  await eventually(() => hub.counters.badFrames === 1)
  expect(bus(0).pushed).toEqual([])
})

test('a heartbeat is answered with the local time', async () => {
  const { port } = await hubWith(1)
  const gateway = await loggedIn(port)
  gateway.sendFrame(AWT100.heartbeat, xml('<heart_beat operation="time"/>'))
  await eventually(() => gateway.frames().length === 3)
  const [, year, month, day, hour] =
    /<time>(\d{4})(\d\d)(\d\d)(\d\d)\d{4}<\/time>/.exec(
      gateway.frames()[2]?.data.toString() ?? '',
    ) ?? []
  const told = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour))
  expect(Math.abs(told - 8 * 3_600_000 - Date.now())).toBeLessThan(3_700_000)
})

test('questions of two buses go out side by side, each answer back to its own bus', async () => {
  const { port, bus } = await hubWith(1, 2)
  const gateway = await loggedIn(port)
  const question = Buffer.from('1103006b00037687', 'hex')
  bus(1).wires[0]?.write(question)
  bus(0).wires[0]?.write(question)
  await eventually(() => gateway.frames().length === 4)
  const asked = gateway
    .frames()
    .slice(2)
    .map(({ data }) => openAwt100(SECRET, data)?.toString())
  expect(asked).toEqual(['02017|1103006b00037687', '01017|1103006b00037687'])
  gateway.sendFrame(AWT100.answer, sealAwt100(SECRET, Buffer.from('02017|1103022222')))
  gateway.sendFrame(AWT100.answer, sealAwt100(SECRET, Buffer.from('01017|1103021111')))
  await eventually(() => bus(0).heard.length === 2 && bus(1).heard.length === 2)
  expect(bus(0).heard[1]).toBe('1103021111')
  expect(bus(1).heard[1]).toBe('1103022222')
})

test('a newer call replaces the older, but not before it has proved itself', async () => {
  const { port, bus } = await hubWith(1)
  const first = await loggedIn(port)
  const stranger = await loggedIn(port, Buffer.alloc(16, 9))
  await eventually(() => stranger.closed())
  expect(first.closed()).toBe(false)
  await loggedIn(port)
  await eventually(() => first.closed())
  expect(bus(0).heard).toEqual(['up', 'closed', 'up'])
})

test('a silent bus does not hang up on the others of a gateway that is alive', async () => {
  const { port, buses, bus } = await hubWith(1, 2)
  const gateway = await loggedIn(port)
  bus(0).link.redial()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(gateway.closed()).toBe(false)
  for (const { link } of buses) link.stop()
  await eventually(() => gateway.closed())
})

test('one bus of a gateway cannot be attached twice', async () => {
  const { hub, port } = await hubWith(1)
  const heard: string[] = []
  hub.attach({ port, gatewayNo: GATEWAY, secret: SECRET, busOrdinal: 1 }, ZONE, {
    up: () => heard.push('up'),
    bytes: () => heard.push('bytes'),
    down: ({ detail }) => heard.push(detail),
    pushed: () => Promise.resolve(),
  })
  expect(heard).toEqual(['the number of another gateway'])
})

test('a proof given to a gateway that was set up anew meanwhile counts for nothing', async () => {
  const { hub, port, bus } = await hubWith(1)
  // Keeps the port open.
  const keeper = { port, gatewayNo: 'GW-002', secret: SECRET, busOrdinal: 1 }
  const silent = { up: () => {}, bytes: () => {}, down: () => {}, pushed: () => Promise.resolve() }
  hub.attach(keeper, ZONE, silent)
  const gateway = await gatewayAt(port)
  gateway.sendFrame(AWT100.auth, xml(REQUEST))
  await eventually(() => gateway.frames().length === 1)
  bus(0).link.stop()
  const heard: string[] = []
  const again = { ...keeper, gatewayNo: GATEWAY }
  hub.attach(again, ZONE, { ...silent, up: () => heard.push('up') })
  const md5 = createHash('md5')
    .update(Buffer.concat([SECRET, Buffer.from(sequenceIn(gateway.frames()[0]?.data))]))
    .digest('hex')
  gateway.sendFrame(
    AWT100.auth,
    xml(`<id_validate operation="md5"><md5>${md5}</md5></id_validate>`),
  )
  // It must call again, or the new settings would never see it.
  await eventually(() => gateway.closed())
  await loggedIn(port)
  expect(heard).toEqual(['up'])
})

test('who asks for one challenge after the other is hung up on', async () => {
  const { hub, port } = await hubWith(1)
  const gateway = await gatewayAt(port)
  for (let n = 0; n < 20; n++) gateway.sendFrame(AWT100.auth, xml(REQUEST))
  await eventually(() => gateway.closed())
  expect(gateway.frames().length).toBeLessThanOrEqual(8)
  expect(hub.counters.passed).toBe(0)
})

test('a port left and wanted again at once is not called taken', async () => {
  const port = await freePort()
  const everywhere = { clock: systemClock, rng: systemRng, net: systemNet, host: '' }
  const hub = createAwt100Hub(everywhere)
  const heard: string[] = []
  const attach = () =>
    hub.attach({ port, gatewayNo: GATEWAY, secret: SECRET, busOrdinal: 1 }, ZONE, {
      up: () => heard.push('up'),
      bytes: () => {},
      down: ({ detail }) => heard.push(detail),
      pushed: () => Promise.resolve(),
    })
  const first = attach()
  const ready = await gatewayAt(port)
  ready.hangUp()
  first.stop()
  attach()
  await new Promise((resolve) => setTimeout(resolve, 50))
  await loggedIn(port)
  expect(heard).toEqual(['up'])
  await hub.stop()
})
