// Queuing what was planned 命令入队: the batch, its commands, the desired modes and the work that
// carries them out, in the transaction of the caller and in a few statements for any number.

import type { CommandUnit } from '../http/contract/commands.ts'
import { auditAll } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { never } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import type { BusId, ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import { addWorks, type NewWork } from '../work/store.ts'
import { busWork } from './batch-work.ts'
import { whoGoesFirst } from './canary.ts'
import { COMMAND_WORK, RELEASE_WORK } from './command-work.ts'
import { type CommandKind, KINDS, type ModeOrder } from './kinds.ts'
import type { Placed, Plan, Supplied } from './plan-commands.ts'
import { interlockOf } from './policy/settings-store.ts'
import { PUSH_WORK } from './price-work.ts'
import type { PushParams } from './push-check.ts'
import { type SettingsOrder, supersedeSettings } from './push-settings-store.ts'
import { queueReads, READ_BY_DEFAULT } from './queue-reads.ts'
import {
  type CommandFacts,
  canaryAbove,
  insertBatch,
  insertCommands,
  supersedeModes,
} from './store.ts'
import { setDesiredMode, type Target } from './target-store.ts'

/** Why a mode is ordered where no operator did it. */
export type OrderCause = 'arrears' | 'overload' | 'recovery' | 'schedule'

export type NewBatch = {
  complexId: ComplexId
  batchId: Uuid
  kind: CommandKind
  requestId: string
  /** As asked, for people. */
  params: CommandFacts
  unit?: CommandUnit | undefined
  cause?: OrderCause | undefined
  lifeMs?: number | undefined
  /** Who agreed to it. */
  approvedBy?: string | undefined
}

type Refusing = NewBatch & { refused: Plan['refused'] }
type Queued = { target: Target; params: CommandFacts }

/** On a slow line, with what is asked again. */
const PER_METER_MS = 10_000
const MINUTE_MS = 60_000

/** Power is given without asking the interlock; the policy trips under any mode. */
const mayTrip = ({ kind, params, cause }: NewBatch): boolean =>
  kind === 'setMode' && (params.mode === 'tripped' || cause !== undefined)

/** A batch lives longer by what its fullest line and the interlock make it wait. */
const lifeMs = async (tx: Tx, batch: NewBatch, commands: readonly Queued[]): Promise<number> => {
  const perBus = new Map<BusId, number>()
  for (const { target } of commands) perBus.set(target.busId, (perBus.get(target.busId) ?? 0) + 1)
  const fullest = Math.max(0, ...perBus.values())
  const life = (batch.lifeMs ?? KINDS[batch.kind].lifeMs) + Math.max(0, fullest - 1) * PER_METER_MS
  if (commands.length < 2 || !mayTrip(batch)) return life
  const { perMinute } = await interlockOf(tx, batch.complexId)
  return life + Math.ceil(commands.length / perMinute) * MINUTE_MS
}

type Row = { commandId: Uuid; target: Target; waits: boolean }

/** Prices go meter by meter, others line by line; those that wait get theirs when they may. */
const worksOf = ({ complexId, batchId, kind }: NewBatch, rows: readonly Row[]): NewWork[] => {
  const begin = rows.filter(({ waits }) => !waits)
  const each = (own: string): NewWork[] =>
    begin.map(({ commandId, target: { gatewayId } }) => ({
      ...{ complexId, kind: own, key: commandId, gatewayId },
    }))
  if (kind === 'pushPrice') return each(PUSH_WORK)
  if (rows.length === 1) return each(COMMAND_WORK)
  const lines = new Map(begin.map(({ target }) => [target.busId, target.gatewayId]))
  return [...lines].map(([busId, gatewayId]) => busWork({ complexId, batchId, busId, gatewayId }))
}

const enqueue = async (
  tx: Tx,
  ids: Ids,
  batch: Refusing,
  commands: readonly Queued[],
): Promise<void> => {
  const { complexId, batchId, kind } = batch
  const targets = commands.map(({ target }) => target)
  const first = whoGoesFirst(kind, targets, await canaryAbove(tx, complexId))
  const deadline = plusMs(tx.now, await lifeMs(tx, batch, commands))
  await insertBatch(tx, { ...batch, first: first && [...first] })
  const rows = commands.map(({ target, params }) => ({
    commandId: ids.uuid(),
    target,
    meterId: target.meterId,
    params,
    waits: first !== null && !first.has(target.meterId),
  }))
  const waitMs = KINDS[kind].lifeMs
  await insertCommands(tx, { complexId, batchId, kind, deadline, waitMs }, rows)
  await addWorks(tx, ids, worksOf(batch, rows))
}

const desireMode = async (
  tx: Tx,
  ids: Ids,
  { complexId, batchId, approvedBy }: NewBatch,
  { mode, reason, until }: ModeOrder,
  targets: readonly Placed[],
): Promise<void> => {
  const owner = tx.scope.operator === null ? 'centre' : 'operator'
  const points = targets.map((target) => target.pointId)
  await setDesiredMode(tx, complexId, points, { mode, reason, until, owner })
  await auditAll(
    tx,
    ids,
    targets.map((target) => ({
      complexId,
      action: 'control.setMode',
      subject: `point/${target.pointId}`,
      before: { ...target.desired, since: target.desiredSince },
      after: { mode, reason, until, meter: target.meterNo, command: batchId, approvedBy },
    })),
  )
  if (until === null) return
  await addWorks(
    tx,
    ids,
    points.map((pointId) => ({
      complexId,
      kind: RELEASE_WORK,
      key: `point/${pointId}`,
      payload: { pointId },
      dueAt: until,
    })),
  )
}

const queueModes = async (
  tx: Tx,
  ids: Ids,
  batch: Refusing,
  { order, targets }: Plan & { kind: 'setMode' },
): Promise<void> => {
  const { complexId, batchId, cause } = batch
  const meters = targets.map(({ meterId }) => meterId)
  const replaced = new Map<MeterId, CommandFacts>()
  for (const older of await supersedeModes(tx, complexId, meters, batchId))
    replaced.set(older.meterId, older.was)
  await desireMode(tx, ids, batch, order, targets)
  const because = cause === undefined ? {} : { cause }
  const commands = targets.map((target) => {
    // `was` is the mode to go back to, should nothing ever be sent; `desired` what an order said
    // that never will be.
    const older = replaced.get(target.meterId)
    const former = older ? { was: older, desired: target.desired } : { was: target.desired }
    return { target, params: { mode: order.mode, ...former, ...because } }
  })
  await enqueue(tx, ids, batch, commands)
}

const settingsOf = ({ supply, meterNo, wanted }: Supplied) =>
  ({
    accountId: supply.accountId,
    supplyId: supply.supplyId,
    meterNo,
    wanted,
  }) satisfies SettingsOrder

const queueSettings = async (
  tx: Tx,
  ids: Ids,
  batch: Refusing,
  { targets }: Plan & { kind: 'pushSettings' },
): Promise<void> => {
  const { complexId, batchId } = batch
  await supersedeSettings(
    tx,
    complexId,
    targets.map(({ meterId }) => meterId),
  )
  await auditAll(
    tx,
    ids,
    targets.map(({ meterId, wanted }) => ({
      complexId,
      action: 'control.pushSettings',
      subject: `meter/${meterId}`,
      after: { ...wanted, command: batchId },
    })),
  )
  const commands = targets.map((target) => ({ target, params: settingsOf(target) }))
  await enqueue(tx, ids, batch, commands)
}

const queuePushes = async (
  tx: Tx,
  ids: Ids,
  batch: Refusing,
  { order, targets }: Plan & { kind: 'pushPrice' },
): Promise<void> => {
  const { complexId, batchId } = batch
  const { replacePending } = order
  const commands = targets.map((target) => {
    const { planId, version } = target.version
    const params = { planId, version, switchAt: target.switchAt, replacePending }
    return { target, params: params satisfies PushParams }
  })
  await auditAll(
    tx,
    ids,
    commands.map(({ target: { meterId }, params: { planId, version, switchAt } }) => ({
      complexId,
      action: 'control.pushPrice',
      subject: `meter/${meterId}`,
      after: { planId, version, switchAt, command: batchId },
    })),
  )
  await enqueue(tx, ids, batch, commands)
}

const queueClocks = async (
  tx: Tx,
  ids: Ids,
  batch: Refusing,
  targets: readonly Target[],
): Promise<void> => {
  const { complexId, batchId } = batch
  await auditAll(
    tx,
    ids,
    targets.map(({ meterId }) => ({
      complexId,
      action: 'control.setClock',
      subject: `meter/${meterId}`,
      after: { command: batchId },
    })),
  )
  const commands = targets.map((target) => ({ target, params: {} }))
  await enqueue(tx, ids, batch, commands)
}

/** Writes everything that the plan says. */
export const queuePlanned = async (
  tx: Tx,
  ids: Ids,
  named: NewBatch,
  plan: Plan,
): Promise<void> => {
  const { complexId, batchId } = named
  const batch = { ...named, refused: plan.refused }
  switch (plan.kind) {
    case 'setMode':
      return queueModes(tx, ids, batch, plan)
    case 'pushSettings':
      return queueSettings(tx, ids, batch, plan)
    case 'setClock':
      return queueClocks(tx, ids, batch, plan.targets)
    case 'pushPrice':
      return queuePushes(tx, ids, batch, plan)
    case 'read': {
      await insertBatch(tx, batch)
      const round = { complexId, batchId, what: READ_BY_DEFAULT }
      return queueReads(tx, ids, round, plan.targets)
    }
    default:
      return never(plan)
  }
}
