// The list of sales 售电流水: what was printed on each receipt, and how far the money has come. Newest
// first; sales onto a balance have no purchase and are shown all the same.

import type { SaleItem } from '../http/contract/sales.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { likeText } from './search-store.ts'
import { tenancyBegan } from './tenancy.ts'

export type SaleFilter = {
  accountId: number | null
  method: string | null
  state: string | null
  /** Calendar days in the complex's zone, both shown. */
  from: string | null
  to: string | null
  operator: string | null
  search: string | null
  /** The sale that the last page ended with. */
  before: string | null
  limit: number
}

type SaleRow = Omit<SaleItem, 'at'> & { at: Instant }

const SALES = `
  select sa.sale_id as "saleId", sa.receipt_no as "receiptNo", sa.at,
    sa.account_id as "accountId", sa.receipt->>'accountNo' as "accountNo",
    coalesce(sa.receipt->>'tenant', '') as tenant,
    coalesce(sa.receipt->>'premises', '') as premises,
    coalesce(sa.receipt->>'meterNo', '') as "meterNo", sa.method, sa.paid_fen as "paidFen",
    (sa.receipt->>'carryFen')::bigint as "carryFen",
    (sa.receipt->>'creditFen')::bigint as "creditFen",
    coalesce(sa.receipt->>'operator', '') as operator, pu.purchase_id as "purchaseId", pu.state,
    coalesce(li."serviceFeeFen", 0) as "serviceFeeFen",
    coalesce(li."depositFen", 0) as "depositFen",
    (select coalesce(sum(po.paid_fen), 0)::bigint from payout po
     where po.complex_id = sa.complex_id and po.sale_id = sa.sale_id) as "takenBackFen"
  from complex c
  join sale sa on sa.complex_id = c.complex_id
  left join lateral (select p.purchase_id, p.state from purchase p
    where p.complex_id = sa.complex_id and p.sale_id = sa.sale_id
    order by p.purchase_id limit 1) pu on true
  left join lateral (
    select (sum(l.fen) filter (where l.purpose = 'fee'))::bigint as "serviceFeeFen",
      (sum(l.fen) filter (where l.purpose = 'deposit'))::bigint as "depositFen"
    from sale_line l where l.complex_id = sa.complex_id and l.sale_id = sa.sale_id) li on true
  where c.complex_id = $1
    and ($2::integer is null or sa.account_id = $2 and sa.at >= ${tenancyBegan('$1', '$2')})
    and ($3::text is null or sa.method = $3)
    and ($4::text is null or coalesce(pu.state, 'BALANCE') = $4)
    and ($5::date is null or sa.at >= $5::date::timestamp at time zone c.zone)
    and ($6::date is null or sa.at < ($6::date + 1)::timestamp at time zone c.zone)
    and ($7::text is null or sa.receipt->>'operator' ilike '%' || $7 || '%')
    and ($8::text is null or concat_ws(' ', sa.receipt_no, sa.receipt->>'accountNo',
      sa.receipt->>'tenant', sa.receipt->>'premises', sa.receipt->>'meterNo')
      ilike '%' || $8 || '%')
    and ($9::uuid is null or sa.sale_id < $9)
  order by sa.sale_id desc limit $10`

const like = (text: string | null): string | null => (text === null ? null : likeText(text))

export const listSales = async (
  tx: Tx,
  complex: ComplexId,
  zone: string,
  asked: SaleFilter,
): Promise<SaleItem[]> => {
  const { accountId, method, state, from, to, before, limit } = asked
  const [operator, search] = [like(asked.operator), like(asked.search)]
  const values = [complex, accountId, method, state, from, to, operator, search, before, limit]
  const rows = await tx.query<SaleRow>(SALES, values)
  return rows.map((row): SaleItem => ({ ...row, at: rfc3339(row.at, zone) }))
}
