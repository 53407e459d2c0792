// The far end of a line 线路对端: a simulated bus with one meter on a TCP port, its answers byte by
// byte where that is asked for, and a wake-up byte on demand. Serial servers of others stand
// before it.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { startSimulatedComplex } from '../../sim/simulated-complex.ts'

export const METER = '202611220001'

const HOST = '127.0.0.1'
/** Wake-up bytes before a frame mean nothing (DL/T 645-2007, 5.1). */
const WAKE_UP = 0xfe

export type FarBus = {
  port: number
  /** The bus says a byte that nobody asked for, to everybody connected. */
  wake(): void
  stop(): Promise<void>
}

const drip = (from: Socket, to: Socket, everyMs: number): void => {
  let bytes: number[] = []
  const timer = setInterval(() => {
    const next = bytes.shift()
    if (next !== undefined) to.write(Buffer.of(next))
  }, everyMs)
  from.on('data', (piece) => {
    bytes = [...bytes, ...Buffer.from(piece)]
  })
  from.on('close', () => clearInterval(timer))
}

const portOf = (server: Server): number => {
  const address = server.address()
  if (address === null || typeof address !== 'object') throw new Error('no port')
  return address.port
}

/** `dripMs`: the pause between two bytes of an answer; 0 sends it whole. */
export const startFarBus = async (energyWh: number, dripMs = 0): Promise<FarBus> => {
  const complex = await startSimulatedComplex({
    definition: {
      gateways: [{ code: 'A', baud: 9_600 }],
      meters: [{ address: METER, gateway: 'A', initialWh: energyWh }],
    },
    dataDir: null,
    boundTo: 'peers',
    load: 0,
    pace: 0.1,
  })
  const busPort = complex.gateways[0]?.port ?? 0
  const clients = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const bus = connect({ port: busPort, host: HOST, noDelay: true })
    clients.add(client)
    client.pipe(bus)
    if (dripMs > 0) drip(bus, client, dripMs)
    else bus.pipe(client)
    for (const [one, other] of [
      [client, bus],
      [bus, client],
    ] as const) {
      // A broken connection is an everyday event here; the other half goes with it.
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
    client.on('close', () => clients.delete(client))
  })
  await new Promise<void>((resolve) => server.listen({ port: 0, host: HOST }, resolve))
  return {
    port: portOf(server),
    wake: () => {
      for (const client of clients) client.write(Buffer.of(WAKE_UP))
    },
    stop: async () => {
      for (const client of clients) client.destroy()
      await new Promise((resolve) => server.close(resolve))
      await complex.stop()
    },
  }
}
