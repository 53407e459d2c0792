// The rows of a statement 对账单: what one tenant of an account paid, got back and used, within the
// time in which the account was his.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'

export type Tenancy = {
  tenantId: number
  tenant: string
  accountNo: string
  since: Instant
  until: Instant | null
}

/** The newest tenancy, or the newest of the tenant named; null: he never held the account. */
export const tenancyOf = async (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
  tenant: number | null,
): Promise<Tenancy | null> => {
  const rows = await tx.query<Tenancy>(
    `select t.tenant_id as "tenantId", t.name as tenant, a.no as "accountNo", at.since, at.until
     from account_tenant at
     join account a on a.complex_id = at.complex_id and a.account_id = at.account_id
     join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
     where at.complex_id = $1 and at.account_id = $2
       and ($3::integer is null or at.tenant_id = $3)
     order by at.since desc limit 1`,
    [complex, account, tenant],
  )
  return rows[0] ?? null
}

export type StatementLine = {
  at: Instant
  kind: 'sale' | 'payout' | 'waiver' | 'day' | 'adjustment' | 'sharing'
  /** Receipt number, or the business day. */
  no: string
  meterNo: string
  method: string
  /** Paid in where positive, paid out where negative. */
  paidFen: number
  /** Of what was owed. */
  waivedFen: number
  usedFen: number
  energyWh: number
  /** Why it is charged, `中文 / English`; empty where it needs no reason. */
  reason: string
}

const LINES = `
  select s.at, 'sale' as kind, s.receipt_no as no, coalesce(s.receipt->>'meterNo', '') as "meterNo",
    s.method, s.paid_fen as "paidFen", 0::bigint as "waivedFen", 0::bigint as "usedFen",
    0::bigint as "energyWh", '' as reason
  from sale s
  where s.complex_id = $1 and s.account_id = $2::integer and s.at >= $3
    and ($4::timestamptz is null or s.at < $4)
  union all
  select o.at, 'payout', o.receipt_no, coalesce(o.receipt->>'meterNo', ''), o.method,
    -o.paid_fen, 0, 0, 0, ''
  from payout o
  where o.complex_id = $1 and o.account_id = $2 and o.at >= $3
    -- The last payment is made in the moment the tenancy ends.
    and ($4::timestamptz is null or o.at <= $4)
  union all
  select u.at, 'day', u.day::text, m.no, '', 0, 0, u.due_fen, u.energy_wh, coalesce(p.reason, '')
  from usage_day u
  left join posting p on p.complex_id = u.complex_id and p.posting_id = u.posting_id
  join supply y on y.complex_id = u.complex_id and y.supply_id = u.supply_id
  join meter m on m.complex_id = u.complex_id and m.meter_id = u.meter_id
  where u.complex_id = $1 and y.account_id = $2 and u.at >= $3
    and ($4::timestamptz is null or u.at <= $4)
  union all
  select p.at, p.kind, case when p.kind = 'waiver' then '' else p.business_date::text end, '', '',
    0,
    case when p.kind = 'waiver' then -sum(e.fen)::bigint else 0 end,
    case when p.kind = 'waiver' then 0 else sum(e.fen)::bigint end, 0,
    case when p.kind = 'waiver' then '' else p.reason end
  from ledger_account la
  join entry e on e.complex_id = la.complex_id and e.ledger_account_id = la.ledger_account_id
  join posting p on p.complex_id = e.complex_id and p.posting_id = e.posting_id
  where la.complex_id = $1 and p.kind in ('waiver', 'adjustment', 'sharing') and p.at >= $3
    and la.path in ('account/' || $2::text || '/carry', 'account/' || $2::text || '/balance')
    and ($4::timestamptz is null or p.at < $4)
  group by p.posting_id, p.at, p.kind, p.business_date, p.reason
  order by 1, 2, 3`

export const statementLines = (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
  { since, until }: Tenancy,
): Promise<StatementLine[]> =>
  tx.query<StatementLine>(LINES, [complex, account, sqlTime(since), sqlTime(until)])
