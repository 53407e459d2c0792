// What the names in a list stand for 清单对照: meters by number, points by premises, plans by name.

import type { Tx } from '../ports/database.ts'
import { PLACE_OF_METER } from '../registers/meters-in-place.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, PlanId, PointId } from '../shared/ids.ts'

export type NamedMeter = {
  meterId: MeterId
  meterNo: string
  /** Null: in stock. */
  pointId: PointId | null
  building: string
  premises: string
  pointKind: string
  balanceFen: number | null
  balanceAt: Instant | null
}

const METERS = `
  select m.meter_id as "meterId", m.no as "meterNo", i.point_id as "pointId",
    coalesce(b.name, '') as building, coalesce(pr.no, '') as premises,
    coalesce(p.kind, '') as "pointKind", l.balance_fen as "balanceFen",
    l.balance_at as "balanceAt"
  from meter m${PLACE_OF_METER}
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  where m.complex_id = $1`

export const metersByNo = async (
  tx: Tx,
  complex: ComplexId,
  numbers: readonly string[],
): Promise<Map<string, NamedMeter>> => {
  const rows = await tx.query<NamedMeter>(`${METERS} and m.no = any ($2)`, [complex, numbers])
  return new Map(rows.map((row) => [row.meterNo, row]))
}

/** The meters that hang at the premises with these numbers. */
export const metersAt = (
  tx: Tx,
  complex: ComplexId,
  premises: readonly string[],
): Promise<NamedMeter[]> =>
  tx.query<NamedMeter>(`${METERS} and pr.no = any ($2) order by m.meter_id`, [complex, premises])

export const plansByName = async (
  tx: Tx,
  complex: ComplexId,
  names: readonly string[],
): Promise<Map<string, PlanId>> => {
  const rows = await tx.query<{ planId: PlanId; name: string; nameEn: string }>(
    `select plan_id as "planId", name, name_en as "nameEn" from plan
     where complex_id = $1 and (name = any ($2) or name_en = any ($2))`,
    [complex, names],
  )
  return new Map(
    rows.flatMap(({ planId, name, nameEn }) => [
      [name, planId] as const,
      [nameEn, planId] as const,
    ]),
  )
}
