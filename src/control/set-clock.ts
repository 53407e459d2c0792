// Setting a meter's clock 校时: read, written where it is off, read again; never broadcast, since a
// meter's money rests on its clock. The answer to a write proves nothing.

import type { MeterDriver } from '../metering/driver.ts'
import { endCorrection, insertCorrection, isBusyForClock } from '../metering/rounds/clock-store.ts'
import type { Tx } from '../ports/database.ts'
import { plusMs } from '../shared/clock.ts'
import type { BusId, Uuid } from '../shared/ids.ts'
import { type ClockPlace, mayBeSet } from './clock-moment.ts'
import { clockPlace } from './clock-place-store.ts'
import type { Job } from './job-store.ts'
import {
  again,
  endAtDeadline,
  endCommand,
  endUnseen,
  type RoundEnd,
  type RunnerDeps,
  scopeOfJob,
} from './round.ts'
import { moveCommand, noteCommand } from './store.ts'

/** A clock that stands this close is right. */
const RIGHT_WITHIN_MS = 5_000
const SENDS_MAX = 3
const LOOK_AGAIN_MS = 60_000

type Run = { deps: RunnerDeps; job: Job; round: number; driver: MeterDriver }

const isRight = (offsetMs: number): boolean => Math.abs(offsetMs) <= RIGHT_WITHIN_MS

type Place = ClockPlace & { busId: BusId }
type May = { may: true; correctionId: Uuid } | { may: false; why: string }

/** Durable before the first byte; not while money or a relay order is on its way to the meter. */
const begin = ({ deps, job }: Run, busId: BusId, offsetMs: number): Promise<May> =>
  deps.db.as(scopeOfJob(job), async (tx: Tx): Promise<May> => {
    const { complexId, meterId } = job
    if (await isBusyForClock(tx, complexId, meterId))
      return { may: false, why: 'money or a relay order is under way' }
    const moved = await moveCommand(tx, job, 'send', { beforeMs: offsetMs, answer: null })
    if (moved === null) return { may: false, why: 'paused or cancelled' }
    job.state = moved
    const correctionId = deps.ids.uuid()
    const kind = 'write' as const
    await insertCorrection(tx, { complexId, correctionId, kind, busId, meterId, offsetMs })
    return { may: true, correctionId }
  })

const confirm = ({ deps, job }: Run, offsetMs: number): Promise<RoundEnd> =>
  endCommand(deps, job, 'confirm', { clockOffsetMs: offsetMs })

const write = async (run: Run, { busId }: Place, offsetMs: number): Promise<RoundEnd> => {
  const { deps, job, round, driver } = run
  const may = await begin(run, busId, offsetMs)
  if (!may.may) return again(deps, job, round, may.why)
  const answer = await driver.setClock('onDemand')
  const back = await driver.readClock('onDemand')
  const after = back.ok ? back.value.offsetMs : null
  const said = answer.ok ? answer.value.answered : answer.reason
  const outcome = after !== null && isRight(after) ? 'confirmed' : said
  await deps.db.as(scopeOfJob(job), async (tx) => {
    await noteCommand(tx, job, { answer: said })
    const { complexId, meterId } = job
    const { correctionId } = may
    const correction = { complexId, correctionId, kind: 'write' as const, busId, meterId, offsetMs }
    await endCorrection(tx, correction, { outcome, offsetMs: after })
  })
  if (after !== null && isRight(after)) return confirm(run, after)
  return again(deps, job, round, 'not shown by the meter')
}

const drive = async (run: Run): Promise<RoundEnd> => {
  const { deps, job, round, driver } = run
  const late = deps.clock.now() > job.deadline
  const seen = await driver.readClock('onDemand')
  if (!seen.ok) return endUnseen({ deps, job, round, late }, seen)
  const { offsetMs } = seen.value
  if (isRight(offsetMs)) return confirm(run, offsetMs)
  if (late) return endAtDeadline(deps, job, 'otherwise', { clockOffsetMs: offsetMs })
  if (job.attempts >= SENDS_MAX)
    return endCommand(deps, job, 'fail', { reason: 'refusedByMeter', clockOffsetMs: offsetMs })
  const place = await deps.db.as(scopeOfJob(job), (tx) => clockPlace(tx, job))
  if (!mayBeSet(deps.clock.now(), place, offsetMs)) {
    const at = plusMs(deps.clock.now(), LOOK_AGAIN_MS)
    const why = 'midnight, the day cut or a freeze is near'
    return at > job.deadline ? again(deps, job, round, why) : { round: 'again', at, why }
  }
  return write(run, place, offsetMs)
}

export const runSetClock = async (deps: RunnerDeps, job: Job, round: number): Promise<RoundEnd> => {
  const late = deps.clock.now() > job.deadline
  if (late && job.state === 'queued')
    return endAtDeadline(deps, job, 'unknown', { reason: 'deadlinePassed' })
  const driver = deps.drivers.of(job.meterId)
  if (!driver) return endUnseen({ deps, job, round, late }, 'notServed')
  return drive({ deps, job, round, driver })
}
