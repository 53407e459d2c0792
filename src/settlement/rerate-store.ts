// Which charged months a change reaches 重算范围: found by what changed, so that the same work
// done again finds the same months.

import type { Tx } from '../ports/database.ts'
import type { Day } from '../shared/clock.ts'
import type { ComplexId, MeterId, PlanId, SupplyId } from '../shared/ids.ts'

export type Reached = { supplyId: SupplyId; months: Day[] }

// Months of the present tenants only: what a former one was settled with is settled.
const CHARGED = `
  select u.supply_id as "supplyId", array_agg(distinct u.month::text order by u.month::text)
    as months
  from usage_day u
  join supply s on s.complex_id = u.complex_id and s.supply_id = u.supply_id
    and s.until is null
  join account_tenant t on t.complex_id = s.complex_id and t.account_id = s.account_id
    and t.until is null and t.since = u.tenant_since
  join complex c on c.complex_id = u.complex_id`

const ENDS = `(u.month + interval '1 month' + make_interval(mins => c.day_cut_minutes))
  at time zone c.zone`

// A month that was priced before something was saved which holds in it.
const BY_PLAN = `
  ${CHARGED}
  left join month_bill b on b.complex_id = u.complex_id and b.supply_id = u.supply_id
    and b.month = u.month and b.tenant_since = u.tenant_since
  where u.complex_id = $1 and exists (
    select from supply_plan p
    left join plan_version v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
    where p.complex_id = u.complex_id and p.supply_id = u.supply_id
      and ($2::integer is null or p.plan_id = $2)
      and (p.saved_at >= coalesce(b.at, '-infinity') and p.since < ${ENDS}
        or v.saved_at >= coalesce(b.at, '-infinity') and v.effective_from < ${ENDS}))
  group by u.supply_id order by u.supply_id`

/** Open supplies that have or had the plan; null: any plan. */
export const reachedByPlan = (
  tx: Tx,
  complex: ComplexId,
  plan: PlanId | null,
): Promise<Reached[]> => tx.query<Reached>(BY_PLAN, [complex, plan])

export const reachedByYear = (tx: Tx, complex: ComplexId, year: number): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1 and date_part('year', u.month) = $2
     group by u.supply_id order by u.supply_id`,
    [complex, year],
  )

/**
 * A reading of a month also tells where the ones beside it end: the first after the end of one says
 * what the last before it left.
 */
export const reachedByReadings = (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  month: Day,
): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1
       and u.month between $3::date - interval '1 month' and $3::date + interval '1 month'
       and exists (select from installation i where i.complex_id = s.complex_id
         and i.point_id = s.point_id and i.meter_id = $2)
     group by u.supply_id order by u.supply_id`,
    [complex, meter, month],
  )

/** Every charged month of some supplies. */
export const reachedBySupply = (tx: Tx, complex: ComplexId, supply: SupplyId): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1 and u.supply_id = $2 group by u.supply_id`,
    [complex, supply],
  )
