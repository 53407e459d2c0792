// A meter that can't give its money up 读数认定: its own figure is the claim, as it was just read, and
// it is barred, because the money is still in it.

import { deadMeterClaimLines } from '../../ledger/entries/dead-meter-claim.ts'
import { fen, ZERO_FEN } from '../../ledger/money.ts'
import { postingDay } from '../../ledger/posting-day.ts'
import type { Tx } from '../../ports/database.ts'
import { postMeteredUse } from '../../settlement/metered-use.ts'
import { type ChangeDeps, changeMeters, postSwap, suppliedSwap } from './change.ts'
import { barMeter } from './change-store.ts'
import type { JustRead } from './judge-swap.ts'
import type { Place } from './place-store.ts'
import type { SwapRow } from './swap-store.ts'

export const changeByReading = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  { creditFen }: Place,
  { balanceFen, claimFen, final }: JustRead,
): Promise<void> => {
  const { ids } = deps
  const { complexId, supplyId, accountId, oldMeterId, swapId } = suppliedSwap(swap)
  const day = await postingDay(tx, complexId, tx.now)
  await postMeteredUse(tx, ids, {
    ...{ complexId, supplyId, day, creditFen: fen(creditFen) },
    meterId: oldMeterId,
    requestId: `usage/${supplyId}/swap/${swapId}`,
    reading: { at: tx.now, balanceFen: fen(balanceFen) },
  })
  const claim = { supply: supplyId, account: accountId, voidedFen: ZERO_FEN }
  const lines = deadMeterClaimLines({ ...claim, claimFen: fen(claimFen) })
  await postSwap(tx, ids, swap, 'claim', lines)
  await barMeter(tx, swap, 'swapped with its money still in it')
  await changeMeters(tx, deps, swap, {
    ...{ final, claimFen, voidedFen: 0 },
    owedFen: Math.max(0, -balanceFen),
    steps: [{ kind: 'taken', facts: { takenFen: claimFen, byReading: true } }],
  })
}
