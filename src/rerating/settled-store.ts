// Months that were settled for good 已清算账期: of tenants who have left and of accounts that are
// closed, as they were priced last.

import type { Tx } from '../ports/database.ts'
import type { Day, Instant } from '../shared/clock.ts'
import type { AccountId, ComplexId, SupplyId } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'

export type SettledBill = {
  supplyId: SupplyId
  accountId: AccountId
  accountNo: string
  tenant: string
  premises: string
  mode: 'meter' | 'centre'
  month: Day
  tenantSince: Instant
  beganAt: Instant
  endedAt: Instant
  untilAt: Instant
  lines: readonly Line[]
}

/** From a month on, in the order of accounts. */
export const settledBills = (tx: Tx, complex: ComplexId, since: Day): Promise<SettledBill[]> =>
  tx.query<SettledBill>(
    `select s.supply_id as "supplyId", a.account_id as "accountId", a.no as "accountNo",
       n.name as tenant, coalesce(pr.no, '') as premises, a.mode, b.month::text,
       t.since as "tenantSince", least(s.until, t.until) as "endedAt", b.until_at as "untilAt",
       b.lines, coalesce(
         (select max(u.until_at) from usage_day u where u.complex_id = s.complex_id
           and u.supply_id = s.supply_id and u.tenant_since < t.since),
         (select min(u.from_at) from usage_day u where u.complex_id = s.complex_id
           and u.supply_id = s.supply_id), s.since) as "beganAt"
     from month_bill b
     join supply s on s.complex_id = b.complex_id and s.supply_id = b.supply_id
     join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     join account_tenant t on t.complex_id = a.complex_id and t.account_id = a.account_id
       and t.since = b.tenant_since
     join tenant n on n.complex_id = t.complex_id and n.tenant_id = t.tenant_id
     join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     where b.complex_id = $1 and b.month >= $2 and b.until_at is not null
       and (s.until is not null or t.until is not null)
     order by a.no, s.supply_id, b.month`,
    [complex, since],
  )
