// The look of the centre 策略巡检: what meters with a wallet do by themselves it does for the
// others, by commands like any other. It looks for surges first, and queues no more trips than
// may leave.

import type { CentreReasonCode } from '../../http/contract/mode-reasons.ts'
import type { Tx } from '../../ports/database.ts'
import { type ControlDeps, queueCommands } from '../commands.ts'
import type { Job } from '../job-store.ts'
import type { OrderCause } from '../queue-commands.ts'
import type { Decision } from './decide.ts'
import { remember, type SupplyFacts, tripsWaiting } from './facts-store.ts'
import { tripRoom } from './interlock-pass.ts'
import { memoryOf, triedNow } from './memory.ts'
import { watchSurges } from './surge.ts'
import { decided, type PolicyDeps, type SupplyNow, type World, worldOf } from './world.ts'

const keepMemory = async (tx: Tx, { complexId, supplies }: World): Promise<void> => {
  const changed = supplies.flatMap((one) => {
    const memory = memoryOf(one.facts, one.policy, tx.now)
    if (memory === one.facts) return []
    Object.assign(one.facts, memory)
    return [{ ...memory, supplyId: one.facts.supplyId }]
  })
  await remember(tx, complexId, changed)
}

const order = async (
  tx: Tx,
  deps: ControlDeps,
  { complexId, supplies }: World,
  { meterId }: SupplyFacts,
  reason: CentreReasonCode,
  cause: OrderCause | null,
): Promise<void> => {
  await queueCommands(tx, deps, {
    requestId: `policy/${deps.ids.uuid()}`,
    ...{ complexId, kind: 'setMode', meterIds: [meterId] },
    params: { mode: 'prepaid', reason },
    ...(cause && { cause }),
  })
  // For whoever decides on the same world after this.
  for (const { facts } of supplies) if (facts.meterId === meterId) facts.commandUnderWay = true
}

type Due = SupplyNow & { decision: Decision }

const recloseAll = async (tx: Tx, deps: ControlDeps, world: World, due: readonly Due[]) => {
  for (const { facts, decision } of due) {
    if (decision.intent !== 'reclose') continue
    const recovers = decision.cause === 'overload'
    const reason = recovers ? 'overload-over' : 'money-came'
    await order(tx, deps, world, facts, reason, recovers ? 'recovery' : null)
    const tried = { ...triedNow(facts, tx.now), supplyId: facts.supplyId }
    if (recovers) await remember(tx, world.complexId, [tried])
  }
}

const bySince = (a: Due, b: Due): number =>
  (a.facts.owesSince ?? 0) - (b.facts.owesSince ?? 0) || a.facts.meterId - b.facts.meterId

/** Those that have owed longest go first. */
const tripSome = async (tx: Tx, deps: ControlDeps, world: World, due: readonly Due[]) => {
  if (due.length === 0) return
  const { left } = await tripRoom(tx, world.complexId)
  const room = Math.max(0, left - (await tripsWaiting(tx, world.complexId)))
  for (const { facts, decision } of due.toSorted(bySince).slice(0, room)) {
    const cause = decision.cause ?? 'arrears'
    await order(tx, deps, world, facts, cause, cause)
  }
}

const isDue = ({ decision }: Due): boolean => decision.intent === 'trip'
const wasStopped = ({ decision }: Due): boolean => decision.reason === 'surge'

const decisions = (tx: Tx, world: World): Due[] =>
  world.supplies.map((one) => ({ ...one, decision: decided(tx, one) }))

/** One look at the supplies of a complex as they were read a moment ago. */
export const reviewSupplies = async (tx: Tx, deps: ControlDeps, world: World): Promise<void> => {
  const { complexId } = world
  await keepMemory(tx, world)
  const first = decisions(tx, world)
  const due = first.filter((one) => isDue(one) || wasStopped(one))
  await watchSurges(
    tx,
    deps.ids,
    complexId,
    due.map(({ facts }) => facts.meterId),
  )
  await recloseAll(tx, deps, world, first)
  const meters = due.filter(isDue).map(({ facts }) => facts.meterId)
  if (meters.length === 0) return
  // Again, with the surges that were just found.
  const again = decisions(tx, await worldOf(tx, deps, complexId, { meters }))
  await tripSome(tx, deps, world, again.filter(isDue))
}

/**
 * Whether a trip that the policy ordered is still right when it is about to be sent: the same
 * decision, on what is known now. Null: it is; else why it is not.
 */
export const tripForbidden = async (tx: Tx, deps: PolicyDeps, job: Job): Promise<string | null> => {
  if (job.cause !== 'arrears' && job.cause !== 'overload') return null
  const which = { meters: [job.meterId], except: job.commandId }
  const [supply] = (await worldOf(tx, deps, job.complexId, which)).supplies
  if (!supply) return 'noSupply'
  const decision = decided(tx, supply)
  return decision.intent === 'trip' && decision.cause === job.cause ? null : decision.reason
}
