// Our polling client beside others 轮询客户端对比: alternating in one run against one server, CPU per
// request as the figure, because wall time on shared cores tells little.

import { median, startProgram } from './poll-processes.ts'

const KINDS = ['raw', 'ours', 'modbus-serial', 'jsmodbus'] as const
type Kind = (typeof KINDS)[number]
type Figure = { perSecond: number; cpuUs: number; p99Ms: number; rssMb: number }

const ROUNDS = 5
const CONNECTIONS = [50, 500]
const MEASURED_MS = 3_000
/** A bare socket that costs this much more in one round than in another: nothing was measured. */
const NOISE_MAX = 1.4

const isFigure = (value: unknown): value is Figure =>
  typeof value === 'object' && value !== null && 'cpuUs' in value

const measured = async (kind: Kind, port: number, connections: number): Promise<Figure> => {
  const args = [kind, `${port}`, `${connections}`, `${MEASURED_MS}`]
  const { message } = await startProgram('./poll-client.ts', args, { core: 0 })
  if (!isFigure(message)) throw new Error('no figure')
  return message
}

const oneRound = async (port: number, connections: number): Promise<Record<Kind, Figure>> => ({
  raw: await measured('raw', port, connections),
  ours: await measured('ours', port, connections),
  'modbus-serial': await measured('modbus-serial', port, connections),
  jsmodbus: await measured('jsmodbus', port, connections),
})

const rowsOf = (connections: number, rounds: readonly Record<Kind, Figure>[]): string[] => {
  const bare = rounds.map((round) => round.raw.cpuUs)
  const noise = Math.max(...bare) / Math.min(...bare)
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
      const rounds: Record<Kind, Figure>[] = []
      for (let i = 0; i < ROUNDS; i++)
        rounds.push(await oneRound(Number(server.message), connections))
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
