// Audit log 操作日志: who did what, when, from where, before and after; written in the transaction of
// the change and chained with the postings (INV-30).

import { type AuditRecord, canonical } from '../ledger/chain.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { assert } from '../shared/assert.ts'
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

export const audit = async (tx: Tx, ids: Ids, entry: AuditEntry): Promise<void> => {
  const id = ids.uuid()
  const record: AuditRecord = {
    audit: id,
    at: tx.now,
    operator: tx.scope.operator,
    from: tx.scope.from,
    action: entry.action,
    subject: entry.subject,
    before: entry.before ?? null,
    after: entry.after ?? null,
  }
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
