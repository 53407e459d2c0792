import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.ts'
import { freePort } from '../../../test/free-port.ts'
import { mqttRig } from '../../../test/mqtt-rig.ts'
import { dialCentre } from '../../../test/tcp-caller.ts'

type Rig = ReturnType<typeof mqttRig>
const rigs: Rig[] = []
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()))
})

const embedded = async (): Promise<Rig & { port: number }> => {
  const port = await freePort()
  const rig = mqttRig({ host: '127.0.0.1', port })
  rigs.push(rig)
  // Who dials is let in once it listens.
  const caller = await dialCentre(port)
  caller.hangUp()
  return { ...rig, port }
}
const report = (msgid: string, energyWh: number): string =>
  JSON.stringify({ msgid, ts: 1_735_705_800_000, meters: [{ addr: '1', values: { energyWh } }] })
const UP = 'prewatt/G1/up'

test('a gateway that logs in and says that it is there opens its buses', async () => {
  const rig = await embedded()
  const [one, two] = [rig.bus('G1'), rig.bus('G1', { busOrdinal: 2 })]
  const { client } = await rig.gateway(rig.port, 'G1')
  await client.publishAsync('prewatt/G1/status', 'online', { qos: 1, retain: true })
  await eventually(() => one.heard.length === 1 && two.heard.length === 1)
  expect([one.heard, two.heard]).toEqual([['up'], ['up']])
})

test.each([
  ['a wrong password', { password: Buffer.from('wrong') }],
  ['no password', { password: undefined, username: undefined }],
  ['another gateway’s password', { username: 'G2' }],
  ['an unknown name', { username: 'G9' }],
])('with %s nobody logs in', async (_, more) => {
  const rig = await embedded()
  rig.bus('G1')
  rig.bus('G2')
  await expect(rig.gateway(rig.port, 'G1', more)).rejects.toThrow()
})

test('a gateway reaches its own topics only', async () => {
  const rig = await embedded()
  const other = rig.bus('G2')
  rig.bus('G1')
  const { client } = await rig.gateway(rig.port, 'G1')
  const granted = await client.subscribeAsync('prewatt/G1/down', { qos: 1 })
  expect(granted.map(({ qos }) => qos)).toEqual([1])
  for (const filter of ['prewatt/G2/down', 'prewatt/+/down', '#', '$SYS/#']) {
    await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow()
  }
  client.publish('prewatt/G2/up', report('1', 5), { qos: 1 })
  await eventually(() => !client.connected)
  expect(other.pushed).toEqual([])
})

test('nobody takes over the session of another gateway', async () => {
  const rig = await embedded()
  rig.bus('G1')
  rig.bus('G2')
  const { client } = await rig.gateway(rig.port, 'G1')
  await expect(rig.gateway(rig.port, 'G2', { clientId: 'gateway-G1' })).rejects.toThrow()
  expect(client.connected).toBe(true)
})

test('a report is acknowledged once it is durable, and not before', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1')
  let commit = () => {}
  bus.storeBy(
    () =>
      new Promise((resolve) => {
        commit = resolve
      }),
  )
  const { client, got } = await rig.gateway(rig.port, 'G1')
  await client.subscribeAsync('prewatt/G1/ack', { qos: 1 })
  let acknowledged = false
  const sent = client.publishAsync(UP, report('1', 120_000), { qos: 1 }).then(() => {
    acknowledged = true
  })
  await eventually(() => bus.pushed.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(acknowledged).toBe(false)
  commit()
  await sent
  await eventually(() => got.length === 1)
  expect(JSON.parse(got[0]?.text ?? '')).toEqual({ msgid: '1', res: 1, stored: 1, refused: 0 })
  expect(bus.pushed).toMatchObject([
    { address: '1', energyWh: 120_000, deviceAt: 1_735_705_800_000 },
  ])
})

test('a report that could not be stored is taken when it comes again, and then once', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1')
  bus.storeBy(() => Promise.reject(new Error('no database')))
  const first = await rig.gateway(rig.port, 'G1')
  first.client.publish(UP, report('1', 120_000), { qos: 1 })
  await eventually(() => !first.client.connected)
  bus.storeBy(() => Promise.resolve())
  const second = await rig.gateway(rig.port, 'G1')
  await second.client.publishAsync(UP, report('1', 120_000), { qos: 1 })
  await second.client.publishAsync(UP, report('1', 120_000), { qos: 1 })
  expect(bus.pushed).toHaveLength(2)
  expect(rig.hub.counters).toMatchObject({ reports: 2, repeated: 1 })
})

test('a frame goes down with its number, and only the answer to it comes up', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1')
  const { client, got } = await rig.gateway(rig.port, 'G1')
  await client.subscribeAsync('prewatt/G1/down', { qos: 1 })
  await client.publishAsync('prewatt/G1/status', 'online', { qos: 1 })
  await eventually(() => bus.wires.length === 1)
  const answer = (msgid: string, frame: string) =>
    client.publishAsync('prewatt/G1/answer', JSON.stringify({ msgid, res: 1, frame }), { qos: 1 })

  bus.wires[0]?.write(Buffer.of(1, 2))
  await eventually(() => got.length === 1)
  const first = JSON.parse(got[0]?.text ?? '')
  expect(first).toMatchObject({ method: 'transport', bus: 1, frame: '0102' })
  bus.wires[0]?.write(Buffer.of(3, 4))
  await eventually(() => got.length === 2)
  const second = JSON.parse(got[1]?.text ?? '')

  await answer(first.msgid, 'aa')
  await answer(second.msgid, 'bb')
  await answer(second.msgid, 'bb')
  expect(bus.heard).toEqual(['up', 'bb'])
  expect(rig.hub.counters.lateAnswers).toBe(2)
})

test('the last will closes the line of a gateway that vanished', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1')
  const payload = Buffer.from('offline')
  const { client } = await rig.gateway(rig.port, 'G1', {
    will: { topic: 'prewatt/G1/status', payload, qos: 1, retain: true },
  })
  await client.publishAsync('prewatt/G1/status', 'online', { qos: 1, retain: true })
  await eventually(() => bus.heard.length === 1)
  client.stream.destroy()
  await eventually(() => bus.heard.length === 2)
  expect(bus.heard).toEqual(['up', 'closed'])
})

test('a gateway without a last will is missed when its connection ends', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1', { dialect: 'acrel-domestic' })
  const { client, got } = await rig.gateway(rig.port, 'G1')
  await client.subscribeAsync('sys/server/P/G1', { qos: 1 })
  await client.publishAsync('sys/dev/P/G1', '{"msgid":1,"method":"login","sn":"G1"}', { qos: 1 })
  await eventually(() => got.length === 1)
  expect(JSON.parse(got[0]?.text ?? '')).toMatchObject({ msgid: 1, method: 'login', res: 1 })
  client.stream.destroy()
  await eventually(() => bus.heard.length === 2)
  expect(bus.heard).toEqual(['up', 'closed'])
})

test('a gateway that is set up no more is hung up on at its next word', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1')
  const { client } = await rig.gateway(rig.port, 'G1')
  bus.link.stop()
  client.publish(UP, report('1', 5), { qos: 1 })
  await eventually(() => !client.connected)
  expect(bus.pushed).toEqual([])
})

test.each([
  ['before the log-in', [Buffer.from('10ffffff7f', 'hex')]],
  ['that is no packet', [Buffer.from('10ffffffffff', 'hex')]],
])('a packet that claims too much %s ends the connection', async (_, pieces) => {
  const { port } = await embedded()
  const socket = connect({ port, host: '127.0.0.1' })
  let closed = false
  socket.on('close', () => {
    closed = true
  })
  socket.on('error', () => {})
  socket.on('data', () => {})
  for (const piece of pieces) socket.write(piece)
  await eventually(() => closed)
})

test('a report that is too long ends the connection and is not stored', async () => {
  const rig = await embedded()
  const bus = rig.bus('G1')
  const { client } = await rig.gateway(rig.port, 'G1')
  const long = `{"msgid":"1","x":"${'x'.repeat(300_000)}","meters":[]}`
  client.publish(UP, long, { qos: 1 })
  await eventually(() => !client.connected)
  expect(bus.heard).toEqual([])
})

test('one number for two gateways is refused', async () => {
  const rig = await embedded()
  rig.bus('G1')
  expect(rig.bus('G1').heard).toEqual(['refused'])
  expect(rig.bus('G1', { dialect: 'acrel-domestic' }).heard).toEqual(['refused'])
})
