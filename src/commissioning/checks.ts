// The guided check of a meter 逐表调试: read, small credit, trip, reclose, sign. What was done is
// named by what the product keeps of it (a test read, an order, rounds of reading); the centre
// looks there what it showed, so that nobody signs for what no meter said.

import type { StepRequest } from '../http/contract/commissioning.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import { type ComplexId, type Uuid, uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import {
  creditOfCheck,
  endCheck,
  insertCheck,
  insertStep,
  lockCheck,
  type NewStep,
  neighboursOf,
  type OpenCheck,
  type OrderSeen,
  openCheckOf,
  orderSeen,
  type RoundSeen,
  roundSeen,
  stepsOf,
  suppliedBy,
} from './check-store.ts'
import { partsOfJob } from './job-view.ts'
import { jobById, meterPlace } from './line-job-store.ts'
import { judgeClose, judgeTrip } from './load-drop.ts'

export type CheckDeps = {
  db: Db
  ids: Ids
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

/** Power before a trip that is older says nothing of it. */
const BEFORE_MS = 600_000

const missing = (field: string): Refusal =>
  new Refusal('invalid_input', { where: 'body', field, rule: 'required' })

/** Begins a check, or goes on with the open one of this meter. Errors: Refusal not_found. */
export const beginCheck = async (
  { db, ids }: CheckDeps,
  scope: Scope,
  requestId: string,
  asked: { meterId: number },
): Promise<Uuid> => {
  const found = await db.as(scope, (tx) => meterPlace(tx, asked.meterId))
  if (!found) throw new Refusal('not_found', { meterId: asked.meterId })
  const { complexId, meterId } = found
  const name = { complexId, requestId, operation: 'commissioning.check', content: asked }
  return once(db, scope, name, async (tx) => {
    const open = await openCheckOf(tx, complexId, meterId)
    if (open) return open
    const checkId = ids.uuid()
    if (!(await insertCheck(tx, { complexId, checkId, meterId })))
      return (await openCheckOf(tx, complexId, meterId)) ?? checkId
    const subject = `meter/${meterId}`
    await audit(tx, ids, { complexId, action: 'commissioning.check', subject, after: { checkId } })
    return checkId
  })
}

type Judged = Omit<NewStep, 'step' | 'note'>

const judgeRead = async (tx: Tx, check: OpenCheck, asked: StepRequest): Promise<Judged> => {
  if (asked.testReadId === undefined) throw missing('testReadId')
  const job = await jobById(tx, uuid(asked.testReadId), 'read')
  if (!job || job.meterId !== check.meterId) throw new Refusal('not_found', { field: 'testReadId' })
  refuseIf(job.endedAt === null, 'check_not_ended', { step: 'read' })
  const parts = partsOfJob(job)
  const values = Object.assign({}, ...parts.map((part) => part.values))
  const bad = parts.filter(({ ok }) => !ok).map(({ part }) => part)
  const facts = { testReadId: job.jobId, values, failed: bad }
  const status = parts.find(({ part }) => part === 'status')
  if (!status?.ok) return { result: 'failed', reason: 'notRead', facts }
  return bad.length > 0
    ? { result: 'failed', reason: 'partsNotRead', facts }
    : { result: 'passed', reason: '', facts }
}

const judgeCredit = async (tx: Tx, deps: CheckDeps, check: OpenCheck): Promise<Judged> => {
  const loaded = await creditOfCheck(tx, check)
  if (loaded) {
    const { purchaseId, amountFen, state, purchaseNo } = loaded
    refuseIf(state === 'QUEUED' || state === 'ARMED', 'check_not_ended', { step: 'credit' })
    const facts = { purchaseId, amountFen, purchaseNo, state }
    return state === 'DELIVERED'
      ? { result: 'passed', reason: '', facts }
      : { result: 'failed', reason: 'notDelivered', facts }
  }
  const supplied = await suppliedBy(tx, check.complexId, check.meterId)
  const place = await meterPlace(tx, check.meterId)
  const prepaid = place !== null && deps.capabilitiesOf(place.model)?.prepaid === true
  if (!prepaid) return { result: 'skipped', reason: 'noWallet', facts: {} }
  if (supplied?.mode === 'centre') return { result: 'skipped', reason: 'centreMode', facts: {} }
  if (supplied === null) return { result: 'skipped', reason: 'notOpened', facts: {} }
  throw new Refusal('check_not_ended', { step: 'credit' })
}

const orderIn = async (tx: Tx, check: OpenCheck, asked: StepRequest): Promise<OrderSeen> => {
  if (asked.commandId === undefined) throw missing('commandId')
  if (asked.seen === undefined) throw missing('seen')
  const order = await orderSeen(tx, check.complexId, asked.commandId, check.meterId)
  if (!order) throw new Refusal('not_found', { field: 'commandId' })
  refuseIf(order.endedAt === null, 'check_not_ended', { step: asked.step })
  refuseIf(order.queuedAt < check.begunAt, 'check_evidence_old', { field: 'commandId' })
  return order
}

const roundIn = async (
  tx: Tx,
  complex: ComplexId,
  round: string | undefined,
  field: string,
): Promise<RoundSeen> => {
  if (round === undefined) throw missing(field)
  const seen = await roundSeen(tx, complex, round)
  if (!seen) throw new Refusal('not_found', { field })
  refuseIf(seen.open > 0, 'check_not_ended', { field })
  return seen
}

const wattsOf = (powers: ReadonlyMap<number, number | null>) => Object.fromEntries(powers)

const judgeTripStep = async (tx: Tx, check: OpenCheck, asked: StepRequest): Promise<Judged> => {
  const order = await orderIn(tx, check, asked)
  refuseIf(order.mode !== 'tripped', 'invalid_input', { where: 'body', field: 'commandId' })
  const before = await roundIn(tx, check.complexId, asked.beforeRoundId, 'beforeRoundId')
  const after = await roundIn(tx, check.complexId, asked.afterRoundId, 'afterRoundId')
  const ended = order.endedAt ?? order.queuedAt
  const early =
    before.lastEndedAt === null || before.lastEndedAt < plusMs(order.queuedAt, -BEFORE_MS)
  refuseIf(early || before.createdAt > order.queuedAt, 'check_evidence_old', {
    field: 'beforeRoundId',
  })
  refuseIf(after.createdAt < ended, 'check_evidence_old', { field: 'afterRoundId' })
  const wentDark = asked.wentDarkMeterId ?? null
  const relay = after.relays.get(check.meterId) ?? order.relay
  const judged = judgeTrip({
    meterId: check.meterId,
    before: before.powers,
    after: after.powers,
    tripped: order.state === 'confirmed' && relay === 'tripped',
    dark: asked.seen === true,
    wentDark,
  })
  const { result, reason, partners } = judged
  const near = await neighboursOf(tx, check.complexId, check.meterId)
  const named = partners.flatMap((id) => near.find((one) => one.meterId === id)?.meterNo ?? [])
  const facts = {
    ...{ commandId: asked.commandId, state: order.state, relay, dark: asked.seen === true },
    ...{ beforeW: wattsOf(before.powers), afterW: wattsOf(after.powers), partners, wentDark },
    ...(named.length > 0 && { meters: named.join(', ') }),
  }
  return { result, reason, facts }
}

/** The power before the trip is in the newest trip of this check. */
const lastTrip = async (tx: Tx, check: OpenCheck): Promise<Record<string, unknown> | null> => {
  const steps = await stepsOf(tx, check.complexId, [check.checkId], 'UTC')
  return steps.get(check.checkId)?.findLast(({ step }) => step === 'trip')?.facts ?? null
}

const wattIn = (facts: Record<string, unknown> | null, meter: number): number | null => {
  const watts = facts?.beforeW
  const w: unknown = typeof watts === 'object' && watts !== null ? Reflect.get(watts, meter) : null
  return typeof w === 'number' ? w : null
}

const judgeCloseStep = async (tx: Tx, check: OpenCheck, asked: StepRequest): Promise<Judged> => {
  const order = await orderIn(tx, check, asked)
  refuseIf(order.mode === 'tripped', 'invalid_input', { where: 'body', field: 'commandId' })
  const after = await roundIn(tx, check.complexId, asked.afterRoundId, 'afterRoundId')
  refuseIf(after.createdAt < (order.endedAt ?? order.queuedAt), 'check_evidence_old', {
    field: 'afterRoundId',
  })
  const relay = after.relays.get(check.meterId) ?? null
  const hadW = wattIn(await lastTrip(tx, check), check.meterId)
  const hasW = after.powers.get(check.meterId) ?? null
  const lit = asked.seen === true
  const { result, reason } = judgeClose({ closed: relay === 'closed', lit, hadW, hasW })
  return { result, reason, facts: { commandId: asked.commandId, relay, lit, hadW, hasW } }
}

const judgeFault = (asked: StepRequest): Judged => {
  if (asked.reason === undefined) throw missing('reason')
  return { result: 'noted', reason: asked.reason, facts: {} }
}

const NEEDED = ['read', 'credit', 'trip', 'close'] as const

/** A sound meter is signed when its last tries are in order; one with faults says so. */
const judgeSign = async (
  tx: Tx,
  deps: CheckDeps,
  check: OpenCheck,
  { withFaults = false }: StepRequest,
): Promise<Judged> => {
  const steps =
    (await stepsOf(tx, check.complexId, [check.checkId], 'UTC')).get(check.checkId) ?? []
  const place = await meterPlace(tx, check.meterId)
  const canTrip = place !== null && deps.capabilitiesOf(place.model)?.relay.trip === true
  const needed = NEEDED.filter((step) => canTrip || (step !== 'trip' && step !== 'close'))
  const bad = needed.filter((step) => {
    const last = steps.findLast((one) => one.step === step)
    return last === undefined || (last.result !== 'passed' && last.result !== 'skipped')
  })
  const faults = steps.filter((one) => one.step === 'fault').length
  refuseIf(!withFaults && bad.length > 0, 'check_incomplete', { steps: bad.join(', ') })
  const result = withFaults ? 'failed' : 'passed'
  return { result, reason: withFaults ? 'withFaults' : '', facts: { bad, faults } }
}

const judge = (tx: Tx, deps: CheckDeps, check: OpenCheck, asked: StepRequest): Promise<Judged> => {
  switch (asked.step) {
    case 'read':
      return judgeRead(tx, check, asked)
    case 'credit':
      return judgeCredit(tx, deps, check)
    case 'trip':
      return judgeTripStep(tx, check, asked)
    case 'close':
      return judgeCloseStep(tx, check, asked)
    case 'fault':
      return Promise.resolve(judgeFault(asked))
    case 'sign':
      return judgeSign(tx, deps, check, asked)
  }
}

/** Locked, and open. Refuses: not_found, check_ended. */
export const openCheck = async (tx: Tx, check: Uuid): Promise<OpenCheck> => {
  const found = await lockCheck(tx, check)
  if (!found) throw new Refusal('not_found', { checkId: check })
  refuseIf(found.endedAt !== null, 'check_ended')
  return found
}

/**
 * Writes down what a step showed; `sign` ends the check. Errors: Refusal not_found, check_ended,
 * check_not_ended (what it names is under way), check_evidence_old, check_incomplete,
 * invalid_input (field), request_id_reused.
 */
export const recordStep = (
  deps: CheckDeps,
  scope: Scope,
  requestId: string,
  checkId: Uuid,
  asked: StepRequest,
): Promise<Uuid> => {
  const content = { checkId, ...asked }
  const complexId = async (tx: Tx) => {
    const found = await lockCheck(tx, checkId)
    if (!found) throw new Refusal('not_found', { checkId })
    return found.complexId
  }
  const name = { complexId, requestId, operation: 'commissioning.step', content }
  return once(deps.db, scope, name, async (tx) => {
    const check = await openCheck(tx, checkId)
    const judged = await judge(tx, deps, check, asked)
    const { step, note = '' } = asked
    await insertStep(tx, check, { step, note, ...judged })
    const after = { checkId, step, result: judged.result, reason: judged.reason, note }
    const subject = `meter/${check.meterId}`
    await audit(tx, deps.ids, {
      ...{ complexId: check.complexId, action: 'commissioning.step' as const, subject, after },
    })
    if (step === 'sign')
      await endCheck(tx, check, judged.result === 'passed' ? 'passed' : 'failed', note)
    return checkId
  })
}
