// Pushing thresholds into a meter 参数下发: read, write what differs, read back; only what the meter
// then shows becomes the supply's. An answer to a write decides nothing.

import type { ModelCapabilities, SettingWrite } from '../metering/driver.ts'
import { holdsSetting } from '../metering/setting-names.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import type { Job } from './job-store.ts'
import {
  type SettingsOrder,
  settingsOrder,
  supersedeSettings,
  takeSettingsOver,
} from './push-settings-store.ts'
import { type OneOrder, queueOrders } from './queue-order.ts'
import {
  again,
  endAtDeadline,
  endCommand,
  endUnseen,
  type RoundEnd,
  type RunnerDeps,
  scopeOfJob,
} from './round.ts'
import { namesToRead, settingWrites } from './setting-writes.ts'
import { moveCommand, noteCommand } from './store.ts'
import { targetsOf } from './target-store.ts'

/** A threshold is no relay order: it may wait for a meter that comes back the next morning. */
const LIFE_MS = 24 * 3_600_000
const SENDS_MAX = 3

/** Whether thresholds stand in this model, and can be written there. */
export const holdsSettings = (can: ModelCapabilities | null): boolean =>
  holdsSetting(can, 'alarm1Fen')

export type SettingsFor = SettingsOrder & { meterId: MeterId }

/**
 * Queues them, each when it is due, else at once; the supplies' own thresholds stay until the
 * meters show the new ones.
 */
export const pushAllSettings = async (
  tx: Tx,
  { ids }: { ids: Ids },
  complexId: ComplexId,
  pushes: readonly SettingsFor[],
  due?: ReadonlyMap<MeterId, Instant>,
): Promise<Uuid[]> => {
  if (pushes.length === 0) return []
  const meters = pushes.map(({ meterId }) => meterId)
  const targets = await targetsOf(tx, complexId, meters, false)
  const gateways = new Map(targets.map(({ meterId, gatewayId }) => [meterId, gatewayId]))
  await supersedeSettings(tx, complexId, meters)
  const orders = pushes.flatMap(({ meterId, ...params }): OneOrder[] => {
    const gatewayId = gateways.get(meterId)
    if (gatewayId === undefined) return []
    const order = { complexId, meterId, gatewayId, kind: 'pushSettings', lifeMs: LIFE_MS } as const
    const dueAt = due?.get(meterId) ?? tx.now
    return [{ ...order, params, asked: { ...params.wanted }, dueAt }]
  })
  return queueOrders(tx, ids, orders)
}

export const pushSettings = async (
  tx: Tx,
  deps: { ids: Ids },
  { complexId, ...push }: SettingsFor & { complexId: ComplexId },
): Promise<Uuid | null> => (await pushAllSettings(tx, deps, complexId, [push]))[0] ?? null

const confirm = (deps: RunnerDeps, job: Job, order: SettingsOrder): Promise<RoundEnd> =>
  endCommand(deps, job, 'confirm', { shown: order.wanted }, async (tx) => {
    const before = await takeSettingsOver(tx, job.complexId, order)
    const { meterNo, wanted } = order
    if (before === null || settingWrites(before, wanted).length === 0) return
    const at = (values: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.keys(wanted).map((name) => [`meter/${meterNo}.${name}`, values[name]]),
      )
    await audit(tx, deps.ids, {
      complexId: job.complexId,
      action: 'account.edit',
      subject: `account/${order.accountId}`,
      before: at(before),
      after: { ...at(wanted), command: job.commandId },
    })
  })

/** Durable before the first byte; what is superseded or cancelled is not sent. */
const maySend = (deps: RunnerDeps, job: Job, before: unknown): Promise<boolean> =>
  deps.db.as(scopeOfJob(job), async (tx) => {
    const moved = await moveCommand(tx, job, 'send', { before, answer: null })
    if (moved !== null) job.state = moved
    return moved !== null
  })

const write = async (
  deps: RunnerDeps,
  job: Job,
  send: (writes: readonly SettingWrite[]) => Promise<unknown>,
  writes: readonly SettingWrite[],
): Promise<void> => {
  const answer = await send(writes)
  await deps.db.as(scopeOfJob(job), (tx) => noteCommand(tx, job, { answer }))
}

const drive = async (
  deps: RunnerDeps,
  job: Job,
  round: number,
  order: SettingsOrder,
): Promise<RoundEnd> => {
  const driver = deps.drivers.of(job.meterId)
  const late = deps.clock.now() > job.deadline
  if (!driver) return endUnseen({ deps, job, round, late }, 'notServed')
  const { readSettings, writeSettings } = driver
  if (!readSettings || !writeSettings)
    return endCommand(deps, job, 'fail', { reason: 'not_supported_by_model' })
  const names = namesToRead(order.wanted)
  const seen = await readSettings.call(driver, names)
  if (!seen.ok) return endUnseen({ deps, job, round, late }, seen)
  const writes = settingWrites(seen.value, order.wanted)
  if (writes.length === 0) return confirm(deps, job, order)
  if (late) return endAtDeadline(deps, job, 'otherwise', { shown: seen.value })
  if (job.attempts >= SENDS_MAX)
    return endCommand(deps, job, 'fail', { reason: 'refusedByMeter', shown: seen.value })
  if (!(await maySend(deps, job, seen.value))) return again(deps, job, round, 'superseded')
  await write(deps, job, writeSettings.bind(driver), writes)
  const back = await readSettings.call(driver, names)
  if (back.ok && settingWrites(back.value, order.wanted).length === 0)
    return confirm(deps, job, order)
  return again(deps, job, round, 'not shown by the meter')
}

export const runPushSettings = async (
  deps: RunnerDeps,
  job: Job,
  round: number,
): Promise<RoundEnd> => {
  const order = await deps.db.as(scopeOfJob(job), (tx) => settingsOrder(tx, job))
  if (!order) return endCommand(deps, job, 'fail', { reason: 'noSettings' })
  if (job.superseded) return endCommand(deps, job, 'fail', { reason: 'superseded' })
  if (deps.clock.now() > job.deadline && job.state === 'queued')
    return endAtDeadline(deps, job, 'unknown', { reason: 'deadlinePassed' })
  return drive(deps, job, round, order)
}
