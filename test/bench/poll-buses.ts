// The whole collector on paced buses 整机采集: 313 serial buses that take their time, real leases, real
// rows, measured against what the wire allows.

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BAUD, BENCH_MODEL, exchangeMs, THINKING_MS } from './poll-model.ts'
import { startProgram, type Where } from './poll-processes.ts'
import { BUSES, PER_BUS, type PollWorld, type Site, startPollWorld } from './poll-world.ts'

type Measured = {
  meters: number
  perSecond: number
  timeouts: number
  storedPerSecond: number
  gapP50Ms: number
  gapP99Ms: number
  gapMaxMs: number
  delayP99Ms: number
  waitP99Ms: number
  waits: number
  cpuShare: number
  rssMb: number
  heapBytes: number
  deadMeters: number
}

const isMeasured = (value: unknown): value is Measured =>
  typeof value === 'object' && value !== null && 'heapBytes' in value

/** What an urgent command reads. */
const ENERGY_REGISTERS = 2

type Times = { warmUpMs: number; measuredMs: number; urgentMs: number }
type Small = Omit<Where, 'core'>

const collected = async (
  world: PollWorld,
  site: Site,
  times: Times,
  small: Small = {},
): Promise<Measured> => {
  process.stderr.write(`${site.buses} buses of ${site.perBus} meters, ${site.model}\n`)
  await world.settle(site)
  const meters = site.buses * site.perBus
  const { warmUpMs, measuredMs, urgentMs } = times
  const numbers = [site.buses, meters, warmUpMs, measuredMs, urgentMs].map(String)
  const where = { core: 0, ...small }
  const args = [world.appUrl, ...numbers]
  const { message, child } = await startProgram('./poll-collect.ts', args, where)
  // It still stores what it has.
  if (child.exitCode === null) await once(child, 'exit')
  if (!isMeasured(message)) throw new Error('nothing was measured')
  return message
}

const saturated = (port: number, buses: number, perBus: number): Site => ({
  buses,
  perBus,
  port,
  model: BENCH_MODEL.id,
  bus: { protocol: 'modbus', baud: BAUD, parity: 'even', replyTimeoutMs: 1_000 },
  // Shorter than any round: there always is something to read.
  complex: { statusIntervalMinutes: 0.05 },
})

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const seconds = (ms: number, digits = 0): string => `${(ms / 1_000).toFixed(digits)} s`
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const saturatedRows = (buses: number, m: Measured): string[] => {
  const theory = (buses * 1_000) / exchangeMs()
  const roundMs = PER_BUS * exchangeMs()
  const ratio = (m.gapP99Ms / roundMs).toFixed(2)
  const waitMs = m.waitP99Ms - exchangeMs(ENERGY_REGISTERS)
  const delayMs = m.delayP99Ms.toFixed(0)
  return [
    row(
      'exchanges per second',
      m.perSecond.toFixed(1),
      theory.toFixed(1),
      percent(m.perSecond / theory),
    ),
    row('time between two readings, p99', seconds(m.gapP99Ms, 2), seconds(roundMs, 2), ratio),
    row(
      `an urgent command waits, p99 of ${m.waits}`,
      `${waitMs.toFixed(0)} ms`,
      `${exchangeMs().toFixed(0)} ms`,
      '',
    ),
    row('from the reading to the transaction that stores it, p99', `${delayMs} ms`, '', ''),
    row('results stored per second', m.storedPerSecond.toFixed(0), '', ''),
    row('CPU of the collector, of one core', percent(m.cpuShare), '', ''),
  ]
}

const DEAD_EVERY = 10
const SLOW = { baud: 2_400, thinkingMs: 100 }

/** As a real complex is read: every three minutes, four exchanges a meter, a tenth of them dead. */
const everyDay = (port: number, perBus: number): Site => ({
  buses: BUSES,
  perBus,
  port,
  model: 'dlt645-prepaid-1p',
  bus: { baud: SLOW.baud },
  complex: {},
})

const atTheLimit = async (world: PollWorld): Promise<string[]> => {
  const paced = ['paced', `${BAUD}`, `${THINKING_MS}`, '0']
  const server = await startProgram('./poll-server.ts', paced, { core: 1 })
  const port = Number(server.message)
  const times = { warmUpMs: 30_000, measuredMs: 60_000, urgentMs: 20_000 }
  try {
    const many = await collected(world, saturated(port, BUSES, PER_BUS), times)
    const one = await collected(world, saturated(port, 1, PER_BUS), times)
    const line = '|---|---:|---:|---:|'
    const each = `${exchangeMs().toFixed(1)} ms an exchange`
    return [
      row(`${BUSES} buses of ${PER_BUS} meters, ${each}`, 'measured', 'by the wire', '÷'),
      line,
      ...saturatedRows(BUSES, many),
      '',
      row(`one bus of ${PER_BUS} meters, ${each}`, 'measured', 'by the wire', '÷'),
      line,
      ...saturatedRows(1, one),
    ]
  } finally {
    server.child.disconnect()
  }
}

/** A small collector: V8 keeps no room, the types were stripped by an earlier start. */
const small = async (): Promise<Small & { folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'prewatt-compiled-'))
  return {
    folder,
    flags: ['--max-semi-space-size=2', '--max-old-space-size=64'],
    env: { NODE_COMPILE_CACHE: folder, MALLOC_ARENA_MAX: '1' },
  }
}

const everyDayRows = async (world: PollWorld): Promise<string[]> => {
  const paced = ['paced', `${SLOW.baud}`, `${SLOW.thinkingMs}`, `${DEAD_EVERY}`]
  const server = await startProgram('./poll-server.ts', paced, { core: 1 })
  const port = Number(server.message)
  const how = await small()
  const short = { warmUpMs: 60_000, measuredMs: 1_000, urgentMs: 0 }
  const long = { warmUpMs: 240_000, measuredMs: 240_000, urgentMs: 30_000 }
  try {
    const few = await collected(world, everyDay(port, 1), short, how)
    const all = await collected(world, everyDay(port, PER_BUS), long, how)
    const usual = await collected(world, everyDay(port, PER_BUS), short)
    const perMeter = (all.heapBytes - few.heapBytes) / (all.meters - few.meters)
    const gaps = [all.gapP50Ms, all.gapP99Ms, all.gapMaxMs].map((ms) => seconds(ms)).join(' / ')
    const silent = (all.timeouts * 1_000) / long.measuredMs
    return [
      row(`${all.meters} DL/T 645 meters, ${SLOW.baud} baud, 1 in ${DEAD_EVERY} dead`, ''),
      '|---|---:|',
      row('time between two status readings: p50 / p99 / longest', gaps),
      row('exchanges per second', all.perSecond.toFixed(0)),
      row('of them silent', silent.toFixed(1)),
      row('dead meters found', `${all.deadMeters}`),
      row(`urgent command with its answer, p99 of ${all.waits}`, `${all.waitP99Ms.toFixed(0)} ms`),
      row('CPU of the collector, of one core', percent(all.cpuShare)),
      row('heap per meter, by a garbage-collected heap', `${perMeter.toFixed(0)} bytes`),
      row(`RSS of a small collector, ${few.meters} meters`, `${few.rssMb.toFixed(0)} MB`),
      row(`RSS of a small collector, ${all.meters} meters`, `${all.rssMb.toFixed(0)} MB`),
      row(`RSS with Node’s usual settings, ${all.meters} meters`, `${usual.rssMb.toFixed(0)} MB`),
    ]
  } finally {
    server.child.disconnect()
    await rm(how.folder, { recursive: true, force: true })
  }
}

const inWorld = (rows: (world: PollWorld) => Promise<string[]>) => async (): Promise<string> => {
  const world = await startPollWorld()
  try {
    return (await rows(world)).join('\n')
  } finally {
    await world.stop()
  }
}

export const benchLimit = inWorld(atTheLimit)
export const benchEveryDay = inWorld(everyDayRows)
