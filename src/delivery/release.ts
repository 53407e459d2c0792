// Releasing a hold 解除: only a person ends it, with a reason. The money was ours and is in the
// meter; or it was foreign, and the difference gets its name; or the counter is another one, and a
// new epoch begins.

import { contentHash } from '../ledger/chain.ts'
import { varianceLines } from '../ledger/entries/variance.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { assert, must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { addWork } from '../work/store.ts'
import {
  planReductionRelease,
  planRelease,
  type ReleasePlan,
  type Resolution,
} from './release-plan.ts'
import {
  cancelWaiting,
  type ReductionReleaseDeps,
  releaseAsNotTaken,
  releaseAsTaken,
} from './release-reduction.ts'
import {
  beginEpoch,
  lockHold,
  moveWaiting,
  type OpenHold,
  openHold,
  writeBaseCount,
  writeRearmed,
  writeReleased,
  writeRequeued,
} from './release-store.ts'
import { postDelivery } from './settle.ts'
import { addSteps, DELIVERY_WORK, lockAccount, type MeterKey, writeEnd } from './store.ts'

export type ReleaseDeps = ReductionReleaseDeps & {
  db: Db
  /** A customer number that was never used. */
  newCustomerNo: (tx: Tx, complex: ComplexId) => Promise<string>
}

export type Release = MeterKey & {
  requestId: string
  resolution: Resolution
  /** Why the person decides so; kept with the hold and in the audit. */
  reason: string
  /** What the meter holds beyond the books (negative: short of them), fen; for 'ours' zero. */
  differenceFen: number
  /** For 'taken': what came out, fen; left out: what was sent. */
  takenFen?: number
}

export type Released = {
  holdId: string
  purchaseId: string | null
  reductionId: string | null
  state: string | null
}

type Seen = { count: number; balanceFen: number; energyWh: number }

// The newer of the last poll and what was read when the meter was stopped.
const newestReading = (hold: OpenHold): Seen => {
  const reading = hold.evidence.reading ?? null
  const { walletAt, count, balanceFen, energyWh } = hold
  const polled = walletAt !== null && count !== null && balanceFen !== null
  if (polled && (reading === null || walletAt > reading.at))
    return { count, balanceFen, energyWh: energyWh ?? reading?.energyWh ?? 0 }
  return must(reading, 'a hold keeps the reading that raised it, or the meter is polled')
}

const postDifference = async (
  tx: Tx,
  ids: Ids,
  hold: OpenHold,
  release: Release,
): Promise<void> => {
  if (release.differenceFen === 0) return
  const lines = varianceLines(hold.supplyId, fen(release.differenceFen))
  await post(tx, {
    complexId: hold.complexId,
    postingId: ids.uuid(),
    requestId: `release/${hold.holdId}`,
    kind: 'variance',
    businessDate: await postingDay(tx, hold.complexId, tx.now),
    reason: release.reason,
    contentHash: contentHash({ hold: hold.holdId, lines }),
    lines,
  })
}

const deliverHeld = async (tx: Tx, ids: Ids, hold: OpenHold): Promise<void> => {
  const purchaseId = must(hold.purchaseId, 'a purchase is on hold')
  const { complexId, supplyId, zone, dayCutMinutes } = hold
  const amountFen = must(hold.amountFen, 'a purchase has its amount')
  const evidence = { ...hold.purchaseEvidence, releasedBy: tx.scope.operator }
  await writeEnd(tx, { complexId, purchaseId }, { state: 'DELIVERED', evidence })
  await postDelivery(tx, ids, { complexId, purchaseId, supplyId, amountFen, zone, dayCutMinutes })
}

const newEpoch = async (tx: Tx, deps: ReleaseDeps, hold: OpenHold): Promise<void> => {
  const { complexId } = hold
  await cancelWaiting(tx, deps, hold)
  const epoch = await beginEpoch(tx, hold, await deps.newCustomerNo(tx, complexId))
  const openingId = deps.ids.uuid()
  const added = await moveWaiting(tx, hold, epoch, openingId)
  if (added === null) return
  const facts = { amountFen: 0, epoch }
  await addSteps(tx, deps.ids, { complexId, purchaseId: added }, [
    { at: tx.now, kind: 'queued', facts },
  ])
}

const carryOut = async (
  tx: Tx,
  deps: ReleaseDeps,
  hold: OpenHold,
  release: Release,
  plan: ReleasePlan,
): Promise<void> => {
  const { complexId, purchaseId } = hold
  if (plan.baseCount !== null) await writeBaseCount(tx, hold, plan.baseCount)
  const { reason, takenFen = null } = release
  if (plan.reduction === 'done') await releaseAsTaken(tx, deps, hold, { takenFen, reason })
  if (plan.reduction === 'cancel') await releaseAsNotTaken(tx, deps, hold, reason)
  if (release.resolution === 'newEpoch') return newEpoch(tx, deps, hold)
  if (purchaseId === null) return
  if (plan.purchase === 'deliver') return deliverHeld(tx, deps.ids, hold)
  if (plan.purchase === 'requeue') return writeRequeued(tx, complexId, purchaseId)
  const before = must(hold.purchaseEvidence?.reading, 'a held purchase keeps its reading')
  return writeRearmed(tx, complexId, purchaseId, before)
}

const STATE_AFTER = { deliver: 'DELIVERED', requeue: 'QUEUED', rearm: 'ARMED', none: null } as const
const REDUCTION_AFTER = { done: 'DONE', cancel: 'CANCELLED' } as const

const record = async (
  tx: Tx,
  ids: Ids,
  hold: OpenHold,
  release: Release,
  state: string | null,
): Promise<void> => {
  const { complexId, meterId, purchaseId, reductionId, gatewayId } = hold
  const { resolution, reason, differenceFen } = release
  if (purchaseId !== null) {
    const facts = { resolution, reason, differenceFen, state }
    await addSteps(tx, ids, { complexId, purchaseId }, [{ at: tx.now, kind: 'released', facts }])
  }
  await audit(tx, ids, {
    complexId,
    action: 'delivery.release',
    subject: `meter/${meterId}`,
    before: { holdId: hold.holdId, reason: hold.reason, purchaseId, reductionId, n: hold.n },
    after: { resolution, reason, differenceFen, state },
  })
  const key = `meter/${meterId}`
  await addWork(tx, ids, { complexId, kind: DELIVERY_WORK, key, gatewayId, payload: { meterId } })
}

const releaseIn = async (tx: Tx, deps: ReleaseDeps, release: Release): Promise<Released> => {
  const found = await openHold(tx, release)
  if (found === null) throw new Refusal('hold_not_open', { meterId: release.meterId })
  await lockAccount(tx, found.complexId, found.accountId)
  await lockHold(tx, found)
  const hold = await openHold(tx, release)
  if (hold === null) throw new Refusal('hold_not_open', { meterId: release.meterId })
  const seen = newestReading(hold)
  const countModulus = deps.capabilitiesOf(hold.model)?.countModulus ?? 2 ** 32
  const { reason, lastAssigned, n, purchaseId } = hold
  const purchase = purchaseId === null ? null : { n }
  const held = { reason, lastAssigned, purchase, count: seen.count, countModulus }
  const plan =
    hold.reductionId === null
      ? planRelease(held, release.resolution)
      : planReductionRelease(held, release.resolution)
  const oursWithDifference = release.resolution === 'ours' && release.differenceFen !== 0
  if (plan === null || oursWithDifference)
    throw new Refusal('release_not_possible', {
      resolution: release.resolution,
      reason,
      count: seen.count,
      n,
      lastAssigned,
    })
  await carryOut(tx, deps, hold, release, plan)
  await postDifference(tx, deps.ids, hold, release)
  const anchor = { at: tx.now, balanceFen: seen.balanceFen, energyWh: seen.energyWh }
  await writeReleased(tx, hold, { resolution: release.resolution, anchor, reason: release.reason })
  const state = plan.reduction ? REDUCTION_AFTER[plan.reduction] : STATE_AFTER[plan.purchase]
  await record(tx, deps.ids, hold, release, state)
  return { holdId: hold.holdId, purchaseId, reductionId: hold.reductionId, state }
}

/**
 * Ends a hold. Refuses: hold_not_open, release_not_possible (the count read does not allow it),
 * request_id_reused.
 */
export const releaseHold = (
  deps: ReleaseDeps,
  scope: Scope,
  release: Release,
): Promise<Released> => {
  assert(scope.operator !== null, 'a hold is released by a person')
  const { complexId, requestId, ...content } = release
  return once(
    deps.db,
    scope,
    { complexId, requestId, operation: 'delivery.release', content },
    (tx) => releaseIn(tx, deps, release),
  )
}
