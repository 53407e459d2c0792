// Reading on demand 立即抄表, bus by bus: one device after the other, the next one waiting in the queue
// so that the line is never idle. Nothing is changed in a meter; whoever does not answer is asked
// again after the others, and then told why not.

import type { MeterDriver, Outcome } from '../metering/driver.ts'
import { systemScope } from '../ports/database.ts'
import { type Instant, plusMs, rfc3339 } from '../shared/clock.ts'
import { type Uuid, uuid } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'
import { isOpen } from './command.ts'
import { openQuestions, type Question } from './read-store.ts'
import { ENDED, type RoundEnd, type RunnerDeps } from './round.ts'
import { type CommandFacts, type Move, moveCommands } from './store.ts'

const ATTEMPTS_MAX = 3
/** One on the wire, one behind it. */
const LANES = 2
/** Well below the time for which work is claimed. */
const SLICE_MS = 30_000
/** A collector that has just begun needs a moment before it serves its meters. */
const UNSERVED_AFTER_MS = 20_000
const UNSERVED_AGAIN_MS = 1_000

type Share = { complexId: WorkRow['complexId']; batchId: Uuid; busId: number }

const shareOf = ({ complexId, payload }: WorkRow): Share => ({
  complexId,
  batchId: uuid(String(payload.batchId)),
  busId: Number(payload.busId),
})

type Answer =
  | { read: true; facts: CommandFacts }
  | { read: false; reason: string; detail: string; mayRetry: boolean }

type Part = Outcome<CommandFacts>

const factsOf = async <T>(
  asked: Promise<Outcome<T>>,
  tell: (value: T) => CommandFacts,
): Promise<Part> => {
  const outcome = await asked
  return outcome.ok ? { ok: true, value: tell(outcome.value) } : outcome
}

const PARTS: Readonly<
  Record<string, (driver: MeterDriver, time: (at: Instant) => string) => Promise<Part>>
> = {
  status: (driver, time) =>
    factsOf(driver.readStatus('onDemand'), ({ at, relay, kept, money, powerW, statusWord }) => ({
      at: time(at),
      relay,
      kept,
      statusWord,
      opened: money?.opened ?? null,
      balanceFen: money?.balanceFen ?? null,
      count: money?.count ?? null,
      customerNo: money?.customerNo ?? null,
      powerW,
    })),
  energy: (driver, time) =>
    factsOf(driver.readEnergy('onDemand'), ({ at, energyWh }) => ({
      at: time(at),
      energyWh,
      energyAt: time(at),
    })),
  clock: (driver, time) =>
    factsOf(driver.readClock('onDemand'), ({ at, offsetMs }) => ({
      at: time(at),
      clockOffsetMs: offsetMs,
      clockAt: time(at),
    })),
}

/** What a model does not have is left out; it is no fault unless nothing remains. */
const ask = async (driver: MeterDriver, question: Question): Promise<Answer> => {
  const time = (at: Instant) => rfc3339(at, question.zone)
  const found: CommandFacts[] = []
  for (const what of question.what) {
    const part = await PARTS[what]?.(driver, time)
    if (part?.ok) found.push(part.value)
    else if (part && part.reason !== 'not-supported') return { read: false, ...part }
  }
  if (found.length === 0)
    return { read: false, reason: 'not-supported', detail: '', mayRetry: false }
  return { read: true, facts: Object.assign({}, ...found) }
}

const UNSERVED: Answer = { read: false, reason: 'notServed', detail: '', mayRetry: true }

/** How a question goes on after it was asked; null: it stays open. */
const moveAfter = (question: Question, answer: Answer): Move | null => {
  const { commandId } = question
  if (answer.read) return { commandId, event: 'confirm', facts: answer.facts }
  // The process is stopping: whoever takes the gateway over asks again.
  if (answer.reason === 'stopped') return null
  if (answer.mayRetry && question.attempts < ATTEMPTS_MAX) return null
  const { reason, detail } = answer
  return { commandId, event: 'fail', facts: { reason, detail } }
}

type Pass = { deps: RunnerDeps; share: Share; stopping: AbortSignal; startedAt: number }

const inTx = (
  { deps, share }: Pass,
  questions: readonly Question[],
  moves: readonly Move[],
): Promise<readonly { commandId: Uuid }[]> => {
  if (moves.length === 0) return Promise.resolve([])
  const scope = {
    ...systemScope('control', [share.complexId]),
    operator: questions[0]?.operatorId ?? null,
  }
  return deps.db.as(scope, (tx) => moveCommands(tx, share.complexId, moves))
}

/** Reads one device for all who ask of it; returns the questions that stay open. */
const readDevice = async (pass: Pass, questions: readonly Question[]): Promise<Question[]> => {
  const { deps } = pass
  const now = deps.clock.now()
  const late = questions.filter(({ deadline }) => now > deadline)
  const facts = { reason: 'deadlinePassed' }
  await inTx(
    pass,
    late,
    late.map(({ commandId, state }) => ({
      commandId,
      event: state === 'queued' ? 'expire' : 'fail',
      facts,
    })),
  )
  const due = questions.filter((question) => !late.includes(question))
  const served = due.filter(({ meterId }) => deps.drivers.of(meterId) !== null)
  // Recorded before its first byte leaves: it may have left.
  const moves = served.map(({ commandId }) => ({ commandId, event: 'send' as const }))
  const sent = new Set((await inTx(pass, served, moves)).map(({ commandId }) => commandId))
  const asked = served
    .filter(({ commandId }) => sent.has(commandId))
    .map((question) => ({ ...question, attempts: question.attempts + 1, state: 'sent' as const }))
  const answers = await Promise.all(
    asked.map(async (question) => {
      const driver = deps.drivers.of(question.meterId)
      return { question, answer: driver ? await ask(driver, question) : UNSERVED }
    }),
  )
  const ended = answers.flatMap(({ question, answer }) => moveAfter(question, answer) ?? [])
  await inTx(pass, asked, ended)
  const done = new Set(ended.map(({ commandId }) => commandId))
  return asked.filter(({ commandId }) => !done.has(commandId))
}

const byDevice = (questions: readonly Question[]): Question[][] => {
  const devices = new Map<number, Question[]>()
  for (const question of questions)
    devices.set(question.deviceId, [...(devices.get(question.deviceId) ?? []), question])
  return [...devices.values()]
}

const endUnserved = async (pass: Pass, questions: readonly Question[]): Promise<void> => {
  const facts = { reason: 'notServed' }
  const moves = questions.map(({ commandId }) => ({ commandId, event: 'fail' as const, facts }))
  await inTx(pass, questions, moves)
}

/**
 * One slice of what a batch wants of one bus. All state is in the database: a slice that is cut off
 * is gone on with by whoever is master of the gateway then.
 */
export const runReadWork = async (
  deps: RunnerDeps,
  row: WorkRow,
  stopping: AbortSignal,
): Promise<RoundEnd> => {
  const share = shareOf(row)
  const pass: Pass = { deps, share, stopping, startedAt: deps.clock.mono() }
  const scope = systemScope('control', [share.complexId])
  const open = () => deps.db.as(scope, (tx) => openQuestions(tx, share))
  const found = (await open()).filter(({ state }) => isOpen(state))
  const since = deps.clock.now() - UNSERVED_AFTER_MS
  const unserved = found.filter(({ meterId }) => deps.drivers.of(meterId) === null)
  await endUnserved(
    pass,
    unserved.filter(({ queuedAt }) => queuedAt < since),
  )
  const queue = byDevice(found.filter((question) => !unserved.includes(question)))
  const mayGoOn = () => !stopping.aborted && deps.clock.mono() - pass.startedAt < SLICE_MS
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next && mayGoOn(); next = queue.shift()) {
      const left = await readDevice(pass, next)
      if (left.length > 0) queue.push(left)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const left = await open()
  if (left.length === 0) return ENDED
  const waits = left.every(({ meterId }) => deps.drivers.of(meterId) === null)
  const at = deps.clock.now()
  return { round: 'again', at: waits ? plusMs(at, UNSERVED_AGAIN_MS) : at, why: 'more to read' }
}
