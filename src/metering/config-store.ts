// What the collector must know of the registers 采集配置: gateways, their buses, the devices on them
// with their meters, and a fingerprint that says whether any of it has changed.

import type { Tx } from '../ports/database.ts'
import type { BusId, ComplexId, GatewayId, MeterId } from '../shared/ids.ts'
import type { DeviceConfig, DeviceMeter } from './drivers/device.ts'
import { DEFAULT_INTERVALS, type PollIntervals } from './rounds/poll-plan.ts'
import { pushIntervalMs } from './rounds/push-interval.ts'

export type BusDevice = DeviceConfig & {
  /** The tightest of its meters decides. */
  intervals: PollIntervals
}

export type BusConfig = {
  busId: BusId
  ordinal: number
  /** As stored; `busSettings` reads them. */
  settings: unknown
  devices: BusDevice[]
}

export type GatewayConfig = {
  complexId: ComplexId
  gatewayId: GatewayId
  code: string
  zone: string
  /** As stored; `linkSettings` reads it. */
  link: unknown
  /** False: it sends by itself, and is never asked by a round. */
  polled: boolean
  buses: BusConfig[]
}

type GatewayRow = Omit<GatewayConfig, 'buses' | 'polled'> & { intervals: unknown }
type BusRow = Omit<BusConfig, 'devices'> & { gatewayId: GatewayId }
type MeterRow = DeviceMeter &
  Omit<DeviceConfig, 'meters' | 'settings'> & {
    busId: BusId
    gatewayId: GatewayId
    deviceSettings: unknown
  }

const MINUTE_MS = 60_000
/** A small bus may be read as fast as its wire allows. */
const MINUTES = { least: 0.05, most: 1_440 }

const minutesIn = (settings: unknown, name: string): number | null => {
  const value =
    typeof settings === 'object' && settings !== null ? Reflect.get(settings, name) : null
  const { least, most } = MINUTES
  return typeof value === 'number' && value >= least && value <= most ? value : null
}

const over = (base: PollIntervals, settings: unknown): PollIntervals => {
  const status = minutesIn(settings, 'statusIntervalMinutes')
  const energy = minutesIn(settings, 'energyIntervalMinutes')
  const pushMs = pushIntervalMs(settings)
  if (status === null && energy === null && pushMs === null) return base
  return {
    ...base,
    ...(status !== null && { statusMs: status * MINUTE_MS }),
    // Of what is never asked, news comes as often as its gateway sends.
    ...(pushMs !== null && { statusMs: pushMs }),
    ...(energy !== null && { energyMs: energy * MINUTE_MS }),
  }
}

/** `statusIntervalMinutes` and `energyIntervalMinutes`, each level laid over those before it. */
export const pollIntervals = (...levels: readonly unknown[]): PollIntervals =>
  levels.reduce<PollIntervals>(over, DEFAULT_INTERVALS)

const tightest = (a: PollIntervals, b: PollIntervals): PollIntervals => {
  const statusMs = Math.min(a.statusMs, b.statusMs)
  const energyMs = Math.min(a.energyMs, b.energyMs)
  if (statusMs === a.statusMs && energyMs === a.energyMs) return a
  return { ...a, statusMs, energyMs }
}

const groupedBy = <Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> => {
  const groups = new Map<Key, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}

// Ten thousand meters mostly have no settings of their own: they share what they have in common.
const NO_SETTINGS: object = Object.freeze({})
const FIRST_CHANNEL: readonly number[] = Object.freeze([1])

const settingsOf = (stored: unknown): unknown =>
  typeof stored === 'object' && stored !== null && Object.keys(stored).length === 0
    ? NO_SETTINGS
    : stored
const channelsOf = (channels: readonly number[]): readonly number[] =>
  channels.length === 1 && channels[0] === 1 ? FIRST_CHANNEL : channels

const deviceOf = (rows: readonly MeterRow[], gateway: PollIntervals): BusDevice[] => {
  const [first] = rows
  if (!first) return []
  const { deviceId, address, model, deviceSettings } = first
  return [
    {
      deviceId,
      address,
      model,
      settings: settingsOf(deviceSettings),
      intervals: rows.map((row) => over(gateway, row.settings)).reduce(tightest),
      meters: rows.map(({ meterId, meterNo, channels, settings }) => ({
        meterId,
        meterNo: meterNo === address ? address : meterNo,
        channels: channelsOf(channels),
        settings: settingsOf(settings),
      })),
    },
  ]
}

export const gatewayConfigs = async (
  tx: Tx,
  gateways: readonly GatewayId[],
): Promise<GatewayConfig[]> => {
  const gatewayRows = await tx.query<GatewayRow>(
    `select g.complex_id as "complexId", g.gateway_id as "gatewayId", g.code, g.link, c.zone,
       c.settings || g.settings as intervals
     from gateway g join complex c using (complex_id)
     where g.gateway_id = any ($1) order by g.gateway_id`,
    [gateways],
  )
  const busRows = await tx.query<BusRow>(
    `select bus_id as "busId", gateway_id as "gatewayId", ordinal, settings
     from bus where gateway_id = any ($1) order by gateway_id, ordinal`,
    [gateways],
  )
  const meterRows = await tx.query<MeterRow>(
    `select b.bus_id as "busId", b.gateway_id as "gatewayId", d.device_id as "deviceId",
       d.address, d.model, d.settings as "deviceSettings", m.meter_id as "meterId",
       m.no as "meterNo", m.channels, m.settings
     from bus b
     join device d on d.complex_id = b.complex_id and d.bus_id = b.bus_id
     join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
     where b.gateway_id = any ($1) order by d.device_id, m.meter_id`,
    [gateways],
  )
  const perBus = groupedBy(meterRows, (row) => row.busId)
  const buses = groupedBy(busRows, (row) => row.gatewayId)
  return gatewayRows.map(({ intervals, ...gateway }) => {
    const own = pollIntervals(intervals)
    const devices = (busId: BusId) =>
      [...groupedBy(perBus.get(busId) ?? [], (row) => row.deviceId).values()].flatMap((rows) =>
        deviceOf(rows, own),
      )
    return {
      ...gateway,
      polled: pushIntervalMs(intervals) === null,
      buses: (buses.get(gateway.gatewayId) ?? []).map(({ gatewayId: _, ...bus }) => ({
        ...bus,
        devices: devices(bus.busId),
      })),
    }
  })
}

/** Changes with every change of what `gatewayConfigs` would answer. */
export const configFingerprint = async (
  tx: Tx,
  gateways: readonly GatewayId[],
): Promise<string> => {
  const rows = await tx.query<{ fingerprint: string }>(
    `with parts as (
       select concat_ws('|', 'g', g.gateway_id, g.code, g.link, c.zone, c.settings, g.settings)
         as part
       from gateway g join complex c using (complex_id) where g.gateway_id = any ($1)
       union all
       select concat_ws('|', 'b', bus_id, gateway_id, ordinal, settings)
       from bus where gateway_id = any ($1)
       union all
       select concat_ws('|', 'm', b.bus_id, d.device_id, d.address, d.model, d.settings,
         m.meter_id, m.no, m.channels, m.settings)
       from bus b
       join device d on d.complex_id = b.complex_id and d.bus_id = b.bus_id
       join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
       where b.gateway_id = any ($1)
     )
     select count(*) || '/' || coalesce(sum(hashtextextended(part, 0)), 0) as fingerprint
     from parts`,
    [gateways],
  )
  return rows[0]?.fingerprint ?? ''
}

export type SealedMeterKey = {
  complexId: ComplexId
  version: number
  sealed: Buffer
  scheme: 'invert' | 'pboc'
}

/** The newest key of a meter, still sealed; null where there is none. */
export const sealedKeyOf = async (tx: Tx, meter: MeterId): Promise<SealedMeterKey | null> => {
  const rows = await tx.query<SealedMeterKey>(
    `select complex_id as "complexId", version, sealed, scheme from meter_key
     where meter_id = $1 order by version desc limit 1`,
    [meter],
  )
  return rows[0] ?? null
}
