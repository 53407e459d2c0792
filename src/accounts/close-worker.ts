// The closing worker 销户服务: looks at each open closing until a clerk has to go on. What a step needs
// from a meter comes by commands and reductions, so a look costs one transaction and no bus.

import { audit } from '../operators/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'
import type { Bell } from '../work/bell.ts'
import { claimWork, finishWork, retryWork, type WorkRow } from '../work/store.ts'
import type { LifeDeps } from './close.ts'
import { finishClosing } from './close-finish.ts'
import { settleEven } from './close-pay.ts'
import { runStep } from './close-steps.ts'
import { type ClosingRow, closingById, writeState } from './close-store.ts'
import { type LockedAccount, lockAccount } from './store.ts'
import { CLOSE_WORK } from './wake-closing.ts'

const SCOPE_NAME = 'closing'
const IDLE_MS = 1_000
const LOOK_AGAIN_MS = 2_000
// A meter that has been silent for a while: what it waits for wakes it, or a poll has come.
const PATIENT_AFTER_LOOKS = 60
const PATIENT_MS = 20_000
const AFTER_ERROR_MS = 10_000
const LEASE_MS = 60_000
const AT_ONCE_MAX = 16

export type ClosingWorkerDeps = LifeDeps & { clock: Clock; log: Log; holder: string; bell?: Bell }

/** Every step that can be done now. True: it waits for a meter and is to be looked at again. */
export const driveClosing = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  from: ClosingRow,
): Promise<boolean> => {
  let closing = from
  for (;;) {
    const next = await runStep({ tx, deps, account, closing })
    if (next === null) break
    await audit(tx, deps.ids, {
      complexId: account.complexId,
      action: 'account.close.step',
      subject: `account/${account.accountId}`,
      before: { state: closing.state },
      after: { state: next },
    })
    closing = await writeState(tx, closing, next)
  }
  if (closing.state !== 'settling') return closing.endedAt === null
  if (await settleEven(tx, deps, account, closing))
    await finishClosing(tx, deps, account, closing, null)
  return false
}

/** One look at the closing that this work row names. */
export const lookAtClosing = async (tx: Tx, deps: LifeDeps, row: WorkRow): Promise<boolean> => {
  const found = await closingById(tx, row.complexId, uuid(row.key))
  if (!found || found.endedAt !== null) return false
  const account = await lockAccount(tx, found.accountId)
  // It may have ended, or gone on, while the account was waited for.
  const closing = await closingById(tx, row.complexId, found.closingId)
  if (!account || !closing || closing.endedAt !== null) return false
  return driveClosing(tx, deps, account, closing)
}

const lookOnce = async (deps: ClosingWorkerDeps, row: WorkRow): Promise<void> => {
  const scope = systemScope(SCOPE_NAME, [row.complexId])
  try {
    await deps.db.as(scope, async (tx) => {
      const again = await lookAtClosing(tx, deps, row)
      const waitMs = row.attempts > PATIENT_AFTER_LOOKS ? PATIENT_MS : LOOK_AGAIN_MS
      if (again) await retryWork(tx, row, plusMs(tx.now, waitMs), 'waits for a meter')
      else await finishWork(tx, row)
    })
  } catch (error) {
    deps.log.error('a closing could not go on', { key: row.key, error: String(error) })
    // The database may be what failed: then the claim runs out by itself.
    await deps.db
      .as(scope, (tx) => retryWork(tx, row, plusMs(tx.now, AFTER_ERROR_MS), String(error)))
      .catch(() => {})
  }
}

/** Claims what is due and looks at it; how many rows were claimed. */
export const lookAtClosings = async (deps: ClosingWorkerDeps): Promise<number> => {
  const { holder } = deps
  const claim = { kinds: [CLOSE_WORK], holder, limit: AT_ONCE_MAX, leaseMs: LEASE_MS }
  const rows = await claimWork(deps.db, claim)
  for (const row of rows) await lookOnce(deps, row)
  return rows.length
}

export const startClosingWorker = (deps: ClosingWorkerDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { signal } = stopping
  const loop = async () => {
    while (!signal.aborted) {
      const since = deps.bell?.rings ?? 0
      const claimed = await lookAtClosings(deps).catch((error: unknown) => {
        deps.log.error('the closing worker could not look for work', { error: String(error) })
        return 0
      })
      if (claimed > 0) continue
      if (deps.bell) await deps.bell.wait(deps.clock, IDLE_MS, since, signal)
      else await deps.clock.sleep(IDLE_MS, signal)
    }
  }
  const running = loop()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
