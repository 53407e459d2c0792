// The watch 巡查: every ten minutes, complex by complex, main meters are reckoned and use is looked
// at. Two processes that do it at once write the same.

import type { Clock } from '../../ports/clock.ts'
import { type Db, systemScope } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import type { ComplexId } from '../../shared/ids.ts'
import { complexIds } from '../facts-store.ts'
import { repeatedly } from '../repeatedly.ts'
import { evaluateUse, type WatchDeps } from './evaluate.ts'
import { reckonMains } from './reckon-mains.ts'

const EVERY_MS = 600_000

export type WatcherDeps = WatchDeps & { db: Db; clock: Clock; log: Log }

export const watchComplex = async (
  deps: WatchDeps & { db: Db },
  complexId: ComplexId,
  stop?: AbortSignal,
): Promise<void> => {
  await reckonMains(deps.db, complexId, stop)
  await deps.db.as(systemScope('alarms', [complexId]), (tx) => evaluateUse(tx, deps, complexId))
}

const watchAll = async (deps: WatcherDeps, stop: AbortSignal): Promise<void> => {
  for (const complexId of await deps.db.as(systemScope('alarms'), complexIds)) {
    await watchComplex(deps, complexId, stop).catch((error: unknown) =>
      deps.log.error('use was not looked at', { complexId, error: String(error) }),
    )
  }
}

export const startWatch = (deps: WatcherDeps): { stop(): Promise<void> } =>
  repeatedly(deps.clock, {
    everyMs: EVERY_MS,
    pass: (stop) => watchAll(deps, stop),
    onFault: (error) => deps.log.error('the watch could not start', { error: String(error) }),
  })
