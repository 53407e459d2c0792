// The bills of a month as rows 月账单列表: one of each supply and tenant that the month knew, also
// of those nothing was read of.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, SupplyId } from '../shared/ids.ts'
import type { Span } from '../tariff/periods.ts'
import { READ_WH } from './bill-view-store.ts'

export type BillFilter = {
  month: Day
  span: Span
  search: string | null
  state: 'unpriced' | 'estimated' | 'waiting' | null
}
export type BillPage = {
  /** The bill that the page before ended with. */
  after: { supply: number; tenantSince: Instant } | null
  limit: number
}

export type BillListRow = {
  supplyId: SupplyId
  accountId: AccountId
  accountNo: string
  tenant: string
  tenantSince: Instant
  premises: string
  premisesName: string
  meterNos: string
  mode: 'meter' | 'centre'
  pricedUntil: Instant | null
  /** Null, like what follows: not priced yet. */
  energyWh: number | null
  estimatedWh: number | null
  unpricedWh: number | null
  dueFen: number | null
  /** Null: of a meter that deducts by itself, and nothing of the month was read of it yet. */
  postedFen: number | null
}

const METER_NOS = `(
  select coalesce(string_agg(m.no, ' ' order by i.since), '') from installation i
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  where i.complex_id = s.complex_id and i.point_id = s.point_id and i.since < $4
    and coalesce(i.until, 'infinity') > $3)`

// The books know that they charged nothing; what a meter took is not known before it was read.
const POSTED = `case when a.mode = 'centre' or b.until_at is not null or c.fen <> 0
  then coalesce(c.fen, 0) end`

// What somebody looks for is compared as it stands: no pattern, and neither case nor blanks count.
const FOUND = `
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join account_tenant h on h.complex_id = a.complex_id and h.account_id = a.account_id
    and h.since < $4 and coalesce(h.until, 'infinity') > $3
    and h.since < coalesce(s.until, 'infinity') and coalesce(h.until, 'infinity') > s.since
  join tenant t on t.complex_id = s.complex_id and t.tenant_id = h.tenant_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join month_bill b on b.complex_id = s.complex_id and b.supply_id = s.supply_id
    and b.month = $2 and b.tenant_since = h.since
    and (b.until_at is not null or b.due_fen <> 0)
  left join lateral (
    select sum(u.due_fen)::bigint as fen from usage_day u where u.complex_id = s.complex_id
      and u.supply_id = s.supply_id and u.month = $2 and u.tenant_since = h.since
  ) c on true
  where s.complex_id = $1 and s.since < $4 and coalesce(s.until, 'infinity') > $3
    and ($5::text is null or strpos(lower(concat_ws(' ', a.no, t.name, t.name_en, pr.no, pr.name,
      ${METER_NOS})), lower($5)) > 0)
    and case $6::text when 'unpriced' then b.unpriced_wh > 0
      when 'estimated' then b.estimated_wh > 0 when 'waiting' then b.until_at is null
      else true end`

const PAGE = `
  select s.supply_id as "supplyId", a.account_id as "accountId", a.no as "accountNo",
    t.name as tenant, h.since as "tenantSince", coalesce(pr.no, '') as premises,
    coalesce(pr.name, '') as "premisesName", ${METER_NOS} as "meterNos", a.mode,
    b.until_at as "pricedUntil", ${READ_WH('b.energy_wh')} as "energyWh",
    ${READ_WH('b.estimated_wh')} as "estimatedWh", ${READ_WH('b.unpriced_wh')} as "unpricedWh",
    b.due_fen as "dueFen", ${POSTED} as "postedFen"
  ${FOUND} and (s.supply_id, h.since) > ($7, $8)
  order by s.supply_id, h.since limit $9`

const SUMS = `
  select count(*)::integer as bills, (count(*) - count(b.until_at))::integer as waiting,
    (count(*) - count(${POSTED}))::integer as unread,
    sum(${READ_WH('b.energy_wh')})::bigint as "energyWh",
    sum(${READ_WH('b.estimated_wh')})::bigint as "estimatedWh",
    sum(${READ_WH('b.unpriced_wh')})::bigint as "unpricedWh", sum(b.due_fen)::bigint as "dueFen",
    sum(${POSTED})::bigint as "postedFen"
  ${FOUND}`

const values = (complex: ComplexId, { month, span, search, state }: BillFilter) => [
  ...[complex, month, sqlTime(span.from), sqlTime(span.until), search, state],
]

/** In the order of supplies and of their tenants, from after a place on. */
export const listedBills = (
  tx: Tx,
  complex: ComplexId,
  filter: BillFilter,
  { after, limit }: BillPage,
): Promise<BillListRow[]> => {
  const place = [after?.supply ?? 0, after ? sqlTime(after.tenantSince) : '-infinity']
  return tx.query<BillListRow>(PAGE, [...values(complex, filter), ...place, limit], 'kept')
}

export type BillSumsRow = {
  bills: number
  /** Bills that are not priced yet, and those whose `postedFen` is unknown. */
  waiting: number
  unread: number
  /** Of those that are known; null, like what follows: none is. */
  energyWh: number | null
  estimatedWh: number | null
  unpricedWh: number | null
  dueFen: number | null
  postedFen: number | null
}

export const billSums = async (
  tx: Tx,
  complex: ComplexId,
  filter: BillFilter,
): Promise<BillSumsRow | undefined> => {
  const rows = await tx.query<BillSumsRow>(SUMS, values(complex, filter))
  return rows[0]
}
