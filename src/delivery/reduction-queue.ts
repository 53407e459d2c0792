// Queueing a reduction 减额排队: money is to be taken out of a meter. Nothing is paid out for it before
// the read-back; until it is sent it can be cancelled. The caller audits, in the same transaction.

import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { AccountId, ComplexId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { newOrderNo } from '../work/order-no.ts'
import { addWork } from '../work/store.ts'
import {
  type CancellableReduction,
  cancellableReduction,
  insertReduction,
  type ReductionPurpose,
  reducibleMeter,
  writeReductionCancelled,
} from './reduction-store.ts'
import { DELIVERY_WORK, lockAccount } from './store.ts'

export type ReductionDeps = {
  ids: Ids
  /** Null for a model this installation does not know. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

export type ReductionOrder = {
  /** Unique per complex for ever. */
  requestId: string
  purpose: ReductionPurpose
  /** Fen. Null: all that is left when the meter is read. Otherwise exactly this, or nothing. */
  wantedFen: number | null
  /** The sale that a reversal takes back. */
  saleId: Uuid | null
  reason: string
  /** The batch of the order to the relay that ends first; left out: nothing is waited for. */
  afterBatch?: Uuid | null
}

/** What waited for it, or it itself, is looked at by whoever holds the gateway. */
export const wakeDelivery = (
  tx: Tx,
  ids: Ids,
  meter: { complexId: ComplexId; meterId: MeterId; gatewayId: GatewayId },
): Promise<void> => {
  const { complexId, meterId, gatewayId } = meter
  const key = `meter/${meterId}`
  return addWork(tx, ids, { complexId, kind: DELIVERY_WORK, key, gatewayId, payload: { meterId } })
}

// Initialising empties the wallet whole and ends the epoch: no part, and no selling to it after.
const isPossible = (reduce: ModelCapabilities['reduce'], order: ReductionOrder): boolean => {
  const leavesService = order.purpose === 'close' || order.purpose === 'swap'
  return reduce === 'refund' || (reduce === 'reinitialise' && leavesService && !order.wantedFen)
}

/**
 * Queues taking money out of a meter; answers the reduction's id. It waits for a purchase that is
 * armed, and purchases that are queued wait for it. Refuses: meter_not_on_account,
 * reduction_not_possible (the model cannot), meter_not_opened, meter_on_hold, reduction_under_way.
 */
export const queueReduction = async (
  tx: Tx,
  deps: ReductionDeps,
  account: { complexId: ComplexId; accountId: AccountId },
  meter: MeterId,
  order: ReductionOrder,
): Promise<Uuid> => {
  const { complexId, accountId } = account
  await lockAccount(tx, complexId, accountId)
  const found = await reducibleMeter(tx, complexId, accountId, meter)
  if (found === null) throw new Refusal('meter_not_on_account', { meterId: meter })
  const { meterNo, model } = found
  const reduce = deps.capabilitiesOf(model)?.reduce ?? 'none'
  refuseIf(!isPossible(reduce, order), 'reduction_not_possible', { meterNo, model })
  if (found.epoch === null) throw new Refusal('meter_not_opened', { meterNo })
  // A swap waits for an opening that is under way, as it waits for any purchase that is.
  const willOpen = order.purpose === 'swap' && found.opening
  refuseIf(!found.opened && !willOpen, 'meter_not_opened', { meterNo })
  refuseIf(found.held, 'meter_on_hold', { meterNo })
  refuseIf(found.underWay, 'reduction_under_way', { meterNo })
  const { supplyId, epoch } = found
  const reductionId = deps.ids.uuid()
  const orderNo = await newOrderNo(tx, complexId)
  await insertReduction(tx, {
    ...{ complexId, accountId, reductionId, meterId: meter, supplyId, epoch, orderNo },
    ...order,
    afterBatch: order.afterBatch ?? null,
  })
  await wakeDelivery(tx, deps.ids, { complexId, meterId: meter, gatewayId: found.gatewayId })
  return reductionId
}

/**
 * QUEUED → CANCELLED: nothing was sent. Refuses: not_found, reduction_not_cancellable (it was sent,
 * or has ended).
 */
export const cancelReduction = async (
  tx: Tx,
  ids: Ids,
  cancel: { complexId: ComplexId; reductionId: Uuid; reason: string },
): Promise<CancellableReduction> => {
  const { complexId, reductionId, reason } = cancel
  const found = await cancellableReduction(tx, complexId, reductionId, null)
  if (found === null) throw new Refusal('not_found', { reductionId })
  await lockAccount(tx, complexId, found.accountId)
  const locked = await cancellableReduction(tx, complexId, reductionId, 'update')
  if (locked === null) throw new Refusal('not_found', { reductionId })
  const { state } = locked
  refuseIf(state !== 'QUEUED', 'reduction_not_cancellable', { state })
  await writeReductionCancelled(tx, locked, { cancelReason: reason })
  await wakeDelivery(tx, ids, locked)
  return locked
}
