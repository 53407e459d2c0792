// One round of work on a meter's prices 电价待办: which meter it names, and when it comes back.

import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import { type MeterId, meterId } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'
import type { RoundEnd, RunnerDeps } from './round.ts'

const SOON_MS = 60_000
const LATER_MS = 600_000
const SOON_ATTEMPTS = 10

export const meterOf = ({ kind, payload }: WorkRow): MeterId => {
  const { meterId: id } = payload
  return meterId(must(typeof id === 'number' ? id : null, `${kind} work names its meter`))
}

export const laterAgain = (deps: RunnerDeps, row: WorkRow, why: string): RoundEnd => {
  const wait = row.attempts < SOON_ATTEMPTS ? SOON_MS : LATER_MS
  return { round: 'again', at: plusMs(deps.clock.now(), wait), why }
}
