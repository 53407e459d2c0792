// Meters as they are collected 电表: the list with how each answers, and one in full; every figure
// with its own time.

import type { Static } from 'typebox'
import type {
  Device,
  Heard,
  MeterCollection,
  MeterItem,
  MeterList,
} from '../http/contract/collection.ts'
import { staleAfterMs } from '../metering/rounds/push-interval.ts'
import type { Tx } from '../ports/database.ts'
import { METERS_IN_PLACE } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { Place } from './gateway-store.ts'
import { heardSql } from './heard.ts'

type Timed = 'barredAt' | 'readAt' | 'silentSince' | 'energyAt' | 'powerAt' | 'clockAt'
type ItemRow = Omit<MeterItem, Timed | 'staleAfterMs'> &
  Record<Timed, Instant | null> & { gatewaySettings: unknown }

const ITEM = `
  m.meter_id as "meterId", m.no as "meterNo", d.device_id as "deviceId", d.address, d.model,
  m.channels, g.gateway_id as "gatewayId", g.code as "gatewayCode", g.enabled as "gatewayEnabled",
  g.settings as "gatewaySettings", bus.ordinal as bus, i.point_id as "pointId",
  b.building_id as "buildingId",
  coalesce(b.name, '') as building, coalesce(b.name_en, '') as "buildingEn", pr.floor,
  coalesce(pr.no, '') as premises, coalesce(pr.name, '') as "premisesName",
  coalesce(pr.name_en, '') as "premisesNameEn",
  coalesce(p.kind, '') as "pointKind", m.barred_at as "barredAt", a.account_id as "accountId",
  a.no as "accountNo", ${heardSql('$2')} as heard, l.answered_at as "readAt",
  l.silent_since as "silentSince", l.fault, l.energy_wh as "energyWh", l.energy_at as "energyAt",
  l.power_w as "powerW", l.power_at as "powerAt", l.clock_offset_ms as "clockOffsetMs",
  l.clock_at as "clockAt"`

const TABLES = `
  ${METERS_IN_PLACE}
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id`

// $1 complex, $2 now; the rest are filters, null or '' where they do not hold.
const FILTERED = `
  m.complex_id = $1
  and ($3::integer is null or g.gateway_id = $3)
  and ($4::integer is null or b.building_id = $4)
  and ($5::integer is null or pr.floor = $5)
  and ($6 = '' or d.model = $6)
  and ($7 = '' or right(m.no, length($7)) = $7 or right(d.address, length($7)) = $7
    or right(upper(pr.no), length($7)) = upper($7) or pr.name ilike '%' || $7 || '%'
    or pr.name_en ilike '%' || $7 || '%' or pr.pinyin like '%' || lower($7) || '%')
  and ($8::text is null or case $8 when 'barred' then m.barred_at is not null
    when 'hung' then p.point_id is not null
    else m.barred_at is null and p.point_id is null end)`

export type MeterFilter = {
  gatewayId: number | null
  buildingId: number | null
  floor: number | null
  model: string
  /** The end of a meter number, address or premises number, or part of a shop's name. */
  search: string
  heard: Heard | null
  /** free: hangs nowhere and may be hung; barred: its money was never proved to be gone. */
  stock: 'free' | 'hung' | 'barred' | null
}

type Page = { after: number; limit: number }

const itemOf = <Row extends ItemRow>({ gatewaySettings, ...row }: Row, zone: string) => {
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return {
    ...row,
    staleAfterMs: staleAfterMs(gatewaySettings),
    barredAt: time(row.barredAt),
    readAt: time(row.readAt),
    silentSince: time(row.silentSince),
    energyAt: time(row.energyAt),
    powerAt: time(row.powerAt),
    clockAt: time(row.clockAt),
  }
}

/** One row more than asked for tells whether there is another page. */
export const listMeters = async (
  tx: Tx,
  { complexId, zone }: Place,
  page: Page,
  filter: MeterFilter,
): Promise<MeterItem[]> => {
  const rows = await tx.query<ItemRow>(
    `select ${ITEM} ${TABLES}
     where ${FILTERED} and ($9::text is null or ${heardSql('$2')} = $9) and m.meter_id > $10
     order by m.meter_id limit $11`,
    [...valuesOf(tx, complexId, filter), filter.heard, page.after, page.limit + 1],
  )
  return rows.map((row) => itemOf(row, zone))
}

const valuesOf = (tx: Tx, complex: ComplexId, filter: MeterFilter): unknown[] => [
  complex,
  sqlTime(tx.now),
  filter.gatewayId,
  filter.buildingId,
  filter.floor,
  filter.model,
  filter.search,
  filter.stock,
]

/** How many pass the filters, by how they answer. */
export const countMeters = async (
  tx: Tx,
  complex: ComplexId,
  filter: MeterFilter,
): Promise<MeterList['heard']> => {
  const rows = await tx.query<{ heard: Heard; n: number }>(
    `select ${heardSql('$2')} as heard, count(*) as n ${TABLES} where ${FILTERED} group by 1`,
    valuesOf(tx, complex, filter),
  )
  const counts = { answering: 0, stale: 0, silent: 0, never: 0 }
  for (const { heard, n } of rows) counts[heard] = n
  return counts
}

type Installed = MeterCollection['installations'][number]
type InstalledRow = Omit<Installed, 'since' | 'until'> & { since: Instant; until: Instant | null }
type FreezeRow = { which: string; frozenAt: Instant }
type FullTimed = 'relayAt' | 'balanceAt' | 'electricalAt' | 'suspectAt'
type FullRow = ItemRow &
  Omit<MeterCollection, keyof MeterItem | FullTimed | 'installations' | 'freezes'> &
  Record<FullTimed, Instant | null> & { zone: string }

const FULL = `
  select ${ITEM}, m.complex_id as "complexId", bus.bus_id as "busId", m.settings,
    d.settings as "deviceSettings", l.relay, l.status_word as "statusWord",
    l.relay_at as "relayAt", l.balance_fen as "balanceFen", l.purchase_count as "purchaseCount",
    l.balance_at as "balanceAt", l.electrical, l.electrical_at as "electricalAt",
    l.suspect_wh as "suspectWh", l.suspect_at as "suspectAt", cx.zone
  ${TABLES}
  join complex cx on cx.complex_id = m.complex_id
  where m.meter_id = $1 and ($3::integer is null or m.complex_id = $3)`

const INSTALLED = `
  select i.installation_id as "installationId", i.point_id as "pointId", i.since, i.until,
    coalesce(pr.no, '') as premises, p.kind as "pointKind", i.multiplier, i.side,
    i.direction, i.max_power_w as "maxPowerW", i.initial_wh as "initialWh",
    i.initial_reverse_wh as "initialReverseWh"
  from installation i
  join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  where i.complex_id = $1 and i.meter_id = $2 order by i.since desc`

/** Null where the scope has no such meter. */
export const meterCollection = async (
  tx: Tx,
  meter: MeterId,
  within: number | null,
): Promise<MeterCollection | null> => {
  const found = (await tx.query<FullRow>(FULL, [meter, sqlTime(tx.now), within]))[0]
  if (!found) return null
  const { zone, ...row } = found
  const installed = await tx.query<InstalledRow>(INSTALLED, [row.complexId, meter])
  const freezes = await tx.query<FreezeRow>(
    `select which, frozen_at as "frozenAt" from freeze_state
     where complex_id = $1 and meter_id = $2 order by which`,
    [row.complexId, meter],
  )
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return {
    ...itemOf(row, zone),
    relayAt: time(row.relayAt),
    balanceAt: time(row.balanceAt),
    electricalAt: time(row.electricalAt),
    suspectAt: time(row.suspectAt),
    installations: installed.map((each) => ({
      ...each,
      since: rfc3339(each.since, zone),
      until: time(each.until),
    })),
    freezes: freezes.map(({ which, frozenAt }) => ({ which, frozenAt: rfc3339(frozenAt, zone) })),
  }
}

/** The complex of a device; null where the scope has none. */
export const complexOfDevice = async (
  tx: Tx,
  device: number,
  within: number | null,
): Promise<ComplexId | null> => {
  const rows = await tx.query<{ id: ComplexId }>(
    `select c.complex_id as id from complex c
     join device d on d.complex_id = c.complex_id and d.device_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [device, within],
  )
  return rows[0]?.id ?? null
}

const DEVICE = `
  select d.device_id as "deviceId", bus.bus_id as "busId", bus.ordinal as bus,
    g.gateway_id as "gatewayId", g.code as "gatewayCode", d.address, d.model, d.settings,
    (select count(*) from meter m where m.complex_id = d.complex_id
      and m.device_id = d.device_id) as meters
  from device d
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  join gateway g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id`

export const listDevices = (
  tx: Tx,
  complex: ComplexId,
  page: Page,
  gateway: number | null,
): Promise<Static<typeof Device>[]> =>
  tx.query(
    `${DEVICE} where d.complex_id = $1 and d.device_id > $2
       and ($4::integer is null or bus.gateway_id = $4)
     order by d.device_id limit $3`,
    [complex, page.after, page.limit + 1, gateway],
  )

export const deviceById = async (
  tx: Tx,
  complex: ComplexId,
  device: number,
): Promise<Static<typeof Device> | null> =>
  (
    await tx.query<Static<typeof Device>>(
      `${DEVICE} where d.complex_id = $1 and d.device_id = $2`,
      [complex, device],
    )
  )[0] ?? null

/** How many meters of the complex have each model. */
export const metersByModel = async (tx: Tx, complex: ComplexId): Promise<Map<string, number>> => {
  const rows = await tx.query<{ model: string; n: number }>(
    `select d.model, count(*) as n from device d
     join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
     where d.complex_id = $1 group by d.model`,
    [complex],
  )
  return new Map(rows.map(({ model, n }) => [model, n]))
}
