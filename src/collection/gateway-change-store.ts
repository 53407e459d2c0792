// Writing gateways and buses 通讯管理机档案.

import type { Tx } from '../ports/database.ts'
import type { BusId, ComplexId, GatewayId } from '../shared/ids.ts'

type Json = Readonly<Record<string, unknown>>

export type BusRow = { ordinal: number; settings: Json }
export type GatewayRow = {
  code: string
  name: string
  nameEn: string
  substation: string
  enabled: boolean
  link: Json
  settings: Json
}

/** Null where the code is taken. */
export const insertGateway = async (
  tx: Tx,
  complex: ComplexId,
  gateway: GatewayRow,
): Promise<GatewayId | null> => {
  const rows = await tx.query<{ id: GatewayId }>(
    `insert into gateway (complex_id, code, name, name_en, substation, enabled, link, settings)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (complex_id, code) do nothing returning gateway_id as id`,
    [
      complex,
      gateway.code,
      gateway.name,
      gateway.nameEn,
      gateway.substation,
      gateway.enabled,
      JSON.stringify(gateway.link),
      JSON.stringify(gateway.settings),
    ],
  )
  return rows[0]?.id ?? null
}

/** Locked until the end of the transaction; null where there is none. */
export const lockGateway = async (
  tx: Tx,
  complex: ComplexId,
  gateway: GatewayId,
): Promise<(GatewayRow & { buses: BusRow[] }) | null> => {
  const rows = await tx.query<GatewayRow>(
    `select code, name, name_en as "nameEn", substation, enabled, link, settings
     from gateway where complex_id = $1 and gateway_id = $2 for no key update`,
    [complex, gateway],
  )
  const found = rows[0]
  if (!found) return null
  const buses = await tx.query<BusRow>(
    `select ordinal, settings from bus where complex_id = $1 and gateway_id = $2 order by ordinal`,
    [complex, gateway],
  )
  return { ...found, buses }
}

export const updateGateway = async (
  tx: Tx,
  complex: ComplexId,
  gateway: GatewayId,
  row: Omit<GatewayRow, 'code'>,
): Promise<void> => {
  await tx.query(
    `update gateway set name = $3, name_en = $4, substation = $5, enabled = $6, link = $7,
       settings = $8
     where complex_id = $1 and gateway_id = $2`,
    [
      complex,
      gateway,
      row.name,
      row.nameEn,
      row.substation,
      row.enabled,
      JSON.stringify(row.link),
      JSON.stringify(row.settings),
    ],
  )
}

export const writeBuses = async (
  tx: Tx,
  complex: ComplexId,
  gateway: GatewayId,
  buses: readonly BusRow[],
): Promise<void> => {
  if (buses.length === 0) return
  await tx.query(
    `insert into bus (complex_id, gateway_id, ordinal, settings)
     select $1, $2, * from unnest($3::integer[], $4::jsonb[])
     on conflict (complex_id, gateway_id, ordinal) do update set settings = excluded.settings`,
    [
      complex,
      gateway,
      buses.map((bus) => bus.ordinal),
      buses.map((bus) => JSON.stringify(bus.settings)),
    ],
  )
}

export type ListeningGateway = {
  complexId: ComplexId
  gatewayId: GatewayId
  code: string
  link: Json
  buses: BusRow[]
}

const REGISTRATIONS_LOCK = 64_511

/** Gateways that call us, of all complexes in scope; registrations are given one at a time. */
export const listeningGateways = async (tx: Tx): Promise<ListeningGateway[]> => {
  await tx.query('select pg_advisory_xact_lock($1)', [REGISTRATIONS_LOCK])
  return tx.query<ListeningGateway>(
    `select g.complex_id as "complexId", g.gateway_id as "gatewayId", g.code, g.link,
       (select coalesce(jsonb_agg(jsonb_build_object('ordinal', b.ordinal, 'settings', b.settings)
          order by b.ordinal), '[]')
        from bus b where b.complex_id = g.complex_id and b.gateway_id = g.gateway_id) as buses
     from gateway g where g.link->>'kind' in ('tcp-listen', 'acrel-4g', 'acrel-awt100')
     order by g.code`,
  )
}

/** Locks the bus, so that addresses on it are given one at a time; null where there is none. */
export const lockBus = async (tx: Tx, complex: ComplexId, bus: BusId): Promise<BusId | null> => {
  const rows = await tx.query<{ id: BusId }>(
    `select bus_id as id from bus where complex_id = $1 and bus_id = $2 for no key update`,
    [complex, bus],
  )
  return rows[0]?.id ?? null
}
