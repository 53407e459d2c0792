// What the names in a list stand for 清单对照: meters by number, points by premises, plans by name.

import type { Tx } from '../ports/database.ts'
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
  from meter m
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
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

/** Points and then accounts, each in one order: whoever swaps one waits for the list. */
export const lockAccountsOf = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly NamedMeter[],
): Promise<void> => {
  const points = meters.flatMap(({ pointId }) => (pointId === null ? [] : [pointId]))
  await tx.query(
    `select from point where complex_id = $1 and point_id = any ($2)
     order by point_id for no key update`,
    [complex, points],
  )
  await tx.query(
    `select from account a where a.complex_id = $1 and a.account_id in (
       select s.account_id from supply s where s.complex_id = $1 and s.point_id = any ($2)
         and s.until is null)
     order by a.account_id for update`,
    [complex, points],
  )
}

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
