// A batch on one line 批量执行: its commands one after the other, a second one under way so that the
// line is never idle, none of them before a single order. All state is in the database.

import { systemScope } from '../ports/database.ts'
import { plusMs } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'
import { type OpenOnBus, openOnBus } from './batch-store.ts'
import { shareOf } from './batch-work.ts'
import { ENDED, type RoundEnd, type RunnerDeps } from './round.ts'
import { runCommand } from './run-command.ts'

/** One on the wire, one behind it. */
const LANES = 2
/** Well below the time for which work is claimed. */
const SLICE_MS = 30_000
/** Going on wakes it; this is for when nobody did. */
const PAUSED_MS = 60_000

type Due = { commandId: Uuid; atMono: number; round: number }

const isLeft = (one: OpenOnBus): boolean => !one.paused

/** Takes out the one that has been due longest, or null. */
const takeDue = (waiting: Due[], now: number): Due | null => {
  const due = waiting.filter(({ atMono }) => atMono <= now)
  const next = due.reduce<Due | null>(
    (best, one) => (best === null || one.atMono < best.atMono ? one : best),
    null,
  )
  if (next !== null) waiting.splice(waiting.indexOf(next), 1)
  return next
}

/**
 * One slice of a batch on its line. What is cut off is gone on with by whoever is master of the
 * gateway then.
 */
export const runBatchWork = async (
  deps: RunnerDeps,
  row: WorkRow,
  stopping: AbortSignal,
): Promise<RoundEnd> => {
  const share = shareOf(row)
  const { complexId } = share
  const scope = systemScope('control', [complexId])
  const open = () => deps.db.as(scope, (tx) => openOnBus(tx, share))
  const found = await open()
  const { clock } = deps
  const began = clock.mono()
  const waiting = found
    .filter(isLeft)
    .map(({ commandId }): Due => ({ commandId, atMono: began, round: row.attempts }))
  const quiet: RunnerDeps = { ...deps, orderPriority: 'onDemand' }
  const mayGoOn = () => !stopping.aborted && clock.mono() - began < SLICE_MS
  const lane = async (): Promise<void> => {
    for (;;) {
      const next = mayGoOn() ? takeDue(waiting, clock.mono()) : null
      if (next === null) return
      const { commandId, round } = next
      const end = await runCommand(quiet, { complexId, commandId }, round)
      if (end.round === 'again')
        waiting.push({ ...next, atMono: clock.mono() + (end.at - clock.now()), round: round + 1 })
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const each of lanes) if (each.status === 'rejected') throw each.reason
  if (waiting.length > 0) {
    const soonest = Math.min(...waiting.map(({ atMono }) => atMono))
    const waitMs = Math.max(0, soonest - clock.mono())
    return { round: 'again', at: plusMs(clock.now(), waitMs), why: 'more to send' }
  }
  const still = await open()
  if (still.length === 0) return ENDED
  // What came meanwhile is sent at once.
  const waitMs = still.every(({ paused }) => paused) ? PAUSED_MS : 0
  return { round: 'again', at: plusMs(clock.now(), waitMs), why: 'paused' }
}
