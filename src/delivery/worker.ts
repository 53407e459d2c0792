// The delivery worker 下发服务: takes the work rows of the gateways this process is master of, one
// round per meter at a time, and never gives up on a purchase that is neither delivered nor held.

import { gatewaysHeldBy } from '../metering/lease-store.ts'
import { systemScope } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import { type GatewayId, meterId, type Uuid } from '../shared/ids.ts'
import type { Bell } from '../work/bell.ts'
import { claimWorkIn, dueWithGateway, finishWork, retryWork, type WorkRow } from '../work/store.ts'
import { GATEWAY_OFFLINE } from '../work/waits.ts'
import { backOffMs } from './back-off.ts'
import { type DeliveryDeps, deliverMeter, type RoundEnd } from './deliver.ts'
import { DELIVERY_WORK, hasDeliverable, type MeterKey } from './store.ts'

const IDLE_MS = 500
// After a crash somebody else looks this much later. A round that takes longer is claimed again
// here and goes on: only the row that it puts back is another one.
const LEASE_MS = 30_000
const RUNNING_MAX = 64
/** One bus carries one request at a time: more meters of one gateway would only queue there. */
const PER_GATEWAY_MAX = 4

export type DeliveryWorkerDeps = DeliveryDeps & {
  rng: Rng
  log: Log
  /** Rung when something was queued in this process. */
  bell?: Bell
}

type Round = { row: WorkRow; gatewayId: GatewayId | null; done: Promise<void> }

type Worker = {
  deps: DeliveryWorkerDeps
  /** By work id: one round per meter at a time. */
  running: Map<Uuid, Round>
  /** Rounds in a row that ended without a delivery, by work id. */
  faults: Map<Uuid, number>
  stopping: AbortSignal
}

const keyOf = (row: WorkRow): MeterKey => {
  const [, digits = ''] = /^meter\/(\d+)$/.exec(row.key) ?? []
  return { complexId: row.complexId, meterId: meterId(Number(digits)) }
}

const putBack = async (worker: Worker, row: WorkRow, end: RoundEnd): Promise<void> => {
  const { deps, faults } = worker
  const patience = end.round === 'again' && end.why !== 'more'
  const inARow = end.delivered > 0 || !patience ? 1 : (faults.get(row.workId) ?? 0) + 1
  if (patience) faults.set(row.workId, inARow)
  else faults.delete(row.workId)
  await deps.db.as(systemScope('delivery', [row.complexId]), async (tx) => {
    const again = end.round === 'again' || (await hasDeliverable(tx, keyOf(row)))
    const soon = patience ? plusMs(tx.now, backOffMs(inARow, deps.rng)) : tx.now
    const why = end.round === 'again' ? end.why : 'more'
    const dueAt = why === GATEWAY_OFFLINE ? await dueWithGateway(tx, row, soon) : soon
    if (again) await retryWork(tx, row, dueAt, why)
    else await finishWork(tx, row)
  })
}

const message = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)

const endOf = async (worker: Worker, row: WorkRow): Promise<RoundEnd> => {
  const { deps, stopping } = worker
  try {
    return await deliverMeter(deps, keyOf(row), stopping)
  } catch (error) {
    const why = message(error)
    deps.log.error('delivery round failed', { key: row.key, error: why })
    return { round: 'again', delivered: 0, why }
  }
}

const LOOK_AGAIN: RoundEnd = { round: 'again', delivered: 0, why: 'more' }

const runRound = async (worker: Worker, round: Round): Promise<void> => {
  const { log } = worker.deps
  const { workId, key } = round.row
  let end = await endOf(worker, round.row)
  for (let row: WorkRow | null = null; row !== round.row; end = LOOK_AGAIN) {
    row = round.row
    await putBack(worker, row, end).catch((error) => {
      // The claim runs out by itself.
      log.error('delivery work was not put back', { key, error: message(error) })
    })
  }
  worker.running.delete(workId)
}

const claim = async (worker: Worker): Promise<WorkRow[]> => {
  const { deps, running } = worker
  const busy = new Map<GatewayId | null, number>()
  for (const { gatewayId } of running.values()) busy.set(gatewayId, (busy.get(gatewayId) ?? 0) + 1)
  const limit = Math.min(PER_GATEWAY_MAX, RUNNING_MAX - running.size)
  if (limit < 1) return []
  const { holder } = deps
  return deps.db.as(systemScope(holder), async (tx) => {
    const held = await gatewaysHeldBy(tx, holder)
    const gatewayIds = held.filter((gateway) => (busy.get(gateway) ?? 0) < PER_GATEWAY_MAX)
    if (gatewayIds.length === 0) return []
    return claimWorkIn(tx, { kinds: [DELIVERY_WORK], holder, gatewayIds, limit, leaseMs: LEASE_MS })
  })
}

/** Claims what is due and starts its rounds; how many rows were claimed. */
const startRounds = async (worker: Worker): Promise<number> => {
  const rows = await claim(worker)
  for (const row of rows) {
    const round = worker.running.get(row.workId)
    if (round) {
      // A sale freed the row, or its claim ran out: the round puts back the newest claim.
      round.row = row
      continue
    }
    const started: Round = { row, gatewayId: row.gatewayId, done: Promise.resolve() }
    worker.running.set(row.workId, started)
    started.done = runRound(worker, started)
  }
  return rows.length
}

const loop = async (worker: Worker, signal: AbortSignal): Promise<void> => {
  const { clock, log, bell } = worker.deps
  while (!signal.aborted) {
    const since = bell?.rings ?? 0
    const claimed = await startRounds(worker).catch((error) => {
      log.error('the delivery worker could not look for work', { error: message(error) })
      return 0
    })
    if (claimed > 0) continue
    if (bell) await bell.wait(clock, IDLE_MS, since, signal)
    else await clock.sleep(IDLE_MS, signal)
  }
}

/**
 * Starts carrying purchases into meters. `stop` waits for the rounds that run; what it leaves is
 * taken up from the books by whoever comes next.
 */
export const startDeliveryWorker = (deps: DeliveryWorkerDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { signal } = stopping
  const worker: Worker = { deps, running: new Map(), faults: new Map(), stopping: signal }
  const looping = loop(worker, signal)
  return {
    stop: async () => {
      stopping.abort()
      await looping
      await Promise.all([...worker.running.values()].map(({ done }) => done))
    },
  }
}
