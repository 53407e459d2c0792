// Gateways through the user's own broker: a real Mosquitto, its own clients as gateways, breaks and
// restarts.

import { connectAsync } from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { mqttRig } from '../mqtt-rig.ts'
import { CENTRE, createMosquitto, GATEWAY, type Mosquitto } from './mosquitto.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const broker = async (): Promise<Mosquitto> => {
  const mosquitto = await createMosquitto()
  closing.push(mosquitto.remove)
  await mosquitto.start()
  return mosquitto
}
const centreAt = ({ url }: Mosquitto, password = CENTRE.password) => {
  const rig = mqttRig({ url, user: CENTRE.user, password: Buffer.from(password) })
  closing.push(rig.close)
  return rig
}
const report = (msgid: string, energyWh: number): string => {
  const meters = [{ addr: '1', values: { energyWh } }]
  return JSON.stringify({ msgid, ts: 1_735_705_800_000 + energyWh, meters })
}
const UP = 'prewatt/G1/up'
const STATUS = 'prewatt/G1/status'

test('a report of mosquitto_pub is stored, and answered to mosquitto_sub', async () => {
  const mosquitto = await broker()
  const bus = centreAt(mosquitto).bus('G1')
  const acks = mosquitto.subscribe('prewatt/G1/ack')
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => bus.heard.length === 1)
  await mosquitto.publish(UP, report('1', 120_000))
  await eventually(() => acks.lines().length === 1)
  expect(bus.pushed).toMatchObject([{ address: '1', energyWh: 120_000 }])
  expect(JSON.parse(acks.lines()[0] ?? '')).toMatchObject({ msgid: '1', res: 1, stored: 1 })
})

test('a frame reaches mosquitto_sub, and its answer comes back to the bus', async () => {
  const mosquitto = await broker()
  const bus = centreAt(mosquitto).bus('G1')
  const downs = mosquitto.subscribe('prewatt/G1/down')
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => bus.wires.length === 1)
  bus.wires[0]?.write(Buffer.from('1103006b00037687', 'hex'))
  await eventually(() => downs.lines().length === 1)
  const { msgid, frame } = JSON.parse(downs.lines()[0] ?? '')
  expect(frame).toBe('1103006b00037687')
  await mosquitto.publish('prewatt/G1/answer', JSON.stringify({ msgid, res: 1, frame: '110302' }))
  await eventually(() => bus.heard.length === 2)
  expect(bus.heard).toEqual(['up', '110302'])
})

test('the last will of a killed gateway closes its line, its return opens it', async () => {
  const mosquitto = await broker()
  const bus = centreAt(mosquitto).bus('G1')
  const will = ['--will-topic', STATUS, '--will-payload', 'offline', '--will-qos', '1']
  const gateway = mosquitto.subscribe('prewatt/G1/down', ...will, '--will-retain')
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => bus.heard.length === 1)
  gateway.kill()
  await eventually(() => bus.heard.length === 2)
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => bus.heard.length === 3)
  expect(bus.heard).toEqual(['up', 'closed', 'up'])
})

test('a wrong password is told as such', async () => {
  const mosquitto = await broker()
  const bus = centreAt(mosquitto, 'wrong').bus('G1')
  await eventually(() => bus.heard.length === 1)
  expect(bus.heard).toEqual(['refused'])
})

test('over restarts of the broker no report is lost and none stored twice', async () => {
  const mosquitto = await broker()
  const rig = centreAt(mosquitto)
  const bus = rig.bus('G1')
  bus.storeBy(() => new Promise((resolve) => setTimeout(resolve, 30)))
  const gateway = await connectAsync(mosquitto.url, {
    clientId: 'gateway',
    clean: false,
    username: GATEWAY.user,
    password: GATEWAY.password,
    reconnectPeriod: 100,
  })
  gateway.on('error', () => {})
  closing.push(() => gateway.end(true))
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => bus.heard.length === 1)
  const sent: Promise<unknown>[] = []
  for (let i = 1; i <= 60; i++) {
    sent.push(gateway.publishAsync(UP, report(String(i), i), { qos: 1 }))
    if (i % 25 === 0) {
      await new Promise((resolve) => setTimeout(resolve, 40))
      await mosquitto.end()
      await mosquitto.start()
    }
  }
  await Promise.all(sent)
  await eventually(() => new Set(bus.pushed.map(({ energyWh }) => energyWh)).size === 60)
  expect(bus.pushed).toHaveLength(60)
  // The break itself was noticed, and ended.
  expect(bus.heard.length).toBeGreaterThanOrEqual(3)
  expect(bus.heard.at(-1)).toBe('up')
})

test('reports sent while the centre is away arrive once their gateway is set up', async () => {
  const mosquitto = await broker()
  const before = centreAt(mosquitto)
  const first = before.bus('G1')
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => first.heard.length === 1)
  await mosquitto.publish(UP, report('1', 1))
  await eventually(() => first.pushed.length === 1)
  first.link.stop()
  await before.close()
  await mosquitto.publish(UP, report('2', 2))
  const after = centreAt(mosquitto)
  // Another gateway of the same broker is set up first, and the line is open by then.
  after.bus('G0')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const second = after.bus('G1')
  await eventually(() => second.pushed.length === 1)
  expect(second.pushed).toMatchObject([{ energyWh: 2 }])
})

test('a report that could not be stored comes again', async () => {
  const mosquitto = await broker()
  const bus = centreAt(mosquitto).bus('G1')
  bus.storeBy(() => Promise.reject(new Error('no database')))
  await mosquitto.publish(STATUS, 'online', '-r')
  await eventually(() => bus.heard.length === 1)
  await mosquitto.publish(UP, report('1', 1))
  await eventually(() => bus.pushed.length === 1)
  bus.storeBy(() => Promise.resolve())
  await eventually(() => bus.pushed.length === 2)
  expect(bus.pushed.map(({ energyWh }) => energyWh)).toEqual([1, 1])
})
