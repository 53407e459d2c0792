// Tiers that count by account 按户阶梯: which other supplies of the account count with one, where its
// plan says so, and what they used in the year before the month.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, SupplyId } from '../shared/ids.ts'

export type Together = { nth: number; otherId: SupplyId; yearWh: number }

const TOGETHER = `
  select k.nth::integer, o.supply_id as "otherId", coalesce((
    select sum(b.energy_wh) from month_bill b where b.complex_id = $1
      and b.supply_id = o.supply_id and b.tenant_since = k.tenant_since
      and b.month < k.month and b.month >= date_trunc('year', k.month)), 0)::bigint as "yearWh"
  from unnest($2::integer[], $3::date[], $4::timestamptz[]) with ordinality
    as k(supply_id, month, tenant_since, nth)
  join supply s on s.complex_id = $1 and s.supply_id = k.supply_id
  join supply o on o.complex_id = $1 and o.account_id = s.account_id
    and o.supply_id <> s.supply_id and (o.until is null or o.until > k.month)
  where exists (select from supply_given g
    join plan_version v on v.complex_id = g.complex_id and v.plan_id = g.plan_id
    where g.complex_id = $1 and g.supply_id = s.supply_id
      and v.definition->'tiers'->>'of' = 'account')
  order by k.nth, o.supply_id`

/** `nth` counts from 1 in the order asked; nothing for supplies whose tiers are their own. */
export const countedTogether = (
  tx: Tx,
  complex: ComplexId,
  asked: readonly { supplyId: SupplyId; month: Day; tenantSince: Instant }[],
): Promise<Together[]> =>
  tx.query<Together>(
    TOGETHER,
    [
      complex,
      asked.map(({ supplyId }) => supplyId),
      asked.map(({ month }) => month),
      asked.map(({ tenantSince }) => sqlTime(tenantSince)),
    ],
    'kept',
  )
