// A swap in centre mode 后台计费换表: what the old meter counted is charged up to its final register, and
// the new one is charged from its initial one. The balance is the account's and stays where it is.

import { READING_SOURCES } from '../../metering/readings/reading-sources.ts'
import type { Tx } from '../../ports/database.ts'
import { chargeUntil } from '../../settlement/charge-until.ts'
import { must } from '../../shared/assert.ts'
import { lockAccount } from '../store.ts'
import { type ChangeDeps, changeMeters, suppliedSwap } from './change.ts'
import { keepReading, setUsageMark } from './change-store.ts'
import type { FinalRegister } from './judge-swap.ts'
import type { SwapRow } from './swap-store.ts'

export const changeCentre = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  final: FinalRegister,
): Promise<void> => {
  const { ids } = deps
  const { complexId, supplyId, accountId, oldMeterId, newMeterId } = suppliedSwap(swap)
  const { at, energyWh, by } = final
  const source = READING_SOURCES[by === 'hand' ? 'byHand' : 'onDemand'].code
  await keepReading(tx, { complexId, meterId: oldMeterId, at, energyWh, source })
  const { zone, dayCutMinutes } = must(await lockAccount(tx, accountId), 'locked before')
  const dueFen = await chargeUntil(tx, ids, {
    ...{ complexId, supplyId, accountId, meterId: oldMeterId, zone, dayCutMinutes },
    requestId: `usage/${supplyId}/swap/${swap.swapId}`,
    until: { at, energyWh, reverseWh: null },
    ...(newMeterId === null && { ends: true }),
  })
  await changeMeters(tx, deps, swap, {
    ...{ final, claimFen: 0, owedFen: 0, voidedFen: 0 },
    steps: [{ kind: 'taken', facts: { chargedFen: dueFen } }],
  })
  if (newMeterId !== null)
    await setUsageMark(tx, { complexId, supplyId, meterId: newMeterId }, swap.newInitialWh)
}
