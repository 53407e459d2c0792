// Cancelling 撤销: only a purchase that was never armed can be cancelled, because an armed number may
// be on a wire (INV-13). The caller gives the money back and audits, in the same transaction.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { cancellable, writeCancelled } from './cancel-store.ts'
import { addSteps, lockAccount } from './store.ts'

export type Cancelled = {
  purchaseId: Uuid
  saleId: Uuid | null
  accountId: AccountId
  supplyId: SupplyId
  meterId: MeterId
  kind: 'open' | 'recharge'
  /** To be posted back from transit. */
  amountFen: number
}

/**
 * QUEUED → CANCELLED. Refuses: not_found, purchase_not_cancellable (delivery has begun, it has
 * ended, or it is an opening that later purchases wait for).
 */
export const cancelPurchase = async (
  tx: Tx,
  ids: Ids,
  cancel: { complexId: ComplexId; purchaseId: Uuid; reason: string },
): Promise<Cancelled> => {
  const { complexId, purchaseId, reason } = cancel
  const found = await cancellable(tx, complexId, purchaseId, null)
  if (found === null) throw new Refusal('not_found', { purchaseId })
  await lockAccount(tx, complexId, found.accountId)
  const locked = await cancellable(tx, complexId, purchaseId, 'update')
  if (locked === null) throw new Refusal('not_found', { purchaseId })
  const { state, othersWaiting, ...cancelled } = locked
  refuseIf(state !== 'QUEUED', 'purchase_not_cancellable', { state })
  const awaited = cancelled.kind === 'open' && othersWaiting
  refuseIf(awaited, 'purchase_not_cancellable', { state, kind: 'open' })
  await writeCancelled(tx, complexId, purchaseId)
  await addSteps(tx, ids, cancel, [{ at: tx.now, kind: 'cancelled', facts: { reason } }])
  return cancelled
}
