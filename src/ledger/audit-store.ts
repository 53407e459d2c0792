// What the audit reads: chained records in order, and for each invariant the rows that break it.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Check } from './audit-checks/check.ts'

export type ChainRow = { seq: number; hash: Buffer; what: string; record: unknown }
export type Head = { lane: number; seq: number; hash: Buffer }

export const chainHeads = (tx: Tx, complex: ComplexId): Promise<Head[]> =>
  tx.query<Head>('select lane, seq, hash from chain_head where complex_id = $1 order by lane', [
    complex,
  ])

type PostingPart = {
  seq: number
  hash: Buffer
  posting: string
  request: string
  kind: string
  date: string
  at: Instant
  operator: number | null
  reason: string
  reverses: string | null
  lines: [string, number][]
}

const POSTINGS = `
  select p.lane_seq as seq, p.hash, p.posting_id as posting, p.request_id as request, p.kind,
    p.business_date as date, p.at, p.operator_id as operator, p.reason, p.reverses,
    (select json_agg(json_build_array(a.path, e.fen) order by e.line) from entry e
     join ledger_account a on a.complex_id = e.complex_id
       and a.ledger_account_id = e.ledger_account_id
     where e.complex_id = p.complex_id and e.posting_id = p.posting_id) as lines
  from posting p
  where p.complex_id = $1 and p.lane = $2 and p.lane_seq > $3 and p.lane_seq <= $4`

type AuditPart = {
  seq: number
  hash: Buffer
  audit: string
  at: Instant
  operator: number | null
  from: string
  action: string
  subject: string
  before: unknown
  after: unknown
}

const AUDITS = `
  select lane_seq as seq, hash, audit_id as audit, at, operator_id as operator,
    came_from as from, action, subject, before, after
  from audit where complex_id = $1 and lane = $2 and lane_seq > $3 and lane_seq <= $4`

/** The records of one lane with after < seq ≤ upTo, in order of seq. */
export const chainRows = async (
  tx: Tx,
  complex: ComplexId,
  lane: number,
  after: number,
  upTo: number,
): Promise<ChainRow[]> => {
  const part = [complex, lane, after, upTo]
  const postings = await tx.query<PostingPart>(POSTINGS, part)
  const audits = await tx.query<AuditPart>(AUDITS, part)
  return [
    ...postings.map(({ seq, hash, ...record }) => ({
      seq,
      hash,
      what: `posting/${record.posting}`,
      record: { ...record, lines: record.lines ?? [] },
    })),
    ...audits.map(({ seq, hash, ...record }) => ({
      seq,
      hash,
      what: `audit/${record.audit}`,
      record,
    })),
  ].sort((a, b) => a.seq - b.seq)
}

// Numbers begin at one, and no row is ahead of the head of its lane.
const STRAY = `
  select r.lane, r.seq, r.what from (
    select lane, lane_seq as seq, 'posting/' || posting_id as what from posting
    where complex_id = $1
    union all
    select lane, lane_seq, 'audit/' || audit_id from audit where complex_id = $1
  ) r
  left join chain_head h on h.complex_id = $1 and h.lane = r.lane
  where r.seq < 1 or r.seq > coalesce(h.seq, 0)
  order by r.lane, r.seq limit 100`

export type StrayRow = { lane: number; seq: number; what: string }

/** Rows that no walk comes by: outside the numbers of their lane, or in a lane that has no head. */
export const strayRows = (tx: Tx, complex: ComplexId): Promise<StrayRow[]> =>
  tx.query<StrayRow>(STRAY, [complex])

export type ChainSize = { postings: number; audits: number }

export const chainSize = async (tx: Tx, complex: ComplexId): Promise<ChainSize> => {
  const rows = await tx.query<ChainSize>(
    `select (select count(*) from posting where complex_id = $1)::int as postings,
       (select count(*) from audit where complex_id = $1)::int as audits`,
    [complex],
  )
  return must(rows[0], 'a count has a row')
}

export const breaches = async (tx: Tx, complex: ComplexId, check: Check): Promise<string[]> => {
  const rows = await tx.query<{ what: string }>(check.sql, [complex])
  return rows.map((row) => row.what)
}

export const complexIds = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ id: ComplexId }>(
    'select complex_id as id from complex order by complex_id',
  )
  return rows.map((row) => row.id)
}
