// The commissioning worker 调试服务: carries out jobs on the lines of the gateways this process is
// master of. A search goes on in slices, so that a stop or another master finds it where it
// stands.

import type { LineOf } from '../metering/bus-line.ts'
import { gatewaysHeldBy } from '../metering/lease-store.ts'
import type { MeterModel } from '../metering/meter-model/meter-model.ts'
import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import { type Uuid, uuid } from '../shared/ids.ts'
import type { Bell } from '../work/bell.ts'
import { claimWork, finishWork, retryWork, type WorkRow } from '../work/store.ts'
import { type JobRow, jobById, saveJob } from './line-job-store.ts'
import { LINE_WORK } from './line-jobs.ts'
import { runScanSlice } from './scan-work.ts'
import { testRead } from './test-read-work.ts'

const IDLE_MS = 1_000
const LEASE_MS = 90_000
const RUNNING_MAX = 16
const AGAIN_MS = 500
/** A collector that has just begun needs a moment before it serves its buses. */
const UNSERVED_AFTER_MS = 20_000

export type CommissioningDeps = {
  db: Db
  clock: Clock
  log: Log
  models: Iterable<MeterModel>
  holder: string
  lineOf: LineOf
  bell?: Bell
}

const inTx = <T>(
  { db }: CommissioningDeps,
  { complexId }: Pick<WorkRow, 'complexId'>,
  run: (tx: Parameters<typeof saveJob>[0]) => Promise<T>,
): Promise<T> => db.as(systemScope('commissioning', [complexId]), run)

const jobOf = (deps: CommissioningDeps, row: WorkRow): Promise<JobRow | null> =>
  inTx(
    deps,
    row,
    async (tx) =>
      (await jobById(tx, uuid(row.key), 'scan')) ?? (await jobById(tx, uuid(row.key), 'read')),
  )

const isOpen = ({ endedAt }: JobRow): boolean => endedAt === null

const readMeter = async (
  deps: CommissioningDeps,
  job: JobRow,
  line: NonNullable<ReturnType<LineOf>>,
): Promise<void> => {
  const parts = job.meterId === null ? null : await testRead(deps.clock, line, job.meterId)
  await inTx(deps, job, (tx) =>
    saveJob(
      tx,
      job,
      parts === null
        ? { state: 'failed', reason: 'notServed' }
        : { state: 'done', result: { parts } },
    ),
  )
}

/** One slice of the job that this row names; true when it has ended. */
export const runLineWork = async (
  deps: CommissioningDeps,
  row: WorkRow,
  stopping: AbortSignal,
  startedMono: number,
): Promise<boolean> => {
  const job = await jobOf(deps, row)
  if (!job || !isOpen(job)) return true
  const line = deps.lineOf(job.busId)
  if (!line?.online) {
    if (deps.clock.mono() < startedMono + UNSERVED_AFTER_MS) return false
    const state = job.state === 'stopping' ? 'stopped' : 'failed'
    const reason = line ? 'gateway-offline' : 'notServed'
    await inTx(deps, row, (tx) => saveJob(tx, job, { state, reason }))
    return true
  }
  if (job.kind === 'scan') return (await runScanSlice(deps, job, line, stopping)) === 'ended'
  await readMeter(deps, job, line)
  return true
}

const oneRow = async (
  deps: CommissioningDeps,
  row: WorkRow,
  stopping: AbortSignal,
  startedMono: number,
): Promise<void> => {
  try {
    const ended = await runLineWork(deps, row, stopping, startedMono)
    await inTx(deps, row, (tx) =>
      ended ? finishWork(tx, row) : retryWork(tx, row, plusMs(tx.now, AGAIN_MS), 'goes on'),
    )
  } catch (error) {
    deps.log.error('commissioning work failed', { key: row.key, error: String(error) })
  }
}

export const startCommissioningWorker = (deps: CommissioningDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { signal } = stopping
  const { db, holder, clock, bell } = deps
  const running = new Map<Uuid, Promise<void>>()
  const startedMono = clock.mono()
  const look = async (): Promise<void> => {
    const limit = RUNNING_MAX - running.size
    if (limit < 1) return
    const gatewayIds = await db.as(systemScope(holder), (tx) => gatewaysHeldBy(tx, holder))
    if (gatewayIds.length === 0) return
    const claim = { kinds: [LINE_WORK], holder, gatewayIds, limit, leaseMs: LEASE_MS }
    for (const row of await claimWork(db, claim)) {
      if (running.has(row.workId)) continue
      const done = oneRow(deps, row, signal, startedMono).finally(() => running.delete(row.workId))
      running.set(row.workId, done)
    }
  }
  const loop = (async () => {
    while (!signal.aborted) {
      const since = bell?.rings ?? 0
      await look().catch((error) => {
        deps.log.error('no look for commissioning work', { error: String(error) })
      })
      if (bell) await bell.wait(clock, IDLE_MS, since, signal)
      else await clock.sleep(IDLE_MS, signal)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await loop
      await Promise.all(running.values())
    },
  }
}
