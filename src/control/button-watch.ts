// Waiting for a hand on the meter's button 等待按钮合闸: where closing is permitted, the meter is looked
// at more often for some minutes, so that the press is soon on the screens. The rounds go first.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import { addWork, type WorkRow } from '../work/store.ts'
import type { Job } from './job-store.ts'
import { meterOf } from './price-round.ts'
import { meterKey } from './price-work.ts'
import { ENDED, faultText, type RoundEnd, type RunnerDeps } from './round.ts'

/** The looks at one meter whose button is waited for. */
export const BUTTON_WORK = 'control.button'

const SOON_MS = 20_000
const SOON_LOOKS = 3
const LATER_MS = 60_000
/** Five minutes in all; after that the rounds see it. */
const LOOKS_MAX = 7

export const watchButton = (
  tx: Tx,
  ids: Ids,
  { complexId, meterId, gatewayId }: Pick<Job, 'complexId' | 'meterId' | 'gatewayId'>,
): Promise<void> =>
  addWork(tx, ids, {
    ...{ complexId, gatewayId, kind: BUTTON_WORK, key: meterKey(meterId) },
    payload: { meterId },
    dueAt: plusMs(tx.now, SOON_MS),
  })

/** One look; what it shows is stored as any reading is. Ends when the meter no longer waits. */
export const runButtonWatch = async (deps: RunnerDeps, row: WorkRow): Promise<RoundEnd> => {
  const driver = deps.drivers.of(meterOf(row))
  if (!driver) return ENDED
  const seen = await driver.readStatus('energy')
  const waits = seen.ok ? seen.value.relay === 'closePermitted' : seen.mayRetry
  if (!waits || row.attempts >= LOOKS_MAX) return ENDED
  const wait = row.attempts < SOON_LOOKS ? SOON_MS : LATER_MS
  const why = seen.ok ? 'waits for the button' : faultText(seen)
  return { round: 'again', at: plusMs(deps.clock.now(), wait), why }
}
