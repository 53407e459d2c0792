// Settling 入账: what was read back moves the money from transit to credit, or stops the meter. The
// state was checked again under lock in the same transaction (INV-14, INV-15).

import { contentHash } from '../ledger/chain.ts'
import { deliveryLines } from '../ledger/entries/delivery.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { WalletReading } from '../metering/driver.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, SupplyId, Uuid } from '../shared/ids.ts'
import type { HoldReason } from './hold-reasons.ts'
import type { Action } from './machine.ts'
import { addSteps, insertHold, type Job, type Step, writeEnd } from './store.ts'

type Settle = Extract<Action, { do: 'settle' }>
type Hold = Extract<Action, { do: 'hold' }>

export type Arrived = {
  complexId: ComplexId
  purchaseId: Uuid
  supplyId: SupplyId
  amountFen: number
  zone: string
  dayCutMinutes: number
}

/** Posts transit → credit; an opening without money has nothing to post. */
export const postDelivery = async (tx: Tx, ids: Ids, arrived: Arrived): Promise<void> => {
  const { complexId, purchaseId, supplyId } = arrived
  if (arrived.amountFen === 0) return
  const lines = deliveryLines(supplyId, fen(arrived.amountFen))
  await post(tx, {
    complexId,
    postingId: ids.uuid(),
    // One purchase is posted once, whatever happens: the ledger keeps request ids for ever.
    requestId: `delivery/${purchaseId}`,
    kind: 'delivery',
    businessDate: await postingDay(tx, complexId, tx.now),
    contentHash: contentHash({ purchaseId, lines }),
    lines,
  })
}

const seen = (reading: WalletReading) => ({
  count: reading.count,
  balanceFen: reading.balanceFen,
  energyWh: reading.energyWh,
  customerNo: reading.customerNo,
})

/** DELIVERED, with the reading that proves it. */
export const settle = async (
  tx: Tx,
  ids: Ids,
  job: Job,
  action: Settle,
  steps: readonly Step[],
): Promise<void> => {
  const { complexId, purchaseId, supplyId, zone, dayCutMinutes, purchase } = job
  const { amountFen } = purchase
  const { n, reading } = action
  await writeEnd(tx, job, { state: 'DELIVERED', evidence: { reading } })
  await postDelivery(tx, ids, { complexId, purchaseId, supplyId, amountFen, zone, dayCutMinutes })
  const facts = {
    n,
    amountFen,
    countBefore: purchase.before?.count ?? null,
    countAfter: reading.count,
    balanceBeforeFen: purchase.before?.balanceFen ?? null,
    balanceAfterFen: reading.balanceFen,
  }
  await addSteps(tx, ids, job, [...steps, { at: tx.now, kind: 'delivered', facts }])
  await audit(tx, ids, {
    complexId,
    action: 'delivery.settle',
    subject: `purchase/${purchaseId}`,
    before: { state: purchase.state },
    after: { state: 'DELIVERED', n, amountFen, read: seen(reading) },
  })
}

const evidenceOf = (job: Job, reason: HoldReason, reading: WalletReading) => ({
  reason,
  reading,
  before: job.purchase.before,
  purchaseId: job.purchaseId,
  n: job.purchase.n,
  amountFen: job.purchase.amountFen,
  customerNo: job.books.customerNo,
  lastAssigned: job.books.lastAssigned,
})

/** HOLD: the purchase waits, with its evidence, for a person. */
export const holdPurchase = async (
  tx: Tx,
  ids: Ids,
  job: Job,
  action: Hold,
  steps: readonly Step[],
): Promise<void> => {
  const { complexId, meterId, epoch, purchaseId, purchase } = job
  const { reason, reading } = action
  const evidence = evidenceOf(job, reason, reading)
  await writeEnd(tx, job, { state: 'HOLD', evidence })
  await insertHold(tx, ids, { complexId, meterId, epoch, reason, evidence })
  const facts = { reason, ...seen(reading) }
  await addSteps(tx, ids, job, [...steps, { at: tx.now, kind: 'hold', facts }])
  await audit(tx, ids, {
    complexId,
    action: 'delivery.hold',
    subject: `purchase/${purchaseId}`,
    before: { state: purchase.state },
    after: { state: 'HOLD', reason, read: seen(reading) },
  })
}
