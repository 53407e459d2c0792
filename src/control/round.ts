// One round of a command 命令执行: what every kind of command shares. All state is in the database, so
// that a crash between two rounds loses nothing; a round ends the command or says when to go on.

import type { Drivers, Fault, ModelCapabilities, Priority } from '../metering/driver.ts'
import { audit } from '../operators/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import { type Db, type Scope, systemScope, type Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, plusMs, rfc3339 } from '../shared/clock.ts'
import { wakeAfterTrip } from '../work/store.ts'
import { type CommandEvent, endingAtDeadline, isOpen, type LastSeen } from './command.ts'
import { undoDesiredMode } from './desired-modes.ts'
import type { Job } from './job-store.ts'
import { type CommandFacts, moveCommand } from './store.ts'

export type RunnerDeps = {
  db: Db
  clock: Clock
  ids: Ids
  drivers: Drivers
  /** Null for a model this installation does not know. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
  /** The worst delay between an order and the meter on this job's channel, ms. */
  worstDelayMs?: (job: Job) => number
  /** On the bus; left out: that of a single order, which nothing overtakes. */
  orderPriority?: Priority
}

export type RoundEnd = { round: 'ended' } | { round: 'again'; at: Instant; why: string }
export const ENDED: RoundEnd = { round: 'ended' }

const AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 20_000] as const
const AGAIN_MAX_MS = 20_000

/** Later rounds are further apart; the last one comes when the deadline has just passed. */
export const again = (deps: RunnerDeps, job: Job, round: number, why: string): RoundEnd => {
  const wait = AGAIN_MS[Math.max(0, round - 1)] ?? AGAIN_MAX_MS
  const now = deps.clock.now()
  const next = plusMs(now, wait)
  const lastLook = plusMs(job.deadline, 1)
  const at = now < lastLook && next > lastLook ? lastLook : next
  return { round: 'again', at, why }
}

/** The command's own operator, acting through this worker. */
export const scopeOfJob = (job: Job): Scope => ({
  ...systemScope('control', [job.complexId]),
  operator: job.operatorId,
})

export const timeText = (job: Job, at: Instant): string => rfc3339(at, job.zone)

/**
 * Ends the command by `event`; `also` runs in the same transaction, only if this call ended it. A
 * command that somebody else has ended stays as it is.
 */
export const endCommand = async (
  deps: RunnerDeps,
  job: Job,
  event: CommandEvent,
  facts: CommandFacts,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<RoundEnd> => {
  await deps.db.as(scopeOfJob(job), async (tx) => {
    const state = await moveCommand(tx, job, event, facts)
    if (state === null || isOpen(state)) return
    if (state === 'expired') await undoDesiredMode(tx, deps.ids, job)
    await also(tx)
    if (job.mode === 'tripped') await wakeAfterTrip(tx, job.complexId, job.meterId)
    if (job.mode === null || job.sentAt === null) return
    await audit(tx, deps.ids, {
      complexId: job.complexId,
      action: `control.${state}`,
      subject: `meter/${job.meterId}`,
      after: { mode: job.mode, command: job.commandId, ...facts },
    })
  })
  return ENDED
}

/** Ends a command whose deadline has passed by what was seen last. */
export const endAtDeadline = (
  deps: RunnerDeps,
  job: Job,
  seen: LastSeen,
  facts: CommandFacts,
  also?: (tx: Tx) => Promise<void>,
): Promise<RoundEnd> =>
  isOpen(job.state)
    ? endCommand(deps, job, endingAtDeadline(job.state, seen), facts, also)
    : Promise.resolve(ENDED)

export const faultText = ({ reason, detail }: Fault): string => `${reason}: ${detail}`

/** A round as it began: a look that ends after the deadline, begun before it, is not the last. */
export type Round = { deps: RunnerDeps; job: Job; round: number; late: boolean }

/**
 * A round that could not look at the meter: nobody serves it, or it did not answer. The last round
 * ends the command without knowing; any other is followed by one more.
 */
export const endUnseen = async (
  { deps, job, round, late }: Round,
  fault: Fault | 'notServed',
): Promise<RoundEnd> => {
  const served = fault !== 'notServed'
  const reason = served ? fault.reason : fault
  if (late) return endAtDeadline(deps, job, 'unknown', { reason })
  return again(deps, job, round, served ? faultText(fault) : 'no collector serves this meter')
}
