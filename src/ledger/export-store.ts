// Postings in the order they were made, for the export 导出: page by page, whole postings only.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type ExportedPosting = {
  postingId: string
  requestId: string
  kind: string
  date: string
  at: Instant
  operator: number | null
  reason: string
  reverses: string | null
  lines: [path: string, fen: number][]
}

const PAGE = `
  select p.posting_id as "postingId", p.request_id as "requestId", p.kind,
    p.business_date as date, p.at, p.operator_id as operator, p.reason, p.reverses,
    (select json_agg(json_build_array(a.path, e.fen) order by e.line) from entry e
     join ledger_account a on a.complex_id = e.complex_id
       and a.ledger_account_id = e.ledger_account_id
     where e.complex_id = p.complex_id and e.posting_id = p.posting_id) as lines
  from posting p where p.complex_id = $1 and ($2::uuid is null or p.posting_id > $2)
  order by p.posting_id limit $3`

export const postingsAfter = (
  tx: Tx,
  complex: ComplexId,
  after: string | null,
  limit: number,
): Promise<ExportedPosting[]> => tx.query<ExportedPosting>(PAGE, [complex, after, limit])
