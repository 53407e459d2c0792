// A master we did not write (modbus-serial) against the simulated gateway: RTU over TCP, as a
// transparent serial server carries it.

import modbusSerial from 'modbus-serial'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseDefinition } from '../definition.ts'
import { Master } from '../master.ts'
import { type SimulatedComplex, startSimulatedComplex } from '../simulated-complex.ts'

const PREPAID = '202611220001'
const THREE_PHASE = '202611220002'
const SHOP = '202611220003'
const MAIN = '202611220004'
/** How long the peer waits for what must come, and for what must not. */
const PATIENT_MS = 30_000
const TIMEOUT_MS = 100

const definition = parseDefinition({
  gateways: [
    {
      code: 'A',
      buses: [{ ordinal: 1 }, { ordinal: 2, protocol: 'modbus' }],
    },
  ],
  meters: [
    { address: PREPAID, gateway: 'A', ratedW: 0, initialWh: 5_000, preamble: 0 },
    {
      address: THREE_PHASE,
      gateway: 'A',
      bus: 2,
      device: '7',
      model: 'acrel-adf300-12',
      channels: [1, 2, 3],
      initialWh: 1_234_560,
    },
    { address: SHOP, gateway: 'A', bus: 2, device: '7', model: 'acrel-adf300-12', channels: [5] },
    {
      address: MAIN,
      gateway: 'A',
      bus: 2,
      device: '9',
      model: 'modbus-submeter',
      main: true,
      initialWh: 100_000,
    },
  ],
})

let complex: SimulatedComplex
type Client = InstanceType<typeof modbusSerial.default>
let client: Client

const set = (meter: string, change: object) => post(`/meters/${meter}/set`, change)
const fault = (meter: string, change: object) => post(`/meters/${meter}/fault`, change)
const post = async (path: string, body: object) => {
  const request = { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(complex.control + path, request)
  expect(response.status).toBe(200)
  return response.json()
}
const witness = async (meter: string) => (await fetch(`${complex.control}/meters/${meter}`)).json()
const energyOf = async (meter: string): Promise<number> => {
  const shown: unknown = await witness(meter)
  return typeof shown === 'object' && shown !== null ? Number(Reflect.get(shown, 'energyWh')) : -1
}

beforeEach(async () => {
  complex = await startSimulatedComplex({ definition, dataDir: null, boundTo: 'peer', pace: 0 })
  client = new modbusSerial.default()
  // A serial server counts its ports up: bus 2 is one above bus 1.
  const port = (complex.gateways[0]?.port ?? 0) + 1
  // What this peer calls telnet is RTU over TCP; its "TcpRTU" would add the head of Modbus TCP.
  await client.connectTelnet('127.0.0.1', { port })
  client.setTimeout(PATIENT_MS)
  client.setID(7)
  for (const meter of [THREE_PHASE, SHOP]) await set(meter, { loadW: 0 })
})
afterEach(async () => {
  await new Promise<void>((resolve) => client.close(() => resolve()))
  await complex.stop()
})

describe('a foreign master', () => {
  test('reads every circuit of a device in two requests', async () => {
    const status = await client.readHoldingRegisters(0x0a00, 33)
    expect(status.data.slice(0, 6)).toEqual([0x0fff, 0, 0, 0, 0, 0])
    const energies = await client.readHoldingRegisters(0x0b00, 120)
    const totals = [0, 10, 20, 40].map((at) => energies.buffer.readUInt32BE(at * 2))
    // A three-phase user holds three circuits; what they show adds up.
    expect((totals[0] ?? 0) + (totals[1] ?? 0) + (totals[2] ?? 0)).toBe(123_456)
    expect(totals[3]).toBe(0)
  })

  test('opens the three circuits of one user in one request, and nobody else', async () => {
    await client.writeRegisters(0x0500, [1, 1, 1, 1, 1, 1])
    expect((await client.readHoldingRegisters(0x0900, 6)).data).toEqual([0x0ff8, 0, 0, 7, 0, 0])
    expect(await witness(THREE_PHASE)).toMatchObject({
      relay: 'tripped',
      tripCause: 'operator',
      device: '7',
      channels: [1, 2, 3],
    })
    expect(await witness(SHOP)).toMatchObject({ relay: 'closed' })
    await client.writeRegisters(0x0500, [0, 0])
    expect(await witness(THREE_PHASE)).toMatchObject({ relay: 'mixed' })
  })

  test('writes to everybody and gets no answer', async () => {
    client.setID(0)
    client.setTimeout(TIMEOUT_MS)
    await client.writeRegisters(0x0508, [1, 1]).catch(() => {})
    client.setTimeout(PATIENT_MS)
    client.setID(7)
    expect((await client.readHoldingRegisters(0x0900, 1)).data).toEqual([0x0fef])
  })

  test('reads floating-point registers of the other device on the bus', async () => {
    client.setID(9)
    const { buffer } = await client.readInputRegisters(0x0048, 2)
    expect(buffer.readFloatBE(0)).toBeCloseTo(100)
  })

  test.each([
    ['a register that is not there', () => client.readHoldingRegisters(0x0c00, 1), 2],
    ['a function that is not there', () => client.readCoils(0, 1), 1],
    ['a value that is no order', () => client.writeRegisters(0x0500, [1, 7]), 3],
  ])('is refused %s', async (_name, ask, code) => {
    await expect(ask()).rejects.toMatchObject({ modbusCode: code })
  })
})

describe('faults on the bus', () => {
  const read = () => client.readHoldingRegisters(0x0900, 6)

  test.each([
    ['silent', { silent: true }],
    ['wrongCheck', { wrongCheck: true }],
    ['halfFrame', { halfFrame: true }],
    ['wrongAddress', { wrongAddress: true }],
    ['late', { lateMs: 2 * TIMEOUT_MS }],
  ])('%s: the master gets no answer to use', async (_name, change) => {
    await fault(SHOP, change)
    client.setTimeout(TIMEOUT_MS)
    await expect(read()).rejects.toThrow()
    await fault(SHOP, { clear: true })
    await new Promise((resolve) => setTimeout(resolve, 2 * TIMEOUT_MS))
    // This peer glues what is left of a half answer to the next one.
    await read().catch(() => {})
    client.setTimeout(PATIENT_MS)
    expect((await read()).data[0]).toBe(0x0fff)
  })

  test('an answer can be lost although the order was carried out', async () => {
    await fault(SHOP, { on: 'relay', loseNextReply: 1 })
    client.setTimeout(TIMEOUT_MS)
    await expect(client.writeRegisters(0x0508, [1, 1])).rejects.toThrow()
    expect(await witness(SHOP)).toMatchObject({ relay: 'tripped' })
  })

  test('a negative answer can hide that the order was carried out', async () => {
    await fault(SHOP, { negativeButApplied: true })
    await expect(client.writeRegisters(0x0508, [1, 1])).rejects.toMatchObject({ modbusCode: 4 })
    expect(await witness(SHOP)).toMatchObject({ relay: 'tripped' })
  })

  test('a held request is carried out when the gateway is flushed', async () => {
    await fault(SHOP, { on: 'relay', holdNextRequest: 1 })
    client.setTimeout(TIMEOUT_MS)
    await expect(client.writeRegisters(0x0508, [1, 1])).rejects.toThrow()
    expect(await witness(SHOP)).toMatchObject({ relay: 'closed' })
    await post('/gateways/A/fault', { flush: true })
    expect(await witness(SHOP)).toMatchObject({ relay: 'tripped' })
  })
})

describe('a main meter', () => {
  test('counts what the meters behind it use, and two per cent', async () => {
    await set(SHOP, { loadW: 3_600_000 })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await set(SHOP, { loadW: 0 })
    const [used, main] = [await energyOf(SHOP), await energyOf(MAIN)]
    expect(used).toBeGreaterThan(200)
    expect(Math.abs((main - 100_000) / used - 1.02)).toBeLessThan(0.01)
  })
})

describe('two buses of one gateway', () => {
  test('each speaks its own protocol on its own port', async () => {
    const master = await Master.dial(complex.gateways[0]?.port ?? 0)
    expect(await master.read(PREPAID, '00010000')).toBe('00000500')
    master.close()
    expect((await client.readHoldingRegisters(0x0200, 1)).data).toEqual([10])
  })
})
