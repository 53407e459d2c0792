// A dead meter 坏表: what it still held is entered with its photo, agreed to by a second person above
// the operator's limit, and never more than was bought and not used. Purchases that were on their
// way end VOID: their money is decided with the claim, and the meter is barred, so that money which
// reached it after all is nobody's credit.

import { type Limits, needAbove } from '../../approvals/limits-store.ts'
import { needOf, requireApproval } from '../../approvals/require.ts'
import { addSteps } from '../../delivery/store.ts'
import { deadMeterClaimLines } from '../../ledger/entries/dead-meter-claim.ts'
import { fen, ZERO_FEN } from '../../ledger/money.ts'
import { postingDay } from '../../ledger/posting-day.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { postMeteredUse } from '../../settlement/metered-use.ts'
import type { Uuid } from '../../shared/ids.ts'
import { type ChangeDeps, changeMeters, postSwap, suppliedSwap } from './change.ts'
import { barMeter, endHold, giveUpReduction, voidUnderWay } from './change-store.ts'
import type { Dead, JudgedSwap } from './judge-swap.ts'
import type { Place } from './place-store.ts'
import type { NewStep, SwapRow } from './swap-store.ts'

/** Null where one person may decide alone. Refuses: approval_required, approval_not_valid. */
export const claimApproval = async (
  tx: Tx,
  ids: Ids,
  limits: Limits,
  { cmd, how }: Pick<JudgedSwap, 'cmd' | 'how'>,
): Promise<Uuid | null> => {
  const { oldMeter, complexId } = cmd
  if (how.do !== 'dead' || oldMeter.state !== 'dead') return null
  const { finalWh, claimFen: amountFen } = how.dead
  const { pointId, newMeterId } = cmd
  const operation = 'meter.swap'
  const above = needAbove(limits.payoutFen, amountFen)
  const approved = await requireApproval(tx, complexId, {
    operation,
    content: { pointId, newMeterId: newMeterId ?? undefined, finalWh, amountFen },
    need: await needOf(tx, ids, complexId, { operation, need: above }),
    approvalId: oldMeter.approvalId,
    dryRun: cmd.dryRun,
  })
  return approved?.approvalId ?? null
}

const voidAll = async (tx: Tx, ids: Ids, swap: SwapRow, dead: Dead) => {
  const { complexId, swapId } = swap
  const { finalWh, claimFen: remainingFen, photoNote } = dead
  const decision = { swapId, finalWh, remainingFen, photoNote, by: tx.scope.operator }
  const voided = await voidUnderWay(tx, swap, { claim: decision })
  for (const { purchaseId, state, n, amountFen } of voided)
    await addSteps(tx, ids, { complexId, purchaseId }, [
      { at: tx.now, kind: 'void', facts: { stateBefore: state, n, amountFen, swapId } },
    ])
  return voided
}

export const changeDead = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  { creditFen, reductionId }: Place,
  dead: Dead,
): Promise<void> => {
  const { ids } = deps
  const { claimFen, finalWh } = dead
  const { complexId, supplyId, accountId, oldMeterId, swapId } = suppliedSwap(swap)
  if (reductionId !== null) await giveUpReduction(tx, complexId, reductionId, 'meter-swapped-dead')
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
