// What is known of the prices in meters 表内电价: as they were read, what was pushed, and the plan that
// a meter's supply has. One row for each meter.

import type { Difference } from '../http/contract/meter-prices.ts'
import type { PriceTablesRead } from '../metering/driver.ts'
import type { SwitchedTable } from '../metering/protocol/price-tables.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type {
  AccountId,
  ComplexId,
  GatewayId,
  MeterId,
  PlanId,
  SupplyId,
  Uuid,
} from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import type { MeterTables } from './compile.ts'

export type HeldTables = Omit<PriceTablesRead, 'at'>
/** Of each table that is switched, the set that ran before. */
export type Switching = Partial<Record<SwitchedTable, 1 | 2>>

export type PriceOrderRow = {
  commandId: Uuid
  planId: PlanId
  version: number
  wanted: MeterTables
  switchAt: Instant
  switching: Switching | null
  writtenAt: Instant | null
  inForceAt: Instant | null
  lostAt: Instant | null
}

export type MeterPriceRow = {
  held: HeldTables | null
  readAt: Instant | null
  differs: Difference[] | null
  order: PriceOrderRow | null
}

export const METER_PRICE_COLUMNS = `
  p.held, p.read_at as "readAt", p.differs, p.command_id as "commandId", p.plan_id as "planId",
  p.version, p.wanted, p.switch_at as "switchAt", p.switching, p.written_at as "writtenAt",
  p.in_force_at as "inForceAt", p.lost_at as "lostAt"`

export type FlatMeterPrice = Pick<MeterPriceRow, 'held' | 'readAt' | 'differs'> &
  (PriceOrderRow | { commandId: null })

export const priceRowOf = (row: FlatMeterPrice): MeterPriceRow => {
  const { held, readAt, differs, ...order } = row
  return { held, readAt, differs, order: order.commandId === null ? null : order }
}

const EMPTY: MeterPriceRow = { held: null, readAt: null, differs: null, order: null }

export const meterPrice = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<MeterPriceRow> => {
  const rows = await tx.query<FlatMeterPrice>(
    `select ${METER_PRICE_COLUMNS} from meter_price p where p.complex_id = $1 and p.meter_id = $2`,
    [complex, meter],
  )
  return rows[0] ? priceRowOf(rows[0]) : EMPTY
}

export type HeldVersion = {
  planId: PlanId
  version: number
  since: Instant
  definition: PlanDefinition
}

/** A meter with what decides about its tables. */
export type PricedMeter = {
  meterId: MeterId
  meterNo: string
  model: string
  gatewayId: GatewayId
  zone: string
  dayCutMinutes: number
  /** Null while nobody is supplied through it. */
  supplyId: SupplyId | null
  accountId: AccountId | null
  accountMode: 'meter' | 'centre' | null
  countsSince: Day
  /** Open supplies of the account. */
  supplies: number
  /** What holds now, first, and what is saved for later. */
  held: HeldVersion[]
}

const PRICED = `
  select m.meter_id as "meterId", m.no as "meterNo", d.model, bus.gateway_id as "gatewayId",
    x.zone, x.day_cut_minutes as "dayCutMinutes", s.supply_id as "supplyId",
    a.account_id as "accountId", a.mode as "accountMode",
    (timezone(x.zone, coalesce(greatest(i.since, s.since), i.since, $3))
      - make_interval(mins => x.day_cut_minutes))::date::text as "countsSince",
    (select count(*)::int from supply o where o.complex_id = s.complex_id
      and o.account_id = s.account_id and o.until is null) as supplies
  from meter m
  join complex x on x.complex_id = m.complex_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  where m.complex_id = $1 and m.meter_id = any ($2) order by m.meter_id`

const HELD = `
  select h.supply_id as "supplyId", h.plan_id as "planId", h.version, h.since, h.definition
  from supply_held h where h.complex_id = $1 and h.supply_id = any ($2) order by h.since`

/** Those that exist among the meters named. */
export const pricedMeters = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<PricedMeter[]> => {
  const rows = await tx.query<Omit<PricedMeter, 'held'>>(PRICED, [complex, meters, sqlTime(tx.now)])
  const supplies = rows.flatMap(({ supplyId }) => supplyId ?? [])
  const versions = await tx.query<HeldVersion & { supplyId: SupplyId }>(HELD, [complex, supplies])
  const bySupply = Map.groupBy(versions, ({ supplyId }) => supplyId)
  return rows.map((row) => {
    const all = row.supplyId === null ? [] : (bySupply.get(row.supplyId) ?? [])
    const now = all.findLastIndex(({ since }) => since <= tx.now)
    return { ...row, held: all.slice(Math.max(0, now)) }
  })
}

/** What each meter was last read to hold; those that were never read are left out. */
export const heldTables = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<ReadonlyMap<MeterId, HeldTables>> => {
  const rows = await tx.query<{ meterId: MeterId; held: HeldTables }>(
    `select meter_id as "meterId", held from meter_price
     where complex_id = $1 and meter_id = any ($2) and held is not null`,
    [complex, meters],
  )
  return new Map(rows.map(({ meterId, held }) => [meterId, held]))
}

/** Null where there is no such version. */
export const planVersion = async (
  tx: Tx,
  complex: ComplexId,
  plan: PlanId,
  version: number,
): Promise<HeldVersion | null> => {
  const rows = await tx.query<HeldVersion>(
    `select plan_id as "planId", version, effective_from as since, definition from plan_version
     where complex_id = $1 and plan_id = $2 and version = $3`,
    [complex, plan, version],
  )
  return rows[0] ?? null
}

export type MeterKey = { complexId: ComplexId; meterId: MeterId }

/** What a whole reading showed, and what of it is not as the plan says. */
export const saveHeld = async (
  tx: Tx,
  { complexId, meterId }: MeterKey,
  { at, ...held }: PriceTablesRead,
  differs: readonly Difference[] | null,
): Promise<void> => {
  await tx.query(
    `insert into meter_price (complex_id, meter_id, held, read_at, looked_at, differs)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (complex_id, meter_id) do update set held = excluded.held,
       read_at = excluded.read_at, looked_at = excluded.looked_at, differs = excluded.differs`,
    [complexId, meterId, JSON.stringify(held), sqlTime(at), sqlTime(tx.now), differs],
  )
}

/** A look that found nothing new, or nothing at all. */
export const saveLook = async (
  tx: Tx,
  { complexId, meterId }: MeterKey,
  differs: readonly Difference[] | null,
): Promise<void> => {
  await tx.query(
    `insert into meter_price (complex_id, meter_id, looked_at, differs) values ($1, $2, $3, $4)
     on conflict (complex_id, meter_id) do update set looked_at = excluded.looked_at,
       differs = excluded.differs`,
    [complexId, meterId, sqlTime(tx.now), differs],
  )
}

export type NewPriceOrder = Pick<
  PriceOrderRow,
  'commandId' | 'planId' | 'version' | 'wanted' | 'switchAt'
>

/** Before the first byte leaves; an order before it is over. */
export const beginPriceOrder = async (
  tx: Tx,
  { complexId, meterId }: MeterKey,
  order: NewPriceOrder,
): Promise<void> => {
  await tx.query(
    `insert into meter_price (complex_id, meter_id, command_id, plan_id, version, wanted,
       switch_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (complex_id, meter_id) do update set command_id = excluded.command_id,
       plan_id = excluded.plan_id, version = excluded.version, wanted = excluded.wanted,
       switch_at = excluded.switch_at, switching = null, written_at = null, in_force_at = null,
       lost_at = null`,
    [
      complexId,
      meterId,
      order.commandId,
      order.planId,
      order.version,
      JSON.stringify(order.wanted),
      sqlTime(order.switchAt),
    ],
  )
}

/** Written and read back; with nothing to switch it is in force. */
export const markWritten = async (
  tx: Tx,
  { complexId, meterId }: MeterKey,
  switching: Switching,
): Promise<void> => {
  const inForce = Object.keys(switching).length === 0 ? tx.now : null
  await tx.query(
    `update meter_price set written_at = $3, switching = $4, in_force_at = $5
     where complex_id = $1 and meter_id = $2`,
    [complexId, meterId, sqlTime(tx.now), JSON.stringify(switching), sqlTime(inForce)],
  )
}

export const markInForce = async (tx: Tx, { complexId, meterId }: MeterKey): Promise<void> => {
  await tx.query(
    `update meter_price set in_force_at = $3, lost_at = null
     where complex_id = $1 and meter_id = $2`,
    [complexId, meterId, sqlTime(tx.now)],
  )
}

export const markLost = async (tx: Tx, { complexId, meterId }: MeterKey): Promise<void> => {
  await tx.query(
    `update meter_price set lost_at = coalesce(lost_at, $3)
     where complex_id = $1 and meter_id = $2`,
    [complexId, meterId, sqlTime(tx.now)],
  )
}

/** Pushes that are under way, or wait in their meters for a moment that has not come. */
export const waitingOrders = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<{ meterId: MeterId; planId: PlanId; version: number; switchAt: Instant }[]> =>
  tx.query(
    `select meter_id as "meterId", plan_id as "planId", version, switch_at as "switchAt"
     from meter_price where complex_id = $1 and meter_id = any ($2) and in_force_at is null
       and written_at is not null and switch_at > $3`,
    [complex, meters, sqlTime(tx.now)],
  )
