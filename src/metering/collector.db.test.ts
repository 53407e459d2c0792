import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { parseDefinition } from '../../sim/definition.ts'
import { type SimulatedComplex, startSimulatedComplex } from '../../sim/simulated-complex.ts'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { eventually } from '../../test/eventually.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { type TinyComplex, tinyComplex, tinyDefinition } from '../../test/tiny-complex.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemNet } from '../adapters/net.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { loadCatalog } from '../shared/catalog.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'
import { type Collector, type CollectorDeps, startCollector } from './collector.ts'
import { MODELS_FOLDER } from './meter-model/meter-model.ts'
import { isMeterModel } from './meter-model/model-check.ts'
import { ensurePartitions } from './readings/partitions.ts'
import type { PollResult } from './readings/poll-result.ts'

const METERS = 20
/** A tenth of the time that a real line takes. */
const PACE = 0.1
const models = await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)
const scope = systemScope('test')
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} }

let database: TestDatabase
let sim: SimulatedComplex
let tiny: TinyComplex

beforeAll(async () => {
  database = await freshDatabase()
  sim = await startSimulatedComplex({
    definition: parseDefinition({ ...tinyDefinition(METERS) }),
    dataDir: null,
    boundTo: 'test',
    pace: PACE,
    load: 0,
  })
  const gatewayPort = sim.gateways[0]?.port ?? 0
  tiny = await tinyComplex(database.db, { meters: METERS, gatewayPort })
  await ensurePartitions(ownerQuery(database.ownerUrl), systemClock.now())
  await database.db.as(scope, (tx) =>
    // Short patience: nothing on this line takes more than a few milliseconds.
    tx.query(`update bus set settings = '{"baud": 9600, "replyTimeoutMs": 250}'`),
  )
})
afterAll(async () => {
  await sim.stop()
  await database.drop()
})

type Running = { collector: Collector; results: PollResult[]; online: boolean[] }

const collecting = (more: Partial<CollectorDeps> = {}): Running => {
  const results: PollResult[] = []
  const online: boolean[] = []
  const collector = startCollector({
    db: database.db,
    clock: systemClock,
    net: systemNet,
    rng: systemRng,
    log: quiet,
    vault: tiny.deps.vault,
    models,
    holder: 'test',
    mqtt: null,
    pollHooks: [
      async (_tx, _complex, told) => {
        results.push(...told)
      },
    ],
    gatewayHooks: [
      async (_tx, _complex, changes) => {
        online.push(...changes.map((change) => change.online))
      },
    ],
    ...more,
  })
  onTestFinished(() => collector.stop())
  return { collector, results, online }
}

const until = (what: string, holds: () => boolean | Promise<boolean>) => eventually(holds, what)

type Latest = {
  address: string
  energyWh: number | null
  balanceFen: number | null
  relay: string | null
  silent: boolean
}
const latest = () =>
  database.db.as(scope, (tx) =>
    tx.query<Latest>(
      `select d.address, l.energy_wh as "energyWh", l.balance_fen as "balanceFen", l.relay,
         l.silent_since is not null as silent
       from latest l join meter m using (complex_id, meter_id)
       join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
       order by d.address`,
    ),
  )
const addressOf = (meterId: number): string =>
  tiny.meters.find((meter) => meter.meterId === meterId)?.address ?? ''
const setFaults = async (address: string, faults: object): Promise<void> => {
  const answer = await fetch(`${sim.control}/meters/${address}/fault`, {
    method: 'POST',
    body: JSON.stringify(faults),
  })
  if (!answer.ok) throw new Error(await answer.text())
}
/** One meter dead and one of each way to answer badly; the others are sound. */
const FAULTS: readonly object[] = [
  { silent: true },
  { lateMs: 400 },
  { duplicate: true },
  { noise: 40 },
  { halfFrame: true },
  { echo: true },
  { wrongAddress: true },
]
const badMeters = () => tiny.meters.slice(0, FAULTS.length).map((meter) => meter.address)

const holdsTrue = ({ meterId, outcome, kind }: PollResult): void => {
  if (!outcome.ok) return
  const { state } = sim.meter(addressOf(meterId))
  if (kind === 'energy') {
    expect(outcome.value).toMatchObject({ energyWh: state.tariffWh.reduce((a, b) => a + b, 0) })
  }
  if (kind === 'status') {
    const balanceFen = state.remainingFen - state.overdraftFen
    const relay = state.relay.open ? 'tripped' : 'closed'
    const money = { balanceFen, customerNo: state.customerNo }
    expect(outcome.value).toMatchObject({ money, relay })
  }
}

test('a round of twenty meters comes home, whatever one of each bad kind does', async () => {
  const bad = badMeters()
  for (const [i, address] of bad.entries()) await setFaults(address, FAULTS[i] ?? {})
  const { collector, results, online } = collecting()
  const kinds = (meterId: number) => results.filter((result) => result.meterId === meterId).length
  await until('every meter was asked', () => tiny.meters.every((m) => kinds(m.meterId) > 0))
  const sound = tiny.meters.filter((meter) => !bad.includes(meter.address))
  await until('the sound ones were read in full', async () => {
    const rows = await latest()
    const full = rows.filter((row) => row.energyWh !== null && row.balanceFen !== null)
    return sound.every(({ address }) => full.some((row) => row.address === address))
  })
  for (const result of results) holdsTrue(result)
  const silent = (await latest()).filter((row) => row.silent).map((row) => row.address)
  // Dead, late, half and wrongly addressed: nothing of them may look like an answer.
  for (const i of [0, 1, 4, 6]) expect(silent).toContain(bad[i])
  for (const { address } of sound) expect(silent).not.toContain(address)
  expect(online).toEqual([true])
  expect(collector.gateways()).toMatchObject([{ online: true }])
  for (const address of bad) await setFaults(address, { clear: true })
})

test('what is read on demand is on record too', async () => {
  const { collector, results } = collecting()
  const [meter] = tiny.meters
  await until(
    'the meter is served',
    () => meter !== undefined && collector.drivers.of(meter.meterId) !== null,
  )
  const driver = meter && collector.drivers.of(meter.meterId)
  await until('the link is up', () => collector.gateways()[0]?.online === true)
  const reading = await driver?.readWallet('onDemand')
  expect(reading).toMatchObject({ ok: true })
  await collector.flush()
  expect(results.find((result) => result.onDemand)).toMatchObject({
    kind: 'wallet',
    meterId: meter?.meterId,
  })
})

test('only one of two collectors is master, and the other takes over when it stops', async () => {
  const first = collecting({ holder: 'first' })
  await until('first is master', () => first.collector.gateways().length === 1)
  const second = collecting({ holder: 'second' })
  await second.collector.reload()
  expect(second.collector.gateways()).toEqual([])
  await first.collector.stop()
  await second.collector.reload()
  expect(second.collector.gateways()).toHaveLength(1)
  await until('second reads', () => second.results.some((result) => result.outcome.ok))
})

test('a meter added to the register is read, and a moved gateway is followed', async () => {
  const { collector, results } = collecting()
  await until('the link is up', () => collector.gateways()[0]?.online === true)
  const [last] = tiny.meters.slice(-1)
  await database.db.as(scope, (tx) =>
    tx.query(`update device set address = '202699999999' where address = $1`, [last?.address]),
  )
  await collector.reload()
  results.length = 0
  const driver = last && collector.drivers.of(last.meterId)
  expect(await driver?.readRelay('onDemand')).toMatchObject({ ok: false, reason: 'timeout' })
  await database.db.as(scope, (tx) =>
    tx.query(`update device set address = $1 where address = '202699999999'`, [last?.address]),
  )
  await database.db.as(scope, (tx) => tx.query(`update gateway set enabled = false`))
  await collector.reload()
  expect(collector.gateways()).toEqual([])
  await database.db.as(scope, (tx) => tx.query(`update gateway set enabled = true`))
  await until('it is taken again', async () => {
    await collector.reload()
    return collector.gateways().length === 1
  })
})

test('a master whose gateway was taken by another gives it up', async () => {
  const { collector } = collecting()
  await until('the link is up', () => collector.gateways()[0]?.online === true)
  await database.db.as(scope, (tx) =>
    tx.query(`update lease set holder = 'other', token = token + 1, expires_at = $1`, [
      sqlTime(plusMs(tx.now, 60_000)),
    ]),
  )
  await collector.reload()
  expect(collector.gateways()).toEqual([])
  const [meter] = tiny.meters
  expect(meter && collector.drivers.of(meter.meterId)).toBeNull()
  await database.db.as(scope, (tx) => tx.query('delete from lease'))
})

test('a master that cannot renew its lease is silent before it ends', async () => {
  let broken = false
  const db: CollectorDeps['db'] = {
    ...database.db,
    as: (...args) =>
      broken ? Promise.reject(new Refusal('database_unavailable')) : database.db.as(...args),
  }
  const clock = createManualClock(systemClock.now())
  const { collector } = collecting({ db, clock })
  /** The database answers in its own time, whatever the clock of the test says. */
  const passing = async (ms: number) => {
    await clock.advance(ms)
    await systemClock.sleep(100)
  }
  await until('the gateway is taken', async () => {
    await passing(0)
    return collector.gateways().length === 1
  })
  for (let s = 0; s < 30; s += 5) await passing(5_000)
  expect(collector.gateways()).toHaveLength(1)
  broken = true
  for (let s = 0; s < 15; s += 5) await passing(5_000)
  expect(collector.gateways()).toEqual([])
  broken = false
  await until('it is taken again', async () => {
    await passing(5_000)
    return collector.gateways().length === 1
  })
  const stopped = collector.stop()
  for (let i = 0; i < 10; i++) await passing(1_000)
  await stopped
})
