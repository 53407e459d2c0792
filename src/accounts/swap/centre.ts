// A swap in centre mode 后台计费换表: what the old meter counted is charged up to its final register, and
// the new one is charged from its initial one. The balance is the account's and stays where it is.

import { READING_SOURCES } from '../../metering/readings/reading-sources.ts'
import type { Tx } from '../../ports/database.ts'
import { chargeUntil } from '../../settlement/charge-until.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, plusMs } from '../../shared/clock.ts'
import { refuseIf } from '../../shared/refusal.ts'
import { lockAccount } from '../store.ts'
import { FRESH_MS } from './by-reading.ts'
import { type ChangeDeps, changeMeters, suppliedSwap } from './change.ts'
import { keepReading, setUsageMark } from './change-store.ts'
import { refuseBelow } from './dead.ts'
import type { Place } from './place-store.ts'
import type { SwapRow } from './swap-store.ts'

export type Charged = { at: Instant; energyWh: number }

/** As entered, else as read in the last minutes. Refuses: register_below_last, balance_unknown. */
const finalOf = (tx: Tx, place: Place, finalWh: number | null): Charged => {
  if (finalWh !== null) {
    refuseBelow(finalWh, place)
    return { at: tx.now, energyWh: finalWh }
  }
  const { energyWh, energyAt, oldMeterNo } = place
  const fresh = energyAt !== null && energyAt >= plusMs(tx.now, -FRESH_MS)
  refuseIf(energyWh === null || !fresh, 'balance_unknown', { meterNo: oldMeterNo })
  return { at: must(energyAt, 'fresh'), energyWh: must(energyWh, 'just read') }
}

export const changeCentre = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  place: Place,
  finalWh: number | null,
): Promise<void> => {
  const { ids } = deps
  const final = finalOf(tx, place, finalWh)
  const { complexId, supplyId, accountId, oldMeterId, newMeterId } = suppliedSwap(swap)
  const by = finalWh === null ? ('meter' as const) : ('hand' as const)
  const source = READING_SOURCES[finalWh === null ? 'onDemand' : 'byHand'].code
  await keepReading(tx, { complexId, meterId: oldMeterId, ...final, source })
  const { zone, dayCutMinutes } = must(await lockAccount(tx, accountId), 'locked before')
  const dueFen = await chargeUntil(tx, ids, {
    ...{ complexId, supplyId, accountId, meterId: oldMeterId, zone, dayCutMinutes },
    requestId: `usage/${supplyId}/swap/${swap.swapId}`,
    until: { ...final, reverseWh: null },
    ...(newMeterId === null && { ends: true }),
  })
  await changeMeters(tx, deps, swap, {
    final: { ...final, by },
    ...{ claimFen: 0, owedFen: 0, voidedFen: 0 },
    steps: [{ kind: 'taken', facts: { chargedFen: dueFen } }],
  })
  if (newMeterId !== null)
    await setUsageMark(tx, { complexId, supplyId, meterId: newMeterId }, swap.newInitialWh)
}
