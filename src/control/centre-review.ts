// What meters with a wallet do by themselves the centre does for the others 后台计费通断: it trips a
// point whose account owes, and closes it again when money has come. Only by commands like any
// other; few trips at a time, so that a mistake in prices never darkens a building at once.

import { systemScope } from '../ports/database.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { complexesChargedHere, outOfStep } from './centre-review-store.ts'
import { type ControlDeps, queueCommands } from './commands.ts'

/** Nobody is tripped on an old figure (INV-23). */
export const TRIP_FRESH_MS = 15 * 60_000
/** After a command for the meter, what came of it is looked at before the next. */
const PAUSE_MS = 60_000
/** In one complex at one look; a look every quarter of a minute. */
const TRIPS_MAX = 3

const review = (deps: ControlDeps, complexId: ComplexId): Promise<void> =>
  deps.db.as(systemScope('control', [complexId]), async (tx) => {
    const freshSince = plusMs(tx.now, -TRIP_FRESH_MS)
    const pauseSince = plusMs(tx.now, -PAUSE_MS)
    const found = await outOfStep(tx, complexId, { freshSince, pauseSince })
    const closing = found.filter(({ owes }) => !owes)
    const tripping = found.filter(({ owes }) => owes).slice(0, TRIPS_MAX)
    for (const { meterId, owes } of [...closing, ...tripping])
      await queueCommands(tx, deps, {
        requestId: `centre-review/${deps.ids.uuid()}`,
        complexId,
        kind: 'setMode',
        meterIds: [meterId],
        params: { mode: 'prepaid', reason: owes ? 'arrears' : 'money has come' },
      })
  })

/** One look at every complex. */
export const reviewCentreMode = async (deps: ControlDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope('control'), complexesChargedHere)
  for (const complexId of complexes) await review(deps, complexId)
}
