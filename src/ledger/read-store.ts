// Reading the books 查账: the trial balance, and postings with their lines, newest first.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type BalanceRow = { path: string; debitFen: number; creditFen: number; balanceFen: number }

/** Every ledger account that was ever posted to; the balances sum to zero. */
export const trialBalance = (tx: Tx, complex: ComplexId): Promise<BalanceRow[]> =>
  tx.query<BalanceRow>(
    `select a.path, coalesce(sum(e.fen) filter (where e.fen > 0), 0)::bigint as "debitFen",
       coalesce(-sum(e.fen) filter (where e.fen < 0), 0)::bigint as "creditFen",
       sum(e.fen)::bigint as "balanceFen"
     from entry e
     join ledger_account a on a.complex_id = e.complex_id
       and a.ledger_account_id = e.ledger_account_id
     where e.complex_id = $1 group by a.path order by a.path`,
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
