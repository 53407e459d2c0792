// Modbus against programs we did not write, both ways: our drivers ask pymodbus and modbus-serial
// as slaves, RTU over TCP and TCP; mbpoll and pymodbus ask our simulated devices.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import modbusSerial from 'modbus-serial'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startSimulatedComplex } from '../../sim/simulated-complex.ts'
import { systemClock } from '../../src/adapters/system.ts'
import { busSettings } from '../../src/metering/bus/line.ts'
import { type Bus, createBus } from '../../src/metering/bus/session.ts'
import { createDevice } from '../../src/metering/drivers/create-device.ts'
import type { MeterModel } from '../../src/metering/meter-model/model-schema.ts'
import ddsy1352 from '../../src/metering/models/acrel-ddsy1352.ts'
import submeter from '../../src/metering/models/modbus-submeter.ts'
import { readRegisters } from '../../src/metering/protocol/modbus/commands/registers.ts'
import { type Framing, RTU, tcpFraming } from '../../src/metering/protocol/modbus/framing.ts'
import { plusMs } from '../../src/shared/clock.ts'
import { meterId } from '../../src/shared/ids.ts'
import { freePort } from '../free-port.ts'
import { startPeer, stopPeers } from './peer.ts'

const HOST = '127.0.0.1'
const HERE = import.meta.dirname

let folder = ''
const sockets: Socket[] = []
const endings: (() => Promise<void>)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-modbus-'))
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const end of endings.splice(0)) await end()
  await stopPeers()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const connected = (port: number): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect({ host: HOST, port, noDelay: true }, () => resolve(socket))
    socket.once('error', () => resolve(null))
  })

/** A bus to a port that something is about to listen on. */
const busTo = async (port: number): Promise<Bus> => {
  const found: Socket[] = []
  await expect
    .poll(async () => {
      const socket = await connected(port)
      if (socket) found.push(socket)
      return found.length
    })
    .toBe(1)
  const [open] = found
  if (!open) throw new Error('it listened a moment ago')
  const bus = createBus(systemClock, busSettings({ protocol: 'modbus', baud: 115_200 }))
  sockets.push(open)
  open.on('data', (bytes) => bus.received(bytes))
  bus.connected({ write: (bytes) => open.write(bytes) })
  return bus
}

const driverOn = (bus: Bus, model: MeterModel, framing: Framing) => {
  const id = meterId(1)
  const meters = [{ meterId: id, meterNo: '', channels: [1], settings: {} }]
  const config = { deviceId: 1, address: '1', model: model.id, settings: {}, meters }
  const deps = {
    bus,
    clock: systemClock,
    rng: { below: () => 0, bytes: (length: number) => Buffer.alloc(length) },
    keyOf: () => Promise.resolve(null),
    zone: 'Asia/Shanghai',
    framing,
  }
  const driver = createDevice(deps, config, model)?.driverOf(id)
  if (!driver) throw new Error('no driver')
  return driver
}

const u32 = (n: number): number[] => [n >>> 16, n & 0xffff]
const f32 = (n: number): number[] => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(n)
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)]
}
const from = (register: number, words: readonly number[]): [number, number][] =>
  words.map((word, i) => [register + i, word])

/** What an Acrel meter of one phase holds, and the registers of its forced control. */
const HOLDING = new Map([
  ...from(0x0200, [7, 2_301, 0, 0, 525]),
  ...from(0x020a, [1_170]),
  ...from(0x0215, [...u32(123_456), ...u32(0), ...u32(61_728), ...u32(37_036), ...u32(24_692)]),
  ...from(0x0224, [0x2000]),
])
const INPUT = new Map([
  ...from(0x0000, f32(230.2)),
  ...from(0x000c, f32(1_170.4)),
  ...from(0x0048, [...f32(1_234.5), ...f32(6.25)]),
])

const pymodbusSlave = async (framing: 'rtu' | 'tcp'): Promise<Bus> => {
  const path = join(folder, 'registers.json')
  const content = { holding: Object.fromEntries(HOLDING), input: Object.fromEntries(INPUT) }
  await writeFile(path, JSON.stringify(content))
  const port = await freePort()
  startPeer('python3', join(HERE, 'pymodbus-slave.py'), String(port), framing, path)
  return busTo(port)
}

const modbusSerialSlave = async (): Promise<Bus> => {
  const port = await freePort()
  const held = new Map(HOLDING)
  const server = new modbusSerial.ServerTCP(
    {
      getHoldingRegister: (register: number) => held.get(register) ?? 0,
      getInputRegister: (register: number) => INPUT.get(register) ?? 0,
      setRegister: (register: number, value: number) => {
        held.set(register, value)
      },
    },
    { host: HOST, port, unitID: 1 },
  )
  endings.push(() => new Promise((resolve) => server.close(() => resolve())))
  return busTo(port)
}

describe.each([
  ['pymodbus, RTU over TCP', () => pymodbusSlave('rtu'), () => RTU],
  ['pymodbus, Modbus TCP', () => pymodbusSlave('tcp'), () => tcpFraming()],
  ['modbus-serial, Modbus TCP', modbusSerialSlave, () => tcpFraming()],
] as const)('%s as slave', (_, slave, framingOf) => {
  test('is read and ordered by our driver', async () => {
    const bus = await slave()
    const framing = framingOf()
    const meter = driverOn(bus, ddsy1352, framing)
    expect(await meter.readStatus('onDemand')).toMatchObject({
      value: {
        relay: 'closed',
        kept: false,
        powerW: 1_170,
        energyWh: 1_234_560,
        electrical: { voltagesDv: [2_301], currentsMa: [5_250] },
      },
    })
    expect(await meter.readEnergy('onDemand')).toMatchObject({
      value: { energyWh: 1_234_560, tariffsWh: [0, 617_280, 370_360, 246_920] },
    })
    const sub = driverOn(bus, submeter, framing)
    expect(await sub.readEnergy('onDemand')).toMatchObject({
      value: { energyWh: 1_234_500, reverseWh: 6_250 },
    })
    expect(await sub.readStatus('onDemand')).toMatchObject({
      value: { powerW: 1_170, electrical: { voltagesDv: [2_302] } },
    })
    const deadline = plusMs(systemClock.now(), 60_000)
    expect(await meter.orderRelay('trip', deadline)).toEqual({
      ok: true,
      value: { answered: 'accepted' },
    })
    const written = readRegisters({ unit: 1, framing }, { start: 0x0057, count: 2 })
    const answer = await bus.submit({ address: '1', request: written, priority: 'relay' })
    expect(answer.ok && answer.value.bytes.toString('hex')).toBe('00010001')
  })
})

describe('a slave that says no', () => {
  test('pymodbus: a register that is not there is a refusal with its code', async () => {
    const bus = await pymodbusSlave('rtu')
    const request = readRegisters({ unit: 1, framing: RTU }, { start: 0x0fff, count: 2 })
    expect(await bus.submit({ address: '1', request, priority: 'onDemand' })).toMatchObject({
      ok: false,
      reason: 'refused-by-meter',
      code: 2,
    })
  })
})

const simulatedDevice = async (): Promise<number> => {
  const complex = await startSimulatedComplex({
    definition: {
      gateways: [{ code: 'A', buses: [{ ordinal: 1, protocol: 'modbus' }] }],
      meters: [
        {
          address: '202611220001',
          gateway: 'A',
          device: '7',
          model: 'acrel-adf300-12',
          channels: [1],
          initialWh: 1_234_560,
        },
        {
          address: '202611220002',
          gateway: 'A',
          device: '7',
          model: 'acrel-adf300-12',
          channels: [2],
          initialWh: 50_000,
        },
      ],
    },
    dataDir: null,
    boundTo: 'peers',
    load: 0,
    pace: 0,
  })
  endings.push(() => complex.stop())
  return complex.gateways[0]?.port ?? 0
}

describe('our simulated multi-user device as slave', () => {
  test('mbpoll reads its energies over a serial line', async () => {
    const port = await simulatedDevice()
    const line = join(folder, 'line')
    startPeer('socat', `PTY,raw,echo=0,link=${line}`, `TCP:${HOST}:${port},nodelay`)
    const ask = ['-m', 'rtu', '-b', '9600', '-P', 'none', '-a', '7', '-0', '-B', '-1', '-o', '3']
    let said = ''
    await expect
      .poll(async () => {
        const peer = startPeer('mbpoll', ...ask, '-t', '4:int', '-r', '2816', '-c', '6', line)
        await peer.ended
        said = peer.output
        return said
      })
      .toContain('[2816]')
    const shown = said.matchAll(/\[(\d+)\]:\s+(\d+)/g)
    const registers = new Map([...shown].map(([, at, value]) => [Number(at), Number(value)]))
    expect(registers.get(0x0b00)).toBe(123_456)
    expect(registers.get(0x0b0a)).toBe(5_000)
  })

  test('pymodbus orders one circuit, and is refused what is not there', async () => {
    const port = await simulatedDevice()
    const questions = ['r:2560:6', 'w:1282:1,1', 'r:2560:6', 'w:1282:0,0', 'r:2560:1', 'r:3072:1']
    const script = join(HERE, 'pymodbus-master.py')
    const peer = startPeer('python3', script, String(port), '7', ...questions)
    await peer.ended
    const answers: unknown[] = peer.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers).toEqual([
      [0x0fff, 0, 0, 0, 0, 0],
      'ok',
      [0x0ffd, 0, 0, 0x0002, 0, 0],
      'ok',
      [0x0fff],
      { code: 2 },
    ])
  })
})
