// Which meters a unit has 选表范围: those of a building, a floor, a gateway or a plan, in a state, or
// named in a list. Everything that is said must hold.

import { boardItems } from '../board/store.ts'
import type { CommandUnit } from '../http/contract/commands.ts'
import type { Tx } from '../ports/database.ts'
import { METERS_IN_PLACE } from '../registers/meters-in-place.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

export type UnitMeters = {
  meterIds: MeterId[]
  /** Of the names: what names no meter here. */
  unknown: string[]
}

type Row = { meterId: MeterId; meterNo: string; premises: string; address: string }

const METERS = `
  select m.meter_id as "meterId", m.no as "meterNo", coalesce(pr.no, '') as premises,
    d.address
  ${METERS_IN_PLACE}
  left join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
  left join lateral plan_in_force(s.complex_id, s.supply_id, $2::timestamptz) v
    on $6::integer is not null
  where m.complex_id = $1
    and ($3::integer is null or pr.building_id = $3)
    and ($4::integer is null or pr.floor = $4)
    and ($5::integer is null or g.gateway_id = $5)
    and ($6::integer is null or v.plan_id = $6)
    and ($7::text[] is null or coalesce(c.mode, 'prepaid') = any ($7))
    and ($8::text[] is null or upper(m.no) = any ($8) or upper(pr.no) = any ($8)
      or upper(d.address) = any ($8))
  order by pr.building_id nulls last, pr.floor, pr.no, m.meter_id`

const wordOf = (name: string): string => name.trim().toUpperCase()

/** In the order of their places. */
export const metersOfUnit = async (
  tx: Tx,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  unit: CommandUnit,
): Promise<UnitMeters> => {
  const names = unit.names?.map(wordOf).filter((name) => name !== '') ?? null
  const rows = await tx.query<Row>(METERS, [
    ...[complexId, sqlTime(tx.now), unit.buildingId ?? null, unit.floor ?? null],
    ...[unit.gatewayId ?? null, unit.planId ?? null, unit.modes ?? null, names],
  ])
  const found = new Set(
    rows.flatMap(({ meterNo, premises, address }) => [meterNo, premises, address].map(wordOf)),
  )
  const unknown = (unit.names ?? []).filter(
    (name) => name.trim() !== '' && !found.has(wordOf(name)),
  )
  const meterIds = rows.map(({ meterId }) => meterId)
  const { states } = unit
  if (!states) return { meterIds, unknown }
  const items = await boardItems(tx, complexId, zone, meterIds)
  const inState = new Set(
    items.filter(({ state }) => states.includes(state)).map(({ meterId }) => meterId),
  )
  return { meterIds: meterIds.filter((meterId) => inState.has(meterId)), unknown }
}
