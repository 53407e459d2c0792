// Queueing a reduction 减额排队: money is to be taken out of a meter. Nothing is paid out for it before
// the read-back; until it is sent it can be cancelled. The caller audits, in the same transaction.

import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { AccountId, ComplexId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { newOrderNos } from '../work/order-no.ts'
import { addWorks, type NewWork } from '../work/store.ts'
import {
  type CancellableReduction,
  cancellableReduction,
  insertReductions,
  type ReducibleMeter,
  type ReductionPurpose,
  reducibleMeters,
  writeReductionCancelled,
} from './reduction-store.ts'
import { DELIVERY_WORK, lockAccount, lockAccounts } from './store.ts'

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

type Woken = { complexId: ComplexId; meterId: MeterId; gatewayId: GatewayId }

const deliveryWork = ({ complexId, meterId, gatewayId }: Woken): NewWork => ({
  ...{ complexId, kind: DELIVERY_WORK, key: `meter/${meterId}`, gatewayId },
  payload: { meterId },
})

/** What waited for it, or it itself, is looked at by whoever holds the gateway. */
export const wakeDelivery = (tx: Tx, ids: Ids, meter: Woken): Promise<void> =>
  addWorks(tx, ids, [deliveryWork(meter)])

// Initialising empties the wallet whole and ends the epoch: no part, and no selling to it after.
const isPossible = (reduce: ModelCapabilities['reduce'], order: ReductionOrder): boolean => {
  const leavesService = order.purpose === 'close' || order.purpose === 'swap'
  return reduce === 'refund' || (reduce === 'reinitialise' && leavesService && !order.wantedFen)
}

export type MeterOrder = ReductionOrder & { accountId: AccountId; meterId: MeterId }

const refuseOrder = (
  deps: ReductionDeps,
  found: ReducibleMeter | undefined,
  order: MeterOrder,
): ReducibleMeter & { epoch: number } => {
  if (!found) throw new Refusal('meter_not_on_account', { meterId: order.meterId })
  const { meterNo, model, epoch } = found
  const reduce = deps.capabilitiesOf(model)?.reduce ?? 'none'
  refuseIf(!isPossible(reduce, order), 'reduction_not_possible', { meterNo, model })
  if (epoch === null) throw new Refusal('meter_not_opened', { meterNo })
  // A swap waits for an opening that is under way, as it waits for any purchase that is.
  const willOpen = order.purpose === 'swap' && found.opening
  refuseIf(!found.opened && !willOpen, 'meter_not_opened', { meterNo })
  refuseIf(found.held, 'meter_on_hold', { meterNo })
  refuseIf(found.underWay, 'reduction_under_way', { meterNo })
  return { ...found, epoch }
}

/**
 * Queues taking money out of meters, none of them twice; the reductions' ids, in the order of
 * `orders`. Each waits for a purchase that is armed, and purchases that are queued wait for it.
 * Refuses as `queueReduction`, whichever is refused first.
 */
export const queueReductions = async (
  tx: Tx,
  deps: ReductionDeps,
  complexId: ComplexId,
  orders: readonly MeterOrder[],
): Promise<Uuid[]> => {
  if (orders.length === 0) return []
  const accounts = orders.map(({ accountId }) => accountId)
  await lockAccounts(tx, complexId, accounts)
  const meters = orders.map(({ meterId }) => meterId)
  const found = await reducibleMeters(tx, complexId, accounts, meters)
  const byId = new Map(found.map((one) => [`${one.accountId}/${one.meterId}`, one]))
  const judged = orders.map((order) => {
    const meter = refuseOrder(deps, byId.get(`${order.accountId}/${order.meterId}`), order)
    return { order, meter, reductionId: deps.ids.uuid() }
  })
  const numbers = await newOrderNos(tx, complexId, orders.length)
  const rows = judged.map(({ order, meter: { supplyId, epoch }, reductionId }, at) => ({
    ...order,
    ...{ complexId, reductionId, supplyId, epoch, afterBatch: order.afterBatch ?? null },
    orderNo: must(numbers[at], 'each has its number'),
  }))
  await insertReductions(tx, complexId, rows)
  const works = judged.map(({ meter }) => deliveryWork({ ...meter, complexId }))
  await addWorks(tx, deps.ids, works)
  return judged.map(({ reductionId }) => reductionId)
}

/**
 * The same of one meter; the reduction's id. Refuses: meter_not_on_account, reduction_not_possible
 * (the model cannot), meter_not_opened, meter_on_hold, reduction_under_way.
 */
export const queueReduction = async (
  tx: Tx,
  deps: ReductionDeps,
  { complexId, accountId }: { complexId: ComplexId; accountId: AccountId },
  meterId: MeterId,
  order: ReductionOrder,
): Promise<Uuid> => {
  const [queued] = await queueReductions(tx, deps, complexId, [{ ...order, accountId, meterId }])
  return must(queued, 'one was queued')
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
