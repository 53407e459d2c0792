// The only writer of the ledger 记账: one SQL statement chains the posting, writes it with its
// entries and moves the running balances. Money is never changed in any other way (INV-03).

import type { Tx } from '../ports/database.ts'
import { assert, must } from '../shared/assert.ts'
import { type Day, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { canonical, type PostingRecord } from './chain.ts'
import { keepsBalance } from './chart.ts'
import { closedUntil } from './posting-day.ts'

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

// Balances are locked in id order before the chain's head, in every posting. Nothing is written
// where an account is still missing or the day is closed. The limit cuts nothing: it tells the
// planner that lines are few, who would otherwise read all the accounts of a complex for them.
const POST = `
  with wanted as (
    select l.line, a.ledger_account_id, l.fen
    from (
      select * from unnest($4::text[], $5::bigint[]) with ordinality as u(path, fen, line)
      limit cardinality($4::text[])
    ) l
    join ledger_account a on a.complex_id = $1 and a.path = l.path
  ), may as (
    select where (select count(*) from wanted) = cardinality($4::text[])
      and not exists (select from day_close where complex_id = $1 and day >= $9)
      and not exists (select from month_lock where complex_id = $1 and last_day >= $9)
  ), moved as (
    update ledger_account a set balance_fen = a.balance_fen + m.fen
    from (select ledger_account_id, sum(fen)::bigint as fen from wanted group by 1 order by 1) m
    where a.complex_id = $1 and a.ledger_account_id = m.ledger_account_id
      and a.balance_fen is not null and exists (select from may)
    returning a.ledger_account_id
  ), head as (
    update chain_head set seq = seq + 1, hash = sha256(hash || convert_to($3, 'UTF8'))
    where complex_id = $1 and lane = $2 and exists (select from may)
      and (select count(*) from moved) >= 0
    returning seq, hash
  ), written as (
    insert into posting (complex_id, posting_id, request_id, kind, business_date, at, operator_id,
      reason, reverses, content_hash, lane, lane_seq, hash)
    select $1, $6, $7, $8, $9, $10, $11, $12, $13, $14, $2, head.seq, head.hash from head
  ), lines as (
    insert into entry (complex_id, posting_id, line, ledger_account_id, fen)
    select $1, $6, line, ledger_account_id, fen from wanted where exists (select from head)
    returning fen
  )
  select (select count(*) from lines)::int as lines, (select count(*) from head)::int as heads`

type Written = { lines: number; heads: number }

const ensureAccounts = (tx: Tx, complex: ComplexId, paths: readonly string[]) => {
  const wanted = [...new Set(paths)]
  return tx.query(ENSURE_ACCOUNTS, [complex, wanted, wanted.map(keepsBalance)])
}

/**
 * Posts once. Refuses: day_closed (the day was closed since `postingDay` was asked). Errors: a Bug
 * when the lines do not sum to zero; PostgreSQL's unique violation when the request id was posted
 * before (callers look the request up first).
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
  const params = [
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
  ]
  const write = async () =>
    must((await tx.query<Written>(POST, params, 'kept'))[0], 'post answers one row')
  let done = await write()
  if (done.heads === 0) {
    // Most postings find their accounts; only then is it asked for them.
    await ensureAccounts(tx, order.complexId, paths)
    done = await write()
  }
  if (done.heads === 0) {
    const closed = await closedUntil(tx, order.complexId)
    refuseIf(closed !== null && order.businessDate <= closed, 'day_closed', {
      day: order.businessDate,
    })
  }
  assert(done.heads === 1, 'the complex has its chain heads')
  assert(done.lines === order.lines.length, 'every line was written')
}
