// Reading the audit log 查阅操作日志: newest first, within one complex.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type AuditRow = {
  auditId: string
  at: Instant
  operatorId: number | null
  operator: string | null
  username: string | null
  from: string
  action: string
  subject: string
  before: unknown
  after: unknown
}

export type AuditFilter = {
  operatorId: number | null
  /** The whole of it; ending in a dot, its beginning. */
  action: string | null
  /** The whole of it; ending in a stroke, its beginning. */
  subject: string | null
  since: Instant | null
  until: Instant | null
}

/** `mark` at its end makes a text a beginning. LIKE has no special signs that could get through. */
const matching = (column: string, param: string, mark: string): string =>
  `(${param}::text is null or ${column} = ${param}
    or (right(${param}, 1) = '${mark}' and starts_with(${column}, ${param})))`

export const listAudit = (
  tx: Tx,
  complex: ComplexId,
  filter: AuditFilter,
  page: { before: string | null; limit: number },
): Promise<AuditRow[]> =>
  tx.query<AuditRow>(
    `select a.audit_id as "auditId", a.at, a.operator_id as "operatorId", o.name as operator,
       o.username, a.came_from as "from", a.action, a.subject, a.before, a.after
     from audit a left join operator o on o.operator_id = a.operator_id
     where a.complex_id = $1 and ($2::integer is null or a.operator_id = $2)
       and ${matching('a.action', '$3', '.')} and ${matching('a.subject', '$4', '/')}
       and ($5::timestamptz is null or a.at >= $5) and ($6::timestamptz is null or a.at < $6)
       and ($7::uuid is null or a.audit_id < $7)
     order by a.audit_id desc limit $8`,
    [
      complex,
      filter.operatorId,
      filter.action,
      filter.subject,
      sqlTime(filter.since),
      sqlTime(filter.until),
      page.before,
      page.limit,
    ],
  )
