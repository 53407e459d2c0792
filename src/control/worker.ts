// The control worker 控制服务: takes command work of the gateways this process is master of, runs one
// round of each and puts the row back until the command has ended.

import { gatewaysHeldBy } from '../metering/lease-store.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import type { GatewayId, Uuid } from '../shared/ids.ts'
import { uuid } from '../shared/ids.ts'
import type { Bell } from '../work/bell.ts'
import { claimWork, finishWork, retryWork, type WorkRow } from '../work/store.ts'
import { runBatchWork } from './batch-bus.ts'
import { BATCH_WORK } from './batch-work.ts'
import { decideAllRests } from './batches.ts'
import { BUTTON_WORK, runButtonWatch } from './button-watch.ts'
import { reviewCentreMode } from './centre-review.ts'
import { COMMAND_WORK, RELEASE_WORK } from './command-work.ts'
import { fewAtOnce } from './few-at-once.ts'
import { endOverdueCommands } from './overdue.ts'
import { keepPrices } from './price-keeper.ts'
import { runPriceLook } from './price-look.ts'
import { runPriceSwitch } from './price-switch.ts'
import { PRICE_LOOK_WORK, PRICE_SWITCH_WORK, PUSH_WORK } from './price-work.ts'
import { runReadWork } from './read-bus.ts'
import { READ_WORK } from './read-store.ts'
import { RECLOSE_WORK } from './relay-hook.ts'
import { recloseReleased, releaseKept } from './release.ts'
import type { RoundEnd, RunnerDeps } from './round.ts'
import { runCommand } from './run-command.ts'
import { seeUnknownLater } from './seen-later.ts'

const IDLE_MS = 500
const CHORES_EVERY_MS = 5_000
const REVIEW_EVERY_MS = 15_000
const LEASE_MS = 90_000
const AFTER_ERROR_MS = 5_000
const RUNNING_MAX = 64
/** One gateway's batch must not keep the orders of the others waiting. */
const PER_GATEWAY_MAX = 8
/** Prices are long to write and never urgent: they take no room from orders. */
const PRICES_MAX = 128
const PRICES_PER_GATEWAY_MAX = 2
const PRICES_EVERY_MS = 600_000
const FIRST_PRICES_MS = 60_000
/** Buses that one kind of work goes on at; each is one piece of work, whatever it carries. */
const BUSES_MAX = 512
const BUSES_CLAIMED_MAX = 64
/** Of the ten that a process has: a thousand meters must not keep one order waiting. */
const BATCH_CONNECTIONS = 6

export type ControlWorkerDeps = RunnerDeps & {
  /** The name under which this process holds its gateways. */
  holder: string
  log: Log
  /** Rung when something was queued in this process. */
  bell?: Bell
  /** The gateways served here; where absent, those leased to `holder`. */
  gateways?: () => readonly GatewayId[] | Promise<readonly GatewayId[]>
}

type Served = ControlWorkerDeps & Required<Pick<ControlWorkerDeps, 'gateways'>>

/** One round of the command that this work row names. */
export const runCommandWork = (deps: RunnerDeps, row: WorkRow): Promise<RoundEnd> =>
  runCommand(deps, { complexId: row.complexId, commandId: uuid(row.key) }, row.attempts)

const putBack = (db: Db, row: WorkRow, end: RoundEnd): Promise<void> =>
  db.as(systemScope('control', [row.complexId]), (tx) =>
    end.round === 'ended' ? finishWork(tx, row) : retryWork(tx, row, end.at, end.why),
  )

const message = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)

const guarded = async (
  deps: ControlWorkerDeps,
  row: WorkRow,
  run: () => Promise<void>,
): Promise<void> => {
  try {
    await run()
  } catch (error) {
    const why = message(error)
    deps.log.error('control work failed', { kind: row.kind, key: row.key, error: why })
    const at = plusMs(deps.clock.now(), AFTER_ERROR_MS)
    // The database may be what failed: then the claim runs out by itself.
    await putBack(deps.db, row, { round: 'again', at, why }).catch(() => {})
  }
}

const runChores = async (deps: ControlWorkerDeps): Promise<void> => {
  await endOverdueCommands(deps)
  await decideAllRests(deps)
  await seeUnknownLater(deps)
  const kinds = [RELEASE_WORK, RECLOSE_WORK]
  const claim = { kinds, holder: deps.holder, limit: RUNNING_MAX, leaseMs: LEASE_MS }
  for (const row of await claimWork(deps.db, claim)) {
    const chore = row.kind === RELEASE_WORK ? releaseKept : recloseReleased
    await guarded(deps, row, () =>
      deps.db.as(systemScope('control', [row.complexId]), (tx) => chore(tx, deps, row)),
    )
  }
}

type Running = Map<Uuid, { gatewayId: GatewayId | null; done: Promise<void> }>

/** Those leased to this process, as of a moment ago: four loops ask, and leases last. */
const leasedLately = ({ db, holder, clock }: ControlWorkerDeps) => {
  let known: Promise<readonly GatewayId[]> | null = null
  let until = 0
  return (): Promise<readonly GatewayId[]> => {
    if (known !== null && clock.mono() < until) return known
    const asked = db.as(systemScope(holder), (tx) => gatewaysHeldBy(tx, holder))
    asked.catch(() => {
      known = null
    })
    until = clock.mono() + IDLE_MS
    known = asked
    return asked
  }
}

/** With the gateways of the caller, or those leased to this process. */
const served = (deps: ControlWorkerDeps): Served => ({
  ...deps,
  gateways: deps.gateways ?? leasedLately(deps),
})

type Room = { kinds: readonly string[]; runningMax: number; perGatewayMax: number }

const ORDERS: Room = {
  kinds: [COMMAND_WORK],
  runningMax: RUNNING_MAX,
  perGatewayMax: PER_GATEWAY_MAX,
}
/** Prices, and whatever else may wait. */
const UNHURRIED: Room = {
  kinds: [PUSH_WORK, PRICE_SWITCH_WORK, PRICE_LOOK_WORK, BUTTON_WORK],
  runningMax: PRICES_MAX,
  perGatewayMax: PRICES_PER_GATEWAY_MAX,
}

const claimInto = async (
  deps: Served,
  running: Running,
  { kinds, runningMax, perGatewayMax }: Room,
): Promise<WorkRow[]> => {
  const busy = new Map<GatewayId | null, number>()
  for (const { gatewayId } of running.values()) busy.set(gatewayId, (busy.get(gatewayId) ?? 0) + 1)
  const gatewayIds = (await deps.gateways()).filter(
    (gateway) => (busy.get(gateway) ?? 0) < perGatewayMax,
  )
  const limit = Math.min(perGatewayMax, runningMax - running.size)
  if (gatewayIds.length === 0 || limit < 1) return []
  const { holder } = deps
  return claimWork(deps.db, { kinds, holder, gatewayIds, limit, leaseMs: LEASE_MS })
}

const run = (
  deps: ControlWorkerDeps,
  running: Running,
  rows: readonly WorkRow[],
  round: (row: WorkRow) => Promise<RoundEnd>,
): void => {
  for (const row of rows) {
    // A claim that ran out while its round still runs: that round will put the row back.
    if (running.has(row.workId)) continue
    const done = guarded(deps, row, async () => putBack(deps.db, row, await round(row))).finally(
      () => running.delete(row.workId),
    )
    running.set(row.workId, { gatewayId: row.gatewayId, done })
  }
}

type BusWork = { kind: string; round: typeof runReadWork }
const READS: BusWork = { kind: READ_WORK, round: runReadWork }
const BATCHES: BusWork = { kind: BATCH_WORK, round: runBatchWork }

/** Questions and batches have rooms of their own, so that no single order ever waits for one. */
const startBuses = async (
  deps: Served,
  running: Running,
  { kind, round }: BusWork,
  stopping: AbortSignal,
): Promise<number> => {
  const gatewayIds = await deps.gateways()
  const limit = Math.min(BUSES_CLAIMED_MAX, BUSES_MAX - running.size)
  if (gatewayIds.length === 0 || limit < 1) return 0
  const { holder } = deps
  const claim = { kinds: [kind], holder, gatewayIds, limit, leaseMs: LEASE_MS }
  const rows = await claimWork(deps.db, claim)
  run(deps, running, rows, (row) => round(deps, row, stopping))
  return rows.length
}

const startCommands = async (deps: Served, running: Running): Promise<number> => {
  const rows = await claimInto(deps, running, ORDERS)
  run(deps, running, rows, (row) => runCommandWork(deps, row))
  return rows.length
}

/** One round of work on the prices in a meter. */
export const runPriceWork = (deps: RunnerDeps, row: WorkRow): Promise<RoundEnd> => {
  if (row.kind === PRICE_SWITCH_WORK) return runPriceSwitch(deps, row)
  return row.kind === PRICE_LOOK_WORK ? runPriceLook(deps, row) : runCommandWork(deps, row)
}

const startUnhurried = async (deps: Served, running: Running): Promise<number> => {
  const rows = await claimInto(deps, running, UNHURRIED)
  run(deps, running, rows, (row) =>
    row.kind === BUTTON_WORK ? runButtonWatch(deps, row) : runPriceWork(deps, row),
  )
  return rows.length
}

/** Not in the first minute, when every meter is read for the first time. */
const keepingPrices = (deps: ControlWorkerDeps): (() => Promise<number>) => {
  let due = deps.clock.mono() + FIRST_PRICES_MS
  return async () => {
    if (deps.clock.mono() < due) return 0
    due = deps.clock.mono() + PRICES_EVERY_MS
    await keepPrices(deps)
    return 0
  }
}

/** Whose first look comes as soon as the bell rings; the next ones are so far apart. */
const HURRIED_MS = 25

const loop = async (
  deps: ControlWorkerDeps,
  signal: AbortSignal,
  step: () => Promise<number>,
  idleMs: number,
  bell: Bell | null = null,
  hurry?: 'hurry',
): Promise<void> => {
  while (!signal.aborted) {
    const since = bell?.rings ?? 0
    const looked = deps.clock.mono()
    const did = await step().catch((error) => {
      deps.log.error('the control worker could not look for work', { error: message(error) })
      return 0
    })
    if (did > 0) continue
    if (bell) await bell.wait(deps.clock, idleMs, since, signal, hurry)
    const early = hurry ? looked + HURRIED_MS - deps.clock.mono() : 0
    if (early > 0) await deps.clock.sleep(early, signal)
    if (!bell) await deps.clock.sleep(idleMs, signal)
  }
}

export const startControlWorker = (given: ControlWorkerDeps): { stop(): Promise<void> } => {
  const deps = served(given)
  const stopping = new AbortController()
  const running: Running = new Map()
  const reading: Running = new Map()
  const unhurried: Running = new Map()
  const inBatches: Running = new Map()
  const { signal } = stopping
  const { bell = null } = deps
  const reads = loop(deps, signal, () => startBuses(deps, reading, READS, signal), IDLE_MS, bell)
  const inBulk = { ...deps, db: fewAtOnce(deps.db, BATCH_CONNECTIONS) }
  const batches = loop(
    deps,
    signal,
    () => startBuses(inBulk, inBatches, BATCHES, signal),
    IDLE_MS,
    bell,
  )
  const looking = () => startCommands(deps, running)
  const commands = loop(deps, signal, looking, IDLE_MS, bell, 'hurry')
  const waiting = () => startUnhurried(deps, unhurried)
  const prices = loop(deps, signal, waiting, IDLE_MS, bell)
  const keeping = loop(deps, signal, keepingPrices(deps), CHORES_EVERY_MS)
  const chores = loop(
    deps,
    signal,
    async () => {
      await runChores(deps)
      return 0
    },
    CHORES_EVERY_MS,
  )
  const reviews = loop(
    deps,
    signal,
    async () => {
      await reviewCentreMode(deps)
      return 0
    },
    REVIEW_EVERY_MS,
  )
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all([commands, reads, batches, prices, keeping, chores, reviews])
      const under = [running, reading, inBatches, unhurried].flatMap((room) => [...room.values()])
      await Promise.all(under.map(({ done }) => done))
    },
  }
}
