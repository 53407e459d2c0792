import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.ts'
import { freePort } from '../../../test/free-port.ts'
import { dialCentre } from '../../../test/tcp-caller.ts'
import { systemNet } from '../../adapters/net.ts'
import { systemClock } from '../../adapters/system.ts'
import type { Wire } from '../bus/exchange.ts'
import { crc16 } from '../protocol/modbus/crc16.ts'
import { recogniseSerial, startAcrel4gLink } from './acrel-4g.ts'
import { COMMAND, encodeAcrel4g } from './frames/acrel-4g.ts'
import type { PushedReading } from './link.ts'
import { createListenHub } from './listen-hub.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')
const padded = (text: string, length: number): Buffer => Buffer.from(text.padEnd(length, '\0'))
const register = (serial: string): Buffer =>
  encodeAcrel4g(
    COMMAND.register,
    Buffer.concat([padded(serial, 20), padded('8986', 30), hex('1A 0100 0100 0100 1E')]),
  )
const rtu = (text: string): Buffer => {
  const body = hex(text)
  const crc = crc16(body)
  return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)])
}
const report = (serial: string, registers: Buffer): Buffer =>
  encodeAcrel4g(
    COMMAND.data,
    Buffer.concat([
      padded(serial, 20),
      Buffer.from('[[1(('),
      Buffer.of(1, 3, registers.length),
      registers,
      Buffer.from('))]]'),
    ]),
  )

const open: (() => void)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) close()
})

const linkFor = async (serial = '12307210720085') => {
  const port = await freePort()
  const callers = createListenHub({ clock: systemClock, net: systemNet, host: '127.0.0.1' })
  const heard: string[] = []
  const wires: Wire[] = []
  const pushed: PushedReading[] = []
  let store = () => Promise.resolve()
  const link = startAcrel4gLink(
    { clock: systemClock, callers, zone: 'Asia/Shanghai' },
    { port, serial },
    {
      up: (wire) => {
        wires.push(wire)
        heard.push('up')
      },
      bytes: (bytes) => heard.push(bytes.toString('hex')),
      down: ({ reason }) => heard.push(reason),
      pushed: (readings) => {
        pushed.push(...readings)
        return store()
      },
    },
  )
  open.push(() => {
    link.stop()
    void callers.stop()
  })
  await eventually(() => callers.ports().every((one) => one.listening))
  return {
    link,
    callers,
    heard,
    wires,
    pushed,
    port,
    storeBy: (how: () => Promise<void>) => {
      store = how
    },
  }
}

const dial = async (port: number) => {
  const meter = await dialCentre(port)
  open.push(meter.hangUp)
  return meter
}

test('a registration is acknowledged and opens the line', async () => {
  const { port, heard } = await linkFor()
  const meter = await dial(port)
  meter.send(register('12307210720085'))
  await eventually(() => meter.received().length > 0)
  expect(meter.received()).toEqual(hex('7B7B 84 BF23 7D7D'))
  expect(heard).toEqual(['up'])
})

test('a meter is told the local time of the complex; a heartbeat gets no answer', async () => {
  const { port } = await linkFor()
  const meter = await dial(port)
  meter.send(hex('7B7B 94 BEEF 7D7D'))
  meter.send(encodeAcrel4g(COMMAND.time, padded('12307210720085', 20)))
  await eventually(() => meter.received().length >= 14)
  expect(meter.received()).toHaveLength(14)
  const [year = 0, month = 0, date = 0, , hour = 0, minute = 0] = meter.received().subarray(3)
  const told = Date.UTC(2000 + year, month - 1, date, hour, minute)
  // Shanghai is eight hours ahead, and knows no summer time.
  expect(Math.abs(told - 8 * 3_600_000 - Date.now())).toBeLessThan(120_000)
})

test('a question goes out wrapped, and its answer comes in unwrapped', async () => {
  const { port, wires, heard } = await linkFor()
  const meter = await dial(port)
  meter.send(register('12307210720085'))
  await eventually(() => wires.length === 1)
  const question = rtu('01 03 0000 0002')
  wires[0]?.write(question)
  await eventually(() => meter.received().length > 7)
  expect(meter.received().subarray(7)).toEqual(encodeAcrel4g(COMMAND.transparent, question))

  const answer = rtu('01 03 04 0000 2EE0')
  const serial = padded('12307210720085', 20)
  // To a write some meters answer with their serial alone.
  meter.send(encodeAcrel4g(COMMAND.transparent, serial))
  meter.send(encodeAcrel4g(COMMAND.transparent, Buffer.concat([serial, answer])))
  await eventually(() => heard.length === 2)
  expect(heard[1]).toBe(answer.toString('hex'))
})

test('a report is acknowledged once it is durable, and not before', async () => {
  const { port, pushed, storeBy } = await linkFor()
  let commit = () => {}
  storeBy(
    () =>
      new Promise((resolve) => {
        commit = resolve
      }),
  )
  const meter = await dial(port)
  const registers = Buffer.alloc(96, 7)
  meter.send(report('12307210720085', registers))
  await eventually(() => pushed.length === 1)
  expect(pushed[0]).toMatchObject({ address: '1', block: registers, energyWh: null })
  expect(meter.received()).toHaveLength(0)
  commit()
  await eventually(() => meter.received().length > 0)
  expect(meter.received()).toEqual(hex('7B7B 91 7EEC 7D7D'))
})

test('a report that could not be stored is not acknowledged', async () => {
  const { port, pushed, storeBy } = await linkFor()
  storeBy(() => Promise.reject(new Error('no database')))
  const meter = await dial(port)
  meter.send(report('12307210720085', Buffer.alloc(96)))
  await eventually(() => pushed.length === 1)
  meter.send(register('12307210720085'))
  await eventually(() => meter.received().length > 0)
  expect(meter.received()).toEqual(hex('7B7B 84 BF23 7D7D'))
})

test('a frame with a wrong CRC is dropped, the next is taken', async () => {
  const { port, heard } = await linkFor()
  const meter = await dial(port)
  meter.send(register('12307210720085'))
  await eventually(() => heard.length === 1)
  const bad = encodeAcrel4g(COMMAND.transparent, padded('12307210720085', 20))
  bad[25] = (bad[25] ?? 0) ^ 1
  const serial = padded('12307210720085', 20)
  const good = encodeAcrel4g(COMMAND.transparent, Buffer.concat([serial, rtu('01 83 02')]))
  meter.send(Buffer.concat([bad, good]))
  await eventually(() => heard.length === 2)
  expect(heard).toEqual(['up', rtu('01 83 02').toString('hex')])
})

test('a meter that nobody expects is refused and listed', async () => {
  const { port, callers, heard } = await linkFor()
  const meter = await dial(port)
  meter.send(register('99999999999999'))
  await eventually(() => meter.closed())
  expect(heard).toEqual([])
  const [caller] = callers.unknownCallers()
  expect(Buffer.from(caller?.firstBytes ?? '', 'hex').toString('latin1')).toContain(
    '99999999999999',
  )
})

test('a second call of the same meter replaces the first', async () => {
  const { port, heard } = await linkFor()
  const first = await dial(port)
  first.send(register('12307210720085'))
  await eventually(() => heard.length === 1)
  const second = await dial(port)
  second.send(register('12307210720085'))
  await eventually(() => first.closed() && heard.length === 3)
  expect(heard).toEqual(['up', 'closed', 'up'])
})

test('a block whose number is not the unit that answered is not believed', async () => {
  const { port, pushed } = await linkFor()
  const meter = await dial(port)
  const section = Buffer.from('[[2((\x01\x03\x02\x00\x01))]]', 'latin1')
  const body = Buffer.concat([padded('12307210720085', 20), section])
  meter.send(encodeAcrel4g(COMMAND.data, body))
  await eventually(() => meter.received().length > 0)
  expect(pushed).toEqual([])
})

test('another serial on the line of this meter says nothing about it', async () => {
  const { port, pushed } = await linkFor()
  const meter = await dial(port)
  meter.send(register('12307210720085'))
  meter.send(report('99999999999999', Buffer.alloc(96)))
  meter.send(report('12307210720085', Buffer.alloc(96)))
  await eventually(() => meter.received().length >= 14)
  expect(pushed).toHaveLength(1)
})

test.each([
  ['a registration', register('1'), { taken: 0 }],
  ['a heartbeat before it', Buffer.concat([hex('7B7B94BEEF7D7D'), register('1')]), { taken: 0 }],
  ['a heartbeat alone', hex('7B7B94BEEF7D7D'), 'more'],
  ['half of it', register('1').subarray(0, 22), 'more'],
  ['a serial that begins the same', register('12'), 'other'],
  ['a Modbus frame', rtu('01 03 0000 0002'), 'other'],
])('%s tells who calls', (_, head, verdict) => {
  expect(recogniseSerial(head, '1')).toEqual(verdict)
})
