// The thresholds of a supply told to the meter that has come to hold its money 参数下发: at an opening
// and at a swap. A model that holds none is told nothing.

import { holdsSettings, pushSettings } from '../control/push-settings.ts'
import type { ReductionDeps } from '../delivery/reduction-queue.ts'
import { fen } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import type { AccountId, ComplexId, MeterId } from '../shared/ids.ts'
import { suppliesOf } from './edit-store.ts'

export const tellThresholds = async (
  tx: Tx,
  deps: Pick<ReductionDeps, 'ids' | 'capabilitiesOf'>,
  { complexId, accountId }: { complexId: ComplexId; accountId: AccountId },
  only: MeterId | null = null,
): Promise<void> => {
  for (const supply of await suppliesOf(tx, complexId, accountId)) {
    const { meterId, meterNo, supplyId } = supply
    const told = only === null || only === meterId
    if (!told || !holdsSettings(deps.capabilitiesOf(supply.model))) continue
    const wanted = {
      alarm1Fen: fen(supply.alarm1Fen),
      alarm2Fen: fen(supply.alarm2Fen),
      overdraftFen: fen(supply.overdraftFen),
      hoardingFen: fen(supply.hoardingFen),
    }
    await pushSettings(tx, deps, { complexId, accountId, meterId, meterNo, supplyId, wanted })
  }
}
