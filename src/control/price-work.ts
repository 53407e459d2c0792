// Work on the prices in meters 电价待办: what its rows have in common. It is never urgent, and shares the
// bus with the rounds.

import type { Priority } from '../metering/driver.ts'
import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import { type MeterId, meterId } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'
import type { RoundEnd, RunnerDeps } from './round.ts'

/** One push, by its command. */
export const PUSH_WORK = 'control.price'
/** Whether one meter has switched over. */
export const PRICE_SWITCH_WORK = 'control.priceSwitch'
/** The daily look at one meter. */
export const PRICE_LOOK_WORK = 'control.priceLook'

/** In turn with the status of the meters: many are pushed at once, and none may hide the others. */
export const PRICE_PRIORITY: Priority = 'status'
export const LOOK_PRIORITY: Priority = 'energy'

const SOON_MS = 60_000
const LATER_MS = 600_000
const SOON_ATTEMPTS = 10

export const meterKey = (meter: MeterId): string => `meter/${meter}`

export const meterOf = ({ kind, payload }: WorkRow): MeterId => {
  const { meterId: id } = payload
  return meterId(must(typeof id === 'number' ? id : null, `${kind} work names its meter`))
}

export const laterAgain = (deps: RunnerDeps, row: WorkRow, why: string): RoundEnd => {
  const wait = row.attempts < SOON_ATTEMPTS ? SOON_MS : LATER_MS
  return { round: 'again', at: plusMs(deps.clock.now(), wait), why }
}
