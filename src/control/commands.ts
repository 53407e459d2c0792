// Sending commands 下发命令: the desired mode, a command for each meter and the work that carries it
// out are written in one transaction; a bus is never waited for. What changes something in a meter
// was selected before (INV-24).

import type { Agreement } from '../approvals/require.ts'
import type { Command, CommandRequest, CommandUnit } from '../http/contract/commands.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { once } from '../work/request.ts'
import { agreeOnMode } from './agree-mode.ts'
import { whoGoesFirst } from './canary.ts'
import { complexPlace } from './clock-place-store.ts'
import { restoreModes, undoDesiredModes } from './desired-modes.ts'
import { askedOf, type CommandKind, KINDS } from './kinds.ts'
import { observe, type Sight } from './observe.ts'
import { type Plan, planCommands } from './plan-commands.ts'
import { type OrderCause, queuePlanned } from './queue-commands.ts'
import { needsSelection, select, spendSelection } from './selection.ts'
import { canaryAbove, type Moved, moveCommands, type QueuedOf, queuedOf } from './store.ts'
import { metersOfUnit } from './unit-store.ts'
import { commandView, refusedView } from './view-store.ts'

export const METERS_MAX = 5_000

export type ControlDeps = {
  db: Db
  ids: Ids
  /** Null for a model this installation does not know. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
  /** Told as soon as something was queued: whoever carries it out need not wait for the answer. */
  wrote?: () => void
}

export type QueueCommands = {
  requestId: string
  complexId: ComplexId
  kind: CommandKind
  meterIds: readonly MeterId[]
  params: CommandRequest['params']
  /** Where the centre orders a mode by itself. */
  cause?: OrderCause
  /** How long it may wait for a meter that does not answer; left out: as its kind says. */
  lifeMs?: number
}

export type NewCommands = {
  requestId: string
  complexId: ComplexId
  kind: CommandKind
  /** Either these or a unit. */
  meterIds?: readonly MeterId[] | undefined
  unit?: CommandUnit | undefined
  params: CommandRequest['params']
  token?: Uuid | undefined
  approvalId?: string | undefined
  /** Language of the refusals' titles. */
  language?: Language
}

const someMeters = (meterIds: readonly MeterId[], field: string): MeterId[] => {
  const meters = [...new Set(meterIds)]
  const sound = meters.length > 0 && meters.length <= METERS_MAX
  refuseIf(!sound, 'invalid_input', { field, most: METERS_MAX })
  return meters
}

const planned = (
  tx: Tx,
  deps: Omit<ControlDeps, 'db'>,
  cmd: Pick<QueueCommands, 'complexId' | 'kind' | 'params'>,
  meters: readonly MeterId[],
  lock: boolean,
): Promise<Plan> => {
  const asked = askedOf(cmd.kind, cmd.params, tx.now)
  return planCommands(tx, deps, cmd.complexId, meters, { asked, lock })
}

/**
 * The batch with its commands, inside a transaction of the caller, for what the centre does by
 * itself: nobody has selected it. Returns the batch's id.
 */
export const queueCommands = async (
  tx: Tx,
  deps: Omit<ControlDeps, 'db'>,
  cmd: QueueCommands,
): Promise<Uuid> => {
  const meters = someMeters(cmd.meterIds, 'meterIds')
  const plan = await planned(tx, deps, cmd, meters, true)
  const batchId = deps.ids.uuid()
  await queuePlanned(tx, deps.ids, { ...cmd, batchId, params: { ...cmd.params } }, plan)
  return batchId
}

type Meters = { meters: MeterId[]; unknown: string[]; zone: string }

const metersAsked = async (tx: Tx, cmd: NewCommands): Promise<Meters> => {
  const place = await complexPlace(tx, cmd.complexId)
  const { zone } = place
  if (!cmd.unit) return { meters: someMeters(cmd.meterIds ?? [], 'meterIds'), unknown: [], zone }
  const { meterIds, unknown } = await metersOfUnit(tx, place, cmd.unit)
  return { meters: someMeters(meterIds, 'unit'), unknown, zone }
}

/** What would be queued, in the shape of what is. */
const wouldBe = (
  deps: ControlDeps,
  tx: Tx,
  zone: string,
  kind: CommandKind,
  sights: readonly Sight[],
) =>
  sights.map(({ shown: { meterId, meterNo, premises, premisesName, premisesNameEn } }) => ({
    commandId: deps.ids.uuid(),
    ...{ meterId, meterNo, premises: `${premises} ${premisesName}`.trim() },
    premisesEn: `${premises} ${premisesNameEn || premisesName}`.trim(),
    ...{ state: 'queued' as const, attempts: 0, queuedAt: rfc3339(tx.now, zone) },
    ...{ trial: null, sentAt: null, acknowledgedAt: null, endedAt: null, result: null },
    deadline: rfc3339(plusMs(tx.now, KINDS[kind].lifeMs), zone),
  }))

const goFirst = async (tx: Tx, complexId: ComplexId, plan: Plan): Promise<number> => {
  if (plan.kind === 'read') return 0
  return whoGoesFirst(plan.kind, plan.targets, await canaryAbove(tx, complexId))?.size ?? 0
}

/**
 * What a request would do: each meter as it was read, what would be sent to it or why it is
 * refused, and the token with which it may be carried out. Errors: Refusal invalid_input (field).
 */
export const selectCommands = (
  deps: ControlDeps,
  scope: Scope,
  cmd: Omit<NewCommands, 'requestId' | 'token'>,
): Promise<Command> =>
  deps.db.as(scope, async (tx) => {
    const { complexId, kind, params, language = 'zh' } = cmd
    const { meters, unknown, zone } = await metersAsked(tx, { ...cmd, requestId: '' })
    const plan = await planned(tx, deps, cmd, meters, false)
    const sights = await observe(tx, deps, { complexId, zone }, plan)
    const selected = await select(tx, deps.ids, { complexId, zone }, cmd, sights)
    const canary = await goFirst(tx, complexId, plan)
    return {
      commandId: selected.token,
      ...{ kind, params: { ...params }, dryRun: true, createdAt: rfc3339(tx.now, zone) },
      items: wouldBe(deps, tx, zone, kind, sights),
      refused: refusedView(plan.refused, language),
      selection: { ...selected, unknown, canary },
    }
  })

const carryOut = async (tx: Tx, deps: ControlDeps, cmd: NewCommands): Promise<Uuid> => {
  const { complexId } = cmd
  const { meters, zone } = await metersAsked(tx, cmd)
  const plan = await planned(tx, deps, cmd, meters, true)
  const batchId = deps.ids.uuid()
  const agreement = { approvalId: cmd.approvalId }
  const approvedBy = await agreeOnMode(tx, deps.ids, cmd, plan, agreement)
  // The row of the selection names the batch: it is written before.
  if (needsSelection(cmd.kind)) {
    const sights = await observe(tx, deps, { complexId, zone }, plan)
    await spendSelection(tx, complexId, cmd.token ?? null, cmd, sights, batchId)
  }
  const params = { ...cmd.params }
  await queuePlanned(tx, deps.ids, { ...cmd, batchId, params, approvedBy }, plan)
  return batchId
}

/** As far as what a second person would be asked, under `agreement`. */
export const tryCommands = async (
  tx: Tx,
  deps: ControlDeps,
  cmd: NewCommands,
  agreement: Agreement,
): Promise<void> => {
  const { meters } = await metersAsked(tx, cmd)
  const plan = await planned(tx, deps, cmd, meters, false)
  await agreeOnMode(tx, deps.ids, cmd, plan, agreement)
}

const viewIn = async (tx: Tx, batchId: Uuid, language: Language): Promise<Command> => {
  const view = await commandView(tx, batchId, language)
  if (!view) throw new Refusal('not_found', { commandId: batchId })
  return view
}

/**
 * One command for each meter, as a batch. What a meter can't do is listed under `refused`, the rest
 * goes ahead; the same request id answers with the same batch as it stands now.
 * Errors: Refusal invalid_input (field), request_id_reused, selection_required and what else
 * `spendSelection` refuses.
 */
export const createCommands = async (
  deps: ControlDeps,
  scope: Scope,
  cmd: NewCommands,
): Promise<Command> => {
  const { requestId, language = 'zh', approvalId: _, ...content } = cmd
  const { complexId } = cmd
  const name = { complexId, requestId, operation: `command.${cmd.kind}`, content }
  const batchId = await once(deps.db, scope, name, (tx) => carryOut(tx, deps, cmd))
  deps.wrote?.()
  return commandById(deps, scope, batchId, language)
}

/** Errors: Refusal not_found. */
export const commandById = (
  deps: { db: Db },
  scope: Scope,
  commandId: Uuid,
  language: Language = 'zh',
): Promise<Command> => deps.db.as(scope, (tx) => viewIn(tx, commandId, language))

/** What is still queued of a batch is taken back. */
export const cancelQueued = async (
  tx: Tx,
  ids: Ids,
  { complexId, kind, queued }: QueuedOf,
  reason = 'cancelledByOperator',
): Promise<Moved[]> => {
  const facts = { reason }
  const moves = queued.map((commandId) => ({ commandId, event: 'cancel' as const, facts }))
  const cancelled = await moveCommands(tx, complexId, moves)
  const commands = cancelled.map(({ commandId }) => commandId)
  if (kind === 'setMode') await undoDesiredModes(tx, ids, complexId, commands)
  return cancelled
}

/**
 * What has not left of a batch of the centre's own, or of one of its commands, is taken back;
 * whether anything was.
 */
export const takeBack = async (tx: Tx, ids: Ids, id: Uuid, reason: string): Promise<boolean> => {
  const found = await queuedOf(tx, id)
  if (found === null || found.queued.length === 0) return false
  return (await cancelQueued(tx, ids, found, reason)).length > 0
}

/**
 * The point of an order that may have left gets back what was desired of it when it was given,
 * unless somebody has set another mode: an order that this one superseded before it was sent
 * counts too.
 */
export const putModeBack = (
  tx: Tx,
  ids: Ids,
  { complexId, commandId }: { complexId: ComplexId; commandId: Uuid },
): Promise<void> => restoreModes(tx, ids, { complexId, commands: [commandId], to: 'desired' })

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
    const cancelled = await cancelQueued(tx, deps.ids, found)
    refuseIf(cancelled.length === 0, 'command_not_cancellable', { commandId: id })
    return viewIn(tx, found.batchId, language)
  })
