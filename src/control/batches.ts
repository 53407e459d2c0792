// Batches 批量操作: the first meters decide about the rest, and an operator may pause, go on or stop.
// Stopping takes back what was not sent; what was sent ends by itself (INV-25).

import { audit } from '../operators/audit-log.ts'
import { type Db, type Scope, systemScope, type Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { addWorks } from '../work/store.ts'
import {
  countOpen,
  type LockedBatch,
  lockBatch,
  markCanary,
  markStopped,
  moveOwnWork,
  openLines,
  pauseRows,
  pushesWithoutWork,
  releaseRest,
  resumeRows,
  statesOfFirst,
  waitingForFirst,
} from './batch-store.ts'
import { busWork } from './batch-work.ts'
import { verdictOfFirst } from './canary.ts'
import { cancelQueued } from './commands.ts'
import { KINDS } from './kinds.ts'
import { PUSH_WORK } from './price-work.ts'
import { queuedOf } from './store.ts'

type Deps = { db: Db; ids: Ids }
export type BatchStop = 'operator' | 'canaryFailed' | 'surge'

/** Nobody comes back to what was paused for longer: it expires. */
const PAUSE_MOST_MS = 3_600_000

const lifeOf = (kind: string): number => {
  const known = Object.entries(KINDS).find(([name]) => name === kind)
  return known?.[1].lifeMs ?? KINDS.setMode.lifeMs
}

const wake = async (tx: Tx, ids: Ids, batch: LockedBatch): Promise<void> => {
  const { complexId, batchId, kind } = batch
  await moveOwnWork(tx, batch, tx.now)
  if (kind === 'pushPrice') {
    const pushes = await pushesWithoutWork(tx, batch)
    return addWorks(
      tx,
      ids,
      pushes.map(({ commandId, gatewayId }) => ({
        ...{ complexId, kind: PUSH_WORK, key: commandId, gatewayId },
      })),
    )
  }
  const lines = await openLines(tx, batch)
  await addWorks(
    tx,
    ids,
    lines.map(({ busId, gatewayId }) => busWork({ complexId, batchId, busId, gatewayId })),
  )
}

const stopIn = async (tx: Tx, ids: Ids, batch: LockedBatch, reason: BatchStop): Promise<number> => {
  const { complexId, batchId } = batch
  await markStopped(tx, batch, reason)
  const found = await queuedOf(tx, batchId)
  const why = reason === 'operator' ? 'cancelledByOperator' : reason
  const cancelled = found ? await cancelQueued(tx, ids, found, why) : []
  await audit(tx, ids, {
    complexId,
    action: 'control.stopBatch',
    subject: `batch/${batchId}`,
    after: { reason, cancelled: cancelled.length },
  })
  return cancelled.length
}

/** What those that went first say about the rest, as soon as they have said it. */
export const decideRest = (deps: Deps, complexId: ComplexId, batchId: Uuid): Promise<void> =>
  deps.db.as(systemScope('control', [complexId]), async (tx) => {
    const batch = await lockBatch(tx, batchId)
    if (batch?.canary !== 'waiting') return
    const verdict = verdictOfFirst(await statesOfFirst(tx, batch))
    if (verdict === null) return
    await markCanary(tx, batch, verdict)
    if (batch.stoppedAt !== null) return
    if (verdict === 'failed') {
      await stopIn(tx, deps.ids, batch, 'canaryFailed')
      return
    }
    await releaseRest(tx, batch, lifeOf(batch.kind))
    if (batch.pausedAt === null) await wake(tx, deps.ids, batch)
  })

/** Batches whose first ones ended where nobody looked: by their deadline, or by a newer order. */
export const decideAllRests = async (deps: Deps): Promise<void> => {
  const waiting = await deps.db.as(systemScope('control'), waitingForFirst)
  for (const { complexId, batchId } of waiting) await decideRest(deps, complexId, batchId)
}

/** Locked. Refuses: not_found, batch_has_ended where nothing is left to be sent. */
const openBatch = async (tx: Tx, id: Uuid): Promise<LockedBatch> => {
  const batch = await lockBatch(tx, id)
  if (!batch || batch.kind === 'read') throw new Refusal('not_found', { batchId: id })
  const open = batch.stoppedAt === null ? await countOpen(tx, batch) : 0
  refuseIf(open === 0, 'batch_has_ended', { batchId: id })
  return batch
}

/** In a transaction of the caller; pausing twice keeps the first reason. */
export const pauseIn = async (
  tx: Tx,
  ids: Ids,
  batch: LockedBatch,
  reason: 'operator' | 'surge',
): Promise<void> => {
  if (batch.pausedAt !== null) return
  const until = plusMs(tx.now, PAUSE_MOST_MS)
  await pauseRows(tx, batch, reason, until)
  await moveOwnWork(tx, batch, until)
  const { complexId, batchId } = batch
  const after = { reason }
  await audit(tx, ids, {
    complexId,
    action: 'control.pauseBatch',
    subject: `batch/${batchId}`,
    after,
  })
}

/** What was not sent waits. Refuses: not_found, batch_has_ended. */
export const pauseBatch = (deps: Deps, scope: Scope, id: Uuid): Promise<void> =>
  deps.db.as(scope, async (tx) => pauseIn(tx, deps.ids, await openBatch(tx, id), 'operator'))

/** Refuses: not_found, batch_has_ended, batch_not_paused. */
export const resumeBatch = (deps: Deps, scope: Scope, id: Uuid): Promise<void> =>
  deps.db.as(scope, async (tx) => {
    const batch = await openBatch(tx, id)
    refuseIf(batch.pausedAt === null, 'batch_not_paused', { batchId: id })
    await resumeRows(tx, batch, lifeOf(batch.kind))
    await wake(tx, deps.ids, batch)
    await audit(tx, deps.ids, {
      complexId: batch.complexId,
      action: 'control.resumeBatch',
      subject: `batch/${id}`,
      before: { pausedAt: batch.pausedAt },
    })
  })

/** Cancels what was not sent; the rest ends by itself. Refuses: not_found, batch_has_ended. */
export const stopBatch = (deps: Deps, scope: Scope, id: Uuid): Promise<void> =>
  deps.db.as(scope, async (tx) => {
    await stopIn(tx, deps.ids, await openBatch(tx, id), 'operator')
  })
