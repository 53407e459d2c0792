// Approvals 复核 as rows: asked by one person, decided by another, used once. What was asked is never
// changed; the state follows from what was written and from the time.

import type { Static } from 'typebox'
import type {
  Approval,
  ApprovalChange,
  ApprovalListQuery,
  ApprovalRequest,
  ApprovalState,
  ApprovalsWaiting,
  ApprovedOperation,
} from '../http/contract/approvals.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'
import { MONEY_OPERATIONS } from './kinds.ts'
import { decides } from './settings-store.ts'

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
    changes: readonly ApprovalChange[]
    everywhere: boolean
    benefits: readonly OperatorId[]
    askedBy: OperatorId
    expiresAt: Instant
  },
): Promise<void> => {
  await tx.query(
    `insert into approval (complex_id, approval_id, operation, content_hash, summary, asked_by,
       asked_at, expires_at, everywhere, benefits)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      approval.complexId,
      approval.approvalId,
      approval.operation,
      approval.contentHash,
      JSON.stringify({
        ...approval.summary,
        ...{ request: approval.request, changes: approval.changes },
      }),
      approval.askedBy,
      sqlTime(tx.now),
      sqlTime(approval.expiresAt),
      approval.everywhere,
      approval.benefits,
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
  everywhere: boolean
  benefits: OperatorId[]
  decidedBy: string | null
  /** Whoever agreed may still decide. */
  deciderMay: boolean
  state: ApprovalState
  zone: string
}

/** As SQL, of approval `a`: how far it has come by the time `now`. */
export const stateAt = (now: string): string => `case
  when a.used_at is not null then 'used'
  when a.agreed is false then 'refused'
  when a.withdrawn_at is not null then 'withdrawn'
  when a.expires_at <= ${now} then 'expired'
  when a.agreed then 'agreed'
  else 'open' end`

/** Locked, so that it is decided once and used once; null outside the scope. */
export const lockApproval = async (tx: Tx, approval: string): Promise<AskedApproval | null> => {
  const rows = await tx.query<AskedApproval>(
    `select a.complex_id as "complexId", a.approval_id as "approvalId", a.operation,
       a.content_hash as "contentHash", (a.summary->>'amountFen')::bigint as "amountFen",
       a.asked_by as "askedBy", a.everywhere, a.benefits, o.name as "decidedBy",
       coalesce(${decides('a.complex_id', 'a.everywhere', '$2')}, false) as "deciderMay",
       ${stateAt('$2')} as state, c.zone
     from complex c
     join approval a on a.complex_id = c.complex_id and a.approval_id = $1
     left join operator o on o.operator_id = a.decided_by
     left join role r on r.role_id = o.role_id
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

export const writeWithdrawn = async (tx: Tx, approval: Key): Promise<void> => {
  await tx.query(
    'update approval set withdrawn_at = $3 where complex_id = $1 and approval_id = $2',
    [approval.complexId, approval.approvalId, sqlTime(tx.now)],
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

/** What the caller sees of approvals, beyond his own; and whether he decides any. */
export type Sight = { all: boolean; money: boolean; everywhere: boolean }

// $1 complex, $2 now, $3 the caller, $4 sees all, $5 sees money's, $6 those operations, $7 reaches
// the whole installation.
const APPROVALS = `
  select a.approval_id as "approvalId", a.complex_id as "complexId", a.operation,
    ${stateAt('$2')} as state, a.summary - 'request' - 'changes' as summary,
    coalesce(a.summary->'changes', '[]') as changes, a.everywhere,
    case when a.asked_by = $3 then a.summary->'request' end as request,
    coalesce(ask.name, '') as "askedBy", a.asked_by = $3 as own,
    case when a.asked_by = $3 then 'own' when not $4 then 'permission'
      when $3 = any (a.benefits) then 'benefits'
      when a.everywhere and not $7 then 'reach' end as hindrance,
    a.asked_at as "askedAt", a.expires_at as "expiresAt",
    dec.name as "decidedBy", a.decided_at as "decidedAt", a.note, a.used_at as "usedAt"
  from approval a
  left join operator ask on ask.operator_id = a.asked_by
  left join operator dec on dec.operator_id = a.decided_by
  where (a.complex_id = $1 or a.everywhere)
    and (a.asked_by = $3 or $4 or ($5 and a.operation = any ($6)))`

const seenBy = (tx: Tx, complex: ComplexId, sight: Sight): unknown[] => [
  ...[complex, sqlTime(tx.now), tx.scope.operator],
  ...[sight.all, sight.money, MONEY_OPERATIONS, sight.everywhere],
]

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
  sight: Sight,
  { state, whose, before, limit }: ApprovalFilter,
): Promise<ApprovalRow[]> =>
  tx.query<ApprovalRow>(
    `select * from (${APPROVALS} and ($8::uuid is null or a.approval_id < $8)) found
     where ($9::text is null or state = $9)
       and case $10::text when 'mine' then own when 'toDecide' then hindrance is null
         else true end
     order by "approvalId" desc limit $11`,
    [...seenBy(tx, complex, sight), before, state, whose, limit],
  )

export const approvalById = async (
  tx: Tx,
  complex: ComplexId,
  sight: Sight,
  approval: string,
): Promise<ApprovalRow | null> => {
  const rows = await tx.query<ApprovalRow>(`${APPROVALS} and a.approval_id = $8`, [
    ...seenBy(tx, complex, sight),
    approval,
  ])
  return rows[0] ?? null
}

/** As the index has it; what has not been used lasts a week at most. */
const LATELY = `a.used_at is null and a.withdrawn_at is null
  and a.asked_at > $2::timestamptz - interval '8 days'`

/** What waits for the caller, and what of his own was agreed to and waits for him to go on. */
export const countWaiting = async (
  tx: Tx,
  complex: ComplexId,
  sight: Sight,
): Promise<ApprovalsWaiting> => {
  const rows = await tx.query<ApprovalsWaiting>(
    `select count(*) filter (where state = 'open' and hindrance is null)::int as "toDecide",
       count(*) filter (where state = 'agreed' and own)::int as agreed
     from (${APPROVALS} and ${LATELY}) lately`,
    seenBy(tx, complex, sight),
  )
  return rows[0] ?? { toDecide: 0, agreed: 0 }
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
