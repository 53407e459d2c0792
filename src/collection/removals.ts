// Removing gateways, devices, meters and installations that were entered wrongly 删除误录的设备: what
// has answered, supplied somebody or been sent a command is history and stays. Each under audit.

import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { removeRow } from '../registers/remove-row.ts'
import { rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, DeviceId, GatewayId, MeterId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { lockGateway } from './gateway-change-store.ts'
import { shownGateway } from './gateways.ts'
import { lockDevice, lockMeter } from './meter-change-store.ts'
import {
  deviceIsBare,
  hasMeterHistory,
  type InstalledRow,
  lockInstallation,
  wasUsed,
} from './removal-store.ts'

type Deps = { ids: Ids }

/** Alarms of what is not there any more would stand open for ever. */
const clearAlarms = (
  tx: Tx,
  complex: ComplexId,
  { kind, id }: { kind: 'meter' | 'gateway'; id: number },
): Promise<unknown> =>
  tx.query(
    `update alarm set cleared_at = $4
     where complex_id = $1 and subject_kind = $2 and subject_id = $3 and cleared_at is null`,
    [complex, kind, id, sqlTime(tx.now)],
  )

/** Refuses: not_found, device_has_meters. */
export const removeDevice = async (
  tx: Tx,
  { ids }: Deps,
  { complexId, deviceId }: { complexId: ComplexId; deviceId: DeviceId },
): Promise<void> => {
  const before = await lockDevice(tx, complexId, deviceId)
  if (!before) throw new Refusal('not_found', { deviceId })
  await removeRow(
    tx,
    'delete from device where complex_id = $1 and device_id = $2',
    [complexId, deviceId],
    'device_has_meters',
  )
  const subject = `device/${deviceId}`
  await audit(tx, ids, { complexId, action: 'device.remove', subject, before })
}

/** A device without another meter goes with it. Refuses: not_found, meter_has_history. */
export const removeMeter = async (
  tx: Tx,
  deps: Deps,
  { complexId, meterId }: { complexId: ComplexId; meterId: MeterId },
): Promise<void> => {
  const before = await lockMeter(tx, complexId, meterId)
  if (!before) throw new Refusal('not_found', { meterId })
  const { meterNo, deviceId } = before
  refuseIf(await hasMeterHistory(tx, complexId, meterId), 'meter_has_history', { meterNo })
  await clearAlarms(tx, complexId, { kind: 'meter', id: meterId })
  for (const table of ['latest', 'meter_key', 'meter'])
    await removeRow(
      tx,
      `delete from ${table} where complex_id = $1 and meter_id = $2`,
      [complexId, meterId],
      'meter_has_history',
      { meterNo },
    )
  const subject = `meter/${meterId}`
  await audit(tx, deps.ids, { complexId, action: 'meter.remove', subject, before })
  if (await deviceIsBare(tx, complexId, deviceId))
    await removeDevice(tx, deps, { complexId, deviceId })
}

/** Refuses: not_found, gateway_enabled, gateway_has_devices. */
export const removeGateway = async (
  tx: Tx,
  deps: Deps,
  { complexId, gatewayId }: { complexId: ComplexId; gatewayId: GatewayId },
): Promise<void> => {
  const found = await lockGateway(tx, complexId, gatewayId)
  if (!found) throw new Refusal('not_found', { gatewayId })
  const { buses, ...row } = found
  // Its collector must let go of it first.
  refuseIf(row.enabled, 'gateway_enabled', { gatewayId })
  await clearAlarms(tx, complexId, { kind: 'gateway', id: gatewayId })
  for (const table of ['gateway_latest', 'collection_seen', 'lease', 'bus', 'gateway'])
    await removeRow(
      tx,
      `delete from ${table} where complex_id = $1 and gateway_id = $2`,
      [complexId, gatewayId],
      'gateway_has_devices',
    )
  const subject = `gateway/${gatewayId}`
  const before = shownGateway(row, buses)
  await audit(tx, deps.ids, { complexId, action: 'gateway.remove', subject, before })
}

const told = ({ since, zone, until: _until, ...row }: InstalledRow) => ({
  ...row,
  since: rfc3339(since, zone),
})

/** Takes back that a meter was hung here. Refuses: not_found, installation_has_history. */
export const removeInstallation = async (
  tx: Tx,
  { ids }: Deps,
  id: number,
  within: number | null,
): Promise<void> => {
  const found = await lockInstallation(tx, id, within)
  if (!found) throw new Refusal('not_found', { installationId: id })
  const { complexId, meterId, until } = found
  const history = until !== null || (await wasUsed(tx, found))
  refuseIf(history, 'installation_has_history', { installationId: id })
  await tx.query('delete from installation where complex_id = $1 and installation_id = $2', [
    complexId,
    id,
  ])
  const subject = `meter/${meterId}`
  await audit(tx, ids, { complexId, action: 'installation.remove', subject, before: told(found) })
}
