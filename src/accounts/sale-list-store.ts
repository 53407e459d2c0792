// The list of sales 售电流水: what was printed on each receipt, and how far the money has come. Newest
// first; sales onto a balance have no purchase and are shown all the same. First the page is found
// by what is indexed, then its rows are told.

import type { SaleItem } from '../http/contract/sales.ts'
import type { Tx } from '../ports/database.ts'
import { PREMISES_EN } from '../registers/meters-in-place.ts'
import {
  businessDay,
  type Day,
  dayAfter,
  dayBegins,
  type Instant,
  rfc3339,
  sqlTime,
} from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { matchSales, type SaleMatch } from './sale-search.ts'
import { likeText } from './search-store.ts'
import { tenancyBegan } from './tenancy.ts'

export type SaleFilter = {
  accountId: number | null
  method: string | null
  state: string | null
  /** Calendar days in the complex's zone, both shown. */
  from: Day | null
  to: Day | null
  operator: string | null
  amountFen: number | null
  search: string | null
  /** The sale that the last page ended with. */
  before: string | null
  limit: number
}

// Conditions stand beside the time of a sale, along whose index the page is read.
const WHERE = `
  sa.complex_id = $1
  and ($2::integer is null or sa.account_id = $2 and sa.at >= ${tenancyBegan('$1', '$2')})
  and ($3::text is null or sa.method = $3)
  and ($4::text is null or $4 = 'BALANCE' and not exists (select from purchase p
      where p.complex_id = sa.complex_id and p.sale_id = sa.sale_id)
    or exists (select from purchase p
      where p.complex_id = sa.complex_id and p.sale_id = sa.sale_id and p.state = $4))
  and sa.at >= coalesce($5::timestamptz, '-infinity')
  and sa.at < coalesce($6::timestamptz, 'infinity')
  and ($7::text is null or sa.operator_id = any (array(select o.operator_id from operator o
    where o.name ilike '%' || $7 || '%' or o.username ilike '%' || $7 || '%')))
  and ($8::bigint is null or sa.paid_fen = $8)
  and ($9::uuid is null or sa.at <= (select b.at from sale b
      where b.complex_id = $1 and b.sale_id = $9)
    and (sa.at, sa.sale_id) < ((select b.at from sale b
      where b.complex_id = $1 and b.sale_id = $9), $9))`
const NEWEST = 'order by sa.at desc, sa.sale_id desc limit $10'

const ALL = `select sa.sale_id as id from sale sa where ${WHERE} ${NEWEST}`

const OF_METER = `sa.receipt->>'meterNo' ilike '%' || $15 || '%'`

// Accounts that are found by a text are few, or so many that a page of them is soon full.
const FOUND_FEW = `
  with found as (
    select sa.sale_id, sa.at from sale sa where ${WHERE} and sa.receipt_no = any ($11)
    union
    select sa.sale_id, sa.at from sale sa where ${WHERE} and sa.request_id = $12
    union
    select f.sale_id, f.at from unnest($13::integer[]) as w(account_id) cross join lateral (
      select sa.sale_id, sa.at from sale sa
      where ${WHERE} and sa.account_id = w.account_id ${NEWEST}) f
    union
    select f.sale_id, f.at from unnest($14::integer[]) as w(account_id) cross join lateral (
      select sa.sale_id, sa.at from sale sa
      where ${WHERE} and sa.account_id = w.account_id and ${OF_METER} ${NEWEST}) f
  )
  select sale_id as id from found sa ${NEWEST}`
const FOUND_MANY = `
  select sa.sale_id as id from sale sa where ${WHERE} and (sa.receipt_no = any ($11)
    or sa.request_id = $12 or sa.account_id = any ($13)
    or sa.account_id = any ($14) and ${OF_METER}) ${NEWEST}`
const FEW = 300

type SaleRow = Omit<SaleItem, 'at'> & { at: Instant }

// What is on a receipt stays; its English form is that of premises which still have that name.
const ROWS = `
  select sa.sale_id as "saleId", sa.receipt_no as "receiptNo", sa.at,
    sa.account_id as "accountId", sa.receipt->>'accountNo' as "accountNo",
    coalesce(sa.receipt->>'tenant', '') as tenant,
    coalesce(sa.receipt->>'premises', '') as premises,
    coalesce(place."premisesEn", sa.receipt->>'premises', '') as "premisesEn",
    coalesce(sa.receipt->>'meterNo', '') as "meterNo", sa.method, sa.paid_fen as "paidFen",
    (sa.receipt->>'carryFen')::bigint as "carryFen",
    (sa.receipt->>'creditFen')::bigint as "creditFen",
    coalesce(sa.receipt->>'operator', '') as operator, pu.purchase_id as "purchaseId", pu.state,
    coalesce(li."serviceFeeFen", 0) as "serviceFeeFen",
    coalesce(li."depositFen", 0) as "depositFen",
    (select coalesce(sum(po.paid_fen), 0)::bigint from payout po
     where po.complex_id = sa.complex_id and po.sale_id = sa.sale_id) as "takenBackFen"
  from unnest($2::uuid[]) with ordinality as page(sale_id, n)
  join sale sa on sa.complex_id = $1 and sa.sale_id = page.sale_id
  left join lateral (select p.purchase_id, p.state from purchase p
    where p.complex_id = sa.complex_id and p.sale_id = sa.sale_id
    order by p.purchase_id limit 1) pu on true
  left join lateral (
    select (sum(l.fen) filter (where l.purpose = 'fee'))::bigint as "serviceFeeFen",
      (sum(l.fen) filter (where l.purpose = 'deposit'))::bigint as "depositFen"
    from sale_line l where l.complex_id = sa.complex_id and l.sale_id = sa.sale_id) li on true
  left join lateral (select ${PREMISES_EN} as "premisesEn" from supply s
    join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
    join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
    left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
    where s.complex_id = sa.complex_id and s.account_id = sa.account_id
      and concat_ws(' ', b.name, pr.no, pr.name) = sa.receipt->>'premises' limit 1) place on true
  order by page.n`

const found = (match: SaleMatch | null) => {
  if (match === null) return { statement: ALL, more: [] }
  const { receiptNos, requestId, accounts, byMeter, text } = match
  const few = accounts.length + byMeter.length <= FEW
  const more = [receiptNos, requestId, accounts, byMeter, text]
  return { statement: few ? FOUND_FEW : FOUND_MANY, more }
}

export const listSales = async (
  tx: Tx,
  complex: ComplexId,
  zone: string,
  asked: SaleFilter,
): Promise<SaleItem[]> => {
  const { accountId, method, state, from, to, operator, amountFen, before, limit } = asked
  const today = businessDay(tx.now, zone, 0)
  const match = asked.search === null ? null : await matchSales(tx, complex, asked.search, today)
  const { statement, more } = found(match)
  const ids = await tx.query<{ id: string }>(statement, [
    ...[complex, accountId, method, state],
    sqlTime(from === null ? null : dayBegins(from, zone, 0)),
    sqlTime(to === null ? null : dayBegins(dayAfter(to), zone, 0)),
    operator === null ? null : likeText(operator),
    ...[amountFen, before, limit, ...more],
  ])
  const rows = await tx.query<SaleRow>(ROWS, [complex, ids.map(({ id }) => id)])
  return rows.map((row): SaleItem => ({ ...row, at: rfc3339(row.at, zone) }))
}
