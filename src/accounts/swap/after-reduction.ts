// When the old meter has given its money up 减额之后: the meters change in the same transaction, so
// that money is never taken out of one without being on its way into the other.

import type { AfterReduction } from '../../delivery/after-reduction.ts'
import { chart } from '../../ledger/chart.ts'
import { deadMeterClaimLines } from '../../ledger/entries/dead-meter-claim.ts'
import { fen, ZERO_FEN } from '../../ledger/money.ts'
import { postingDay } from '../../ledger/posting-day.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { postMeteredUse } from '../../settlement/metered-use.ts'
import { changeMeters, postSwap, suppliedSwap } from './change.ts'
import { barMeter } from './change-store.ts'
import { ledgerBalance } from './place-store.ts'
import {
  addSwapSteps,
  type LastReading,
  readingAfterReduction,
  swapOfReduction,
  type TakingSwap,
  writeCancelled,
} from './swap-store.ts'
import { endTrip, takeTripBack } from './trip.ts'

// In overdraft there was nothing to take: what was used beyond the money is owed. The books say how
// much of it is not settled yet, the meter says that it really is below nothing.
const owedOf = async (tx: Tx, swap: TakingSwap, reading: LastReading | null): Promise<number> => {
  const { complexId, supplyId } = suppliedSwap(swap)
  const owedFen = await ledgerBalance(tx, complexId, chart.credit(supplyId))
  return Math.max(0, Math.min(owedFen, -(reading?.balanceFen ?? 0)))
}

/**
 * A loaded meter kept a margin: what it used of it is charged, and what it shows now goes over as
 * well, as far as it was paid; fen. It is barred until somebody has emptied it, so that nobody has
 * this money twice.
 */
const claimRest = async (
  tx: Tx,
  ids: Ids,
  taking: TakingSwap,
  restFen: number | null,
  reading: LastReading | null,
): Promise<number> => {
  if (restFen === null || reading === null) return 0
  const swap = suppliedSwap(taking)
  const { complexId, supplyId, accountId, oldMeterId, swapId } = swap
  const creditFen = fen(-(await ledgerBalance(tx, complexId, chart.credit(supplyId))))
  const usedFen = await postMeteredUse(tx, ids, {
    ...{ complexId, supplyId, meterId: oldMeterId, creditFen },
    day: await postingDay(tx, complexId, tx.now),
    requestId: `usage/${supplyId}/swap/${swapId}`,
    reading: { at: reading.at, balanceFen: fen(reading.balanceFen) },
  })
  if (restFen === 0) return 0
  const claimFen = fen(Math.max(0, Math.min(restFen, creditFen - usedFen)))
  const claim = { supply: supplyId, account: accountId, voidedFen: ZERO_FEN, claimFen }
  await postSwap(tx, ids, swap, 'claim', deadMeterClaimLines(claim))
  await barMeter(tx, swap, 'swapped under load with a rest of its money in it')
  return claimFen
}

const done: AfterReduction = async (tx, deps, reduction) => {
  const { complexId, reductionId, takenFen, restFen } = reduction
  const swap = await swapOfReduction(tx, complexId, reductionId)
  // Given up meanwhile: the money waits on payable, and a clerk sees it there.
  if (swap === null) return
  const reading = await readingAfterReduction(tx, complexId, reductionId)
  const final = reading && { at: reading.at, energyWh: reading.energyWh, by: 'meter' as const }
  await endTrip(tx, deps, swap)
  const claimedFen = await claimRest(tx, deps.ids, swap, restFen, reading)
  await changeMeters(tx, deps, swap, {
    final,
    claimFen: takenFen + claimedFen,
    owedFen: await owedOf(tx, swap, reading),
    voidedFen: 0,
    steps: [{ kind: 'taken', facts: { takenFen, restFen, reductionId } }],
  })
}

const cancelled: AfterReduction = async (tx, deps, reduction) => {
  const { complexId, reductionId } = reduction
  const swap = await swapOfReduction(tx, complexId, reductionId)
  if (swap === null) return
  await takeTripBack(tx, deps, swap)
  const { swapId } = swap
  await writeCancelled(tx, complexId, swapId)
  const facts = { reductionId }
  await addSwapSteps(tx, deps.ids, complexId, [{ swapId, kind: 'cancelled', facts }])
}

export const AFTER_SWAP = { done, cancelled } as const
