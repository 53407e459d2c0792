// Carrying out a control mode 执行控制方式: look, order, look again, until what is read is what is
// desired. An answer to an order decides nothing; an order carries its own deadline (INV-21).

import type { MeterDriver, ModelCapabilities, Priority, RelayOrder } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, parseRfc3339, plusMs } from '../shared/clock.ts'
import { watchButton } from './button-watch.ts'
import type { LastSeen } from './command.ts'
import type { Job, ModeJob } from './job-store.ts'
import { type Look, look } from './look.ts'
import { type ModeNote, type ModeStep, type Money, nextStep } from './mode.ts'
import { TRIP_FRESH_MS } from './policy/decide.ts'
import { passTrip } from './policy/interlock-pass.ts'
import { tripForbidden } from './policy/review.ts'
import { recordEpisode } from './record-episode.ts'
import {
  again,
  endAtDeadline,
  endCommand,
  endUnseen,
  faultText,
  type RoundEnd,
  type RunnerDeps,
  scopeOfJob,
  timeText,
} from './round.ts'
import { type CommandFacts, lockCommand, moveCommand, noteCommand } from './store.ts'

const FRAME_LIFE_MAX_MS = 60_000
const FRAME_LIFE_MIN_MS = 2_000
const WORST_DELAY_MS = 15_000
const STEPS_MAX = 4
/** Orders that a command may send in its whole life. */
const SENDS_MAX = 6
/** A meter that says no this often, and shows it, means it. */
const REFUSED_SENDS_MAX = 3
const READ_BACK_MS = [300, 1_000, 2_000] as const

type Run = {
  deps: RunnerDeps
  job: ModeJob
  round: number
  model: ModelCapabilities
  driver: MeterDriver
  /** What this command has ordered so far, in this round or an earlier one. */
  ordered: RelayOrder[]
  sends: number
}

const centreMoney = ({ deps }: Run, job: Job, overdraftFen: number): Money => {
  const { availableFen, asOf } = job.centre ?? { availableFen: null, asOf: null }
  if (availableFen === null || asOf === null) return 'unknown'
  if (availableFen > -overdraftFen) return 'suffices'
  return deps.clock.now() <= plusMs(asOf, TRIP_FRESH_MS) ? 'short' : 'unknown'
}

const moneyOf = (run: Run, seen: Look): Money => {
  const { overdraftFen } = run.job
  if (run.job.centre !== null && overdraftFen !== null)
    return centreMoney(run, run.job, overdraftFen)
  if (overdraftFen === null) return run.model.prepaid ? 'noTenant' : 'suffices'
  if (!run.model.prepaid || seen.balanceFen === null) return 'unknown'
  return seen.balanceFen > -overdraftFen ? 'suffices' : 'short'
}

/** The centre may take back what it did itself, and only that (INV-22). */
const isReleased = ({ cause, tripCause, centre }: ModeJob): boolean =>
  tripCause === 'released' ||
  (tripCause === 'arrears' && centre !== null) ||
  (tripCause === 'schedule' && cause === 'schedule') ||
  (tripCause === 'overload' && cause === 'recovery')

const stepFrom = (run: Run, seen: Look): ModeStep => {
  const { job, model } = run
  const { cause, tripCause } = job
  const money = moneyOf(run, seen)
  const owes = job.centre !== null && cause === 'arrears' && money === 'short'
  const released = isReleased(job)
  const known = tripCause === 'operator' || tripCause === 'schedule' || tripCause === 'overload'
  return nextStep(job.mode, model.relay, seen, {
    ...{ protected: job.protected, money },
    tripOurs: released || known || run.ordered.includes('trip'),
    byOperator: released || job.operatorId !== null,
    tripDue: owes || cause === 'overload',
  })
}

const factsOf = (job: Job, seen: Look, note: ModeNote | null): CommandFacts => ({
  relay: seen.relay,
  kept: seen.kept,
  at: timeText(job, seen.at),
  ...(seen.balanceFen === null ? {} : { balanceFen: seen.balanceFen }),
  ...(note === null ? {} : { note }),
})

const confirm = ({ deps, job, ordered }: Run, seen: Look, note: ModeNote | null) => {
  const facts = { ...(job.saidYes && ACCEPTED), ...factsOf(job, seen, note) }
  return endCommand(deps, job, 'confirm', facts, async (tx) => {
    await recordEpisode(tx, job, ordered, seen)
    if (note === 'needsHandOnButton') await watchButton(tx, deps.ids, job)
  })
}

const priorityOf = ({ deps }: Run): Priority => deps.orderPriority ?? 'relay'

const frameLifeMs = ({ deps, job }: Run): number =>
  Math.min(FRAME_LIFE_MAX_MS, 2 * (deps.worstDelayMs?.(job) ?? WORST_DELAY_MS))

type Sent =
  | { sent: true; refused: string | null }
  | { sent: false; why: string; at: Instant | null }
type May = { may: true } | { may: false; why: string; at: Instant | null }

/** Keep-power comes off for the trip: while that waits nothing leaves, so it can be stopped. */
const beginsTrip = (job: ModeJob, order: RelayOrder): boolean =>
  order === 'trip' || (order === 'keepOff' && job.mode === 'tripped')

/** Nothing may leave that was superseded or cancelled, nor a trip that the interlock holds back. */
const maySend = async (tx: Tx, { deps, job }: Run, order: RelayOrder): Promise<May> => {
  if (!beginsTrip(job, order)) return { may: true }
  const locked = await lockCommand(tx, job)
  if (!locked || locked.superseded) return { may: false, why: 'superseded or cancelled', at: null }
  const forbidden = await tripForbidden(tx, deps, job)
  if (forbidden !== null) return { may: false, why: forbidden, at: null }
  const passed = await passTrip(tx, job)
  if (passed.pass) return { may: true }
  await noteCommand(tx, job, { waitsFor: passed.reason })
  return { may: false, why: passed.reason, at: passed.at }
}

/** Durable before the first byte; what is superseded, cancelled or too late is not sent. */
const sendOrder = async (run: Run, order: RelayOrder, seen: Look): Promise<Sent> => {
  const { deps, job, driver } = run
  const now = deps.clock.now()
  const until: Instant = instant(Math.min(plusMs(now, frameLifeMs(run)), job.deadline))
  if (until - now < FRAME_LIFE_MIN_MS)
    return { sent: false, why: 'too late for another order', at: null }
  const first = run.sends === 0 ? { before: { relay: seen.relay, kept: seen.kept } } : {}
  const facts = { ...first, order, frameUntil: timeText(job, until) }
  const may = await deps.db.as(scopeOfJob(job), async (tx) => {
    const allowed = await maySend(tx, run, order)
    if (!allowed.may) return allowed
    const moved = await moveCommand(tx, job, 'send', { ...facts, answer: null })
    if (moved === null) return { may: false, why: 'superseded or cancelled', at: null } as const
    job.state = moved
    job.saidYes = false
    return allowed
  })
  if (!may.may) return { sent: false, why: may.why, at: may.at }
  job.sentAt ??= now
  run.sends++
  run.ordered.push(order)
  const answer = await driver.orderRelay(order, until, priorityOf(run))
  const said = answer.ok ? answer.value.answered : answer.reason
  const refused = answer.ok && answer.value.answered === 'refused' ? answer.value.detail : null
  if (said === 'accepted') job.saidYes = true
  else
    await deps.db.as(scopeOfJob(job), (tx) =>
      noteCommand(tx, job, { answer: said, detail: refused }),
    )
  return { sent: true, refused }
}

const ACCEPTED = { answer: 'accepted' } as const

/** What the meter said goes with what it shows; where it does not show it yet, by itself. */
const writeYes = async ({ deps, job }: Run): Promise<void> => {
  if (!job.saidYes) return
  await deps.db.as(scopeOfJob(job), async (tx) => {
    job.state = (await moveCommand(tx, job, 'accept', ACCEPTED)) ?? job.state
  })
  job.saidYes = false
}

const isOrder = (step: ModeStep, order: RelayOrder): boolean =>
  step.step === 'order' && step.order === order

/** Looks until the order shows, a few times: a relay takes its time to move. */
const lookBack = async (run: Run, order: RelayOrder) => {
  let seen = await look(run.driver, run.job.mode, priorityOf(run))
  for (const ms of READ_BACK_MS) {
    if (seen.ok && !isOrder(stepFrom(run, seen.value), order)) return seen
    await writeYes(run)
    await run.deps.clock.sleep(ms)
    seen = await look(run.driver, run.job.mode, priorityOf(run))
  }
  return seen
}

/** Held back by the interlock: asked again when there is room, at the latest at the deadline. */
const wait = (job: Job, { at, why }: { at: Instant | null; why: string }): RoundEnd => {
  const last = plusMs(job.deadline, 1)
  return { round: 'again', at: at === null || at > last ? last : at, why }
}

const takeSteps = async (run: Run): Promise<RoundEnd> => {
  const { deps, job, round } = run
  let seen = await look(run.driver, job.mode, priorityOf(run))
  for (let steps = 0; steps < STEPS_MAX && seen.ok; steps++) {
    const step = stepFrom(run, seen.value)
    if (step.step === 'confirmed') return confirm(run, seen.value, step.note)
    if (step.step === 'impossible') {
      const facts = { ...factsOf(job, seen.value, null), reason: step.code }
      return endCommand(deps, job, 'fail', facts)
    }
    if (run.sends >= SENDS_MAX) return again(deps, job, round, 'ordered, not seen to act')
    const sent = await sendOrder(run, step.order, seen.value)
    if (!sent.sent) return sent.at === null ? again(deps, job, round, sent.why) : wait(job, sent)
    seen = await lookBack(run, step.order)
    if (!seen.ok || !isOrder(stepFrom(run, seen.value), step.order)) continue
    if (sent.refused !== null && run.sends >= REFUSED_SENDS_MAX) {
      const facts = { ...factsOf(job, seen.value, null), reason: 'refusedByMeter' }
      return endCommand(deps, job, 'fail', { ...facts, detail: sent.refused })
    }
    return again(deps, job, round, `${step.order} not seen to act`)
  }
  return again(deps, job, round, seen.ok ? 'not there yet' : faultText(seen))
}

const drive = async (run: Run): Promise<RoundEnd> => {
  const end = await takeSteps(run)
  if (end.round === 'again') await writeYes(run)
  return end
}

/** Nothing more is sent: one reading, after the last frame has run out, decides how it ends. */
const lastLook = async (run: Run, reason: string): Promise<RoundEnd> => {
  const { deps, job } = run
  const frameUntil = parseRfc3339(`${job.result?.frameUntil ?? ''}`)
  if (frameUntil !== null && frameUntil > deps.clock.now() && job.state === 'sent')
    return {
      round: 'again',
      at: plusMs(frameUntil, 1),
      why: 'the last order may still be under way',
    }
  const read = await look(run.driver, job.mode, priorityOf(run))
  const step = read.ok ? stepFrom(run, read.value) : null
  const seen: LastSeen = !step ? 'unknown' : step.step === 'confirmed' ? 'as-desired' : 'otherwise'
  if (!read.ok) return endAtDeadline(deps, job, seen, { reason, detail: faultText(read) })
  if (step?.step === 'confirmed') return confirm(run, read.value, step.note)
  const facts = { ...factsOf(job, read.value, null), reason }
  return endAtDeadline(deps, job, seen, facts, (tx) =>
    recordEpisode(tx, run.job, run.ordered, read.value),
  )
}

const ordersOf = (job: Job): RelayOrder[] => {
  const order = job.result?.order
  return order === 'trip' || order === 'permitClose' || order === 'directClose' ? [order] : []
}

export const runSetMode = async (deps: RunnerDeps, job: Job, round: number): Promise<RoundEnd> => {
  const { mode } = job
  if (mode === null) return endCommand(deps, job, 'fail', { reason: 'noMode' })
  if (job.waitsForOlder && !job.superseded)
    return again(deps, job, 1, 'an earlier command is under way')
  const late = deps.clock.now() > job.deadline
  if (late && job.state === 'queued')
    return endAtDeadline(deps, job, 'unknown', { reason: 'deadlinePassed' })
  const model = deps.capabilitiesOf(job.model)
  if (!model || job.pointId === null)
    return endCommand(deps, job, 'fail', { reason: model ? 'not_found' : 'not_supported_by_model' })
  const driver = deps.drivers.of(job.meterId)
  if (!driver) return endUnseen({ deps, job, round, late }, 'notServed')
  const ordered = ordersOf(job)
  const run: Run = {
    deps,
    job: { ...job, mode },
    round,
    model,
    driver,
    ordered,
    sends: job.attempts,
  }
  if (job.superseded) return lastLook(run, 'superseded')
  return late ? lastLook(run, 'deadlinePassed') : drive(run)
}
