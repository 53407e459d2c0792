// Which supply has which plan 供电电价, dated: rows are only ever added; what holds is the latest that
// has begun, of one beginning the last that was saved.

import type { SupplyPlan } from '../http/contract/plans.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, PlanId, SupplyId } from '../shared/ids.ts'

type SupplyTimes = 'since' | 'nextFrom'
type SupplyRow = Omit<SupplyPlan, SupplyTimes> & { since: Instant; nextFrom: Instant | null }

/** Takes the complex as $1 and the moment as $2; `more` narrows the supplies. */
const supplyPlans = (more: string): string => `
  select s.supply_id as "supplyId", a.account_id as "accountId", a.no as "accountNo", a.mode,
    coalesce(t.name, '') as tenant, coalesce(b.name, '') as building,
    coalesce(pr.no, '') as premises, coalesce(pr.name, '') as "premisesName",
    p.kind as "pointKind", m.meter_id as "meterId", m.no as "meterNo", g.plan_id as "planId",
    pl.name as plan, g.since, g.capacity_va as "capacityVa", n.plan_id as "nextPlanId",
    n.name as "nextPlan", n.since as "nextFrom"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.until is null
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  left join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join supply_given g on g.complex_id = s.complex_id and g.supply_id = s.supply_id
    and g.since <= greatest($2::timestamptz, s.since)
    and g.until > greatest($2::timestamptz, s.since)
  join plan pl on pl.complex_id = g.complex_id and pl.plan_id = g.plan_id
  left join lateral (
    select x.plan_id, x.since, o.name from supply_given x
    join plan o on o.complex_id = x.complex_id and o.plan_id = x.plan_id
    where x.complex_id = s.complex_id and x.supply_id = s.supply_id and x.since = g.until
  ) n on true
  where s.complex_id = $1 and s.until is null and ${more}
  order by s.supply_id`

const shown = (rows: readonly SupplyRow[], zone: string): SupplyPlan[] =>
  rows.map((row) => ({
    ...row,
    since: rfc3339(row.since, zone),
    nextFrom: row.nextFrom === null ? null : rfc3339(row.nextFrom, zone),
  }))

export type SupplyPage = {
  complexId: ComplexId
  zone: string
  after: number
  limit: number
  planId: number | null
  accountId: number | null
  buildingId: number | null
}

/** One row more than asked for. */
export const listSupplyPlans = async (tx: Tx, page: SupplyPage): Promise<SupplyPlan[]> => {
  const rows = await tx.query<SupplyRow>(
    `${supplyPlans(`s.supply_id > $3 and ($5::integer is null or g.plan_id = $5)
       and ($6::integer is null or s.account_id = $6)
       and ($7::integer is null or pr.building_id = $7)`)} limit $4`,
    [
      ...[page.complexId, sqlTime(tx.now), page.after, page.limit + 1],
      ...[page.planId, page.accountId, page.buildingId],
    ],
  )
  return shown(rows, page.zone)
}

/** Open supplies as they stand at a moment: those named, or all that have a plan then. */
export const suppliesAt = async (
  tx: Tx,
  complex: { complexId: ComplexId; zone: string },
  at: Instant,
  which: { supplyIds: readonly number[] } | { planId: number },
): Promise<SupplyPlan[]> => {
  const byId = 'supplyIds' in which
  const rows = await tx.query<SupplyRow>(
    supplyPlans(byId ? 's.supply_id = any ($3::integer[])' : 'g.plan_id = $3::integer'),
    [complex.complexId, sqlTime(at), byId ? which.supplyIds : which.planId],
  )
  return shown(rows, complex.zone)
}

export type NewSupplyPlan = {
  complexId: ComplexId
  planId: PlanId
  since: Instant
  supplies: readonly { supplyId: SupplyId; capacityVa: number | null }[]
  note: string
  backdated: boolean
}

/** From then on, or from its beginning where a supply began later. */
export const insertSupplyPlans = async (tx: Tx, given: NewSupplyPlan): Promise<void> => {
  await tx.query(
    `insert into supply_plan (complex_id, supply_id, since, ordinal, plan_id, capacity_va, note,
       saved_at, saved_by, backdated)
     select s.complex_id, s.supply_id, greatest($3, s.since), coalesce((select max(o.ordinal)
         from supply_plan o where o.complex_id = s.complex_id and o.supply_id = s.supply_id
           and o.since = greatest($3, s.since)), 0) + 1,
       $2, n.capacity_va, $6, $7, $8, $9
     from unnest($4::integer[], $5::bigint[]) n(supply_id, capacity_va)
     join supply s on s.complex_id = $1 and s.supply_id = n.supply_id`,
    [
      ...[given.complexId, given.planId, sqlTime(given.since)],
      given.supplies.map(({ supplyId }) => supplyId),
      given.supplies.map(({ capacityVa }) => capacityVa),
      ...[given.note, sqlTime(tx.now), tx.scope.operator, given.backdated],
    ],
  )
}
