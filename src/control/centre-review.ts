// What the centre looks at by itself 策略巡检, complex by complex: the power policy where it holds the
// money and where meters do, surges of trips, circuits switched by the clock.

import { systemScope, type Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { ControlDeps } from './commands.ts'
import { reviewMeters } from './policy/meter-review.ts'
import { reviewSupplies } from './policy/review.ts'
import { reviewTimed } from './policy/timed-review.ts'
import { worldOf } from './policy/world.ts'

const complexIds = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ id: ComplexId }>(
    'select complex_id as id from complex order by complex_id',
  )
  return rows.map(({ id }) => id)
}

/** One look at every complex; what fails in one look does not keep the others waiting. */
export const reviewCentreMode = async (deps: ControlDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope('control'), complexIds)
  const failed: unknown[] = []
  for (const complexId of complexes) {
    const look = <T>(work: (tx: Tx) => Promise<T>): Promise<T | null> =>
      deps.db.as(systemScope('control', [complexId]), work).catch((error) => {
        failed.push(error)
        return null
      })
    const world = await look((tx) => worldOf(tx, deps, complexId))
    if (world !== null) {
      await look((tx) => reviewSupplies(tx, deps, world))
      await look((tx) => reviewMeters(tx, deps, world))
    }
    await look((tx) => reviewTimed(tx, deps, complexId))
  }
  if (failed.length > 0) throw failed[0]
}
