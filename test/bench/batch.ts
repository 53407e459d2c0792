// A batch of 1,000 meters 批量操作: keep-power from the operator's confirmation to the last meter read
// back, over 32 paced buses, with single urgent trips in between; against what the wire allows.

import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { connectDatabase } from '../../src/adapters/database.ts'
import { systemNet } from '../../src/adapters/net.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { batchById } from '../../src/control/batch-view-store.ts'
import { createCommands, selectCommands } from '../../src/control/commands.ts'
import { startControlWorker } from '../../src/control/worker.ts'
import { startCollector } from '../../src/metering/collector.ts'
import prepaid1p from '../../src/metering/models/dlt645-prepaid-1p.ts'
import { type Scope, systemScope } from '../../src/ports/database.ts'
import type { Log } from '../../src/ports/log.ts'
import { fixedMasters } from '../../src/secrets/masters.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { must } from '../../src/shared/assert.ts'
import { complexId, meterId, uuid } from '../../src/shared/ids.ts'
import { createBell } from '../../src/work/bell.ts'
import { quantile, startProgram } from './poll-processes.ts'
import { startPollWorld } from './poll-world.ts'

const BUSES = 32
/** The last one of each bus is for urgent trips. */
const PER_BUS = 33
const BAUD = 2_400
const THINKING_MS = 100
const URGENT_EVERY_MS = 700
const START_MAX_MS = 60_000
const BATCH_MAX_MS = 300_000
const FIRST_ROUND_MAX_MS = 180_000
const QUIET_MS = 3_000
const COMPLEX = complexId(1)

const PLACES = `
  insert into chain_head (complex_id, lane, seq, hash)
    select 1, lane, 0, '\\x00' from generate_series(0, 15) lane on conflict do nothing;
  insert into point (complex_id, point_id, kind) overriding system value
    select 1, meter_id, 'power' from meter;
  insert into installation (complex_id, meter_id, point_id, since, initial_wh)
    select 1, meter_id, meter_id, '2026-01-01', 0 from meter;
  analyze`

const quiet: Log = {
  info: () => {},
  warn: () => {},
  error: (text, facts) => {
    process.stderr.write(`${text} ${JSON.stringify(facts)}\n`)
  },
}

type Seen = { seen: string; order: boolean; at: number }
const isSeen = (message: unknown): message is Seen =>
  typeof message === 'object' && message !== null && 'seen' in message
const isBusy = (message: unknown): message is { busy: number[] } =>
  typeof message === 'object' && message !== null && 'busy' in message

const now = (): number => performance.timeOrigin + performance.now()
const numberOf = (bus: number, n: number): number => bus * 100 + n
const addressOf = (meter: number): string => String(meter).padStart(12, '0')

const busyOf = (child: ChildProcess): Promise<number[]> =>
  new Promise((resolve) => {
    const take = (message: unknown) => {
      if (!isBusy(message)) return
      child.off('message', take)
      resolve(message.busy)
    }
    child.on('message', take)
    child.send('busy')
  })

const centreOn = (url: string) => {
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng })
  const base = { db, clock: systemClock, rng: systemRng, ids: systemIds, log: quiet }
  const collector = startCollector({
    ...{ ...base, net: systemNet, holder: 'bench', mqtt: null, pollHooks: [], gatewayHooks: [] },
    vault: createVault(fixedMasters(Buffer.alloc(32, 7)), systemRng),
    models: new Map([[prepaid1p.id, prepaid1p]]),
  })
  const bell = createBell()
  const capabilitiesOf = (model: string) => (model === prepaid1p.id ? prepaid1p.capabilities : null)
  const deps = {
    ...{ ...base, capabilitiesOf, drivers: collector.drivers, holder: 'bench', bell },
    wrote: bell.ring,
  }
  const control = startControlWorker(deps)
  return { db, collector, deps, bell, control }
}
type Centre = ReturnType<typeof centreOn>

const OPERATOR: Scope = { complexes: [COMPLEX], operator: null, from: 'bench' }
let requests = 0

/** As at the console: shown first, then confirmed. Returns the batch, and when it was written. */
const order = async ({ deps }: Centre, mode: 'kept' | 'tripped', meters: readonly number[]) => {
  const asked = {
    ...{ complexId: COMPLEX, kind: 'setMode' as const, meterIds: meters.map(meterId) },
    params: { mode, reason: 'bench' },
  }
  const selectedAt = now()
  const { selection } = await selectCommands(deps, OPERATOR, asked)
  const token = uuid(must(selection, 'it was selected').token)
  const confirmedAt = now()
  const sent = await createCommands(deps, OPERATOR, {
    ...asked,
    token,
    requestId: `bench-${++requests}`,
  })
  return { batch: uuid(sent.commandId), selectedAt, confirmedAt, writtenAt: now() }
}

const summary = ({ db }: Centre, batch: ReturnType<typeof uuid>) =>
  db.as(
    systemScope('bench'),
    async (tx) => must(await batchById(tx, batch), 'the batch is there').summary,
  )

const ended = async (centre: Centre, batch: ReturnType<typeof uuid>): Promise<number> => {
  const until = now() + BATCH_MAX_MS
  while (now() < until) {
    const { endedAt, counts } = await summary(centre, batch)
    if (endedAt !== null) {
      process.stderr.write(`${JSON.stringify(counts)}\n`)
      return now()
    }
    await pause(250)
  }
  throw new Error('the batch has not ended')
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const ms = (value: number): string => `${value.toFixed(0)} ms`
const s = (value: number): string => `${(value / 1_000).toFixed(1)} s`

/** The first round of everything is over when nothing is on any wire. */
const untilQuiet = async (child: ChildProcess): Promise<void> => {
  let last = now()
  const note = (): void => {
    last = now()
  }
  child.on('message', note)
  const end = now() + FIRST_ROUND_MAX_MS
  while (now() - last < QUIET_MS && now() < end) await pause(200)
  child.off('message', note)
}

type Urgent = { at: number; address: string; writtenMs: number }

const measured = async (centre: Centre, child: ChildProcess) => {
  const urgents: Urgent[] = []
  const firstSeen = new Map<string, number>()
  const orderSeen = new Map<string, number>()
  let exchanges = 0
  child.on('message', (message: unknown) => {
    if (!isSeen(message)) return
    exchanges++
    const { seen, order, at } = message
    const asked = urgents.find(({ address }) => address === seen)
    const seenBy = order ? orderSeen : firstSeen
    if (asked && at >= asked.at && !seenBy.has(seen)) seenBy.set(seen, at)
  })
  const meters = Array.from({ length: BUSES * (PER_BUS - 1) }, (_, i) =>
    numberOf(1 + (i % BUSES), 1 + Math.floor(i / BUSES)),
  ).slice(0, 1_000)
  await busyOf(child)
  exchanges = 0
  const cpu = process.cpuUsage()
  const batch = await order(centre, 'kept', meters)
  let isOver = false
  const urging = (async () => {
    for (let bus = 1; bus <= BUSES && !isOver; bus++) {
      await pause(URGENT_EVERY_MS)
      const meter = numberOf(bus, PER_BUS)
      // From when it is confirmed: what writing it takes is part of the delay.
      const urgent: Urgent = { at: now(), address: addressOf(meter), writtenMs: 0 }
      urgents.push(urgent)
      const { confirmedAt, writtenAt } = await order(centre, 'tripped', [meter])
      urgent.at = confirmedAt
      urgent.writtenMs = writtenAt - confirmedAt
    }
  })()
  const endedAt = await ended(centre, batch.batch)
  isOver = true
  const { user, system } = process.cpuUsage(cpu)
  await urging
  await pause(3_000)
  const busyMs = Math.max(...(await busyOf(child)))
  const delays = urgents.map(({ at, address }) => (firstSeen.get(address) ?? Infinity) - at)
  const ordered = urgents.map(({ at, address }) => (orderSeen.get(address) ?? Infinity) - at)
  const cpuShare = (user + system) / 1_000 / (endedAt - batch.selectedAt)
  const written = urgents.map(({ writtenMs }) => writtenMs)
  return {
    batch,
    endedAt,
    busyMs,
    cpuShare,
    written,
    exchanges,
    meters: meters.length,
    delays,
    ordered,
  }
}

const report = (m: Awaited<ReturnType<typeof measured>>): string => {
  const { batch, endedAt, busyMs } = m
  const tookMs = endedAt - batch.writtenAt
  const longestMs = ((16 + 4 + 16 + 8 + 16) * 11_000) / BAUD + THINKING_MS
  return [
    row(`${m.meters} meters, ${BUSES} buses, ${BAUD} baud`, 'measured'),
    '|---|---:|',
    row('shown to the operator', ms(batch.confirmedAt - batch.selectedAt)),
    row(
      'confirmed: commands, modes, audit and work written',
      ms(batch.writtenAt - batch.confirmedAt),
    ),
    row('from there to the last meter read back', s(tookMs)),
    row('what the fullest bus was busy for (its exchanges as the wire times them)', s(busyMs)),
    row('÷', (tookMs / busyMs).toFixed(2)),
    row('CPU of the centre, of one core', `${(100 * m.cpuShare).toFixed(0)} %`),
    row('exchanges per meter, single trips among them', (m.exchanges / m.meters).toFixed(2)),
    row(
      `a single trip meanwhile, from its confirmation to its first byte, p99 of ${m.delays.length}`,
      ms(quantile(m.delays, 0.99)),
    ),
    row('the same, median', ms(quantile(m.delays, 0.5))),
    row('of it until it was written, median', ms(quantile(m.written, 0.5))),
    row('to its order, p99 (it is read first, and its clock)', ms(quantile(m.ordered, 0.99))),
    row('one exchange, the longest', ms(longestMs)),
  ].join('\n')
}

export const benchBatch = async (): Promise<string> => {
  const world = await startPollWorld()
  const server = await startProgram('./batch-server.ts', [`${BAUD}`, `${THINKING_MS}`], { core: 1 })
  try {
    await world.settle({
      ...{ buses: BUSES, perBus: PER_BUS, port: Number(server.message), model: prepaid1p.id },
      bus: { baud: BAUD },
      // Nothing but the batch is on the wire.
      complex: { statusIntervalMinutes: 1_000, batchCanaryAbove: 100_000 },
    })
    await withClient(world.ownerUrl, async (client) => {
      await client.query(PLACES)
    })
    const centre = centreOn(world.appUrl)
    const end = now() + START_MAX_MS
    const online = () => centre.collector.gateways().filter((g) => g.online).length
    while (online() < BUSES && now() < end) await pause(200)
    await untilQuiet(server.child)
    const result = await measured(centre, server.child)
    await centre.control.stop()
    await centre.collector.stop()
    await centre.db.close()
    return report(result)
  } finally {
    server.child.disconnect()
    await world.stop()
  }
}
