// Reading the books 查账: the trial balance, and postings with their lines, newest first.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type BalanceRow = {
  path: string
  about: string
  debitFen: number
  creditFen: number
  balanceFen: number
}

/** Every ledger account that was ever posted to; the balances sum to zero. */
export const trialBalance = (tx: Tx, complex: ComplexId): Promise<BalanceRow[]> =>
  tx.query<BalanceRow>(
    `select s.path, s."debitFen", s."creditFen", s."balanceFen",
       case s.room
         when 'cash' then concat_ws(' ', o.name, to_char(h.opened_at at time zone c.zone,
           'YYYY-MM-DD HH24:MI'))
         when 'supply' then concat_ws(' ', p.no, p.name)
         when 'account' then concat_ws(' ', a.no, t.name)
         else '' end as about
     from (
       select l.path, split_part(l.path, '/', 2) as id,
         case split_part(l.path, '/', 1) when 'deposit' then 'account' when 'variance' then 'supply'
           else split_part(l.path, '/', 1) end as room,
         coalesce(sum(e.fen) filter (where e.fen > 0), 0)::bigint as "debitFen",
         coalesce(-sum(e.fen) filter (where e.fen < 0), 0)::bigint as "creditFen",
         sum(e.fen)::bigint as "balanceFen"
       from entry e
       join ledger_account l on l.complex_id = e.complex_id
         and l.ledger_account_id = e.ledger_account_id
       where e.complex_id = $1 group by l.path
     ) s
     join complex c on c.complex_id = $1
     left join account a on a.complex_id = $1 and s.room = 'account' and a.account_id::text = s.id
     left join account_tenant w on w.complex_id = $1 and w.account_id = a.account_id
       and w.until is null
     left join tenant t on t.complex_id = $1 and t.tenant_id = w.tenant_id
     left join supply u on u.complex_id = $1 and s.room = 'supply' and u.supply_id::text = s.id
     left join point n on n.complex_id = $1 and n.point_id = u.point_id
     left join premises p on p.complex_id = $1 and p.premises_id = n.premises_id
     left join shift h on h.complex_id = $1 and s.room = 'cash' and h.shift_id::text = s.id
     left join operator o on o.operator_id = h.operator_id
     order by s.path`,
    [complex],
  )

export type PostingRow = {
  postingId: string
  requestId: string
  kind: string
  businessDate: string
  at: Instant
  operator: string | null
  reason: string
  reverses: string | null
}

export type PostingFilter = {
  /** Only postings that touch this ledger account. */
  path: string | null
  from: string | null
  to: string | null
  /** The posting that the last page ended with; ids are in the order of time. */
  before: string | null
  limit: number
}

const POSTINGS = `
  select p.posting_id as "postingId", p.request_id as "requestId", p.kind,
    p.business_date as "businessDate", p.at, o.name as operator, p.reason, p.reverses
  from posting p
  left join operator o on o.operator_id = p.operator_id
  where p.complex_id = $1
    and ($2::text is null or exists (select from entry e
      join ledger_account a on a.complex_id = e.complex_id
        and a.ledger_account_id = e.ledger_account_id
      where e.complex_id = p.complex_id and e.posting_id = p.posting_id and a.path = $2))
    and ($3::date is null or p.business_date >= $3) and ($4::date is null or p.business_date <= $4)
    and ($5::uuid is null or p.posting_id < $5)
  order by p.posting_id desc limit $6`

export const listPostings = (
  tx: Tx,
  complex: ComplexId,
  filter: PostingFilter,
): Promise<PostingRow[]> =>
  tx.query<PostingRow>(POSTINGS, [
    complex,
    filter.path,
    filter.from,
    filter.to,
    filter.before,
    filter.limit,
  ])

export type LineRow = { postingId: string; path: string; fen: number }

export const linesOf = (
  tx: Tx,
  complex: ComplexId,
  postings: readonly string[],
): Promise<LineRow[]> =>
  tx.query<LineRow>(
    `select e.posting_id as "postingId", a.path, e.fen
     from entry e
     join ledger_account a on a.complex_id = e.complex_id
       and a.ledger_account_id = e.ledger_account_id
     where e.complex_id = $1 and e.posting_id = any ($2) order by e.posting_id, e.line`,
    [complex, postings],
  )
