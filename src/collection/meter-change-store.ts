// Writing devices and meters 表计档案.

import type { Tx } from '../ports/database.ts'
import type { BusId, ComplexId, DeviceId, MeterId } from '../shared/ids.ts'

type Json = Record<string, unknown>

export type DeviceRow = { busId: BusId; address: string; model: string; settings: Json }
export type MeterRow = {
  deviceId: DeviceId
  meterNo: string
  channels: readonly number[]
  settings: Json
}

/** Whether another device has this address on this bus. */
export const isAddressTaken = async (
  tx: Tx,
  complex: ComplexId,
  at: { busId: BusId; address: string },
  but: DeviceId | null,
): Promise<boolean> => {
  const rows = await tx.query(
    `select from device where complex_id = $1 and bus_id = $2 and address = $3
       and device_id is distinct from $4`,
    [complex, at.busId, at.address, but],
  )
  return rows.length > 0
}

export const insertDevice = async (
  tx: Tx,
  complex: ComplexId,
  device: DeviceRow,
): Promise<DeviceId | null> => {
  const rows = await tx.query<{ id: DeviceId }>(
    `insert into device (complex_id, bus_id, address, model, settings)
     values ($1, $2, $3, $4, $5)
     on conflict (complex_id, bus_id, address) do nothing returning device_id as id`,
    [complex, device.busId, device.address, device.model, JSON.stringify(device.settings)],
  )
  return rows[0]?.id ?? null
}

/** Locked until the end of the transaction; null where there is none. */
export const lockDevice = async (
  tx: Tx,
  complex: ComplexId,
  device: DeviceId,
): Promise<DeviceRow | null> =>
  (
    await tx.query<DeviceRow>(
      `select bus_id as "busId", address, model, settings from device
       where complex_id = $1 and device_id = $2 for no key update`,
      [complex, device],
    )
  )[0] ?? null

export const updateDevice = async (
  tx: Tx,
  complex: ComplexId,
  device: DeviceId,
  row: DeviceRow,
): Promise<void> => {
  await tx.query(
    `update device set bus_id = $3, address = $4, model = $5, settings = $6
     where complex_id = $1 and device_id = $2`,
    [complex, device, row.busId, row.address, row.model, JSON.stringify(row.settings)],
  )
}

/** The channels that other meters of the device use. */
export const channelsTaken = async (
  tx: Tx,
  complex: ComplexId,
  device: DeviceId,
  but: MeterId | null,
): Promise<number[]> => {
  const rows = await tx.query<{ channel: number }>(
    `select unnest(channels) as channel from meter
     where complex_id = $1 and device_id = $2 and meter_id is distinct from $3`,
    [complex, device, but],
  )
  return rows.map((row) => row.channel)
}

/** Null where the number is taken. */
export const insertMeter = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterRow,
): Promise<MeterId | null> => {
  const rows = await tx.query<{ id: MeterId }>(
    `insert into meter (complex_id, device_id, no, channels, settings)
     values ($1, $2, $3, $4, $5) on conflict (complex_id, no) do nothing
     returning meter_id as id`,
    [complex, meter.deviceId, meter.meterNo, meter.channels, JSON.stringify(meter.settings)],
  )
  return rows[0]?.id ?? null
}

export const lockMeter = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<MeterRow | null> =>
  (
    await tx.query<MeterRow>(
      `select device_id as "deviceId", no as "meterNo", channels, settings from meter
       where complex_id = $1 and meter_id = $2 for no key update`,
      [complex, meter],
    )
  )[0] ?? null

export const isMeterNoTaken = async (
  tx: Tx,
  complex: ComplexId,
  meterNo: string,
  but: MeterId,
): Promise<boolean> => {
  const rows = await tx.query(
    'select from meter where complex_id = $1 and no = $2 and meter_id <> $3',
    [complex, meterNo, but],
  )
  return rows.length > 0
}

export const updateMeter = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  row: MeterRow,
): Promise<void> => {
  await tx.query(
    `update meter set no = $3, channels = $4, settings = $5
     where complex_id = $1 and meter_id = $2`,
    [complex, meter, row.meterNo, row.channels, JSON.stringify(row.settings)],
  )
}
