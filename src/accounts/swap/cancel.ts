// Calling a swap off 取消换表: as long as the old meter was not asked for its money. Sales go on.

import { cancelReduction } from '../../delivery/reduction-queue.ts'
import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import type { ComplexId, Uuid } from '../../shared/ids.ts'
import { Refusal } from '../../shared/refusal.ts'
import { lockAccount } from '../store.ts'
import type { ChangeDeps } from './change.ts'
import { lockPoint } from './place-store.ts'
import { addSwapSteps, lockTaking, writeCancelled } from './swap-store.ts'
import { takeTripBack } from './trip.ts'
import { swapPlace } from './view-store.ts'

/** Refuses: not_found, swap_not_cancellable, reduction_not_cancellable (it was sent). */
export const cancelSwapIn = async (
  tx: Tx,
  deps: ChangeDeps,
  cmd: { complexId: ComplexId; swapId: Uuid; reason: string },
): Promise<Uuid> => {
  const { ids } = deps
  const { complexId, swapId, reason } = cmd
  const place = await swapPlace(tx, swapId)
  if (place === null || place.complexId !== complexId) throw new Refusal('not_found', { swapId })
  await lockPoint(tx, complexId, place.pointId)
  if (place.accountId !== null) await lockAccount(tx, place.accountId)
  const swap = await lockTaking(tx, complexId, swapId)
  if (swap === null) throw new Refusal('swap_not_cancellable', { swapId })
  const reductionId = must(swap.reductionId, 'it takes money out')
  await cancelReduction(tx, ids, { complexId, reductionId, reason })
  await takeTripBack(tx, deps, swap)
  await writeCancelled(tx, complexId, swapId)
  await addSwapSteps(tx, ids, complexId, [{ swapId, kind: 'cancelled', facts: { reason } }])
  await audit(tx, ids, {
    complexId,
    action: 'meter.swap.cancel',
    subject: `point/${swap.pointId}`,
    after: { swapId, reason },
  })
  return swapId
}
