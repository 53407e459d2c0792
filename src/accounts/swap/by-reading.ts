// A meter that can't give its money up 读数认定: its own figure is the claim, as it was just read, and
// it is barred, because the money is still in it. Also a meter that never got any of ours.

import { deadMeterClaimLines } from '../../ledger/entries/dead-meter-claim.ts'
import { fen, ZERO_FEN } from '../../ledger/money.ts'
import { postingDay } from '../../ledger/posting-day.ts'
import type { Tx } from '../../ports/database.ts'
import { postMeteredUse } from '../../settlement/metered-use.ts'
import { must } from '../../shared/assert.ts'
import { plusMs } from '../../shared/clock.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import {
  type ChangeDeps,
  changeMeters,
  type FinalRegister,
  postSwap,
  suppliedSwap,
} from './change.ts'
import { barMeter } from './change-store.ts'
import type { Place } from './place-store.ts'
import type { SwapRow } from './swap-store.ts'

/** A round and a half: what is older may have been used since. */
export const FRESH_MS = 5 * 60_000

/** What it showed in the last minutes. Refuses: balance_unknown. */
const justRead = (tx: Tx, place: Place) => {
  const { balanceFen, balanceAt, energyWh, energyAt } = place
  const fresh = balanceAt !== null && balanceAt >= plusMs(tx.now, -FRESH_MS)
  refuseIf(balanceFen === null || !fresh, 'balance_unknown', { meterNo: place.oldMeterNo })
  const final: FinalRegister | null =
    energyWh === null || energyAt === null ? null : { at: energyAt, energyWh, by: 'meter' }
  return { at: must(balanceAt, 'fresh'), balanceFen: must(balanceFen, 'just read'), final }
}

/** Never opened by us: it holds no money of ours, and what waits for it goes over. */
const changeEmpty = (tx: Tx, deps: ChangeDeps, swap: SwapRow, place: Place): Promise<void> => {
  const { energyWh } = place
  return changeMeters(tx, deps, swap, {
    final: energyWh === null ? null : { at: tx.now, energyWh, by: 'meter' },
    ...{ claimFen: 0, owedFen: 0, voidedFen: 0, steps: [] },
  })
}

/** Refuses: purchase_under_way, meter_on_hold, balance_unknown, claim_above_paid. */
export const changeByReading = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  place: Place,
): Promise<void> => {
  const { ids } = deps
  const { oldMeterNo, creditFen } = place
  refuseIf(place.underWay > 0, 'purchase_under_way', { meterNo: oldMeterNo })
  refuseIf(place.held, 'meter_on_hold', { meterNo: oldMeterNo })
  if (place.reductionId !== null) throw new Refusal('reduction_under_way', { meterNo: oldMeterNo })
  if (!place.opened) return changeEmpty(tx, deps, swap, place)
  const supplied = suppliedSwap(swap)
  const { complexId, supplyId, accountId, oldMeterId, swapId } = supplied
  const seen = justRead(tx, place)
  const claimFen = Math.max(0, seen.balanceFen)
  // More than the books know of would be made out of nothing.
  refuseIf(claimFen > creditFen, 'claim_above_paid', { claimFen, mostFen: creditFen })
  const day = await postingDay(tx, complexId, tx.now)
  await postMeteredUse(tx, ids, {
    ...{ complexId, supplyId, day, creditFen: fen(creditFen) },
    meterId: oldMeterId,
    requestId: `usage/${supplyId}/swap/${swapId}`,
    reading: { at: tx.now, balanceFen: fen(seen.balanceFen) },
  })
  const claim = { supply: supplyId, account: accountId, voidedFen: ZERO_FEN }
  const lines = deadMeterClaimLines({ ...claim, claimFen: fen(claimFen) })
  await postSwap(tx, ids, swap, 'claim', lines)
  await barMeter(tx, swap, 'swapped with its money still in it')
  await changeMeters(tx, deps, swap, {
    final: seen.final,
    claimFen,
    owedFen: Math.max(0, -seen.balanceFen),
    voidedFen: 0,
    steps: [{ kind: 'taken', facts: { takenFen: claimFen, byReading: true } }],
  })
}
