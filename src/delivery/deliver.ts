// Delivering one meter's purchases 逐笔下发: asks the machine what to do, does it, and tells it what
// came of it. It holds no state that a crash could lose: all starts from the books and a reading.

import { fen } from '../ledger/money.ts'
import type { CreditOrder, Drivers, MeterDriver, ModelCapabilities } from '../metering/driver.ts'
import type { Clock } from '../ports/clock.ts'
import { CommitUnknown, type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { AfterReductions } from './after-reduction.ts'
import { arm, note } from './arm.ts'
import { countOnWire } from './count.ts'
import { answerOf, detailOf, readingFacts } from './exchange-facts.ts'
import {
  type Action,
  decide,
  loaded,
  observe,
  type Result,
  stillRight,
  type View,
} from './machine.ts'
import { type ReductionEnding, reduceOne } from './reduce.ts'
import { nextReduction } from './reduce-store.ts'
import { holdPurchase, settle } from './settle.ts'
import {
  addSteps,
  type Job,
  lockStored,
  type MeterKey,
  nextJob,
  type Step,
  writeFault,
} from './store.ts'
import { walkOn } from './walk.ts'

export type DeliveryDeps = {
  db: Db
  clock: Clock
  ids: Ids
  drivers: Drivers
  /** Null for a model this installation does not know: it has no driver either. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
  /** The name under which this process holds its gateways. */
  holder: string
  /** What goes on when a meter gave money back. */
  afterReduction: AfterReductions
}

/** How a round ended: nothing left that could be done, or again after a fault. */
export type RoundEnd =
  | { round: 'ended'; delivered: number }
  | { round: 'again'; delivered: number; why: string }

const PURCHASES_MAX = 20

type Walk = {
  deps: DeliveryDeps
  job: Job
  driver: MeterDriver
  view: View
  /** Steps of the timeline that the next transaction writes. */
  steps: Step[]
}

type Ending = 'nothing' | 'delivered' | 'reload' | ReductionEnding

const scopeOf = (job: MeterKey) => systemScope('delivery', [job.complexId])

const read = async (walk: Walk): Promise<Result> => {
  const outcome = await walk.driver.readWallet('recharge')
  if (!outcome.ok) {
    const { reason, detail } = outcome
    walk.steps.push({ at: walk.deps.clock.now(), kind: 'fault', facts: { reason, detail } })
    return { kind: 'fault', reason }
  }
  const reading = outcome.value
  const kind = walk.view.answer === null ? 'read' : 'read-back'
  walk.steps.push({ at: reading.at, kind, facts: readingFacts(reading) })
  return { kind: 'read', reading }
}

const send = async (walk: Walk, n: number): Promise<Result> => {
  const { kind, amountFen } = walk.view.purchase
  const { customerNo, countModulus } = walk.view.books
  const count = countOnWire(n, countModulus)
  const order: CreditOrder = { count, amountFen: fen(amountFen), customerNo }
  const outcome =
    kind === 'open' ? await walk.driver.openAccount(order) : await walk.driver.recharge(order)
  const answer = answerOf(outcome)
  const facts = { n, answer, detail: detailOf(outcome) }
  walk.steps.push({ at: walk.deps.clock.now(), kind: 'answered', facts })
  return { kind: 'answered', answer }
}

type Committing = Extract<Action, { do: 'arm' | 'note' | 'settle' | 'hold' }>

const write = (tx: Tx, walk: Walk, action: Committing): Promise<void> => {
  const { deps, steps, view } = walk
  const job = { ...walk.job, purchase: view.purchase, books: view.books }
  switch (action.do) {
    case 'arm':
      return arm(tx, deps.ids, job, action, steps)
    case 'note': {
      const n = must(view.purchase.n, 'an armed purchase has its number')
      return note(tx, deps.ids, job, { n, sends: view.purchase.sends + 1 }, steps)
    }
    case 'settle':
      return settle(tx, deps.ids, job, action, steps)
    case 'hold':
      return holdPurchase(tx, deps.ids, job, action, steps)
  }
}

/** True when committed; false when another had changed the state: then nothing is written. */
const commit = async (walk: Walk, action: Committing): Promise<boolean> => {
  const { deps, job, view } = walk
  const done = await deps.db.as(scopeOf(job), async (tx) => {
    const stored = await lockStored(tx, job, deps.holder)
    if (stored === null || !stillRight(stored, view, action)) return false
    await write(tx, walk, action)
    return true
  })
  if (done) walk.steps = []
  return done
}

const rememberFault = async (walk: Walk, fault: string): Promise<void> => {
  const { deps, job, steps } = walk
  const news = steps.some((step) => step.kind !== 'fault') || fault !== job.lastFault
  if (!news) return
  await deps.db.as(scopeOf(job), async (tx) => {
    await writeFault(tx, job, fault)
    await addSteps(tx, deps.ids, job, steps)
  })
}

const readRelay = async (walk: Walk): Promise<void> => {
  const { deps, job } = walk
  const outcome = await walk.driver.readRelay('recharge')
  const step: Step = outcome.ok
    ? {
        at: outcome.value.at,
        kind: 'relay',
        facts: { relay: outcome.value.relay, kept: outcome.value.kept },
      }
    : { at: deps.clock.now(), kind: 'relay', facts: { relay: null, reason: outcome.reason } }
  await deps.db.as(scopeOf(job), (tx) => addSteps(tx, deps.ids, job, [step]))
}

type Act = Exclude<Action, { do: 'wait' | 'stop' }>

const perform = async (walk: Walk, action: Act): Promise<Result | 'stale'> => {
  switch (action.do) {
    case 'read':
      return read(walk)
    case 'send':
      return send(walk, action.n)
    default:
      return (await commit(walk, action)) ? { kind: 'committed' } : 'stale'
  }
}

const endingOf = ({ purchase }: View): Ending => {
  if (purchase.state === 'DELIVERED') return 'delivered'
  return purchase.state === 'HOLD' ? 'held' : 'stopped'
}

const deliverOne = async (deps: DeliveryDeps, job: Job, driver: MeterDriver): Promise<Ending> => {
  const walk: Walk = { deps, job, driver, view: loaded(job.purchase, job.books), steps: [] }
  const ending = await walkOn<View, Act, Result, Ending>(walk, {
    ...{ decide, observe, endingOf },
    perform: (action) => perform(walk, action),
    rememberFault: (fault) => rememberFault(walk, fault),
  })
  if (ending === 'delivered') await readRelay(walk)
  return ending
}

/**
 * What is next for a meter: a purchase on its way into it, else what is to be taken out of it, else
 * the earliest purchase that is queued.
 */
const nextOf = (deps: DeliveryDeps, key: MeterKey) =>
  deps.db.as(scopeOf(key), async (tx) => {
    const purchase = await nextJob(tx, key, deps.holder, deps.capabilitiesOf)
    if (purchase?.purchase.state === 'ARMED') return { kind: 'purchase', job: purchase } as const
    const reduction = await nextReduction(tx, key, deps.holder, deps.capabilitiesOf)
    if (reduction !== null) return { kind: 'reduction', job: reduction } as const
    return purchase === null ? null : ({ kind: 'purchase', job: purchase } as const)
  })

const deliverNext = async (deps: DeliveryDeps, key: MeterKey): Promise<Ending> => {
  try {
    const next = await nextOf(deps, key)
    if (next === null || next.job.books.onHold) return 'nothing'
    const driver = deps.drivers.of(key.meterId)
    if (driver === null || next.job.leaseToken === null) return { again: 'not-served-here' }
    return next.kind === 'purchase'
      ? await deliverOne(deps, next.job, driver)
      : await reduceOne(deps, next.job, driver)
  } catch (error) {
    // Kept or rolled back, nobody knows: the books are read again and nothing is assumed.
    if (error instanceof CommitUnknown) return 'reload'
    throw error
  }
}

/**
 * Drives the purchases and reductions of one meter, the earliest first, until none is left, one is
 * held, another node has taken over, or a fault asks for patience. Errors: Refusal
 * database_unavailable.
 */
export const deliverMeter = async (
  deps: DeliveryDeps,
  key: MeterKey,
  stopping?: AbortSignal,
): Promise<RoundEnd> => {
  let delivered = 0
  for (let i = 0; i < PURCHASES_MAX && !stopping?.aborted; i++) {
    const ending = await deliverNext(deps, key)
    if (ending === 'nothing' || ending === 'held') return { round: 'ended', delivered }
    if (ending === 'stopped') return { round: 'again', delivered, why: 'state-changed' }
    if (ending === 'delivered') delivered++
    if (typeof ending === 'object') return { round: 'again', delivered, why: ending.again }
  }
  return { round: 'again', delivered, why: 'more' }
}
