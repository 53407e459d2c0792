// Reinitialising a barred meter 停用表初始化: what it still holds belongs to nobody, since its claim was
// decided without it. Read, emptied, read again, and never sent twice unless it was refused; only a
// wallet that shows nothing lifts the bar, and the next opening begins a counter epoch of its own.

import type { Command } from '../http/contract/commands.ts'
import type {
  MeterDriver,
  ModelCapabilities,
  Outcome,
  WalletReading,
  WriteAnswer,
} from '../metering/driver.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { plusMs } from '../shared/clock.ts'
import type { MeterId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { newOrderNo } from '../work/order-no.ts'
import { once } from '../work/request.ts'
import { type ControlDeps, commandById } from './commands.ts'
import { type BarredMeter, liftBar, lockBarred, orderNoOf } from './initialise-store.ts'
import type { Job } from './job-store.ts'
import { queueOrder } from './queue-order.ts'
import {
  again,
  endAtDeadline,
  endCommand,
  endUnseen,
  type RoundEnd,
  type RunnerDeps,
  scopeOfJob,
  timeText,
} from './round.ts'
import { moveCommand, noteCommand } from './store.ts'

const LIFE_MS = 3_600_000
/** A meter under load holds less by the time it is asked. */
const SENDS_MAX = 4
/** A frame that a gateway holds is sent by then, or never. */
const NOT_TAKEN_AFTER_MS = 120_000

/** Refuses: meter_not_barred, meter_in_use, initialise_under_way. */
const refuseBusy = (meter: BarredMeter): void => {
  const { meterNo } = meter
  refuseIf(meter.barredAt === null, 'meter_not_barred', { meterNo })
  refuseIf(meter.holdsTenant, 'meter_in_use', { meterNo })
  refuseIf(meter.underWay, 'initialise_under_way', { meterNo })
}

const queueIn = async (
  tx: Tx,
  deps: ControlDeps,
  cmd: { meterId: MeterId; note: string },
): Promise<Uuid> => {
  const meter = await lockBarred(tx, cmd.meterId)
  if (!meter) throw new Refusal('not_found', { meterId: cmd.meterId })
  refuseBusy(meter)
  const { complexId, meterNo, model, gatewayId, barredReason } = meter
  refuseIf(deps.capabilitiesOf(model)?.prepaid !== true, 'meter_not_prepaid', { meterNo, model })
  const { meterId, note } = cmd
  const orderNo = await newOrderNo(tx, complexId)
  const batchId = await queueOrder(tx, deps.ids, {
    ...{ complexId, meterId, gatewayId, kind: 'initialise', lifeMs: LIFE_MS },
    params: { orderNo, note },
  })
  await audit(tx, deps.ids, {
    complexId,
    action: 'meter.reinitialise.begin',
    subject: `meter/${meterId}`,
    before: { barredReason },
    after: { note, orderNo, command: batchId },
  })
  return batchId
}

/**
 * Queues it, once per request. Refuses: not_found, meter_not_barred, meter_in_use,
 * initialise_under_way, meter_not_prepaid, request_id_reused.
 */
export const reinitialise = async (
  deps: ControlDeps,
  scope: Scope,
  cmd: { meterId: MeterId; note: string; requestId: string; language: Language },
): Promise<Command> => {
  const { requestId, language, ...content } = cmd
  const complexId = async (tx: Tx) => {
    const meter = await lockBarred(tx, cmd.meterId)
    if (!meter) throw new Refusal('not_found', { meterId: cmd.meterId })
    return meter.complexId
  }
  const name = { complexId, requestId, operation: 'meter.reinitialise', content }
  const batchId = await once(deps.db, scope, name, (tx) => queueIn(tx, deps, cmd))
  return commandById(deps, scope, batchId, language)
}

const factsOf = (job: Job, { at, ...seen }: WalletReading) => {
  const { balanceFen, count, customerNo, energyWh } = seen
  return { balanceFen, count, customerNo, energyWh, at: timeText(job, at) }
}

const isEmpty = ({ remainingFen, overdraftFen }: WalletReading): boolean =>
  remainingFen === 0 && overdraftFen === 0

const confirm = (deps: RunnerDeps, job: Job, seen: WalletReading): Promise<RoundEnd> => {
  const shown = factsOf(job, seen)
  return endCommand(deps, job, 'confirm', { after: shown }, async (tx) => {
    const meter = await lockBarred(tx, job.meterId)
    // Whoever put it to use meanwhile knows better.
    if (meter === null || meter.barredAt === null || meter.holdsTenant) return
    await liftBar(tx, job.complexId, job.meterId)
    await audit(tx, deps.ids, {
      complexId: job.complexId,
      action: 'meter.reinitialise',
      subject: `meter/${job.meterId}`,
      before: { barredReason: meter.barredReason, shown: job.result?.before ?? shown },
      after: { shown, command: job.commandId },
    })
  })
}

/** Durable before the first byte, and only while it is still barred and nobody's. */
const maySend = (deps: RunnerDeps, job: Job, seen: WalletReading): Promise<boolean> =>
  deps.db.as(scopeOfJob(job), async (tx) => {
    const meter = await lockBarred(tx, job.meterId)
    if (meter === null || meter.barredAt === null || meter.holdsTenant) return false
    const moved = await moveCommand(tx, job, 'send', { before: factsOf(job, seen), answer: null })
    if (moved !== null) job.state = moved
    return moved !== null
  })

type Emptying = (orderNo: string) => Promise<Outcome<WriteAnswer>>

/**
 * What a former tenant used beyond his money is owed in the books; the meter itself is loaded with
 * just that. Its next count fences the order, so that it never arrives twice.
 */
const evenOut = (
  { replayGuard, countModulus }: Pick<ModelCapabilities, 'replayGuard' | 'countModulus'>,
  driver: MeterDriver,
  { overdraftFen: amountFen, count, customerNo, opened }: WalletReading,
): Emptying | null =>
  replayGuard === 'counter' && opened && amountFen > 0
    ? () => driver.recharge({ count: (count + 1) % countModulus, amountFen, customerNo })
    : null

/** Null where the model can't: it gives nothing back, or takes nothing under a count. */
const emptyingOf = (
  can: ModelCapabilities | null,
  driver: MeterDriver,
  seen: WalletReading,
): Emptying | null => {
  const { remainingFen: amountFen, customerNo } = seen
  if (can?.reduce === 'reinitialise') return () => driver.initialiseWallet()
  if (can && amountFen === 0) return evenOut(can, driver, seen)
  if (can?.reduce !== 'refund') return null
  return (orderNo) => driver.reduce({ amountFen, orderNo, customerNo })
}

const emptyAndLook = async (
  deps: RunnerDeps,
  job: Job,
  round: number,
  driver: MeterDriver,
  seen: WalletReading,
  sends = 1,
): Promise<RoundEnd> => {
  const orderNo = await deps.db.as(scopeOfJob(job), (tx) => orderNoOf(tx, job))
  const empty = emptyingOf(deps.capabilitiesOf(job.model), driver, seen)
  if (orderNo === null || empty === null) {
    const facts = { reason: 'not_supported_by_model', before: factsOf(job, seen) }
    return endCommand(deps, job, 'fail', facts)
  }
  if (!(await maySend(deps, job, seen)))
    return endCommand(deps, job, 'fail', { reason: 'meter_in_use' })
  const answer = await empty(orderNo)
  await deps.db.as(scopeOfJob(job), (tx) => noteCommand(tx, job, { answer }))
  const back = await driver.readWallet('recharge')
  if (back.ok && isEmpty(back.value)) return confirm(deps, job, back.value)
  const refused = answer.ok && answer.value.answered === 'refused'
  // It used a fen since it was read: what it has refused to its face waits in no gateway.
  if (back.ok && refused && sends < SENDS_MAX)
    return emptyAndLook(deps, job, round, driver, back.value, sends + 1)
  return again(deps, job, round, 'not shown to be empty')
}

/** One round. What may have been sent is not sent again; after that the meter is only read. */
export const runInitialise = async (
  deps: RunnerDeps,
  job: Job,
  round: number,
): Promise<RoundEnd> => {
  const late = deps.clock.now() > job.deadline
  const driver = deps.drivers.of(job.meterId)
  if (!driver) return endUnseen({ deps, job, round, late }, 'notServed')
  const read = await driver.readWallet('recharge')
  if (!read.ok) return endUnseen({ deps, job, round, late }, read)
  if (isEmpty(read.value)) return confirm(deps, job, read.value)
  const facts = { reason: 'notEmpty', after: factsOf(job, read.value) }
  if (late) return endAtDeadline(deps, job, 'otherwise', facts)
  if (job.sentAt !== null) {
    const early = deps.clock.now() < plusMs(job.sentAt, NOT_TAKEN_AFTER_MS)
    if (early) return again(deps, job, round, 'not shown to be empty')
    return endCommand(deps, job, 'fail', facts)
  }
  return emptyAndLook(deps, job, round, driver, read.value)
}
