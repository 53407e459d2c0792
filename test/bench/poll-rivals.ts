// Our polling client beside others 轮询客户端对比: alternating in one run against one server, CPU per
// request as the figure, because wall time on shared cores tells little.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { median, quantile, startProgram } from './poll-processes.ts'

const KINDS = ['raw', 'ours', 'modbus-serial', 'jsmodbus'] as const
type Kind = (typeof KINDS)[number]
type Figure = { perSecond: number; cpuUs: number; rssMb: number }

const ROUNDS = 15
const CONNECTIONS = [50, 500]
const WARM_UP_MS = 3_000
const TURN_MS = 1_000
/**
 * Where the bare socket costs this much more in its dearer quarter of rounds than in its cheaper
 * one, nothing was measured.
 */
const NOISE_MAX = 1.4

const isFigure = (value: unknown): value is Figure =>
  typeof value === 'object' && value !== null && 'cpuUs' in value

const turnOf = async (client: ChildProcess, milliseconds: number): Promise<Figure> => {
  const answer = once(client, 'message')
  client.send(milliseconds)
  const [figure] = await answer
  if (!isFigure(figure)) throw new Error('no figure')
  return figure
}

/** All clients connected and warm; what it returns lets each ask in turn, once. */
const clientsAt = async (port: number, connections: number) => {
  const startOne = async (kind: Kind): Promise<ChildProcess> => {
    const { child } = await startProgram('./poll-client.ts', [kind, `${port}`, `${connections}`], {
      core: 0,
    })
    await turnOf(child, WARM_UP_MS)
    return child
  }
  const clients = {
    raw: await startOne('raw'),
    ours: await startOne('ours'),
    'modbus-serial': await startOne('modbus-serial'),
    jsmodbus: await startOne('jsmodbus'),
  }
  const round = async (): Promise<Record<Kind, Figure>> => ({
    raw: await turnOf(clients.raw, TURN_MS),
    ours: await turnOf(clients.ours, TURN_MS),
    'modbus-serial': await turnOf(clients['modbus-serial'], TURN_MS),
    jsmodbus: await turnOf(clients.jsmodbus, TURN_MS),
  })
  const end = () => {
    for (const child of Object.values(clients)) child.disconnect()
  }
  return { round, end }
}

const rowsOf = (connections: number, rounds: readonly Record<Kind, Figure>[]): string[] => {
  const bare = rounds.map((round) => round.raw.cpuUs)
  const noise = quantile(bare, 0.75) / quantile(bare, 0.25)
  if (noise > NOISE_MAX) {
    return [`| ${connections} | too noisy: the bare socket varied by ${noise.toFixed(2)} | | | | |`]
  }
  return KINDS.map((kind) => {
    const of = (pick: (f: Figure) => number) => median(rounds.map((round) => pick(round[kind])))
    const over = (other: Kind) =>
      median(rounds.map((round) => round[kind].cpuUs / round[other].cpuUs)).toFixed(2)
    const figures = [
      Math.round(of((f) => f.perSecond)).toLocaleString('en'),
      of((f) => f.cpuUs).toFixed(1),
      over('raw'),
      over('modbus-serial'),
      Math.round(of((f) => f.rssMb)),
    ]
    return `| ${connections} | ${kind} | ${figures.join(' | ')} |`
  })
}

export const benchRivals = async (): Promise<string> => {
  const server = await startProgram('./poll-server.ts', ['tcp'], { core: 1 })
  try {
    const rows: string[] = []
    for (const connections of CONNECTIONS) {
      const clients = await clientsAt(Number(server.message), connections)
      const rounds: Record<Kind, Figure>[] = []
      for (let i = 0; i < ROUNDS; i++) rounds.push(await clients.round())
      clients.end()
      rows.push(...rowsOf(connections, rounds))
    }
    return [
      '| connections | client | requests/s | CPU µs each | ÷ bare | ÷ modbus-serial | RSS MB |',
      '|---:|---|---:|---:|---:|---:|---:|',
      ...rows,
    ].join('\n')
  } finally {
    server.child.disconnect()
  }
}
