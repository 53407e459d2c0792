// Plans as lists 电价方案列表: each with the version that holds, what a kWh can cost under it, and how
// many supplies have it.

import type { Plan } from '../http/contract/plans.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type Page = { complexId: ComplexId; zone: string; after: number; limit: number }

type PlanTimes = 'effectiveFrom' | 'nextFrom' | 'retiredAt'
type PlanRow = Omit<Plan, PlanTimes> & Record<PlanTimes, Instant | null>

const PLANS = `
  select p.plan_id as "planId", p.name, p.name_en as "nameEn", p.retired_at as "retiredAt",
    v.version, v.since as "effectiveFrom", v.definition->>'kind' as kind,
    v.price_e8 as "priceE8", v.cheapest_e8 as "cheapestE8", v.dearest_e8 as "dearestE8",
    coalesce(u.supplies, 0) as supplies, n.version as "nextVersion", n.since as "nextFrom"
  from plan p
  left join plan_version_held v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
    and v.since <= $4 and v.until > $4
  left join lateral (
    select h.version, h.since from plan_version_held h where h.complex_id = p.complex_id
      and h.plan_id = p.plan_id and h.since > $4 order by h.since limit 1
  ) n on true
  left join (
    select g.plan_id, count(*)::int as supplies from supply_given g
    join supply s on s.complex_id = g.complex_id and s.supply_id = g.supply_id
      and s.until is null
    where g.complex_id = $1 and g.since <= $4 and g.until > $4 group by g.plan_id
  ) u on u.plan_id = p.plan_id
  where p.complex_id = $1 and p.plan_id > $2 order by p.plan_id limit $3`

const timeIn = (zone: string, at: Instant | null) => (at === null ? null : rfc3339(at, zone))

/** One row more than asked for. */
export const listPlans = async (tx: Tx, page: Page): Promise<Plan[]> => {
  const { complexId, zone, after, limit } = page
  const rows = await tx.query<PlanRow>(PLANS, [complexId, after, limit + 1, sqlTime(tx.now)])
  return rows.map((row) => ({
    ...row,
    effectiveFrom: timeIn(zone, row.effectiveFrom),
    nextFrom: timeIn(zone, row.nextFrom),
    retiredAt: timeIn(zone, row.retiredAt),
  }))
}
