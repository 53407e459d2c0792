// Approvals 复核 as rows: asked by one person, decided by another, used once. What was asked is never
// changed; the state follows from what was written and from the time.

import type { Static } from 'typebox'
import type {
  Approval,
  ApprovalListQuery,
  ApprovalRequest,
  ApprovalState,
  ApprovedOperation,
} from '../http/contract/payouts.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'

export type Summary = { amountFen: number | null } & Readonly<Record<string, unknown>>

export const insertApproval = async (
  tx: Tx,
  approval: {
    complexId: ComplexId
    approvalId: Uuid
    operation: ApprovedOperation
    contentHash: Buffer
    summary: Summary
    /** As it was asked, for its asker to go on with. */
    request: ApprovalRequest
    askedBy: OperatorId
    expiresAt: Instant
  },
): Promise<void> => {
  await tx.query(
    `insert into approval (complex_id, approval_id, operation, content_hash, summary, asked_by,
       asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      approval.complexId,
      approval.approvalId,
      approval.operation,
      approval.contentHash,
      JSON.stringify({ ...approval.summary, request: approval.request }),
      approval.askedBy,
      sqlTime(tx.now),
      sqlTime(approval.expiresAt),
    ],
  )
}

export type AskedApproval = {
  complexId: ComplexId
  approvalId: Uuid
  operation: ApprovedOperation
  contentHash: Buffer
  amountFen: number | null
  askedBy: OperatorId
  decidedBy: string | null
  state: ApprovalState
  zone: string
}

const stateAt = (now: string): string => `case
  when a.used_at is not null then 'used'
  when a.agreed is false then 'refused'
  when a.expires_at <= ${now} then 'expired'
  when a.agreed then 'agreed'
  else 'open' end`

/** Locked, so that it is decided once and used once; null outside the scope. */
export const lockApproval = async (tx: Tx, approval: string): Promise<AskedApproval | null> => {
  const rows = await tx.query<AskedApproval>(
    `select a.complex_id as "complexId", a.approval_id as "approvalId", a.operation,
       a.content_hash as "contentHash", (a.summary->>'amountFen')::bigint as "amountFen",
       a.asked_by as "askedBy", o.name as "decidedBy", ${stateAt('$2')} as state, c.zone
     from complex c
     join approval a on a.complex_id = c.complex_id and a.approval_id = $1
     left join operator o on o.operator_id = a.decided_by
     for update of a`,
    [approval, sqlTime(tx.now)],
  )
  return rows[0] ?? null
}

type Key = { complexId: ComplexId; approvalId: Uuid }

export const writeDecided = async (
  tx: Tx,
  approval: Key,
  decision: { agreed: boolean; note: string },
): Promise<void> => {
  await tx.query(
    `update approval set decided_by = $3, decided_at = $4, agreed = $5, note = $6
     where complex_id = $1 and approval_id = $2`,
    [
      approval.complexId,
      approval.approvalId,
      tx.scope.operator,
      sqlTime(tx.now),
      decision.agreed,
      decision.note,
    ],
  )
}

export const writeUsed = async (tx: Tx, approval: Key): Promise<void> => {
  await tx.query('update approval set used_at = $3 where complex_id = $1 and approval_id = $2', [
    approval.complexId,
    approval.approvalId,
    sqlTime(tx.now),
  ])
}

/** The reduction that the approval was used for: what comes out of it is agreed to as well. */
export const writeUsedFor = async (tx: Tx, approval: Key, reduction: Uuid): Promise<void> => {
  await tx.query(
    `update approval set summary = summary || jsonb_build_object('reductionId', $3::text)
     where complex_id = $1 and approval_id = $2`,
    [approval.complexId, approval.approvalId, reduction],
  )
}

/** The approval with which a reduction was queued; null where it needed none. */
export const approvalOfReduction = async (
  tx: Tx,
  complex: ComplexId,
  reduction: Uuid,
): Promise<{ approvalId: Uuid; by: string; amountFen: number | null } | null> => {
  const rows = await tx.query<{ approvalId: Uuid; by: string; amountFen: number | null }>(
    `select a.approval_id as "approvalId", coalesce(o.name, '') as by,
       (a.summary->>'amountFen')::bigint as "amountFen"
     from approval a left join operator o on o.operator_id = a.decided_by
     where a.complex_id = $1 and a.used_at is not null and a.operation <> 'reduction.pay'
       and a.summary->>'reductionId' = $2`,
    [complex, reduction],
  )
  return rows[0] ?? null
}

type Times = 'askedAt' | 'expiresAt' | 'decidedAt' | 'usedAt'
export type ApprovalRow = Omit<Approval, Times | 'title'> & {
  askedAt: Instant
  expiresAt: Instant
  decidedAt: Instant | null
  usedAt: Instant | null
}

const APPROVALS = `
  select a.approval_id as "approvalId", a.complex_id as "complexId", a.operation,
    ${stateAt('$2')} as state, a.summary - 'request' as summary,
    case when a.asked_by = $3 then a.summary->'request' end as request,
    coalesce(ask.name, '') as "askedBy",
    a.asked_by = $3 as own, a.asked_at as "askedAt", a.expires_at as "expiresAt",
    dec.name as "decidedBy", a.decided_at as "decidedAt", a.note, a.used_at as "usedAt"
  from approval a
  left join operator ask on ask.operator_id = a.asked_by
  left join operator dec on dec.operator_id = a.decided_by
  where a.complex_id = $1`

export type ApprovalFilter = {
  state: ApprovalState | null
  whose: Static<typeof ApprovalListQuery>['whose'] | null
  before: string | null
  limit: number
}

/** Newest first. */
export const listApprovals = (
  tx: Tx,
  complex: ComplexId,
  { state, whose, before, limit }: ApprovalFilter,
): Promise<ApprovalRow[]> =>
  tx.query<ApprovalRow>(
    `select * from (${APPROVALS} and ($4::uuid is null or a.approval_id < $4)) found
     where ($5::text is null or state = $5) and ($6::boolean is null or own = $6)
     order by "approvalId" desc limit $7`,
    [
      ...[complex, sqlTime(tx.now), tx.scope.operator, before, state],
      ...[whose ? whose === 'mine' : null, limit],
    ],
  )

export const approvalById = async (
  tx: Tx,
  complex: ComplexId,
  approval: string,
): Promise<ApprovalRow | null> => {
  const rows = await tx.query<ApprovalRow>(`${APPROVALS} and a.approval_id = $4`, [
    ...[complex, sqlTime(tx.now), tx.scope.operator, approval],
  ])
  return rows[0] ?? null
}

/** Where an approval is, for a caller who knows only its id. */
export const placeOfApproval = async (
  tx: Tx,
  approval: string,
): Promise<{ complexId: ComplexId; zone: string } | null> => {
  const rows = await tx.query<{ complexId: ComplexId; zone: string }>(
    `select c.complex_id as "complexId", c.zone from complex c
     join approval a on a.complex_id = c.complex_id and a.approval_id = $1`,
    [approval],
  )
  return rows[0] ?? null
}
