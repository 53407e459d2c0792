// Which charged months a change reaches 重算范围: found by what changed, so that the same work
// done again finds the same months.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
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

const BEGINS = `(u.month + make_interval(mins => c.day_cut_minutes)) at time zone c.zone`
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

/** Which of these supplies were charged beyond a moment: what changes there changes the past. */
export const chargedSince = async (
  tx: Tx,
  complex: ComplexId,
  since: Instant,
  supplies: readonly SupplyId[],
): Promise<number> => {
  const rows = await tx.query<{ n: number }>(
    `select count(distinct u.supply_id)::integer as n from usage_day u
     join supply s on s.complex_id = u.complex_id and s.supply_id = u.supply_id
       and s.until is null
     join account_tenant t on t.complex_id = s.complex_id and t.account_id = s.account_id
       and t.until is null and t.since = u.tenant_since
     where u.complex_id = $1 and u.supply_id = any ($2) and u.until_at > $3`,
    [complex, supplies, sqlTime(since)],
  )
  return rows[0]?.n ?? 0
}

/** How many supplies whose prices go by the calendar were charged beyond the first of the days. */
export const chargedOn = async (
  tx: Tx,
  complex: ComplexId,
  days: readonly Day[],
): Promise<number> => {
  if (days.length === 0) return 0
  const rows = await tx.query<{ n: number }>(
    `select count(*)::integer as n from (${CHARGED}
       where u.complex_id = $1
         and u.until_at > (select min(d) from unnest($2::date[]) d)::timestamp at time zone c.zone
         and exists (select from supply_plan p
           join plan_version v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
           where p.complex_id = u.complex_id and p.supply_id = u.supply_id and v.definition
             @? '$.seasons[*].days ? (exists (@.weekend) || exists (@.holiday))')
       group by u.supply_id) found`,
    [complex, days],
  )
  return rows[0]?.n ?? 0
}

/** Months charged beyond the beginning of these versions, of those who had the plan then. */
export const reachedByVersions = (
  tx: Tx,
  complex: ComplexId,
  versions: readonly { planId: PlanId; version: number }[],
): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED}
     where u.complex_id = $1 and exists (
       select from unnest($2::integer[], $3::integer[]) w(plan_id, version)
       join plan_version_held v on v.complex_id = u.complex_id and v.plan_id = w.plan_id
         and v.version = w.version and v.since < ${ENDS} and v.until > ${BEGINS}
       join supply_given g on g.complex_id = u.complex_id and g.supply_id = u.supply_id
         and g.plan_id = w.plan_id and g.until > v.since and g.since < v.until
         and g.since < ${ENDS} and g.until > ${BEGINS}
       where u.until_at > v.since)
     group by u.supply_id order by u.supply_id`,
    [complex, versions.map(({ planId }) => planId), versions.map(({ version }) => version)],
  )

/** Every charged month from one on, of these supplies and of the others of their accounts. */
export const reachedFrom = (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly SupplyId[],
  month: Day,
): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1 and u.month >= $3 and s.account_id in (
       select o.account_id from supply o where o.complex_id = $1 and o.supply_id = any ($2))
     group by u.supply_id order by u.supply_id`,
    [complex, supplies, month],
  )

/** The charged ones of these months. */
export const reachedIn = (tx: Tx, complex: ComplexId, months: readonly Day[]): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1 and u.month = any ($2::date[])
     group by u.supply_id order by u.supply_id`,
    [complex, months],
  )

const HAS_TIERS = (supply: string, tiers: string) => `exists (
  select from supply_plan p
  join plan_version v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
  where p.complex_id = u.complex_id and p.supply_id = ${supply}
    and v.definition->'tiers'->>${tiers})`

/**
 * A reading of a month also tells where the ones beside it end: the first after the end of one says
 * what the last before it left. Tiers by the year count it in every month that follows, tiers by
 * account for the account's other supplies.
 */
export const reachedByReadings = (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  month: Day,
): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1
       and u.month >= $3::date - interval '1 month'
       and (u.month <= $3::date + interval '1 month'
         or ${HAS_TIERS('s.supply_id', "'counts' = 'year'")})
       and exists (select from installation i
         join supply o on o.complex_id = i.complex_id and o.point_id = i.point_id
         where i.complex_id = s.complex_id and i.meter_id = $2 and o.account_id = s.account_id
           and (o.supply_id = s.supply_id
             or ${HAS_TIERS('s.supply_id', "'of' = 'account'")}))
     group by u.supply_id order by u.supply_id`,
    [complex, meter, month],
  )

/** Every charged month of some supplies. */
export const reachedBySupply = (tx: Tx, complex: ComplexId, supply: SupplyId): Promise<Reached[]> =>
  tx.query<Reached>(
    `${CHARGED} where u.complex_id = $1 and u.supply_id = $2 group by u.supply_id`,
    [complex, supply],
  )
