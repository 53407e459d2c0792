// How a reduction ends 减额结束: what was used up to the reading is income, what was taken is owed to
// the account, and whoever asked for it goes on, all in the transaction that writes DONE.

import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { reductionLines } from '../ledger/entries/reduction.ts'
import { type Fen, fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import { type AuditEntry, audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { postMeteredUse } from '../settlement/metered-use.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AfterReductions, EndedReduction } from './after-reduction.ts'
import { unwrapCount } from './count.ts'
import { readingFacts } from './exchange-facts.ts'
import type { ReductionAction } from './reduce-machine.ts'
import { type ReductionJob, writeReductionEnd } from './reduce-store.ts'
import { wakeDelivery } from './reduction-queue.ts'
import { writeReductionCancelled } from './reduction-store.ts'
import type { Seen } from './refund-record.ts'
import { insertHold, type Step } from './store.ts'

export type ReductionEndDeps = {
  ids: Ids
  capabilitiesOf: (model: string) => ModelCapabilities | null
  afterReduction: AfterReductions
}

type Did<K extends ReductionAction['do']> = Extract<ReductionAction, { do: K }>

export const endedOf = (
  job: Omit<EndedReduction, 'takenFen' | 'restFen'>,
  takenFen: number,
  restFen: number | null,
): EndedReduction => {
  const { complexId, reductionId, requestId, accountId, supplyId, meterId, epoch } = job
  const { purpose, saleId, wantedFen, reason, operatorId, zone, dayCutMinutes } = job
  return {
    ...{ complexId, reductionId, requestId, accountId, supplyId, meterId, epoch, purpose },
    ...{ saleId, wantedFen, takenFen, restFen, reason, operatorId, zone, dayCutMinutes },
  }
}

const endedJob = (job: ReductionJob, takenFen: number, restFen: number | null = null) =>
  endedOf({ ...job, wantedFen: job.reduction.wantedFen }, takenFen, restFen)

/** Where all was wanted: what the meter went on with until the order was there. */
const restOf = ({ reduction }: ReductionJob, { balanceFen }: Seen): number =>
  reduction.wantedFen === null ? Math.max(0, balanceFen) : 0

/** What the books say is in the meter, fen. */
const creditOf = async (tx: Tx, ended: EndedReduction): Promise<number> => {
  const rows = await tx.query<{ fen: number }>(
    'select -balance_fen as fen from ledger_account where complex_id = $1 and path = $2',
    [ended.complexId, chart.credit(ended.supplyId)],
  )
  return rows[0]?.fen ?? 0
}

const postTaken = async (tx: Tx, ids: Ids, ended: EndedReduction): Promise<void> => {
  const { complexId, reductionId, supplyId, accountId, takenFen, reason } = ended
  const lines = reductionLines(supplyId, accountId, fen(takenFen))
  await post(tx, {
    complexId,
    postingId: ids.uuid(),
    // One reduction is posted once, whatever happens: the ledger keeps request ids for ever.
    requestId: `reduction/${reductionId}`,
    kind: 'reduction',
    businessDate: await postingDay(tx, complexId, tx.now),
    reason,
    contentHash: contentHash({ reductionId, lines }),
    lines,
  })
}

/**
 * Posts what was used up to the reading before it, then what was taken. Answers what the meter held
 * beyond the books, fen: nobody has used it and nobody has paid for it, so it is only evidence.
 */
export const postReduction = async (
  tx: Tx,
  ids: Ids,
  ended: EndedReduction,
  before: { at: Instant; balanceFen: Fen },
): Promise<{ usedFen: number; beyondBooksFen: number }> => {
  const { complexId, reductionId, supplyId, meterId, takenFen } = ended
  const creditFen = fen(await creditOf(tx, ended))
  const usedFen = await postMeteredUse(tx, ids, {
    ...{ complexId, supplyId, meterId, creditFen },
    day: await postingDay(tx, complexId, tx.now),
    requestId: `usage/${supplyId}/reduction/${reductionId}`,
    reading: { at: before.at, balanceFen: before.balanceFen },
  })
  if (takenFen > 0) await postTaken(tx, ids, ended)
  return { usedFen, beyondBooksFen: Math.max(0, before.balanceFen - creditFen) }
}

// A maker that counts refunds has used up a number of ours; an initialised wallet ends its epoch.
const followCount = async (tx: Tx, job: ReductionJob, reading: Seen): Promise<void> => {
  const { complexId, meterId, epoch, books } = job
  const key = [complexId, meterId, epoch]
  const at = 'complex_id = $1 and meter_id = $2 and epoch = $3'
  if (books.reduce === 'reinitialise') {
    await tx.query(`update epoch set closed_at = $4 where ${at}`, [...key, sqlTime(tx.now)])
    return
  }
  if (books.lastAssigned === null) return
  const count = unwrapCount(reading.count, books.lastAssigned, books.countModulus)
  if (count <= books.lastAssigned) return
  await tx.query(`update epoch set base_count = $4 where ${at}`, [...key, count])
}

/** What was read, and how the reduction went on by it. */
const auditReduction = (
  tx: Tx,
  { ids }: ReductionEndDeps,
  { complexId, reductionId, reduction }: ReductionJob,
  done: { action: AuditEntry['action']; before?: object; after: object; reading: Seen },
): Promise<void> =>
  audit(tx, ids, {
    complexId,
    action: done.action,
    subject: `reduction/${reductionId}`,
    before: { state: reduction.state, ...done.before },
    after: { ...done.after, ...readingFacts(done.reading) },
  })

/** DONE, with the readings that prove it. */
export const finishReduction = async (
  tx: Tx,
  deps: ReductionEndDeps,
  job: ReductionJob,
  action: Did<'done'>,
  steps: readonly Step[],
): Promise<void> => {
  const { before, reading, takenFen } = action
  const restFen = restOf(job, reading)
  const ended = endedJob(job, takenFen, restFen)
  const posted = await postReduction(tx, deps.ids, ended, before)
  const step: Step = { at: tx.now, kind: 'delivered', facts: { takenFen, restFen, ...posted } }
  const end = {
    state: 'DONE',
    takenFen,
    restFen,
    before,
    evidence: { reading, ...posted },
  } as const
  await writeReductionEnd(tx, job, end, [...steps, step])
  await followCount(tx, job, reading)
  await auditReduction(tx, deps, job, {
    action: 'reduction.done',
    before: readingFacts(before),
    after: { state: 'DONE', takenFen, restFen, ...posted },
    reading,
  })
  await deps.afterReduction[job.purpose].done(tx, deps, ended)
  await wakeDelivery(tx, deps.ids, job)
}

/** CANCELLED before anything was sent: there is less in the meter than is wanted. */
export const cancelShort = async (
  tx: Tx,
  deps: ReductionEndDeps,
  job: ReductionJob,
  action: Did<'cancel'>,
): Promise<void> => {
  const { reading } = action
  await writeReductionCancelled(tx, job, { cancelReason: action.reason, reading })
  await auditReduction(tx, deps, job, {
    action: 'reduction.cancel',
    before: { wantedFen: job.reduction.wantedFen },
    after: { state: 'CANCELLED', reason: action.reason },
    reading,
  })
  await deps.afterReduction[job.purpose].cancelled(tx, deps, endedJob(job, 0))
  await wakeDelivery(tx, deps.ids, job)
}

/** The meter stops. What was sent is on hold with its evidence; what was not, waits behind. */
export const holdReduction = async (
  tx: Tx,
  deps: ReductionEndDeps,
  job: ReductionJob,
  action: Did<'hold'>,
  steps: readonly Step[],
): Promise<void> => {
  const { complexId, meterId, epoch, reductionId, reduction, books } = job
  const { reason, reading } = action
  const before = reduction.before
  const evidence = {
    ...{ reason, reading, before, reductionId, orderNo: job.orderNo },
    ...{ wantedFen: reduction.wantedFen, askedFen: reduction.askedFen },
    customerNo: books.customerNo,
    lastAssigned: books.lastAssigned,
  }
  if (before !== null) {
    const step: Step = { at: tx.now, kind: 'hold', facts: { reason } }
    const end = { state: 'HOLD', takenFen: null, before, evidence: { reason, reading } } as const
    await writeReductionEnd(tx, job, end, [...steps, step])
  }
  await insertHold(tx, deps.ids, { complexId, meterId, epoch, reason, evidence })
  const state = before === null ? reduction.state : 'HOLD'
  await auditReduction(tx, deps, job, {
    action: 'delivery.hold',
    after: { state, reason },
    reading,
  })
}
