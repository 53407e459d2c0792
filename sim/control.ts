// The control port 控制口: JSON over loopback HTTP. Shows the truth about every meter, and breaks
// things on request. It exists for tests and demonstrations; nothing of the centre speaks to it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { crossWires } from './crossed.ts'
import { MeterFaults, noFaults } from './faults.ts'
import { actOnMeter, changeMeter, MeterAction, MeterChange } from './meter-acts.ts'
import { witnessOf } from './witness.ts'
import type { World } from './world.ts'

const BODY_BYTES_MAX = 1_000_000
const HOST = '127.0.0.1'

export type Control = { port: number; close(): Promise<void> }

/** A misspelt fault would be a test that tests nothing, so unknown words are refused. */
const STRICT = { additionalProperties: false }
const FaultBody = Type.Object(
  {
    ...Type.Partial(MeterFaults).properties,
    ...MeterAction.properties,
    clear: Type.Optional(Type.Boolean()),
  },
  STRICT,
)
const ChangeBody = Type.Object(MeterChange.properties, STRICT)
const GatewayBody = Type.Partial(
  Type.Object({
    down: Type.Boolean(),
    silent: Type.Boolean(),
    cutAfterBytes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    flush: Type.Boolean(),
  }),
  STRICT,
)
const CrossBody = Type.Object(
  {
    with: Type.Union([Type.String(), Type.Null()]),
    what: Type.Optional(Type.Enum(['wires', 'contactors'])),
  },
  STRICT,
)
const LoadBody = Type.Object({ load: Type.Number({ minimum: 0 }) })

class BadRequest extends Error {}
class Missing extends Error {}

const checked = <S extends TSchema>(schema: S, body: unknown): Static<S> => {
  if (Value.Check(schema, body)) return body
  const [first] = Value.Errors(schema, body)
  throw new BadRequest(`${first?.instancePath ?? ''} ${first?.message ?? 'does not fit'}`)
}

const meterAt = (world: World, address: string) => {
  const meter = world.meters.get(address)
  if (meter === undefined) throw new Missing(`no meter ${address}`)
  return meter
}

const gatewayWitness = (world: World) =>
  [...world.gateways.values()].map(({ code, port, faults, held, clients, collisions, ports }) => ({
    code,
    port,
    faults,
    held,
    clients,
    collisions,
    buses: ports.map(({ ordinal, port: own, clients: connected }) => {
      return { ordinal, port: own, clients: connected }
    }),
  }))

const state = (world: World) => ({
  boundTo: world.boundTo,
  atMs: world.timers.wallMs(),
  load: world.load.factor,
  gateways: gatewayWitness(world),
  meters: [...world.meters.values()].map((meter) => witnessOf(meter, world.timers.wallMs())),
})

const setMeterFault = (world: World, address: string, body: unknown) => {
  const meter = meterAt(world, address)
  const { clear, ...wanted } = checked(FaultBody, body)
  if (clear === true) Object.assign(meter.faults, noFaults())
  for (const key of Object.keys(noFaults())) {
    if (key in wanted) Object.assign(meter.faults, { [key]: Reflect.get(wanted, key) })
  }
  actOnMeter(meter, world.timers.wallMs(), wanted)
  if (clear === true) for (const circuit of meter.circuits) circuit.dead = false
  if (wanted.flush === true) world.gateways.get(meter.gateway)?.flush()
  return witnessOf(meter, world.timers.wallMs())
}

/** Exchanges what hangs on two meters; with null the first is as it should be, and so its other. */
const crossMeters = (world: World, address: string, body: unknown) => {
  const meter = meterAt(world, address)
  const asked = checked(CrossBody, body)
  const other = asked.with === null ? null : meterAt(world, asked.with)
  world.flush()
  crossWires(world.meters.values(), meter, other, asked.what ?? 'wires')
  return witnessOf(meter, world.timers.wallMs())
}

const setGatewayFault = async (world: World, code: string, body: unknown) => {
  const gateway = world.gateways.get(code)
  if (gateway === undefined) throw new Missing(`no gateway ${code}`)
  const { flush, ...faults } = checked(GatewayBody, body)
  await gateway.setFaults(faults)
  const flushed = flush === true ? gateway.flush() : 0
  return { code, faults: gateway.faults, held: gateway.held, flushed }
}

const setLoad = (world: World, body: unknown) => {
  const { load } = checked(LoadBody, body)
  // What was used so far was used at the old load.
  world.flush()
  world.load.factor = load
  return { load }
}

type Route = [
  method: string,
  path: RegExp,
  run: (world: World, name: string, body: unknown) => unknown,
]

const ROUTES: Route[] = [
  ['GET', /^\/healthz$/, ({ boundTo }) => ({ boundTo, pid: process.pid })],
  ['GET', /^\/state$/, (world) => state(world)],
  [
    'GET',
    /^\/meters\/([^/]+)$/,
    (world, address) => witnessOf(meterAt(world, address), world.timers.wallMs()),
  ],
  ['POST', /^\/meters\/([^/]+)\/fault$/, setMeterFault],
  [
    'POST',
    /^\/meters\/([^/]+)\/set$/,
    (world, address, body) => {
      const meter = meterAt(world, address)
      changeMeter(meter, world.timers.wallMs(), checked(ChangeBody, body))
      return witnessOf(meter, world.timers.wallMs())
    },
  ],
  ['POST', /^\/meters\/([^/]+)\/cross$/, crossMeters],
  ['POST', /^\/gateways\/([^/]+)\/fault$/, setGatewayFault],
  ['POST', /^\/load$/, (world, _name, body) => setLoad(world, body)],
]

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request) {
    bytes += piece.length
    if (bytes > BODY_BYTES_MAX) throw new BadRequest('the body is too long')
    pieces.push(piece)
  }
  const text = Buffer.concat(pieces).toString('utf8')
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    throw new BadRequest('the body is no JSON')
  }
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(`${JSON.stringify(body)}\n`)
}

const handle = async (world: World, request: IncomingMessage, response: ServerResponse) => {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const match = ROUTES.map(([method, pattern, run]) => ({
    run,
    name: method === request.method ? pattern.exec(path) : null,
  })).find(({ name }) => name !== null)
  if (match === undefined) return answer(response, 404, { error: `no such path ${path}` })
  try {
    const body = request.method === 'POST' ? await readBody(request) : {}
    const name = decodeURIComponent(match.name?.[1] ?? '')
    answer(response, 200, await match.run(world, name, body))
  } catch (fault) {
    const status = fault instanceof BadRequest ? 400 : fault instanceof Missing ? 404 : 500
    answer(response, status, { error: fault instanceof Error ? fault.message : String(fault) })
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : 0)
    })
  })

/** Serves on `port`, or on a free one where it is 0 or taken. */
export const startControl = async (world: World, port: number): Promise<Control> => {
  const make = () => createServer((request, response) => void handle(world, request, response))
  let server = make()
  const taken = await listen(server, port).catch(() => {
    server = make()
    return listen(server, 0)
  })
  return {
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
