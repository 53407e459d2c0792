// What the centre looks at by itself 策略巡检, complex by complex: the power policy where it holds the
// money and where meters do, surges of trips, circuits switched by the clock.

import { systemScope, type Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { ControlDeps } from './commands.ts'
import { reviewMeters } from './policy/meter-review.ts'
import { reviewComplex } from './policy/review.ts'
import { reviewTimed } from './policy/timed-review.ts'

const complexIds = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ id: ComplexId }>(
    'select complex_id as id from complex order by complex_id',
  )
  return rows.map(({ id }) => id)
}

type Look = (tx: Tx, deps: ControlDeps, complexId: ComplexId) => Promise<unknown>
const LOOKS: readonly Look[] = [reviewComplex, reviewMeters, reviewTimed]

/** One look at every complex; what fails in one does not keep the others waiting. */
export const reviewCentreMode = async (deps: ControlDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope('control'), complexIds)
  const failed: unknown[] = []
  for (const complexId of complexes)
    for (const look of LOOKS)
      await deps.db
        .as<unknown>(systemScope('control', [complexId]), (tx) => look(tx, deps, complexId))
        .catch((error) => failed.push(error))
  if (failed.length > 0) throw failed[0]
}
