// Taking money out of one meter 逐笔减额: asks the machine what to do, does it, and tells it what came
// of it. It holds no state that a crash could lose: a sent reduction found in the books is only
// read back.

import { fen } from '../ledger/money.ts'
import type { MeterDriver } from '../metering/driver.ts'
import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import { answerOf, detailOf, readingFacts } from './exchange-facts.ts'
import { readSeen } from './read-seen.ts'
import { cancelShort, finishReduction, holdReduction, type ReductionEndDeps } from './reduce-end.ts'
import {
  decideReduction,
  loadedReduction,
  observeReduction,
  type ReductionAction,
  type ReductionResult,
  type ReductionView,
  reductionStillRight,
} from './reduce-machine.ts'
import {
  lockStoredReduction,
  type ReductionJob,
  writeReductionFault,
  writeReductionSent,
} from './reduce-store.ts'
import type { Step } from './store.ts'
import { walkOn } from './walk.ts'

export type ReducingDeps = ReductionEndDeps & { db: Db; clock: Clock; holder: string }

/** How the walk ended: done (or cancelled), waiting for a person, for another, or for patience. */
export type ReductionEnding = 'ended' | 'held' | 'stopped' | { again: string }

type Walk = {
  deps: ReducingDeps
  job: ReductionJob
  driver: MeterDriver
  view: ReductionView
  /** Steps that the next transaction writes. */
  steps: Step[]
}

const scopeOf = (job: ReductionJob) => systemScope('delivery', [job.complexId])

const read = async (walk: Walk): Promise<ReductionResult> => {
  const { driver, view } = walk
  const outcome = await readSeen(driver, view.reduction, view.books.reduce)
  if (!outcome.ok) return { kind: 'fault', reason: outcome.reason }
  const reading = outcome.value
  const kind = walk.view.reduction.sends > 0 ? 'read-back' : 'read'
  walk.steps.push({ at: reading.at, kind, facts: readingFacts(reading) })
  return { kind: 'read', reading }
}

const send = async (walk: Walk, amountFen: number): Promise<ReductionResult> => {
  const { driver, job } = walk
  const { orderNo, books } = job
  const order = { amountFen: fen(amountFen), orderNo, customerNo: books.customerNo }
  const outcome =
    books.reduce === 'reinitialise' ? await driver.initialiseWallet() : await driver.reduce(order)
  const facts = { amountFen, orderNo, answer: answerOf(outcome), detail: detailOf(outcome) }
  walk.steps.push({ at: walk.deps.clock.now(), kind: 'answered', facts })
  return { kind: 'sent' }
}

type Committing = Extract<ReductionAction, { do: 'prepare' | 'done' | 'cancel' | 'hold' }>

const write = (tx: Tx, walk: Walk, action: Committing): Promise<void> => {
  const { deps, steps, view } = walk
  const job = { ...walk.job, reduction: view.reduction, books: view.books }
  switch (action.do) {
    case 'prepare': {
      const { orderNo } = job
      const { askedFen } = action
      const sent: Step = { at: tx.now, kind: 'sent', facts: { orderNo, askedFen } }
      return writeReductionSent(tx, job, action, [...steps, sent])
    }
    case 'done':
      return finishReduction(tx, deps, job, action, steps)
    case 'cancel':
      return cancelShort(tx, deps, job, action)
    case 'hold':
      return holdReduction(tx, deps, job, action, steps)
  }
}

/** When it was committed; null when another had changed the state: then nothing is written. */
const commit = async (walk: Walk, action: Committing): Promise<Instant | null> => {
  const { deps, job, view } = walk
  const at = await deps.db.as(scopeOf(job), async (tx) => {
    const stored = await lockStoredReduction(tx, job, deps.holder)
    if (stored === null || !reductionStillRight(stored, view, action)) return null
    await write(tx, walk, action)
    return tx.now
  })
  if (at !== null) walk.steps = []
  return at
}

type Act = Exclude<ReductionAction, { do: 'wait' | 'stop' }>

const perform = async (walk: Walk, action: Act): Promise<ReductionResult | 'stale'> => {
  if (action.do === 'read') return read(walk)
  if (action.do === 'send') return send(walk, action.amountFen)
  const at = await commit(walk, action)
  return at === null ? 'stale' : { kind: 'committed', at }
}

const rememberFault = async (walk: Walk, fault: string): Promise<void> => {
  const { deps, job } = walk
  if (fault === job.lastFault) return
  await deps.db.as(scopeOf(job), (tx) => writeReductionFault(tx, job, fault))
}

const endingOf = ({ reduction, books }: ReductionView): ReductionEnding => {
  const { state } = reduction
  if (state === 'DONE' || state === 'CANCELLED') return 'ended'
  return books.onHold ? 'held' : 'stopped'
}

/** Walks one reduction as far as it goes now. Errors: CommitUnknown, as the database says. */
export const reduceOne = (
  deps: ReducingDeps,
  job: ReductionJob,
  driver: MeterDriver,
): Promise<ReductionEnding> => {
  const view = loadedReduction(job.reduction, job.books)
  const walk: Walk = { deps, job, driver, view, steps: [] }
  return walkOn<ReductionView, Act, ReductionResult, ReductionEnding>(walk, {
    ...{ decide: decideReduction, observe: observeReduction, endingOf },
    perform: (action) => perform(walk, action),
    rememberFault: (fault) => rememberFault(walk, fault),
  })
}
