// The collector under measurement 采集器, a process of its own: the product's stack from leases to
// rows, without the rest of the centre. It sends what it measured to its parent.
//
//   node poll-collect.ts DATABASE_URL GATEWAYS METERS WARM_UP_MS MEASURED_MS URGENT_MS

import { setTimeout as pause } from 'node:timers/promises'
import { connectDatabase } from '../../src/adapters/database.ts'
import { systemNet } from '../../src/adapters/net.ts'
import { systemClock, systemRng } from '../../src/adapters/system.ts'
import { startCollector } from '../../src/metering/collector.ts'
import type { MeterModel } from '../../src/metering/meter-model/meter-model.ts'
import prepaid1p from '../../src/metering/models/dlt645-prepaid-1p.ts'
import type { PollHook } from '../../src/metering/readings/poll-result.ts'
import { fixedMasters } from '../../src/secrets/masters.ts'
import { createVault } from '../../src/secrets/vault.ts'
import type { MeterId } from '../../src/shared/ids.ts'
import { BENCH_MODEL } from './poll-model.ts'
import { quantile } from './poll-processes.ts'

const [url = '', ...numbers] = process.argv.slice(2)
const [gateways = 0, meters = 0, warmUpMs = 0, measuredMs = 0, urgentMs = 0] = numbers.map(Number)
/** So seldom that no urgent command waits for another, on one bus. */
const URGENT_EVERY_MS = 50
const URGENT_EVERY_ON_ONE_MS = 700
const START_MAX_MS = 120_000

/** Of each meter the last status, and the times between them while it is measured. */
const lastAt = new Map<MeterId, number>()
let gaps: number[] = []
let delays: number[] = []
let measuring = false
const hook: PollHook = async (tx, _complex, results) => {
  for (const { meterId, kind, outcome } of results) {
    if (kind !== 'status' || !outcome.ok) continue
    const { at } = outcome.value
    const before = lastAt.get(meterId)
    lastAt.set(meterId, at)
    if (!measuring || before === undefined) continue
    gaps.push(at - before)
    delays.push(tx.now - at)
  }
}

const heapNow = (): number => {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const until = async (holds: () => boolean, withinMs: number): Promise<void> => {
  const end = performance.now() + withinMs
  while (!holds() && performance.now() < end) await pause(200)
}

const models = new Map<string, MeterModel>([
  [prepaid1p.id, prepaid1p],
  [BENCH_MODEL.id, BENCH_MODEL],
])
const db = connectDatabase({ url, clock: systemClock, rng: systemRng })
const collector = startCollector({
  db,
  clock: systemClock,
  net: systemNet,
  rng: systemRng,
  log: {
    info: () => {},
    warn: () => {},
    error: (text, facts) => {
      process.stderr.write(`${text} ${JSON.stringify(facts)}\n`)
    },
  },
  vault: createVault(fixedMasters(Buffer.alloc(32, 7)), systemRng),
  models,
  holder: 'bench',
  mqtt: null,
  pollHooks: [hook],
  gatewayHooks: [],
})

const total = () => {
  const buses = collector.gateways().flatMap((gateway) => gateway.buses)
  const of = (name: 'requests' | 'replies' | 'timeouts') =>
    buses.reduce((sum, bus) => sum + bus.counters[name], 0)
  return { requests: of('requests'), replies: of('replies'), timeouts: of('timeouts') }
}

await until(() => collector.gateways().filter((g) => g.online).length === gateways, START_MAX_MS)
await pause(warmUpMs)
const before = total()
const storedBefore = collector.counters.stored
const cpu = process.cpuUsage()
const began = performance.now()
measuring = true
await pause(measuredMs)
measuring = false
const tookMs = performance.now() - began
const { user, system } = process.cpuUsage(cpu)
const after = total()
const stored = collector.counters.stored - storedBefore
const states = collector.gateways().flatMap((gateway) => gateway.buses)
const rssMb = process.memoryUsage.rss() / 2 ** 20
const fresh = { gaps, delays }
gaps = []
delays = []

/** One exchange of its own each, on a meter that answers. */
const urgent = async (): Promise<number[]> => {
  const alive = [...lastAt.keys()]
  const waits: number[] = []
  const end = performance.now() + urgentMs
  for (let n = 0; performance.now() < end && alive.length > 0; n++) {
    const meter = alive[(n * 7_919) % alive.length]
    const driver = meter === undefined ? null : collector.drivers.of(meter)
    const at = performance.now()
    void driver?.readEnergy('relay').then((outcome) => {
      if (outcome.ok) waits.push(performance.now() - at)
    })
    await pause(gateways === 1 ? URGENT_EVERY_ON_ONE_MS + (n % 10) * 13 : URGENT_EVERY_MS)
  }
  await pause(2_000)
  return waits
}
const waits = urgentMs > 0 ? await urgent() : []
lastAt.clear()
const heapBytes = heapNow()

process.send?.({
  meters,
  perSecond: ((after.replies - before.replies) * 1_000) / tookMs,
  timeouts: after.timeouts - before.timeouts,
  storedPerSecond: (stored * 1_000) / tookMs,
  gapP50Ms: quantile(fresh.gaps, 0.5),
  gapP99Ms: quantile(fresh.gaps, 0.99),
  gapMaxMs: fresh.gaps.reduce((most, gap) => Math.max(most, gap), 0),
  delayP99Ms: quantile(fresh.delays, 0.99),
  waitP99Ms: quantile(waits, 0.99),
  waits: waits.length,
  cpuShare: (user + system) / 1_000 / tookMs,
  rssMb,
  heapBytes,
  deadMeters: states.reduce((sum, bus) => sum + bus.deadMeters, 0),
})
await collector.stop()
await db.close()
process.exit(0)
