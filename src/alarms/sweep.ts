// The alarm sweep 报警巡检: every 15 seconds, complex by complex, for what no reading would raise.

import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import type { AlarmDeps } from './evaluate.ts'
import { complexIds } from './facts-store.ts'
import { repeatedly } from './repeatedly.ts'
import { sweepComplex } from './sweep-complex.ts'

export const SWEEP_EVERY_MS = 15_000

export type AlarmSweepDeps = AlarmDeps & { db: Db; clock: Clock; log: Log }

/** One pass over every complex; a complex that fails does not keep the others waiting. */
export const sweepAlarms = async (deps: AlarmSweepDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope('alarms'), complexIds)
  for (const complexId of complexes) {
    try {
      await deps.db.as(systemScope('alarms', [complexId]), (tx) =>
        sweepComplex(tx, deps, complexId),
      )
    } catch (error) {
      deps.log.error('alarm sweep failed', { complexId, error: `${error}` })
    }
  }
}

export const startAlarmSweep = (deps: AlarmSweepDeps): { stop(): Promise<void> } =>
  repeatedly(deps.clock, {
    everyMs: SWEEP_EVERY_MS,
    pass: () => sweepAlarms(deps),
    onFault: (error) => deps.log.error('the alarm sweep could not start', { error: `${error}` }),
  })
