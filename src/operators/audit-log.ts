// Audit log 操作日志: who did what, when, from where, before and after; written in the transaction of
// the change and chained with the postings (INV-30).

import { type AuditRecord, canonical } from '../ledger/chain.ts'
import { chainSteps, placesOf } from '../ledger/chain-steps.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { assert } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { AuditAction } from './audit-actions.ts'

export type AuditEntry = {
  complexId: ComplexId
  /** What was done, as `room.verb`; the words for it are there. */
  action: AuditAction
  /** What it was done to, as `kind/id`. */
  subject: string
  before?: unknown
  after?: unknown
  /** Who did it and from where; left out, whoever the transaction is of. */
  by?: Pick<Scope, 'operator' | 'from'>
}

const WRITE = `
  with recursive entries as (
    select * from unnest($2::integer[], $3::integer[], $4::text[], $5::uuid[], $6::integer[],
      $7::text[], $8::text[], $9::text[], $10::jsonb[], $11::jsonb[])
      with ordinality as e(complex_id, k, record, audit_id, operator_id, came_from, action,
        subject, before, after, n)
  ), ${chainSteps('entries', 'true')}, written as (
    insert into audit (complex_id, audit_id, at, operator_id, came_from, action, subject, before,
      after, lane, lane_seq, hash)
    select e.complex_id, e.audit_id, $12, e.operator_id, e.came_from, e.action, e.subject,
      e.before, e.after, $1, w.seq, w.hash
    from walk w join entries e on e.n = w.n
    returning 1
  )
  select count(*)::int as written from written`

const json = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)

const recordOf = (tx: Tx, ids: Ids, entry: AuditEntry): AuditRecord => {
  const { operator, from } = entry.by ?? tx.scope
  return {
    ...{ audit: ids.uuid(), at: tx.now, operator, from },
    ...{ action: entry.action, subject: entry.subject },
    ...{ before: entry.before ?? null, after: entry.after ?? null },
  }
}

/** Walking a chain takes the square of its steps. */
const STEPS_MAX = 256

const writeSome = async (tx: Tx, ids: Ids, entries: readonly AuditEntry[]): Promise<void> => {
  const records = entries.map((entry) => recordOf(tx, ids, entry))
  const complexes = entries.map((entry) => entry.complexId)
  const rows = await tx.query<{ written: number }>(
    WRITE,
    [
      ...[tx.lane, complexes, placesOf(complexes), records.map(canonical)],
      records.map((record) => record.audit),
      records.map((record) => record.operator),
      records.map((record) => record.from),
      records.map((record) => record.action),
      records.map((record) => record.subject),
      records.map((record) => json(record.before)),
      records.map((record) => json(record.after)),
      sqlTime(tx.now),
    ],
    'kept',
  )
  assert(rows[0]?.written === entries.length, 'each complex has its chain heads')
}

/** Many at once, in their order. */
export const auditAll = async (tx: Tx, ids: Ids, entries: readonly AuditEntry[]): Promise<void> => {
  const writes = []
  for (let at = 0; at < entries.length; at += STEPS_MAX)
    writes.push(writeSome(tx, ids, entries.slice(at, at + STEPS_MAX)))
  await Promise.all(writes)
}

export const audit = (tx: Tx, ids: Ids, entry: AuditEntry): Promise<void> =>
  auditAll(tx, ids, [entry])
