// How fast readings are stored 入库速度: the real writer on the real database, each result one row of
// `reading` and one update of `latest`, beside a bare insert of the same rows in the same run; then
// the same with each hook that follows in the transaction, and with all of them.

import { listFolder } from '../../src/adapters/list-folder.ts'
import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { loadAlarmRules } from '../../src/alarms/catalog.ts'
import { alarmHook } from '../../src/alarms/evaluate.ts'
import { relayHook } from '../../src/control/relay-hook.ts'
import { compareHook } from '../../src/delivery/compare-hook.ts'
import { fen } from '../../src/ledger/money.ts'
import prepaid1p from '../../src/metering/models/dlt645-prepaid-1p.ts'
import type { PollHook, PollResult } from '../../src/metering/readings/poll-result.ts'
import { startWriter, type Writer } from '../../src/metering/readings/writer.ts'
import { systemScope } from '../../src/ports/database.ts'
import { assert, must } from '../../src/shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../../src/shared/clock.ts'
import { wh } from '../../src/shared/energy.ts'
import { complexId, gatewayId, meterId } from '../../src/shared/ids.ts'
import { FIRST_WH, type IngestWorld, METERS, startIngestWorld } from './ingest-world.ts'

const ROUNDS = 5
const COMPLEX = complexId(1)
const BUSES = 313
/** A round of readings lies this far after the one before. */
const STEP_MS = 60_000
const BATCH = 2_000
const MODELS = new Map([[prepaid1p.id, prepaid1p]])

type Kind = 'energy' | 'status'
type Case = { name: string; kind: Kind; hooks: readonly PollHook[] }

let round = 0

const energyResult = (n: number, at: Instant): PollResult => ({
  meterId: meterId(n),
  gatewayId: gatewayId(1 + (n % BUSES)),
  at,
  onDemand: false,
  kind: 'energy',
  outcome: {
    ok: true,
    value: {
      at,
      energyWh: wh(FIRST_WH + round * 20),
      tariffsWh: [wh(1), wh(2), wh(3), wh(4)],
      reverseWh: wh(0),
    },
  },
})
const statusResult = (n: number, at: Instant): PollResult => ({
  meterId: meterId(n),
  gatewayId: gatewayId(1 + (n % BUSES)),
  at,
  onDemand: true,
  kind: 'status',
  outcome: {
    ok: true,
    value: {
      at,
      money: {
        remainingFen: fen(100_000_000 - round),
        overdraftFen: fen(0),
        balanceFen: fen(100_000_000 - round),
        count: 1,
        customerNo: String(n).padStart(12, '0'),
        opened: true,
      },
      electrical: null,
      energyWh: null,
      relay: 'closed',
      kept: false,
      statusWord: 0x0200,
      powerW: 500,
    },
  },
})

const resultsOf = (kind: Kind): PollResult[] => {
  round += 1
  const at = plusMs(systemClock.now(), (round - 400) * STEP_MS)
  const make = kind === 'energy' ? energyResult : statusResult
  return Array.from({ length: METERS }, (_, i) => make(i + 1, plusMs(at, i % 1_000)))
}

const BARE = `
  insert into reading (complex_id, received_at, meter_id, at, source, energy_wh, tariffs_wh,
    reverse_wh)
  select 1, i.at, i.meter_id, i.at, 6, i.energy_wh, i.tariffs_wh::bigint[], i.reverse_wh
  from unnest($1::integer[], $2::timestamptz[], $3::bigint[], $4::text[], $5::bigint[])
    as i(meter_id, at, energy_wh, tariffs_wh, reverse_wh)`

/** Rows per second of nothing but rows. */
const bare = async ({ db }: IngestWorld): Promise<number> => {
  const results = resultsOf('energy')
  const began = performance.now()
  for (let i = 0; i < METERS; i += BATCH) {
    const part = results.slice(i, i + BATCH)
    await db.as(systemScope('bench', [COMPLEX]), (tx) =>
      tx.query(BARE, [
        part.map((r) => r.meterId),
        part.map((r) => sqlTime(r.at)),
        part.map(() => FIRST_WH),
        part.map(() => '{1,2,3,4}'),
        part.map(() => 0),
      ]),
    )
  }
  return METERS / ((performance.now() - began) / 1000)
}

/** CPU per row of this process, and of the database's. */
type Figure = { perSecond: number; cpuUs: number; serverUs: number }
type Running = Case & { writer: Writer }

const running = ({ db }: IngestWorld, one: Case): Running => ({
  ...one,
  writer: startWriter({
    db,
    clock: systemClock,
    models: MODELS,
    pollHooks: one.hooks,
    gatewayHooks: [],
    onFenced: () => {
      throw new Error('fenced')
    },
    onDropped: (error) => {
      throw error
    },
  }),
})

const stored = async (world: IngestWorld, { kind, writer }: Running): Promise<Figure> => {
  const results = resultsOf(kind)
  const before = writer.counters.stored
  const cpu = process.cpuUsage()
  const server = world.serverCpuUs()
  const began = performance.now()
  for (const result of results)
    writer.add({ complexId: COMPLEX, gatewayId: result.gatewayId, token: 1 }, { result })
  await writer.flush()
  const perSecond = METERS / ((performance.now() - began) / 1000)
  const { user, system } = process.cpuUsage(cpu)
  assert(writer.counters.stored - before === METERS, 'every result was stored')
  const doubted = writer.counters.flagged.backwards + writer.counters.flagged.jump
  assert(doubted === 0, 'every reading was believed')
  const serverUs = ((world.serverCpuUs() ?? 0) - (server ?? 0)) / METERS
  return { perSecond, cpuUs: (user + system) / METERS, serverUs }
}

const casesOf = async (): Promise<Case[]> => {
  const ids = systemIds
  const capabilitiesOf = (model: string) => MODELS.get(model)?.capabilities ?? null
  const rules = await loadAlarmRules(listFolder)
  const compare = () => compareHook({ ids, capabilitiesOf })
  const relay = () => relayHook(ids)
  const alarm = () => alarmHook({ ids, rules })
  return [
    { name: 'energy, no hooks', kind: 'energy', hooks: [] },
    { name: 'energy, all hooks', kind: 'energy', hooks: [compare(), relay(), alarm()] },
    { name: 'status, no hooks', kind: 'status', hooks: [] },
    { name: 'status, comparison', kind: 'status', hooks: [compare()] },
    { name: 'status, relay', kind: 'status', hooks: [relay()] },
    { name: 'status, alarms', kind: 'status', hooks: [alarm()] },
    { name: 'status, all hooks', kind: 'status', hooks: [compare(), relay(), alarm()] },
  ]
}

const median = (values: readonly number[]): number =>
  must(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)], 'rounds were run')

type Measured = Figure & { ratio: number }

const whole = (n: number): string => Math.round(n).toLocaleString('en')

const rowOf = (name: string, all: readonly Measured[]): string => {
  const of = (pick: (f: Measured) => number) => median(all.map(pick))
  const rows = whole(of((f) => f.perSecond))
  const [cpuUs, serverUs] = [of((f) => f.cpuUs), of((f) => f.serverUs)]
  const busy = `${cpuUs.toFixed(1)} | ${serverUs.toFixed(1)}`
  const perCpu = whole(1_000_000 / (cpuUs + serverUs))
  return `| ${name} | ${rows} | ${of((f) => f.ratio).toFixed(2)} | ${busy} | ${perCpu} |`
}

export const benchIngest = async (): Promise<string> => {
  const world = await startIngestWorld()
  try {
    const cases = (await casesOf()).map((one) => running(world, one))
    const bares: number[] = []
    const figures = new Map<string, Measured[]>()
    for (let i = 0; i <= ROUNDS; i++) {
      const base = await bare(world)
      if (i > 0) bares.push(base)
      for (const one of cases) {
        const figure = await stored(world, one)
        // The first round fills caches and the rows of `latest`.
        if (i === 0) continue
        const known = figures.get(one.name) ?? []
        figures.set(one.name, [...known, { ...figure, ratio: figure.perSecond / base }])
      }
    }
    for (const { writer } of cases) await writer.stop()
    return [
      '| | rows/s | ÷ bare insert | our CPU, µs/row | server’s | rows per CPU second |',
      '|---|---:|---:|---:|---:|---:|',
      `| bare insert … select unnest | ${whole(median(bares))} | 1 | | | |`,
      ...[...figures].map(([name, all]) => rowOf(name, all)),
    ].join('\n')
  } finally {
    await world.stop()
  }
}
