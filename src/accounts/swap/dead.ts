// A dead meter 坏表: what it still held is entered with its photo, agreed to by a second person above
// the operator's limit, and never more than was bought and not used. Purchases that were on their
// way end VOID: their money is decided with the claim, and the meter is barred, so that money which
// reached it after all is nobody's credit.

import { addSteps } from '../../delivery/store.ts'
import { deadMeterClaimLines } from '../../ledger/entries/dead-meter-claim.ts'
import { fen, ZERO_FEN } from '../../ledger/money.ts'
import { postingDay } from '../../ledger/posting-day.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { postMeteredUse } from '../../settlement/metered-use.ts'
import type { Uuid } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import { requireApproval } from '../approval.ts'
import { limitNeed } from '../limits-store.ts'
import { type ChangeDeps, changeMeters, postSwap, suppliedSwap } from './change.ts'
import { barMeter, endHold, giveUpReduction, voidUnderWay } from './change-store.ts'
import type { SwapCommand } from './command.ts'
import type { Place } from './place-store.ts'
import type { NewStep, SwapRow } from './swap-store.ts'

type DeadMeter = Extract<SwapCommand['oldMeter'], { state: 'dead' }>

/** Null where one person may decide alone. Refuses: approval_required, approval_not_valid. */
export const claimApproval = async (
  tx: Tx,
  cmd: SwapCommand,
  place: Place,
): Promise<Uuid | null> => {
  const { oldMeter, complexId } = cmd
  if (oldMeter.state !== 'dead' || place.mode !== 'meter') return null
  const amountFen = oldMeter.remainingFen ?? 0
  const approved = await requireApproval(tx, complexId, {
    operation: 'meter.swap',
    content: {
      pointId: cmd.pointId,
      newMeterId: cmd.newMeterId ?? undefined,
      finalWh: oldMeter.finalWh,
      amountFen,
    },
    need: await limitNeed(tx, complexId, 'payoutFen', amountFen),
    approvalId: oldMeter.approvalId,
    dryRun: cmd.dryRun,
  })
  return approved?.approvalId ?? null
}

/** Refuses: register_below_last. */
export const refuseBelow = (finalWh: number, place: Place): void => {
  const { energyWh, oldMeterNo } = place
  if (energyWh !== null)
    refuseIf(finalWh < energyWh, 'register_below_last', { meterNo: oldMeterNo, lastWh: energyWh })
}

const voidAll = async (tx: Tx, ids: Ids, swap: SwapRow, dead: DeadMeter) => {
  const { complexId, swapId } = swap
  const { finalWh, remainingFen, photoNote } = dead
  const decision = { swapId, finalWh, remainingFen, photoNote, by: tx.scope.operator }
  const voided = await voidUnderWay(tx, swap, { claim: decision })
  for (const { purchaseId, state, n, amountFen } of voided)
    await addSteps(tx, ids, { complexId, purchaseId }, [
      { at: tx.now, kind: 'void', facts: { stateBefore: state, n, amountFen, swapId } },
    ])
  return voided
}

/** Refuses: invalid_input (remainingFen), register_below_last, claim_above_paid. */
export const changeDead = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  place: Place,
  dead: DeadMeter,
): Promise<void> => {
  const { ids } = deps
  const { remainingFen: claimFen, finalWh } = dead
  if (claimFen === undefined)
    throw new Refusal('invalid_input', { field: 'remainingFen', rule: 'required' })
  refuseBelow(finalWh, place)
  const { creditFen, underWayFen } = place
  const mostFen = Math.max(0, creditFen + underWayFen)
  refuseIf(claimFen > mostFen, 'claim_above_paid', { claimFen, mostFen })
  const { complexId, supplyId, accountId, oldMeterId, swapId } = suppliedSwap(swap)
  if (place.reductionId !== null)
    await giveUpReduction(tx, complexId, place.reductionId, 'meter-swapped-dead')
  const voided = await voidAll(tx, ids, swap, dead)
  await endHold(tx, swap, swap.note)
  const voidedFen = fen(voided.reduce((sum, one) => sum + one.amountFen, 0))
  const claim = { supply: supplyId, account: accountId, voidedFen, claimFen: fen(claimFen) }
  await postSwap(tx, ids, swap, 'claim', deadMeterClaimLines(claim))
  // Everything else that was bought has been used.
  await postMeteredUse(tx, ids, {
    ...{ complexId, supplyId, meterId: oldMeterId },
    day: await postingDay(tx, complexId, tx.now),
    requestId: `usage/${supplyId}/swap/${swapId}`,
    creditFen: fen(creditFen + voidedFen - claimFen),
    reading: { at: tx.now, balanceFen: ZERO_FEN },
  })
  await barMeter(tx, swap, 'dead when it was swapped: what it holds was never read')
  const steps: NewStep[] = voided.map(({ purchaseId, state, amountFen }) => ({
    kind: 'voided',
    facts: { purchaseId, stateBefore: state, amountFen },
  }))
  const final = { at: tx.now, energyWh: finalWh, by: 'hand' as const }
  await changeMeters(tx, deps, swap, { final, claimFen, owedFen: 0, voidedFen, steps })
}
