// When the old meter has given its money up 减额之后: the meters change in the same transaction, so
// that money is never taken out of one without being on its way into the other.

import type { AfterReduction } from '../../delivery/after-reduction.ts'
import { chart } from '../../ledger/chart.ts'
import type { Tx } from '../../ports/database.ts'
import { changeMeters, suppliedSwap } from './change.ts'
import { ledgerBalance } from './place-store.ts'
import {
  addSwapSteps,
  type LastReading,
  readingAfterReduction,
  swapOfReduction,
  type TakingSwap,
  writeCancelled,
} from './swap-store.ts'

// In overdraft there was nothing to take: what was used beyond the money is owed. The books say how
// much of it is not settled yet, the meter says that it really is below nothing.
const owedOf = async (tx: Tx, swap: TakingSwap, reading: LastReading | null): Promise<number> => {
  const { complexId, supplyId } = suppliedSwap(swap)
  const owedFen = await ledgerBalance(tx, complexId, chart.credit(supplyId))
  return Math.max(0, Math.min(owedFen, -(reading?.balanceFen ?? 0)))
}

const done: AfterReduction = async (tx, deps, reduction) => {
  const { complexId, reductionId, takenFen } = reduction
  const swap = await swapOfReduction(tx, complexId, reductionId)
  // Given up meanwhile: the money waits on payable, and a clerk sees it there.
  if (swap === null) return
  const reading = await readingAfterReduction(tx, complexId, reductionId)
  const final = reading && { at: reading.at, energyWh: reading.energyWh, by: 'meter' as const }
  await changeMeters(tx, deps, swap, {
    final,
    claimFen: takenFen,
    owedFen: await owedOf(tx, swap, reading),
    voidedFen: 0,
    steps: [{ kind: 'taken', facts: { takenFen, reductionId } }],
  })
}

const cancelled: AfterReduction = async (tx, { ids }, reduction) => {
  const { complexId, reductionId } = reduction
  const swap = await swapOfReduction(tx, complexId, reductionId)
  if (swap === null) return
  await writeCancelled(tx, complexId, swap.swapId)
  await addSwapSteps(tx, ids, swap, [{ kind: 'cancelled', facts: { reductionId } }])
}

export const AFTER_SWAP = { done, cancelled } as const
