// Four eyes 复核: what one person may not do alone needs another's agreement to exactly this content.
// It is used once, by the operator who asked, within half an hour.

import type { ApprovalNeed, ApprovedOperation } from '../http/contract/payouts.ts'
import { contentHash } from '../ledger/chain.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type AskedApproval, lockApproval, writeUsed } from './approval-store.ts'

export const APPROVAL_LASTS_MS = 30 * 60_000

const BOUND = {
  'account.recharge': ['accountId', 'meterId', 'amountFen', 'method'],
  'account.refund': ['accountId', 'meterId', 'amountFen', 'all', 'method', 'reasonCode', 'note'],
  'sale.reverse': ['saleId', 'method', 'reasonCode', 'note'],
  'reduction.pay': ['reductionId', 'method'],
  'meter.swap': ['pointId', 'newMeterId', 'finalWh', 'amountFen'],
  'account.close': ['accountId', 'method', 'amountFen'],
  'account.payable': ['accountId', 'method', 'amountFen', 'reasonCode', 'note'],
  'account.waive': ['accountId', 'amountFen', 'reasonCode', 'note'],
  'rerate.post': ['reratingId', 'differenceFen', 'accounts'],
} as const satisfies Record<ApprovedOperation, readonly string[]>

/** The hash of everything that makes the operation what it is; other fields do not count. */
export const boundHash = (
  operation: ApprovedOperation,
  content: Readonly<Record<string, unknown>>,
): Buffer => {
  const said = (value: unknown) => (typeof value === 'string' ? value.trim() || undefined : value)
  const fields = BOUND[operation].map((name) => [name, said(content[name])])
  return contentHash({ operation, ...Object.fromEntries(fields) })
}

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

const whyNot = (
  tx: Tx,
  complex: ComplexId,
  asking: Asking,
  need: ApprovalNeed,
  found: AskedApproval,
): string | null => {
  if (found.complexId !== complex || found.askedBy !== tx.scope.operator) return 'not-yours'
  if (found.state !== 'agreed') return found.state
  const same = found.contentHash.equals(boundHash(asking.operation, asking.content))
  if (found.operation !== asking.operation || !same) return 'other-content'
  // Of "all that is left" the second person saw a figure; more than that he has not agreed to.
  return found.amountFen !== null && need.amountFen > found.amountFen ? 'more-than-agreed' : null
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
  const why = whyNot(tx, complex, asking, need, found)
  refuseIf(why !== null, 'approval_not_valid', { why })
  await writeUsed(tx, found)
  return { approvalId: found.approvalId, by: found.decidedBy ?? '' }
}
