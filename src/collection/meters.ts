// Creating and changing devices and meters 表计: a duplicate address, number or channel is refused,
// every change is audited, and the collector follows the rows within ten seconds.

import type { Static } from 'typebox'
import type { DeviceChange, MeterChange, NewDevice, NewMeter } from '../http/contract/collection.ts'
import type { MeterModel } from '../metering/meter-model/meter-model.ts'
import { isMeterAddress } from '../metering/protocol/dlt645/address.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { refuseStale } from '../registers/refuse-stale.ts'
import {
  busId as busIdOf,
  type ComplexId,
  type DeviceId,
  deviceId as deviceIdOf,
  type MeterId,
} from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { rerouteWork } from '../work/store.ts'
import { lockBus } from './gateway-change-store.ts'
import { hangMeter } from './installations.ts'
import {
  channelsTaken,
  type DeviceRow,
  insertDevice,
  insertMeter,
  isAddressTaken,
  isMeterNoTaken,
  lockDevice,
  lockMeter,
  type MeterRow,
  updateDevice,
  updateMeter,
} from './meter-change-store.ts'

export type MeterDeps = {
  db: Db
  ids: Ids
  /** Null for a model this installation does not know. */
  modelOf: (model: string) => MeterModel | null
}

const UNIT_MAX = 247

const refuse = (field: string, rule: string): never => {
  throw new Refusal('invalid_input', { where: 'body', field, rule })
}

const isUnit = (text: string): boolean => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= UNIT_MAX

/** Refuses: invalid_input for a model nobody knows and an address it can't have. */
const checkDevice = (deps: MeterDeps, { model, address }: DeviceRow): void => {
  const known = deps.modelOf(model) ?? refuse('model', 'unknown')
  const fits = known.protocol.startsWith('dlt645') ? isMeterAddress(address) : isUnit(address)
  if (!fits) refuse('address', 'format')
}

const refuseTaken = async (
  tx: Tx,
  complex: ComplexId,
  row: DeviceRow,
  but: DeviceId | null,
): Promise<void> => {
  if ((await lockBus(tx, complex, row.busId)) === null) refuse('busId', 'unknown')
  const taken = await isAddressTaken(tx, complex, row, but)
  refuseIf(taken, 'already_exists', { field: 'address' })
}

export const createDevice = async (
  tx: Tx,
  deps: MeterDeps,
  complexId: ComplexId,
  asked: Omit<Static<typeof NewDevice>, 'complexId'>,
): Promise<DeviceId> => {
  const row: DeviceRow = {
    busId: busIdOf(asked.busId),
    address: asked.address,
    model: asked.model,
    settings: asked.settings ?? {},
  }
  checkDevice(deps, row)
  await refuseTaken(tx, complexId, row, null)
  const id = await insertDevice(tx, complexId, row)
  if (id === null) throw new Refusal('already_exists', { field: 'address' })
  const subject = `device/${id}`
  await audit(tx, deps.ids, { complexId, action: 'device.create', subject, after: row })
  return id
}

/** Refuses: not_found, changed_meanwhile, already_exists, invalid_input with the field. */
export const changeDevice = async (
  tx: Tx,
  deps: MeterDeps,
  at: { complexId: ComplexId; deviceId: DeviceId },
  change: Static<typeof DeviceChange>,
): Promise<void> => {
  const { complexId, deviceId } = at
  const before = await lockDevice(tx, complexId, deviceId)
  if (!before) throw new Refusal('not_found', { deviceId })
  const { busId, seen, ...fields } = change
  refuseStale(before, seen)
  const after: DeviceRow = {
    ...before,
    ...fields,
    busId: busId === undefined ? before.busId : busIdOf(busId),
  }
  checkDevice(deps, after)
  if (after.model !== before.model) {
    const channels = await channelsTaken(tx, complexId, deviceId, null)
    refuseBeyond(deps.modelOf(after.model), channels, 'model')
  }
  await refuseTaken(tx, complexId, after, deviceId)
  await updateDevice(tx, complexId, deviceId, after)
  if (after.busId !== before.busId) await rerouteWork(tx, complexId, deviceId)
  const subject = `device/${deviceId}`
  await audit(tx, deps.ids, { complexId, action: 'device.change', subject, before, after })
}

/** A circuit that the device does not have is read from nowhere, and looks like a dead meter. */
const refuseBeyond = (
  model: MeterModel | null,
  channels: Iterable<number>,
  field: string,
): void => {
  if (model?.protocol !== 'modbus') return
  const { circuits } = model
  for (const channel of channels)
    refuseIf(channel > circuits, 'invalid_input', {
      where: 'body',
      field,
      rule: 'circuits',
      limit: circuits,
      zh: `该表型只有 ${circuits} 个回路`,
      en: `This model has ${circuits} ${circuits === 1 ? 'circuit' : 'circuits'}`,
    })
}

/**
 * Refuses: invalid_input for a channel named twice or one the device does not have, already_exists
 * for one that is in use.
 */
const checkChannels = async (
  tx: Tx,
  deps: MeterDeps,
  complexId: ComplexId,
  row: MeterRow,
  but: MeterId | null,
): Promise<void> => {
  const own = new Set(row.channels)
  if (own.size < row.channels.length) refuse('channels', 'unique')
  const device = await lockDevice(tx, complexId, row.deviceId)
  refuseBeyond(device && deps.modelOf(device.model), own, 'channels')
  const taken = await channelsTaken(tx, complexId, row.deviceId, but)
  refuseIf(
    taken.some((channel) => own.has(channel)),
    'already_exists',
    { field: 'channels' },
  )
}

const deviceOf = async (
  tx: Tx,
  deps: MeterDeps,
  complexId: ComplexId,
  asked: Static<typeof NewMeter>,
): Promise<DeviceId> => {
  const { deviceId, busId, address, model } = asked
  if (deviceId !== undefined) {
    const id = deviceIdOf(deviceId)
    return (await lockDevice(tx, complexId, id)) === null ? refuse('deviceId', 'unknown') : id
  }
  if (busId === undefined) return refuse('deviceId', 'required')
  if (address === undefined) return refuse('address', 'required')
  if (model === undefined) return refuse('model', 'required')
  return createDevice(tx, deps, complexId, { busId, address, model })
}

/** Refuses: already_exists, invalid_input with the field, and what `hangMeter` refuses. */
export const createMeter = async (
  tx: Tx,
  deps: MeterDeps,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  asked: Static<typeof NewMeter>,
): Promise<MeterId> => {
  const row: MeterRow = {
    deviceId: await deviceOf(tx, deps, complexId, asked),
    meterNo: asked.meterNo,
    channels: asked.channels ?? [1],
    settings: asked.settings ?? {},
  }
  await checkChannels(tx, deps, complexId, row, null)
  const id = await insertMeter(tx, complexId, row)
  if (id === null) throw new Refusal('already_exists', { field: 'meterNo' })
  const subject = `meter/${id}`
  await audit(tx, deps.ids, { complexId, action: 'meter.create', subject, after: row })
  const { installation } = asked
  if (installation !== undefined)
    await hangMeter(tx, deps, { complexId, zone, meterId: id }, installation, 'installation.')
  return id
}

/** Refuses: not_found, changed_meanwhile, already_exists, invalid_input with the field. */
export const changeMeter = async (
  tx: Tx,
  deps: MeterDeps,
  at: { complexId: ComplexId; meterId: MeterId },
  change: Static<typeof MeterChange>,
): Promise<void> => {
  const { complexId, meterId } = at
  const before = await lockMeter(tx, complexId, meterId)
  if (!before) throw new Refusal('not_found', { meterId })
  const { seen, ...fields } = change
  refuseStale(before, seen)
  const after: MeterRow = { ...before, ...fields }
  await checkChannels(tx, deps, complexId, after, meterId)
  const taken = await isMeterNoTaken(tx, complexId, after.meterNo, meterId)
  refuseIf(taken, 'already_exists', { field: 'meterNo' })
  await updateMeter(tx, complexId, meterId, after)
  const subject = `meter/${meterId}`
  await audit(tx, deps.ids, { complexId, action: 'meter.change', subject, before, after })
}
