// What the registers of a complex hold already 现有档案, page by page, as the items that an import is
// judged against and an export is written from.

import type { Tx } from '../../ports/database.ts'
import type { ComplexId } from '../../shared/ids.ts'
import {
  emptyWorld,
  type Index,
  type Item,
  type Json,
  newItem,
  type Stored,
  type Values,
  type World,
} from './items.ts'
import { busValues, linkValues } from './link-values.ts'

const PAGE = 2_000

type Loading = { tx: Tx; complexId: ComplexId; world: World; breathe: () => Promise<void> }
type Row<T> = T & { id: number }

/** Empty texts and nulls are nothing. */
const valuesOf = (all: Readonly<Record<string, string | number | boolean | null>>): Values =>
  Object.fromEntries(
    Object.entries(all).flatMap(([field, value]) =>
      value === null || value === '' ? [] : [[field, value] as const],
    ),
  )

const standing = (
  index: Index,
  register: Item['register'],
  id: number,
  values: Values,
  more: { parent?: Item | null; at?: Item | null; stored?: Stored } = {},
): void => index.add(newItem(register, values, { id, before: values, ...more }))

const eachPage = async <T>(
  { tx, complexId, breathe }: Loading,
  sql: string,
  take: (row: Row<T>) => void,
): Promise<void> => {
  for (let after = 0; ; ) {
    const rows = await tx.query<Row<T>>(sql, [complexId, after, PAGE])
    for (const row of rows) take(row)
    await breathe()
    if (rows.length < PAGE) return
    after = rows.at(-1)?.id ?? after
  }
}

const loadBuildings = (loading: Loading) =>
  eachPage<{ name: string; nameEn: string; ordinal: number }>(
    loading,
    `select building_id as id, name, name_en as "nameEn", ordinal from building
     where complex_id = $1 and building_id > $2 order by building_id limit $3`,
    ({ id, ...row }) => standing(loading.world.buildings, 'buildings', id, valuesOf(row)),
  )

type PremisesRow = {
  buildingId: number
  floor: number
  no: string
  name: string
  nameEn: string
  areaDm2: number | null
}

const loadPremises = (loading: Loading) =>
  eachPage<PremisesRow>(
    loading,
    `select premises_id as id, building_id as "buildingId", floor, no, name, name_en as "nameEn",
       area_dm2 as "areaDm2"
     from premises where complex_id = $1 and premises_id > $2 order by premises_id limit $3`,
    ({ id, buildingId, ...row }) => {
      const parent = loading.world.buildings.byId(buildingId) ?? null
      const values = valuesOf({ building: String(parent?.after.name ?? ''), ...row })
      standing(loading.world.premises, 'premises', id, values, { parent })
    },
  )

type PointRow = {
  premisesId: number | null
  parentId: number | null
  feeder: string
  kind: string
  name: string
  protected: boolean
  supplied: boolean
}

const loadPoints = async (loading: Loading) => {
  const { premises, points } = loading.world
  const fed: [number, number][] = []
  await eachPage<PointRow>(
    loading,
    `select p.point_id as id, p.premises_id as "premisesId", p.parent_point_id as "parentId",
       p.feeder, p.kind, p.name, p.protected,
       exists (select from supply s where s.complex_id = p.complex_id
         and s.point_id = p.point_id and s.until is null) as supplied
     from point p where p.complex_id = $1 and p.point_id > $2 order by p.point_id limit $3`,
    ({ id, premisesId, parentId, supplied, ...row }) => {
      const parent = premisesId === null ? null : (premises.byId(premisesId) ?? null)
      const { building = null, no = null } = parent?.after ?? {}
      const values = valuesOf({ id, building, premises: no, ...row })
      standing(points, 'points', id, values, { parent, stored: { supplied } })
      if (parentId !== null) fed.push([id, parentId])
    },
  )
  for (const [id, parentId] of fed) {
    const point = points.byId(id)
    if (point) point.at = points.byId(parentId) ?? null
  }
}

type GatewayRow = {
  code: string
  name: string
  nameEn: string
  substation: string
  enabled: boolean
  link: Json
  settings: Json
}

const loadLines = async (loading: Loading) => {
  const { gateways, buses } = loading.world
  await eachPage<GatewayRow>(
    loading,
    `select gateway_id as id, code, name, name_en as "nameEn", substation, enabled, link, settings
     from gateway where complex_id = $1 and gateway_id > $2 order by gateway_id limit $3`,
    ({ id, link, settings, ...row }) => {
      const values = { ...valuesOf(row), ...linkValues(link, settings) }
      standing(gateways, 'gateways', id, values, { stored: { link, settings } })
    },
  )
  await eachPage<{ gatewayId: number; ordinal: number; settings: Json }>(
    loading,
    `select bus_id as id, gateway_id as "gatewayId", ordinal, settings
     from bus where complex_id = $1 and bus_id > $2 order by bus_id limit $3`,
    ({ id, gatewayId, ordinal, settings }) => {
      const parent = gateways.byId(gatewayId) ?? null
      const own = busValues(parent?.stored.link ?? {}, ordinal, settings)
      const values = valuesOf({ gateway: parent?.after.code ?? null, bus: ordinal, ...own })
      standing(buses, 'buses', id, values, { parent, stored: { settings } })
    },
  )
}

const loadDevices = (loading: Loading) =>
  eachPage<{ busId: number; address: string; model: string }>(
    loading,
    `select device_id as id, bus_id as "busId", address, model
     from device where complex_id = $1 and device_id > $2 order by device_id limit $3`,
    ({ id, busId, ...row }) => {
      const parent = loading.world.buses.byId(busId) ?? null
      const { gateway = null, bus = null } = parent?.after ?? {}
      const values = valuesOf({ id, gateway, bus, ...row })
      standing(loading.world.devices, 'devices', id, values, { parent })
    },
  )

type MeterRow = {
  deviceId: number
  no: string
  channels: number[]
  barred: boolean
  armed: boolean
  pointId: number | null
  multiplier: number | null
  side: string | null
  direction: string | null
  maxPowerW: number | null
  initialWh: number | null
  initialReverseWh: number | null
}

// What has left for the meter must find it where it was sent.
const METERS = `
  select m.meter_id as id, m.device_id as "deviceId", m.no, m.channels,
    m.barred_at is not null as barred, i.point_id as "pointId", i.multiplier, i.side, i.direction,
    i.max_power_w as "maxPowerW", i.initial_wh as "initialWh",
    i.initial_reverse_wh as "initialReverseWh",
    exists (select from purchase p where p.complex_id = m.complex_id and p.meter_id = m.meter_id
      and p.state = 'ARMED')
    or exists (select from reduction r where r.complex_id = m.complex_id
      and r.meter_id = m.meter_id and r.state = 'SENT')
    or exists (select from command k where k.complex_id = m.complex_id
      and k.meter_id = m.meter_id and k.state in ('sent', 'acknowledged')) as armed
  from meter m
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  where m.complex_id = $1 and m.meter_id > $2 order by m.meter_id limit $3`

const meterValues = (row: MeterRow, device: Item | null, point: Item | null): Values => {
  const { gateway = null, bus = null, address = null, model = null } = device?.after ?? {}
  const { building = null, premises = null, kind = null, name = null } = point?.after ?? {}
  const { no, channels, multiplier, side, direction } = row
  const { maxPowerW, initialWh, initialReverseWh } = row
  return valuesOf({
    ...{ no, gateway, bus, address, model, channels: channels.join(',') },
    ...{ building, premises, kind, pointName: name },
    ...{ multiplier, side, direction, maxPowerW, initialWh, initialReverseWh },
  })
}

const loadMeters = (loading: Loading) => {
  const { devices, points, meters } = loading.world
  return eachPage<MeterRow>(loading, METERS, ({ id, ...row }) => {
    const parent = devices.byId(row.deviceId) ?? null
    const at = row.pointId === null ? null : (points.byId(row.pointId) ?? null)
    const { armed, barred } = row
    standing(meters, 'meters', id, meterValues(row, parent, at), {
      ...{ parent, at, stored: { armed, barred } },
    })
  })
}

/** How the feeding meter of each point is written: its number, or # and the id of its point. */
const nameFeeders = ({ world }: Loading): void => {
  const meterAt = new Map<Item, Item>()
  for (const meter of world.meters.items) if (meter.at) meterAt.set(meter.at, meter)
  for (const point of world.points.items) {
    if (!point.at) continue
    const parent = meterAt.get(point.at)?.after.no ?? `#${point.at.id}`
    const values = { ...point.after, parent }
    point.before = values
    point.after = values
  }
}

/** All of a complex, as its caller may see it. */
export const loadWorld = async (
  tx: Tx,
  complexId: ComplexId,
  breathe: () => Promise<void>,
): Promise<World> => {
  const loading: Loading = { tx, complexId, world: emptyWorld(), breathe }
  await loadBuildings(loading)
  await loadPremises(loading)
  await loadPoints(loading)
  await loadLines(loading)
  await loadDevices(loading)
  await loadMeters(loading)
  nameFeeders(loading)
  return loading.world
}
