// Swapping a meter 换表: refuses what can't be, then either takes the money out of the old meter
// first (and changes the meters when that is proved), or changes them at once: a dead meter by its
// claim, one without our money by its register. Sales at the point stop until it is done.

import { queueReduction } from '../../delivery/reduction-queue.ts'
import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import {
  type ComplexId,
  meterId as meterIdOf,
  type PointId,
  type Uuid,
  uuid,
} from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import { cancelQueued } from '../cancel-queued.ts'
import { lockAccount } from '../store.ts'
import { changeByReading } from './by-reading.ts'
import { type Charged, changeCentre } from './centre.ts'
import { changeMeters } from './change.ts'
import type { SwapCommand, SwapDeps } from './command.ts'
import { changeDead, claimApproval } from './dead.ts'
import { lockNewcomer, lockPoint, type Newcomer, type Place, placeAt } from './place-store.ts'
import { addSwapSteps, insertSwap, lockTaking, type SwapRow, writeCancelled } from './swap-store.ts'
import { endTrip, tripOldMeter } from './trip.ts'

/** An account without any meter is one to be closed. */
const refuseLast = ({ supplyId, supplies, oldMeterNo }: Place): void =>
  refuseIf(supplyId !== null && supplies < 2, 'last_meter_of_account', { meterNo: oldMeterNo })

/** What waits for a meter that nobody follows comes back. */
const giveBackWaiting = async (
  tx: Tx,
  { ids }: SwapDeps,
  { complexId, newMeterId }: SwapRow,
  { supplyId, accountId }: Place,
): Promise<Uuid[]> =>
  newMeterId === null && supplyId !== null && accountId !== null
    ? cancelQueued(tx, ids, { complexId, accountId, supplyId }, 'take-down')
    : []

const refuseNewcomer = (
  deps: SwapDeps,
  cmd: SwapCommand,
  place: Place,
  newcomer: Newcomer | null,
): void => {
  if (cmd.newMeterId === null) {
    refuseLast(place)
    return
  }
  if (newcomer === null) throw new Refusal('not_found', { meterId: cmd.newMeterId })
  const { meterNo, model, energyWh, reverseWh } = newcomer
  refuseIf(newcomer.meterId === place.oldMeterId, 'meter_in_use', { meterNo })
  refuseIf(newcomer.inUse, 'meter_in_use', { meterNo })
  refuseIf(newcomer.barred, 'meter_barred', { meterNo })
  const prepaid = deps.capabilitiesOf(model)?.prepaid
  refuseIf(place.mode === 'meter' && !prepaid, 'meter_not_prepaid', { meterNo, model })
  refuseIf(place.mode === 'centre' && prepaid === true, 'meter_charges_itself', { meterNo, model })
  const { newInitialWh, newInitialReverseWh = 0 } = cmd
  if (energyWh !== null)
    refuseIf(newInitialWh > energyWh, 'register_above_read', { meterNo, readWh: energyWh })
  if (reverseWh !== null)
    refuseIf(newInitialReverseWh > reverseWh, 'register_above_read', { meterNo, readWh: reverseWh })
}

/** The meter that hangs there, with everything of it locked: point first, then the account. */
const lockPlace = async (tx: Tx, complex: ComplexId, point: PointId): Promise<Place> => {
  if (!(await lockPoint(tx, complex, point))) throw new Refusal('not_found', { pointId: point })
  const found = await placeAt(tx, complex, point)
  if (found === null) throw new Refusal('point_without_meter', { pointId: point })
  if (found.accountId === null) return found
  await lockAccount(tx, found.accountId)
  const place = must(await placeAt(tx, complex, point), 'the point is locked')
  refuseIf(place.accountId !== found.accountId, 'not_found', { accountId: found.accountId })
  refuseIf(place.closing, 'closing_under_way', { accountId: found.accountId })
  return place
}

const rowOf = (cmd: SwapCommand, place: Place, swapId: Uuid, approvalId: Uuid | null): SwapRow => {
  const { oldMeter } = cmd
  return {
    complexId: cmd.complexId,
    swapId,
    requestId: cmd.requestId,
    bulkId: cmd.bulkId,
    pointId: cmd.pointId,
    supplyId: place.supplyId,
    accountId: place.accountId,
    mode: place.mode,
    oldMeterId: place.oldMeterId,
    newMeterId: cmd.newMeterId === null ? null : meterIdOf(cmd.newMeterId),
    oldEpoch: place.epoch,
    oldState: oldMeter.state,
    newInitialWh: cmd.newInitialWh,
    multiplier: cmd.multiplier ?? place.multiplier,
    side: cmd.side ?? place.side,
    photoNote: oldMeter.state === 'dead' ? oldMeter.photoNote : '',
    approvalId,
    note: cmd.note,
  }
}

/** A swap that waits for the old meter's money gives way when that meter is given up for dead. */
const supersede = async (tx: Tx, deps: SwapDeps, cmd: SwapCommand, place: Place) => {
  if (place.swapId === null) return
  refuseIf(cmd.oldMeter.state === 'alive', 'swap_under_way', { pointId: cmd.pointId })
  const { complexId, note } = cmd
  const given = await lockTaking(tx, complexId, place.swapId)
  if (given !== null) await endTrip(tx, deps, given)
  await writeCancelled(tx, complexId, place.swapId)
  await addSwapSteps(tx, deps.ids, { complexId, swapId: place.swapId }, [
    { kind: 'cancelled', facts: { reason: note, becauseDead: true } },
  ])
}

/** The old meter answers and holds our money: it is switched off and gives it up before it goes. */
const takeOut = async (tx: Tx, deps: SwapDeps, swap: SwapRow, place: Place): Promise<void> => {
  const { complexId, swapId, oldMeterId, note } = swap
  const accountId = must(place.accountId, 'somebody is supplied')
  const order = {
    requestId: `swap/${swapId}`,
    purpose: 'swap' as const,
    wantedFen: null,
    saleId: null,
    reason: note,
    afterBatch: await tripOldMeter(tx, deps, swap),
  }
  const account = { complexId, accountId }
  const reductionId = await queueReduction(tx, deps, account, oldMeterId, order)
  await insertSwap(tx, swap, reductionId)
  await audit(tx, deps.ids, {
    complexId,
    action: 'meter.swap.begin',
    subject: `point/${swap.pointId}`,
    before: { meterId: oldMeterId },
    after: { swapId, newMeterId: swap.newMeterId, reductionId, note },
  })
}

const change = async (
  tx: Tx,
  deps: SwapDeps,
  swap: SwapRow,
  place: Place,
  cmd: SwapCommand,
): Promise<void> => {
  const { oldMeter } = cmd
  if (place.mode === 'meter') {
    if (oldMeter.state === 'dead') return changeDead(tx, deps, swap, place, oldMeter)
    return changeByReading(tx, deps, swap, place)
  }
  const finalWh = oldMeter.finalWh ?? null
  if (place.mode === 'centre') return changeCentre(tx, deps, swap, place, finalWh)
  const final: Charged = { at: tx.now, energyWh: finalWh ?? place.energyWh ?? 0 }
  const known = finalWh !== null || place.energyWh !== null
  await changeMeters(tx, deps, swap, {
    final: known ? { ...final, by: finalWh === null ? 'meter' : 'hand' } : null,
    ...{ claimFen: 0, owedFen: 0, voidedFen: 0, steps: [] },
  })
}

/**
 * Begins a swap, or does it at once; answers its id. Refuses: not_found, point_without_meter,
 * closing_under_way, swap_under_way, meter_in_use, meter_barred, meter_not_prepaid,
 * meter_charges_itself, last_meter_of_account, register_above_read, register_below_last,
 * balance_unknown,
 * purchase_under_way, meter_on_hold, reduction_under_way, claim_above_paid, invalid_input,
 * approval_required, approval_not_valid.
 */
export const swapIn = async (tx: Tx, deps: SwapDeps, cmd: SwapCommand): Promise<Uuid> => {
  const { complexId, pointId, oldMeter, newInitialReverseWh } = cmd
  const place = await lockPlace(tx, complexId, pointId)
  // First: the swap that waited may have promised the very meter that is to come.
  await supersede(tx, deps, cmd, place)
  const newcomer =
    cmd.newMeterId === null ? null : await lockNewcomer(tx, complexId, meterIdOf(cmd.newMeterId))
  refuseNewcomer(deps, cmd, place, newcomer)
  const approved = await claimApproval(tx, cmd, place)
  const swap = rowOf(cmd, place, uuid(deps.ids.uuid()), approved)
  const cancelled = await giveBackWaiting(tx, deps, swap, place)
  const takesOut =
    place.mode === 'meter' &&
    oldMeter.state === 'alive' &&
    // An opening that is under way ends first; then the meter is asked for its money.
    (place.opened || (place.underWay > 0 && !place.held)) &&
    deps.capabilitiesOf(place.model)?.reduce !== 'none'
  if (takesOut) await takeOut(tx, deps, swap, place)
  else await insertSwap(tx, swap, null)
  await addSwapSteps(tx, deps.ids, swap, [
    {
      kind: 'asked',
      facts: {
        oldState: oldMeter.state,
        booksFen: place.creditFen + place.underWayFen,
        lastBalanceFen: place.balanceFen,
        lastBalanceAt: place.balanceAt,
        lastWh: place.energyWh,
        ...(cancelled.length > 0 && { cancelled }),
        ...(newInitialReverseWh !== undefined && { newInitialReverseWh }),
      },
    },
  ])
  if (!takesOut) await change(tx, deps, swap, place, cmd)
  return swap.swapId
}
