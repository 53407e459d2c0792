// The only writer of the ledger 记账: one SQL statement chains the posting, writes it with its
// entries and moves the running balances. Money is never changed in any other way (INV-03).

import type { Tx } from '../ports/database.ts'
import { assert, must } from '../shared/assert.ts'
import { type Day, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { canonical, type PostingRecord } from './chain.ts'
import { keepsBalance } from './chart.ts'

export type PostingOrder = {
  complexId: ComplexId
  postingId: Uuid
  /** Unique for ever: the caller's request, or the follow-up's own name. */
  requestId: string
  kind: string
  businessDate: Day
  reason?: string
  reverses?: Uuid
  contentHash: Buffer
  lines: readonly { path: string; fen: number }[]
}

const ENSURE_ACCOUNTS = `
  insert into ledger_account (complex_id, path, balance_fen)
  select $1, path, case when keeps then 0 end
  from unnest($2::text[], $3::boolean[]) as wanted(path, keeps)
  where not exists (select from ledger_account a where a.complex_id = $1 and a.path = wanted.path)
  on conflict (complex_id, path) do nothing`

// Balances are locked in id order before the chain's head, in every posting.
const POST = `
  with wanted as (
    select l.line, a.ledger_account_id, l.fen
    from unnest($4::text[], $5::bigint[]) with ordinality as l(path, fen, line)
    join ledger_account a on a.complex_id = $1 and a.path = l.path
  ), moved as (
    update ledger_account a set balance_fen = a.balance_fen + m.fen
    from (select ledger_account_id, sum(fen)::bigint as fen from wanted group by 1 order by 1) m
    where a.complex_id = $1 and a.ledger_account_id = m.ledger_account_id
      and a.balance_fen is not null
    returning a.ledger_account_id
  ), head as (
    update chain_head set seq = seq + 1, hash = sha256(hash || convert_to($3, 'UTF8'))
    where complex_id = $1 and lane = $2 and (select count(*) from moved) >= 0
    returning seq, hash
  ), written as (
    insert into posting (complex_id, posting_id, request_id, kind, business_date, at, operator_id,
      reason, reverses, content_hash, lane, lane_seq, hash)
    select $1, $6, $7, $8, $9, $10, $11, $12, $13, $14, $2, head.seq, head.hash from head
  ), lines as (
    insert into entry (complex_id, posting_id, line, ledger_account_id, fen)
    select $1, $6, line, ledger_account_id, fen from wanted
    returning fen
  )
  select (select count(*) from lines)::int as lines, (select count(*) from head)::int as heads`

/**
 * Posts once. Errors: a Bug when the lines do not sum to zero; PostgreSQL's unique violation when
 * the request id was posted before (callers look the request up first).
 */
export const post = async (tx: Tx, order: PostingOrder): Promise<void> => {
  assert(order.lines.length >= 2, 'a posting has two or more lines')
  const sum = order.lines.reduce((total, line) => total + line.fen, 0)
  assert(sum === 0, `a posting sums to zero, not ${sum}`)
  const record: PostingRecord = {
    posting: order.postingId,
    request: order.requestId,
    kind: order.kind,
    date: order.businessDate,
    at: tx.now,
    operator: tx.scope.operator,
    reason: order.reason ?? '',
    reverses: order.reverses ?? null,
    lines: order.lines.map((line) => [line.path, line.fen] as const),
  }
  const paths = order.lines.map((line) => line.path)
  await tx.query(ENSURE_ACCOUNTS, [
    order.complexId,
    [...new Set(paths)],
    [...new Set(paths)].map(keepsBalance),
  ])
  const rows = await tx.query<{ lines: number; heads: number }>(POST, [
    order.complexId,
    tx.lane,
    canonical(record),
    paths,
    order.lines.map((line) => line.fen),
    order.postingId,
    order.requestId,
    order.kind,
    order.businessDate,
    sqlTime(tx.now),
    tx.scope.operator,
    record.reason,
    record.reverses,
    order.contentHash,
  ])
  const done = must(rows[0], 'post answers one row')
  assert(done.heads === 1, 'the complex has its chain heads')
  assert(done.lines === order.lines.length, 'every line was written')
}
