// Audit log 操作日志: who did what, when, from where, before and after; written in the transaction of
// the change and chained with the postings (INV-30).

import { type AuditRecord, canonical, chainHash } from '../ledger/chain.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { assert, must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type AuditEntry = {
  complexId: ComplexId
  /** What was done, as `room.verb`: `account.open`, `control.trip`. */
  action: string
  /** What it was done to, as `kind/id`. */
  subject: string
  before?: unknown
  after?: unknown
}

const WRITE = `
  with head as (
    update chain_head set seq = seq + 1, hash = sha256(hash || convert_to($3, 'UTF8'))
    where complex_id = $1 and lane = $2 returning seq, hash
  ), written as (
    insert into audit (complex_id, audit_id, at, operator_id, came_from, action, subject, before,
      after, lane, lane_seq, hash)
    select $1, $4, $5, $6, $7, $8, $9, $10, $11, $2, head.seq, head.hash from head
    returning 1
  )
  select count(*)::int as written from written`

const json = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)

const recordOf = (tx: Tx, audit: string, entry: AuditEntry): AuditRecord => ({
  audit,
  at: tx.now,
  operator: tx.scope.operator,
  from: tx.scope.from,
  action: entry.action,
  subject: entry.subject,
  before: entry.before ?? null,
  after: entry.after ?? null,
})

export const audit = async (tx: Tx, ids: Ids, entry: AuditEntry): Promise<void> => {
  const id = ids.uuid()
  const record = recordOf(tx, id, entry)
  const rows = await tx.query<{ written: number }>(
    WRITE,
    [
      entry.complexId,
      tx.lane,
      canonical(record),
      id,
      sqlTime(tx.now),
      tx.scope.operator,
      tx.scope.from,
      entry.action,
      entry.subject,
      json(entry.before),
      json(entry.after),
    ],
    'kept',
  )
  assert(rows[0]?.written === 1, 'the complex has its chain heads')
}

type Head = { seq: number; hash: Buffer }

const LOCK_HEAD = `
  select seq, hash from chain_head where complex_id = $1 and lane = $2 for update`

const WRITE_ALL = `
  with written as (
    insert into audit (complex_id, audit_id, at, operator_id, came_from, action, subject, before,
      after, lane, lane_seq, hash)
    select $1, a.id, $3, $4, $5, a.action, a.subject, a.before, a.after, $2, a.seq, a.hash
    from unnest($6::uuid[], $7::text[], $8::text[], $9::jsonb[], $10::jsonb[], $11::bigint[],
      $12::bytea[]) as a(id, action, subject, before, after, seq, hash)
    returning lane_seq
  )
  update chain_head set seq = $13, hash = $14 where complex_id = $1 and lane = $2
    and (select count(*) from written) > 0`

/** As `audit`, of many changes to one complex, in two statements. */
export const auditAll = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  entries: readonly Omit<AuditEntry, 'complexId'>[],
): Promise<void> => {
  if (entries.length === 0) return
  const heads = await tx.query<Head>(LOCK_HEAD, [complexId, tx.lane])
  let { seq, hash } = must(heads[0], 'the complex has its chain heads')
  const rows = entries.map((entry) => {
    const id = ids.uuid()
    seq += 1
    hash = chainHash(hash, canonical(recordOf(tx, id, { complexId, ...entry })))
    return { id, entry, seq, hash }
  })
  await tx.query(WRITE_ALL, [
    ...[complexId, tx.lane, sqlTime(tx.now), tx.scope.operator, tx.scope.from],
    rows.map(({ id }) => id),
    rows.map(({ entry }) => entry.action),
    rows.map(({ entry }) => entry.subject),
    rows.map(({ entry }) => json(entry.before)),
    rows.map(({ entry }) => json(entry.after)),
    rows.map((row) => row.seq),
    rows.map((row) => row.hash),
    ...[seq, hash],
  ])
}
