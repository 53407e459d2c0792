// Sending commands 下发命令: the desired mode, a command for each meter and the work that carries it
// out are written in one transaction; a bus is never waited for.

import type { Command, CommandRequest } from '../http/contract/commands.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId, MeterId, PointId, Uuid } from '../shared/ids.ts'
import { Refusal, type RefusalCode, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { addWork } from '../work/store.ts'
import {
  type Asked,
  askedOf,
  type CommandKind,
  KINDS,
  type ModeOrder,
  type PushOrder,
} from './kinds.ts'
import { modeRefusal } from './mode.ts'
import { queuePushes } from './push-queue.ts'
import { queueReads, READ_BY_DEFAULT } from './queue-reads.ts'
import {
  type CommandKey,
  insertBatch,
  insertCommands,
  type Moved,
  moveCommands,
  type QueuedOf,
  queuedOf,
  type RefusedMeter,
  supersedeModes,
} from './store.ts'
import { restoreDesiredMode, setDesiredMode, type Target, targetsOf } from './target-store.ts'
import { commandView, type Language } from './view-store.ts'

export const METERS_MAX = 1_000
export const COMMAND_WORK = 'control'
export const RELEASE_WORK = 'control.release'

export type ControlDeps = {
  db: Db
  ids: Ids
  /** Null for a model this installation does not know. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

export type NewCommands = {
  requestId: string
  complexId: ComplexId
  kind: CommandKind
  meterIds: readonly MeterId[]
  params: CommandRequest['params']
  dryRun?: boolean
  /** Language of the refusals' titles. */
  language?: Language
}

type Placed = Target & { pointId: PointId }
const isPlaced = (target: Target): target is Placed => target.pointId !== null

const refusalOf = (
  deps: ControlDeps,
  asked: Exclude<Asked, PushOrder>,
  target: Target | undefined,
): RefusalCode | null => {
  if (!target) return 'not_found'
  const model = deps.capabilitiesOf(target.model)
  if (!model) return 'not_supported_by_model'
  if (asked.kind === 'read') return target.served ? null : 'gateway_disabled'
  if (target.pointId === null) return 'not_found'
  return modeRefusal(asked.mode, model.relay, target.protected)
}

const desireMode = async (
  tx: Tx,
  deps: ControlDeps,
  complexId: ComplexId,
  order: ModeOrder,
  targets: readonly Placed[],
  batchId: Uuid,
): Promise<void> => {
  const owner = tx.scope.operator === null ? 'centre' : 'operator'
  const { mode, reason, until } = order
  const points = targets.map((target) => target.pointId)
  await setDesiredMode(tx, complexId, points, { mode, reason, until, owner })
  for (const target of targets) {
    await audit(tx, deps.ids, {
      complexId,
      action: 'control.setMode',
      subject: `point/${target.pointId}`,
      before: { ...target.desired, since: target.desiredSince },
      after: { mode, reason, until, meter: target.meterNo, command: batchId },
    })
    if (until === null) continue
    await addWork(tx, deps.ids, {
      complexId,
      kind: RELEASE_WORK,
      key: `point/${target.pointId}`,
      payload: { pointId: target.pointId },
      dueAt: until,
    })
  }
}

/** The batch with its commands, inside a transaction of the caller; returns the batch's id. */
export const queueCommands = async (tx: Tx, deps: ControlDeps, cmd: NewCommands): Promise<Uuid> => {
  const { complexId, kind } = cmd
  const asked = askedOf(kind, cmd.params, tx.now)
  const meters = [...new Set(cmd.meterIds)]
  refuseIf(meters.length === 0 || meters.length > METERS_MAX, 'invalid_input', {
    field: 'meterIds',
  })
  const batchId = deps.ids.uuid()
  const { requestId, params } = cmd
  const insert = (refused: readonly RefusedMeter[]) =>
    insertBatch(tx, { complexId, batchId, kind, requestId, params: { ...params }, refused })
  if (asked.kind === 'pushPrice') {
    await queuePushes(tx, deps, { complexId, batchId, meterIds: meters }, asked, insert)
    return batchId
  }
  const found = await targetsOf(tx, complexId, meters, asked.kind === 'setMode')
  const byId = new Map(found.map((target) => [target.meterId, target]))
  const refused: RefusedMeter[] = []
  const accepted: Target[] = []
  for (const meterId of meters) {
    const code = refusalOf(deps, asked, byId.get(meterId))
    if (code === null) accepted.push(must(byId.get(meterId), 'a missing meter is refused'))
    else refused.push({ meterId, code })
  }
  await insert(refused)
  const replaced = new Map<MeterId, unknown>()
  if (asked.kind === 'setMode') {
    const ids = accepted.map((target) => target.meterId)
    for (const older of await supersedeModes(tx, complexId, ids, batchId))
      replaced.set(older.meterId, older.was)
    await desireMode(tx, deps, complexId, asked, accepted.filter(isPlaced), batchId)
  }
  if (asked.kind === 'read') {
    await queueReads(tx, deps.ids, { complexId, batchId, what: READ_BY_DEFAULT }, accepted)
    return batchId
  }
  const commands = accepted.map((target) => ({
    commandId: deps.ids.uuid(),
    meterId: target.meterId,
    // `was` is the mode to go back to, should nothing ever be sent.
    params: { mode: asked.mode, was: replaced.get(target.meterId) ?? target.desired },
    gatewayId: target.gatewayId,
  }))
  const deadline = plusMs(tx.now, KINDS[kind].lifeMs)
  await insertCommands(tx, { complexId, batchId, kind, deadline }, commands)
  for (const { commandId, gatewayId } of commands)
    await addWork(tx, deps.ids, { complexId, kind: COMMAND_WORK, key: commandId, gatewayId })
  return batchId
}

const viewIn = async (tx: Tx, batchId: Uuid, language: Language): Promise<Command> => {
  const view = await commandView(tx, batchId, language)
  if (!view) throw new Refusal('not_found', { commandId: batchId })
  return view
}

/**
 * One command for each meter, as a batch. What a meter can't do is listed under `refused`, the rest
 * goes ahead; the same request id answers with the same batch as it stands now. Nothing is written
 * in a dry run. Errors: Refusal invalid_input (field), request_id_reused.
 */
export const createCommands = async (
  deps: ControlDeps,
  scope: Scope,
  cmd: NewCommands,
): Promise<Command> => {
  const { requestId, language = 'zh', ...content } = cmd
  const { complexId } = cmd
  if (cmd.dryRun === true) {
    return dryRun(deps.db, scope, async (tx) => {
      const view = await viewIn(tx, await queueCommands(tx, deps, cmd), language)
      return { ...view, dryRun: true }
    })
  }
  const name = { complexId, requestId, operation: `command.${cmd.kind}`, content }
  const batchId = await once(deps.db, scope, name, (tx) => queueCommands(tx, deps, cmd))
  return commandById(deps, scope, batchId, language)
}

/** Errors: Refusal not_found. */
export const commandById = (
  deps: { db: Db },
  scope: Scope,
  commandId: Uuid,
  language: Language = 'zh',
): Promise<Command> => deps.db.as(scope, (tx) => viewIn(tx, commandId, language))

/** A command that ended before anything was sent leaves the point as it was. */
export const undoDesiredMode = async (tx: Tx, ids: Ids, key: CommandKey): Promise<void> => {
  const point = await restoreDesiredMode(tx, key)
  if (point === null) return
  await audit(tx, ids, {
    complexId: key.complexId,
    action: 'control.restoreMode',
    subject: `point/${point}`,
    after: { command: key.commandId },
  })
}

/** What is still queued of a batch is taken back. */
export const cancelQueued = (tx: Tx, { complexId, queued }: QueuedOf): Promise<Moved[]> => {
  const facts = { reason: 'cancelledByOperator' }
  const moves = queued.map((commandId) => ({ commandId, event: 'cancel' as const, facts }))
  return moveCommands(tx, complexId, moves)
}

/**
 * Cancels what has not been sent yet, of a batch or of one of its commands, and puts the desired
 * modes back. Errors: Refusal not_found, command_not_cancellable where nothing is left to cancel.
 */
export const cancelCommand = (
  deps: { db: Db; ids: Ids },
  scope: Scope,
  id: Uuid,
  language: Language = 'zh',
): Promise<Command> =>
  deps.db.as(scope, async (tx) => {
    const found = await queuedOf(tx, id)
    if (!found) throw new Refusal('not_found', { commandId: id })
    const { complexId } = found
    const cancelled = await cancelQueued(tx, found)
    if (found.kind !== 'read')
      for (const { commandId } of cancelled)
        await undoDesiredMode(tx, deps.ids, { complexId, commandId })
    refuseIf(cancelled.length === 0, 'command_not_cancellable', { commandId: id })
    return viewIn(tx, found.batchId, language)
  })
