// What the collector must know of the registers 采集配置: gateways, their buses, the meters on them,
// and a fingerprint that says whether any of it has changed.

import type { Tx } from '../ports/database.ts'
import type { BusId, ComplexId, GatewayId, MeterId } from '../shared/ids.ts'
import { DEFAULT_INTERVALS, type PollIntervals } from './poll-plan.ts'

export type MeterConfig = { meterId: MeterId; meterNo: string; address: string; model: string }

export type BusConfig = {
  busId: BusId
  ordinal: number
  /** As stored; `busSettings` reads them. */
  settings: unknown
  meters: MeterConfig[]
}

export type GatewayConfig = {
  complexId: ComplexId
  gatewayId: GatewayId
  code: string
  zone: string
  intervals: PollIntervals
  /** As stored; `linkSettings` reads it. */
  link: unknown
  buses: BusConfig[]
}

type GatewayRow = Omit<GatewayConfig, 'buses' | 'intervals'> & { settings: unknown }
type BusRow = Omit<BusConfig, 'meters'> & { gatewayId: GatewayId }
type MeterRow = MeterConfig & { busId: BusId }

const minutesIn = (settings: unknown, name: string): number | null => {
  const value =
    typeof settings === 'object' && settings !== null ? Reflect.get(settings, name) : null
  return typeof value === 'number' && value >= 1 && value <= 1_440 ? value : null
}
const MINUTE_MS = 60_000

/** `statusIntervalMinutes` and `energyIntervalMinutes` of a complex's settings. */
export const pollIntervals = (settings: unknown): PollIntervals => {
  const status = minutesIn(settings, 'statusIntervalMinutes')
  const energy = minutesIn(settings, 'energyIntervalMinutes')
  return {
    ...DEFAULT_INTERVALS,
    ...(status !== null && { statusMs: status * MINUTE_MS }),
    ...(energy !== null && { energyMs: energy * MINUTE_MS }),
  }
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

export const gatewayConfigs = async (
  tx: Tx,
  gateways: readonly GatewayId[],
): Promise<GatewayConfig[]> => {
  const gatewayRows = await tx.query<GatewayRow>(
    `select g.complex_id as "complexId", g.gateway_id as "gatewayId", g.code, g.link, c.zone,
       c.settings
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
    `select b.bus_id as "busId", m.meter_id as "meterId", m.no as "meterNo", d.address, d.model
     from bus b
     join device d on d.complex_id = b.complex_id and d.bus_id = b.bus_id
     join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
     where b.gateway_id = any ($1) order by m.meter_id`,
    [gateways],
  )
  const meters = groupedBy(meterRows, (row) => row.busId)
  const buses = groupedBy(busRows, (row) => row.gatewayId)
  return gatewayRows.map(({ settings, ...gateway }) => ({
    ...gateway,
    intervals: pollIntervals(settings),
    buses: (buses.get(gateway.gatewayId) ?? []).map(({ gatewayId: _, ...bus }) => ({
      ...bus,
      meters: (meters.get(bus.busId) ?? []).map(({ busId: __, ...meter }) => meter),
    })),
  }))
}

/** Changes with every change of what `gatewayConfigs` would answer. */
export const configFingerprint = async (
  tx: Tx,
  gateways: readonly GatewayId[],
): Promise<string> => {
  const rows = await tx.query<{ fingerprint: string }>(
    `with parts as (
       select concat_ws('|', 'g', g.gateway_id, g.code, g.link, c.zone, c.settings) as part
       from gateway g join complex c using (complex_id) where g.gateway_id = any ($1)
       union all
       select concat_ws('|', 'b', bus_id, gateway_id, ordinal, settings)
       from bus where gateway_id = any ($1)
       union all
       select concat_ws('|', 'm', b.bus_id, m.meter_id, m.no, d.address, d.model)
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
