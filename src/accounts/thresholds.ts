// The thresholds of a supply told to the meter that has come to hold its money 参数下发: at an opening
// and at a swap. A model that holds none is told nothing.

import { holdsSettings, pushAllSettings } from '../control/push-settings.ts'
import type { ReductionDeps } from '../delivery/reduction-queue.ts'
import { fen } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId } from '../shared/ids.ts'
import { suppliesOf } from './edit-store.ts'

export type Told = {
  complexId: ComplexId
  accountIds: readonly AccountId[]
  /** Only this meter of them. */
  only?: MeterId
  /** When each meter is told; left out: at once. */
  due?: ReadonlyMap<MeterId, Instant>
}

export const tellThresholds = async (
  tx: Tx,
  deps: Pick<ReductionDeps, 'ids' | 'capabilitiesOf'>,
  { complexId, accountIds, only, due }: Told,
): Promise<void> => {
  const supplies = await suppliesOf(tx, complexId, accountIds)
  const told = supplies.filter(
    ({ meterId, model }) =>
      (only === undefined || only === meterId) && holdsSettings(deps.capabilitiesOf(model)),
  )
  const pushes = told.map(({ accountId, meterId, meterNo, supplyId, ...supply }) => {
    const wanted = {
      alarm1Fen: fen(supply.alarm1Fen),
      alarm2Fen: fen(supply.alarm2Fen),
      overdraftFen: fen(supply.overdraftFen),
      hoardingFen: fen(supply.hoardingFen),
    }
    return { accountId, meterId, meterNo, supplyId, wanted }
  })
  await pushAllSettings(tx, deps, complexId, pushes, due)
}
