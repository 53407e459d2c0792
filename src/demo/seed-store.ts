// The rows of the demonstration complex's registers.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type {
  BuildingId,
  BusId,
  ComplexId,
  GatewayId,
  MeterId,
  PlanId,
  PremisesId,
} from '../shared/ids.ts'
import { initials } from '../shared/initials.ts'

type Named = { name: string; nameEn: string }

const idOf = <T>(rows: { id: T }[]): T => must(rows[0], 'the row was written').id

export const insertBuilding = async (tx: Tx, complex: ComplexId, b: Named & { ordinal: number }) =>
  idOf(
    await tx.query<{ id: BuildingId }>(
      `insert into building (complex_id, name, name_en, ordinal) values ($1, $2, $3, $4)
       returning building_id as id`,
      [complex, b.name, b.nameEn, b.ordinal],
    ),
  )

export const insertPremises = async (
  tx: Tx,
  complex: ComplexId,
  p: Named & { buildingId: BuildingId; floor: number; no: string; areaDm2: number },
) =>
  idOf(
    await tx.query<{ id: PremisesId }>(
      `insert into premises (complex_id, building_id, floor, no, name, name_en, pinyin, area_dm2)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning premises_id as id`,
      [complex, p.buildingId, p.floor, p.no, p.name, p.nameEn, initials(p.name), p.areaDm2],
    ),
  )

export type GatewaySeed = Named & {
  code: string
  substation: string
  host: string
  port: number
}

export const insertGateway = async (tx: Tx, complex: ComplexId, g: GatewaySeed) =>
  idOf(
    await tx.query<{ id: GatewayId }>(
      `insert into gateway (complex_id, code, name, name_en, substation, link)
       values ($1, $2, $3, $4, $5, $6) returning gateway_id as id`,
      [
        complex,
        g.code,
        g.name,
        g.nameEn,
        g.substation,
        JSON.stringify({ kind: 'tcp-client', host: g.host, port: g.port }),
      ],
    ),
  )

export const insertBus = async (
  tx: Tx,
  complex: ComplexId,
  bus: { gatewayId: GatewayId; ordinal: number; settings: object },
) =>
  idOf(
    await tx.query<{ id: BusId }>(
      `insert into bus (complex_id, gateway_id, ordinal, settings) values ($1, $2, $3, $4)
       returning bus_id as id`,
      [complex, bus.gatewayId, bus.ordinal, JSON.stringify(bus.settings)],
    ),
  )

export const insertDevice = async (
  tx: Tx,
  complex: ComplexId,
  d: { busId: BusId; address: string; model: string },
) =>
  idOf(
    await tx.query<{ id: number }>(
      `insert into device (complex_id, bus_id, address, model) values ($1, $2, $3, $4)
       returning device_id as id`,
      [complex, d.busId, d.address, d.model],
    ),
  )

/** The complex of the demonstration, of whatever size; undefined before it was seeded. */
export const demoSeeded = async (tx: Tx, code: string) => {
  const rows = await tx.query<{ complexId: ComplexId; code: string }>(
    `select complex_id as "complexId", code from complex
     where code = $1 or code ~ ('^' || $1 || '-[0-9]+$') order by complex_id limit 1`,
    [code],
  )
  return rows[0]
}

/** The simulator may have been given other ports since: only then is the row written. */
export const moveGateway = async (
  tx: Tx,
  complex: ComplexId,
  g: { code: string; host: string; port: number },
): Promise<GatewayId | null> => {
  const link = JSON.stringify({ kind: 'tcp-client', host: g.host, port: g.port })
  const rows = await tx.query<{ id: GatewayId }>(
    `update gateway set link = $3 where complex_id = $1 and code = $2 and link <> $3::jsonb
     returning gateway_id as id`,
    [complex, g.code, link],
  )
  return rows[0]?.id ?? null
}

export type MeterSeed = {
  deviceId: number
  premisesId: PremisesId
  no: string
  channels: readonly number[]
  kind: string
  pointName: string
  feeder: string
  protected: boolean
  /** Ratio of the current transformers; above 1 the registers show the secondary side. */
  ct: number
  initialWh: number
}

export const insertMeter = async (tx: Tx, complex: ComplexId, m: MeterSeed): Promise<MeterId> =>
  idOf(
    await tx.query<{ id: MeterId }>(
      `with m as (
         insert into meter (complex_id, device_id, no, channels) values ($1, $2, $3, $4)
         returning meter_id
       ), p as (
         insert into point (complex_id, premises_id, kind, protected, name, feeder)
         values ($1, $5, $6, $7, $12, $13)
         returning point_id
       ), i as (
         insert into installation
           (complex_id, meter_id, point_id, since, initial_wh, multiplier, side)
         select $1, m.meter_id, p.point_id, $8, $9, $10, $11 from m, p
       )
       select meter_id as id from m`,
      [
        complex,
        m.deviceId,
        m.no,
        m.channels,
        m.premisesId,
        m.kind,
        m.protected,
        sqlTime(tx.now),
        m.initialWh,
        m.ct,
        m.ct === 1 ? 'primary' : 'secondary',
        m.pointName,
        m.feeder,
      ],
    ),
  )

/** The point of the main meter becomes the parent of the points it feeds; all by meter number. */
export const feedPoints = async (
  tx: Tx,
  complex: ComplexId,
  { main, fed }: { main: string; fed: readonly string[] },
): Promise<void> => {
  await tx.query(
    `with hung as (
       select m.no, i.point_id from meter m
       join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       where m.complex_id = $1
     )
     update point p set parent_point_id = (select point_id from hung where no = $2)
     from hung where p.complex_id = $1 and p.point_id = hung.point_id and hung.no = any ($3)`,
    [complex, main, fed],
  )
}

type SharingSeed = Named & { main: string; by: string; vacant: string; priceE8: number }

/** A sharing rule of the point at which this meter hangs. */
export const insertSharingRule = async (tx: Tx, complex: ComplexId, r: SharingSeed) => {
  await tx.query(
    `insert into sharing_rule (complex_id, name, name_en, main_point_id, shared_by, vacant,
       price_e8)
     select $1, $3, $4, i.point_id, $5, $6, $7 from meter m
     join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
     where m.complex_id = $1 and m.no = $2`,
    [complex, r.main, r.name, r.nameEn, r.by, r.vacant, r.priceE8],
  )
}

export const insertMeterKey = async (
  tx: Tx,
  key: { complexId: ComplexId; meterId: MeterId; version: number; sealed: Buffer },
): Promise<void> => {
  await tx.query(
    `insert into meter_key (complex_id, meter_id, version, sealed, scheme)
     values ($1, $2, $3, $4, 'invert')`,
    [key.complexId, key.meterId, key.version, key.sealed],
  )
}

export const insertFlatPlan = async (
  tx: Tx,
  complex: ComplexId,
  plan: Named & { priceE8: number },
): Promise<PlanId> =>
  idOf(
    await tx.query<{ id: PlanId }>(
      `with p as (
         insert into plan (complex_id, name, name_en) values ($1, $2, $3) returning plan_id
       )
       insert into plan_version (complex_id, plan_id, version, effective_from, definition,
         saved_at, cheapest_e8, dearest_e8)
       select $1, plan_id, 1, $4, $5, $4, $6, $6 from p returning plan_id as id`,
      [
        complex,
        plan.name,
        plan.nameEn,
        sqlTime(tx.now),
        JSON.stringify({ kind: 'flat', priceE8: plan.priceE8 }),
        plan.priceE8,
      ],
    ),
  )

export type SeededMeter = { meterId: MeterId; address: string; planId: PlanId }

/** Each meter with the plan of its price, to open its account with. */
export const seededMeters = (tx: Tx, complex: ComplexId): Promise<SeededMeter[]> =>
  tx.query<SeededMeter>(
    `select m.meter_id as "meterId", m.no as address,
       (select min(plan_id) from plan p where p.complex_id = m.complex_id) as "planId"
     from meter m where m.complex_id = $1`,
    [complex],
  )
