// Pushing prices into a meter 电价下发: read, write what is missing of the standby set, read again, and
// only when all of it stands there name the moment of the switch-over. An answer decides nothing.
// Whatever is cut off is gone on with from what the meter shows.

import type { ModelCapabilities, PriceTablesDriver, PriceTablesRead } from '../metering/driver.ts'
import type { PriceItem } from '../metering/protocol/price-tables.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { MeterTables } from '../price-tables/compile.ts'
import { differencesNow, meterMinute } from '../price-tables/expected.ts'
import { type Problem, problemText } from '../price-tables/problems.ts'
import { nextPushStep, type PushStep } from '../price-tables/push-steps.ts'
import { beginPriceOrder, markWritten, type Switching, saveHeld } from '../price-tables/store.ts'
import { type Instant, instant, plusMs } from '../shared/clock.ts'
import { addWork } from '../work/store.ts'
import type { Job } from './job-store.ts'
import { SWITCH_SEEN_MS } from './price-switch.ts'
import { meterKey, PRICE_PRIORITY, PRICE_SWITCH_WORK } from './price-work.ts'
import { type PushJob, pushJobOf } from './push-job.ts'
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
import { type CommandFacts, moveCommand, noteCommand } from './store.ts'

const MINUTE_MS = 60_000
/** A round may keep its bus so long; what is left is for the next one. */
const SLICE_MS = 45_000
const PASSES_MAX = 8
/** A meter that says no this often means it. */
const REFUSALS_MAX = 3
/** So near to its moment a switch-over is no longer named. */
const TOO_NEAR_MS = MINUTE_MS
/** "As soon as it is written": time enough for writing. */
const SOON_MS = 5 * MINUTE_MS

type Run = {
  deps: RunnerDeps
  job: Job
  push: PushJob
  wanted: MeterTables
  tables: PriceTablesDriver
  model: ModelCapabilities
  round: number
  sliceEnds: number
  switchAt: Instant
  begun: boolean
  /** What the meter said no to last, and how often on end. */
  refused: { item: string; times: number }
}

const nextMinute = (at: number): Instant => instant(Math.ceil(at / MINUTE_MS) * MINUTE_MS)

const stepOf = ({ deps, job, push, wanted, begun, switchAt }: Run, held: PriceTablesRead) =>
  nextPushStep({
    wanted,
    held,
    switchAt: meterMinute(switchAt, job.zone),
    now: meterMinute(deps.clock.now(), job.zone),
    mayReplace: push.params.replacePending || begun,
  })

const orderOf = ({ job, push, wanted, switchAt }: Run) => {
  const { planId, version } = push.params
  return { commandId: job.commandId, planId, version, wanted, switchAt }
}

/** Before the first byte: what has been cancelled meanwhile is not sent. */
const begin = (run: Run): Promise<boolean> =>
  run.deps.db.as(scopeOfJob(run.job), async (tx) => {
    const moved = await moveCommand(tx, run.job, 'send', {
      switchAt: timeText(run.job, run.switchAt),
    })
    if (moved === null) return false
    run.job.state = moved
    await beginPriceOrder(tx, run.job, orderOf(run))
    run.begun = true
    return true
  })

const save = (run: Run, held: PriceTablesRead): Promise<void> =>
  run.deps.db.as(scopeOfJob(run.job), (tx) => {
    const { meter, calendar } = run.push
    const differs = differencesNow(meter, run.model.priceTables, calendar, held, tx.now)
    return saveHeld(tx, run.job, held, differs)
  })

const switchingOf = (step: PushStep & { step: 'written' }, held: PriceTablesRead): Switching =>
  Object.fromEntries(step.switching.map((table) => [table, held.runningSets[table]]))

const onWritten = async (tx: Tx, run: Run, switching: Switching): Promise<void> => {
  const { job, deps, begun, switchAt } = run
  const { complexId, meterId, commandId, gatewayId } = job
  // A push that stands there already has only its order to leave.
  if (!begun) await beginPriceOrder(tx, job, orderOf(run))
  await markWritten(tx, job, switching)
  const { planId, version } = run.push.params
  await audit(tx, deps.ids, {
    complexId,
    action: 'price.written',
    subject: `meter/${meterId}`,
    after: { planId, version, switchAt, switching: Object.keys(switching), command: commandId },
  })
  if (Object.keys(switching).length === 0) return
  await addWork(tx, deps.ids, {
    complexId,
    kind: PRICE_SWITCH_WORK,
    key: meterKey(meterId),
    gatewayId,
    payload: { meterId },
    dueAt: plusMs(switchAt, SWITCH_SEEN_MS),
  })
}

const confirm = (
  run: Run,
  step: PushStep & { step: 'written' },
  held: PriceTablesRead,
): Promise<RoundEnd> => {
  const facts: CommandFacts = {
    at: timeText(run.job, held.at),
    switching: step.switching,
    switchAt: step.switching.length > 0 ? timeText(run.job, run.switchAt) : null,
  }
  return endCommand(run.deps, run.job, 'confirm', facts, (tx) =>
    onWritten(tx, run, switchingOf(step, held)),
  )
}

const fail = (run: Run, facts: CommandFacts): Promise<RoundEnd> =>
  endCommand(run.deps, run.job, 'fail', facts)

type Wrote = { ok: true } | { ok: false; end: RoundEnd | null }

/** A no may have been a yes: only what is refused again after it was read means it. */
const onRefusal = async (run: Run, item: PriceItem, detail: string): Promise<Wrote> => {
  const { deps, job } = run
  const said = JSON.stringify(item)
  run.refused = { item: said, times: run.refused.item === said ? run.refused.times + 1 : 1 }
  const facts = { answer: 'refused', item: item.item, detail }
  await deps.db.as(scopeOfJob(job), (tx) => noteCommand(tx, job, facts))
  const end = run.refused.times >= REFUSALS_MAX
  return { ok: false, end: end ? await fail(run, { reason: 'refusedByMeter', ...facts }) : null }
}

/** Until one is lost or refused: then the meter is read, and that decides. */
const writeItems = async (run: Run, items: readonly PriceItem[]): Promise<Wrote> => {
  const { deps, job, tables } = run
  for (const item of items) {
    if (deps.clock.mono() > run.sliceEnds)
      return { ok: false, end: again(deps, job, 1, 'more to write') }
    const answer = await tables.write(item, PRICE_PRIORITY)
    if (!answer.ok) return { ok: false, end: null }
    if (answer.value.answered === 'refused') return onRefusal(run, item, answer.value.detail)
    if (job.state !== 'sent') continue
    await deps.db.as(scopeOfJob(job), async (tx) => {
      job.state = (await moveCommand(tx, job, 'accept', { answer: 'accepted' })) ?? job.state
    })
  }
  return { ok: true }
}

/** A moment that would have passed before it is written: a later one, where none was asked for. */
const keepAhead = (run: Run): boolean => {
  const { deps, push } = run
  if (run.switchAt - deps.clock.now() >= TOO_NEAR_MS) return true
  if (push.params.switchAt !== null) return false
  run.switchAt = nextMinute(deps.clock.now() + SOON_MS)
  return true
}

const onePass = async (run: Run): Promise<RoundEnd | null> => {
  const { deps, job, round } = run
  const read = await run.tables.read(PRICE_PRIORITY, run.wanted.set.dayTables.length)
  if (!read.ok) return again(deps, job, round, faultText(read))
  await save(run, read.value)
  const seen = stepOf(run, read.value)
  if (seen.step === 'written') return confirm(run, seen, read.value)
  if (!keepAhead(run)) return fail(run, { reason: 'switchMomentPassed' })
  const step = stepOf(run, read.value)
  if (step.step === 'pending')
    return fail(run, { reason: 'price_switch_pending', pendingSwitchAt: step.switchAt })
  if (step.step === 'written') return confirm(run, step, read.value)
  if (!(await begin(run))) return again(deps, job, round, 'superseded or cancelled')
  const wrote = await writeItems(run, step.items)
  return wrote.ok ? null : wrote.end
}

const drive = async (run: Run): Promise<RoundEnd> => {
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const end = await onePass(run)
    if (end !== null) return end
    if (run.deps.clock.mono() > run.sliceEnds) break
  }
  return again(run.deps, run.job, run.round, 'not all of it was read back yet')
}

/** The deadline has passed: nothing more is written, one reading decides. */
const lastLook = async (run: Run): Promise<RoundEnd> => {
  const { deps, job } = run
  const facts = { reason: 'deadlinePassed' }
  if (job.state === 'queued') return endAtDeadline(deps, job, 'unknown', facts)
  const read = await run.tables.read(PRICE_PRIORITY, run.wanted.set.dayTables.length)
  if (!read.ok) return endAtDeadline(deps, job, 'unknown', { ...facts, detail: faultText(read) })
  await save(run, read.value)
  const step = stepOf(run, read.value)
  return step.step === 'written'
    ? confirm(run, step, read.value)
    : endAtDeadline(deps, job, 'otherwise', facts)
}

const inWords = (problems: readonly Problem[]): CommandFacts[] =>
  problems.map((problem) => ({ ...problem, title: problemText(problem, 'zh') }))

export const runPushPrice = async (
  deps: RunnerDeps,
  job: Job,
  round: number,
): Promise<RoundEnd> => {
  const model = deps.capabilitiesOf(job.model)
  const push = await deps.db.as(scopeOfJob(job), (tx) => pushJobOf(tx, job, model))
  if (!push || !model) return endCommand(deps, job, 'fail', { reason: 'not_found' })
  const { compiled, params, begun } = push
  if (!compiled.ok)
    return endCommand(deps, job, 'fail', {
      reason: 'price_not_for_meter',
      problems: inWords(compiled.problems),
    })
  const late = deps.clock.now() > job.deadline
  const driver = deps.drivers.of(job.meterId)
  if (!driver) return endUnseen({ deps, job, round, late }, 'notServed')
  const { priceTables: tables } = driver
  if (!tables) return endCommand(deps, job, 'fail', { reason: 'not_supported_by_model' })
  const run: Run = {
    deps,
    job,
    push,
    wanted: { set: compiled.set, days: compiled.days },
    tables,
    model,
    round,
    sliceEnds: deps.clock.mono() + SLICE_MS,
    switchAt: params.switchAt ?? begun?.switchAt ?? nextMinute(deps.clock.now() + SOON_MS),
    begun: begun !== null,
    refused: { item: '', times: 0 },
  }
  return late ? lastLook(run) : drive(run)
}
