// The only writer of the ledger 记账: one SQL statement chains the postings, writes them with their
// entries and moves the running balances. Money is never changed in any other way (INV-03).

import type { Tx } from '../ports/database.ts'
import { assert, must } from '../shared/assert.ts'
import { type Day, sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { canonical, type PostingRecord } from './chain.ts'
import { chainSteps, placesOf } from './chain-steps.ts'
import { keepsBalance } from './chart.ts'
import { closedUntil } from './posting-day.ts'

export type PostingOrder = {
  complexId: ComplexId
  postingId: Uuid
  /** Unique for ever: the caller's request, or the follow-up's own name. */
  requestId: string
  kind: string
  businessDate: Day
  /** Who posts; left out, whoever the transaction is of. */
  operator?: OperatorId | null
  reason?: string
  reverses?: Uuid
  contentHash: Buffer
  lines: readonly { path: string; fen: number }[]
}

// Accounts that are missing are made with what goes into them, in the order of their paths, before
// balances are locked in id order and then the heads of the chains, in every posting. No posting is
// written where a day is closed. Accounts are looked up one by one (`offset 0`), since a plan
// that is kept does not know how few they are.
const POST = `
  with recursive orders as (
    select * from unnest($2::integer[], $3::integer[], $4::text[], $5::uuid[], $6::text[],
      $7::text[], $8::date[], $9::integer[], $10::text[], $11::uuid[], $12::bytea[])
      with ordinality as o(complex_id, k, record, posting_id, request_id, kind, business_date,
        operator_id, reason, reverses, content_hash, n)
  ), lines as (
    select u.*, a.ledger_account_id
    from unnest($14::integer[], $15::uuid[], $16::integer[], $17::text[], $18::bigint[],
      $19::boolean[]) as u(complex_id, posting_id, line, path, fen, keeps)
    left join lateral (select ledger_account_id from ledger_account a
      where a.complex_id = u.complex_id and a.path = u.path offset 0) a on true
  ), made as (
    insert into ledger_account (complex_id, path, balance_fen)
    select complex_id, path, case when bool_or(keeps) then sum(fen)::bigint end
    from lines where ledger_account_id is null group by 1, 2 order by 1, 2
    on conflict (complex_id, path)
    do update set balance_fen = ledger_account.balance_fen + excluded.balance_fen
    returning complex_id, path, ledger_account_id
  ), wanted as (
    select posting_id, line, complex_id, fen,
      coalesce(ledger_account_id, (select m.ledger_account_id from made m
        where m.complex_id = l.complex_id and m.path = l.path)) as ledger_account_id
    from lines l
  ), may as (
    select where (select count(ledger_account_id) from wanted) = cardinality($14::integer[])
      and not exists (select from orders o
        join day_close d on d.complex_id = o.complex_id and d.day >= o.business_date)
      and not exists (select from orders o
        join month_lock m on m.complex_id = o.complex_id and m.last_day >= o.business_date)
  ), moved as (
    update ledger_account a set balance_fen = a.balance_fen + m.fen
    from (select complex_id, ledger_account_id, sum(fen)::bigint as fen from wanted
      group by 2, 1 order by 2) m
    where a.complex_id = m.complex_id and a.ledger_account_id = m.ledger_account_id
      and a.balance_fen is not null and exists (select from may)
    returning a.ledger_account_id
  ), ${chainSteps('orders', 'exists (select from may) and (select count(*) from moved) >= 0')},
  written as (
    insert into posting (complex_id, posting_id, request_id, kind, business_date, at, operator_id,
      reason, reverses, content_hash, lane, lane_seq, hash)
    select o.complex_id, o.posting_id, o.request_id, o.kind, o.business_date, $13, o.operator_id,
      o.reason, o.reverses, o.content_hash, $1, w.seq, w.hash
    from walk w join orders o on o.n = w.n
    returning 1
  ), entries as (
    insert into entry (complex_id, posting_id, line, ledger_account_id, fen)
    select complex_id, posting_id, line, ledger_account_id, fen from wanted
    where exists (select from heads)
    returning 1
  )
  select (select count(*) from entries)::int as lines,
    (select count(*) from written)::int as postings`

type Written = { lines: number; postings: number }

const assertBalanced = ({ lines }: PostingOrder): void => {
  assert(lines.length >= 2, 'a posting has two or more lines')
  const sum = lines.reduce((total, line) => total + line.fen, 0)
  assert(sum === 0, `a posting sums to zero, not ${sum}`)
}

const recordOf = (tx: Tx, order: PostingOrder): PostingRecord => ({
  posting: order.postingId,
  request: order.requestId,
  kind: order.kind,
  date: order.businessDate,
  at: tx.now,
  operator: order.operator === undefined ? tx.scope.operator : order.operator,
  reason: order.reason ?? '',
  reverses: order.reverses ?? null,
  lines: order.lines.map((line) => [line.path, line.fen] as const),
})

type PlacedLine = { complexId: ComplexId; postingId: Uuid; line: number; path: string; fen: number }

/** Walking a chain takes the square of its steps. */
const STEPS_MAX = 256

const linesOf = (orders: readonly PostingOrder[]): PlacedLine[] =>
  orders.flatMap(({ complexId, postingId, lines }) =>
    lines.map(({ path, fen }, at) => ({ complexId, postingId, line: at + 1, path, fen })),
  )

const paramsOf = (tx: Tx, orders: readonly PostingOrder[], lines: readonly PlacedLine[]) => {
  const records = orders.map((order) => recordOf(tx, order))
  const complexes = orders.map((order) => order.complexId)
  return [
    ...[tx.lane, complexes, placesOf(complexes), records.map(canonical)],
    orders.map((order) => order.postingId),
    orders.map((order) => order.requestId),
    orders.map((order) => order.kind),
    orders.map((order) => order.businessDate),
    records.map((record) => record.operator),
    records.map((record) => record.reason),
    records.map((record) => record.reverses),
    orders.map((order) => order.contentHash),
    sqlTime(tx.now),
    lines.map((line) => line.complexId),
    lines.map((line) => line.postingId),
    lines.map((line) => line.line),
    lines.map((line) => line.path),
    lines.map((line) => line.fen),
    lines.map((line) => keepsBalance(line.path)),
  ]
}

const refuseClosed = async (tx: Tx, orders: readonly PostingOrder[]): Promise<void> => {
  for (const { complexId, businessDate } of orders) {
    const closed = await closedUntil(tx, complexId)
    refuseIf(closed !== null && businessDate <= closed, 'day_closed', { day: businessDate })
  }
}

const write = async (
  tx: Tx,
  orders: readonly PostingOrder[],
  lines: readonly PlacedLine[],
): Promise<Written> =>
  must(
    (await tx.query<Written>(POST, paramsOf(tx, orders, lines), 'kept'))[0],
    'post answers one row',
  )

const assertWritten = (
  done: Written,
  orders: readonly PostingOrder[],
  lines: readonly PlacedLine[],
): void => {
  assert(done.postings === orders.length, 'each complex has its chain heads')
  assert(done.lines === lines.length, 'every line was written')
}

const postSome = async (tx: Tx, orders: readonly PostingOrder[]): Promise<void> => {
  const lines = linesOf(orders)
  const done = await write(tx, orders, lines)
  if (done.postings === 0) await refuseClosed(tx, orders)
  assertWritten(done, orders, lines)
}

const chunksOf = (orders: readonly PostingOrder[]): PostingOrder[][] =>
  Array.from({ length: Math.ceil(orders.length / STEPS_MAX) }, (_, at) =>
    orders.slice(at * STEPS_MAX, (at + 1) * STEPS_MAX),
  )

/**
 * Posts each once, all or none. Refuses: day_closed (a day was closed since `postingDay` was
 * asked). Errors: a Bug when the lines of one do not sum to zero; PostgreSQL's unique violation
 * when a request id was posted before (callers look the request up first).
 */
export const postAll = async (tx: Tx, orders: readonly PostingOrder[]): Promise<void> => {
  for (const order of orders) assertBalanced(order)
  for (const some of chunksOf(orders)) await postSome(tx, some)
}

const postSomeAhead = async (tx: Tx, orders: readonly PostingOrder[]): Promise<void> => {
  const lines = linesOf(orders)
  assertWritten(await write(tx, orders, lines), orders, lines)
}

/**
 * The same for who sends the next statements along. The caller has asked `postingDay` in this
 * transaction, and what he sends along must fail where its posting was not written: the Bug is told
 * when COMMIT may be on its way.
 */
export const postAhead = async (tx: Tx, orders: readonly PostingOrder[]): Promise<void> => {
  for (const order of orders) assertBalanced(order)
  await Promise.all(chunksOf(orders).map((some) => postSomeAhead(tx, some)))
}

/** One posting of its own; refuses and errors as `postAll` does. */
export const post = (tx: Tx, order: PostingOrder): Promise<void> => postAll(tx, [order])
