// One polling client of the benchmark 测试客户端, a process of its own: so many connections, one request
// of 20 registers outstanding on each. It asks for as long as its parent tells it, says what that
// took, and rests until it is told again: so clients can take turns, and each stays warm.
//
//   node poll-client.ts ours|raw|modbus-serial|jsmodbus PORT CONNECTIONS

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import jsmodbus from 'jsmodbus'
import ModbusSerial from 'modbus-serial'
import { systemNet } from '../../src/adapters/net.ts'
import { systemClock } from '../../src/adapters/system.ts'
import { busSettings } from '../../src/metering/bus/line.ts'
import { createBus } from '../../src/metering/bus/session.ts'
import { readRegisters } from '../../src/metering/protocol/modbus/commands/registers.ts'
import { tcpFraming } from '../../src/metering/protocol/modbus/framing.ts'

const REGISTERS = 20
const HOST = '127.0.0.1'
/** Answers still on their way when the time is over. */
const DRAIN_MS = 50
const ANSWER_BYTES = 9 + 2 * REGISTERS
/** Register n holds 1000 + n. */
const LAST_VALUE = 1_000 + REGISTERS - 1

let answers = 0
let asking = false
/** Counts an answer; true where the next question is due. */
const answered = (): boolean => {
  answers += 1
  return asking
}

/** Connects; what it returns asks until `answered` says that it is enough. */
type Client = (port: number) => Promise<() => void>

const checked = (last: number | undefined): void => {
  if (last !== LAST_VALUE) throw new Error(`wrong: ${last}`)
}

/** The product's own: its link port, its bus session, its Modbus codec. */
const ours: Client = async (port) => {
  const dialled = await systemNet.dialTcp({ host: HOST, port, timeoutMs: 5_000 })
  if (!dialled.ok) throw new Error(dialled.detail)
  const { connection } = dialled
  const bus = createBus(systemClock, busSettings({ baud: 921_600, gapMs: 0 }))
  connection.onBytes((bytes) => bus.received(bytes))
  bus.connected(connection)
  const target = { unit: 1, framing: tcpFraming() }
  return async () => {
    for (;;) {
      const request = readRegisters(target, { start: 0, count: REGISTERS })
      const answer = await bus.submit({ address: '1', request, priority: 'status' })
      // Our wait adapts to what the far end usually needs; a machine that stalls is asked again.
      if (!answer.ok) continue
      checked(answer.value.bytes.readUInt16BE(2 * (REGISTERS - 1)))
      if (!answered()) return
    }
  }
}

const socketTo = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })

/** The limit of Node: fixed bytes out, bytes counted in, no promise per request. */
const raw: Client = async (port) => {
  const socket = await socketTo(port)
  socket.on('error', () => socket.destroy())
  const request = Buffer.of(0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, REGISTERS)
  let missing = ANSWER_BYTES
  socket.on('data', (bytes) => {
    missing -= bytes.length
    if (missing > 0) return
    missing = ANSWER_BYTES
    if (answered()) socket.write(request)
  })
  return () => {
    socket.write(request)
  }
}

const modbusSerial: Client = async (port) => {
  const client = new ModbusSerial.default()
  await client.connectTCP(HOST, { port })
  client.setID(1)
  client.setTimeout(5_000)
  return async () => {
    for (;;) {
      const { data } = await client.readHoldingRegisters(0, REGISTERS)
      checked(data[REGISTERS - 1])
      if (!answered()) return
    }
  }
}

const jsModbus: Client = async (port) => {
  const socket = connect({ host: HOST, port, noDelay: true })
  // It has to see the socket connect.
  const client = new jsmodbus.client.TCP(socket, 1)
  await once(socket, 'connect')
  return async () => {
    for (;;) {
      const { response } = await client.readHoldingRegisters(0, REGISTERS)
      checked(response.body.values[REGISTERS - 1])
      if (!answered()) return
    }
  }
}

const CLIENTS: Record<string, Client> = {
  raw,
  ours,
  'modbus-serial': modbusSerial,
  jsmodbus: jsModbus,
}

const [kind = '', port = '', connections = ''] = process.argv.slice(2)
const client = CLIENTS[kind]
if (!client) throw new Error(`no such client: ${kind}`)
const starts: (() => void)[] = []
for (let i = 0; i < Number(connections); i++) starts.push(await client(Number(port)))

const ask = async (milliseconds: number) => {
  answers = 0
  asking = true
  const cpu = process.cpuUsage()
  const began = performance.now()
  for (const start of starts) start()
  await pause(milliseconds)
  asking = false
  const tookMs = performance.now() - began
  const perSecond = (answers * 1_000) / tookMs
  await pause(DRAIN_MS)
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond, cpuUs: (user + system) / answers, rssMb: process.memoryUsage.rss() / 2 ** 20 }
}

process.on('message', (milliseconds) => {
  ask(Number(milliseconds)).then((figure) => process.send?.(figure))
})
process.on('disconnect', () => process.exit(0))
process.send?.('connected')
