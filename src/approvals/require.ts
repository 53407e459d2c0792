// Four eyes 复核: what one person may not do alone needs another's agreement to exactly this content.
// It is used once, in the transaction of the act, by the operator who asked, while it lasts.

import type { ApprovalNeed } from '../http/contract/approval-need.ts'
import type { ApprovalChange, ApprovedOperation } from '../http/contract/approvals.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type AskedApproval, lockApproval, writeUsed } from './approval-store.ts'
import { boundHash } from './kinds.ts'
import { approvalSettings, decidersOf } from './settings-store.ts'

export type Approved = { approvalId: Uuid; by: string }

export type Asking = {
  operation: ApprovedOperation
  content: Readonly<Record<string, unknown>>
  /** Null: the caller may do it alone. */
  need: ApprovalNeed | null
  approvalId: string | undefined
  /** The need is then told, not refused. */
  dryRun: boolean
}

/** Of an act that is not of one account: what whoever decides sees of it, and who may not. */
export type Wanted = Pick<Asking, 'operation' | 'content' | 'need'> & {
  summary: Readonly<Record<string, unknown>>
  changes: readonly ApprovalChange[]
  /** Whom it gives something: they do not decide. */
  benefits?: readonly OperatorId[]
  /** Of the whole installation. */
  everywhere?: boolean
}

/** How an act is agreed to: by an approval, or `tell` hears what a second person would be asked. */
export type Agreement = {
  approvalId?: string | undefined
  dryRun?: boolean | undefined
  tell?: ((complexId: ComplexId, wanted: Wanted) => void) | undefined
}

const whyNot = async (
  tx: Tx,
  complex: ComplexId,
  asking: Asking,
  need: ApprovalNeed,
  found: AskedApproval,
): Promise<string | null> => {
  if (found.complexId !== complex || found.askedBy !== tx.scope.operator) return 'not-yours'
  if (found.state !== 'agreed') return found.state
  const same = found.contentHash.equals(boundHash(asking.operation, asking.content))
  if (found.operation !== asking.operation || !same) return 'other-content'
  // Of "all that is left" the second person saw a figure; more than that he has not agreed to.
  if (found.amountFen !== null && need.amountFen !== null && need.amountFen > found.amountFen)
    return 'more-than-agreed'
  return found.deciderMay ? null : 'decider-gone'
}

/**
 * Uses the approval where one is needed; null where none is. Refuses: approval_required (why,
 * amountFen, limitFen), approval_not_valid (why).
 */
export const requireApproval = async (
  tx: Tx,
  complex: ComplexId,
  asking: Asking,
): Promise<Approved | null> => {
  const { need, approvalId } = asking
  if (need === null || (approvalId === undefined && asking.dryRun)) return null
  if (approvalId === undefined)
    throw new Refusal('approval_required', { ...need, operation: asking.operation })
  const found = await lockApproval(tx, approvalId)
  if (found === null) throw new Refusal('approval_not_valid', { why: 'unknown' })
  const why = await whyNot(tx, complex, asking, need, found)
  refuseIf(why !== null, 'approval_not_valid', { why })
  await writeUsed(tx, found)
  return { approvalId: found.approvalId, by: found.decidedBy ?? '' }
}

/**
 * Null where the caller may act without anybody else after all: he may decide himself, nobody else
 * may, and the complex has set that he then acts alone. That is written down each time.
 */
export const needOf = async <N extends ApprovalNeed>(
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  {
    operation,
    need,
    everywhere = false,
  }: Pick<Wanted, 'operation' | 'everywhere'> & { need: N | null },
): Promise<N | null> => {
  const { operator } = tx.scope
  if (need === null || operator === null) return need
  // Whoever is alone could otherwise never set that he is.
  const { alone } = await approvalSettings(tx, complexId)
  if (!alone && operation !== 'approval.settings') return need
  const deciders = await decidersOf(tx, complexId, everywhere)
  if (deciders.length !== 1 || deciders[0] !== operator) return need
  const after = { operation, ...need }
  const subject = `operator/${operator}`
  await audit(tx, ids, { complexId, action: 'approval.alone', subject, after })
  return null
}

/**
 * The same for an act that is not of one account. Refuses: approval_required, approval_not_valid.
 */
export const agreeOn = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  wanted: Wanted,
  { approvalId, dryRun = false, tell }: Agreement,
): Promise<{ approved: Approved | null; need: ApprovalNeed | null }> => {
  const need = await needOf(tx, ids, complexId, wanted)
  if (tell && need !== null) {
    tell(complexId, { ...wanted, need })
    return { approved: null, need }
  }
  const { operation, content } = wanted
  const asking = { operation, content, need, approvalId, dryRun }
  return { approved: await requireApproval(tx, complexId, asking), need }
}

/** More than one person may do alone: 0 is nothing, null anything. */
export const isAbove = (limit: number | null, count: number | null): boolean =>
  limit !== null && (limit === 0 || count === null || count > limit)

/** The need that is told where a count is above what one person may do alone. */
export const needAboveCount = (
  why: ApprovalNeed['why'],
  countLimit: number | null,
  count: number | null,
): ApprovalNeed | null =>
  countLimit !== null && isAbove(countLimit, count)
    ? { why, amountFen: null, limitFen: null, countLimit, ...(count !== null && { count }) }
    : null

/** The need of what nobody may do alone, where the complex has set it so. */
export const needWhere = (isSet: boolean, why: ApprovalNeed['why']): ApprovalNeed | null =>
  isSet ? { why, amountFen: null, limitFen: null } : null
