// Asking for a second person's agreement, deciding and taking back 申请、复核与撤回: what is asked was
// tried first as a dry run, so that nobody agrees to what would be refused.

import { namedComplex } from '../http/complex-store.ts'
import type { ApprovalAsked } from '../http/contract/approvals.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { assert, must } from '../shared/assert.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import {
  type AskedApproval,
  insertApproval,
  lockApproval,
  type Summary,
  writeDecided,
  writeWithdrawn,
} from './approval-store.ts'
import { boundHash } from './kinds.ts'
import { approvalSettings } from './settings-store.ts'
import type { Ask, Tried } from './try.ts'

export type ApprovalDeps = { db: Db; ids: Ids }

const MINUTE_MS = 60_000

const askIn = async (
  tx: Tx,
  deps: ApprovalDeps,
  ask: Ask,
  tried: Tried,
): Promise<ApprovalAsked> => {
  const { complexId, amountFen, changes, benefits = [], everywhere = false } = tried
  const { requestId: _, ...request } = ask
  const { operation, method, reasonCode, note } = request
  const summary: Summary = { ...{ method, reasonCode, note }, ...tried.summary, amountFen }
  const approvalId = deps.ids.uuid()
  const { zone } = await namedComplex(tx, complexId)
  const { lastMinutes } = await approvalSettings(tx, complexId)
  const expiresAt = plusMs(tx.now, lastMinutes * MINUTE_MS)
  await insertApproval(tx, {
    ...{ complexId, approvalId, operation, summary, request, expiresAt },
    ...{ changes, benefits, everywhere },
    contentHash: boundHash(operation, tried.content),
    askedBy: must(tx.scope.operator, 'an operator asks'),
  })
  const asked = { operation, ...summary, ...(changes.length > 0 && { changes }) }
  const subject = `approval/${approvalId}`
  await audit(tx, deps.ids, { complexId, action: 'approval.ask', subject, after: asked })
  return { approvalId, expiresAt: rfc3339(expiresAt, zone) }
}

/** Of what was tried. Refuses: request_id_reused. */
export const askApproval = (
  deps: ApprovalDeps,
  scope: Scope,
  ask: Ask,
  tried: Tried,
): Promise<ApprovalAsked> => {
  const { requestId, ...content } = ask
  const { complexId } = tried
  const name = { complexId, requestId, operation: 'approval.ask', content }
  return once(deps.db, scope, name, (tx) => askIn(tx, deps, ask, tried))
}

type Decision = { agreed: boolean; note: string }

const decideIn = async (
  tx: Tx,
  deps: Pick<ApprovalDeps, 'ids'>,
  found: AskedApproval,
  decision: Decision,
): Promise<void> => {
  const { operator, complexes, buildings } = tx.scope
  assert(operator !== null, 'an operator decides')
  refuseIf(found.askedBy === operator, 'approval_by_another')
  refuseIf(found.benefits.includes(operator), 'approval_benefits')
  const reaches = complexes === 'all' && buildings === undefined
  refuseIf(found.everywhere && !reaches, 'approval_beyond_reach')
  refuseIf(found.state !== 'open', 'approval_not_open', { state: found.state })
  await writeDecided(tx, found, decision)
  await audit(tx, deps.ids, {
    complexId: found.complexId,
    action: 'approval.decide',
    subject: `approval/${found.approvalId}`,
    after: { operation: found.operation, ...decision },
  })
}

const complexOf = async (deps: ApprovalDeps, scope: Scope, approvalId: string) => {
  const found = await deps.db.as(scope, (tx) => lockApproval(tx, approvalId))
  if (found === null) throw new Refusal('not_found', { approvalId })
  return found.complexId
}

/**
 * Agrees or refuses, once. Refuses: not_found, approval_by_another, approval_benefits,
 * approval_beyond_reach, approval_not_open, invalid_input (no reason for a refusal).
 */
export const decideApproval = async (
  deps: ApprovalDeps,
  scope: Scope,
  cmd: { approvalId: string; requestId: string } & Decision,
): Promise<{ approvalId: string; agreed: boolean }> => {
  const { approvalId, requestId, agreed, note } = cmd
  const complexId = await complexOf(deps, scope, approvalId)
  const content = { approvalId, agreed, note }
  const name = { complexId, requestId, operation: 'approval.decide', content }
  return once(deps.db, scope, name, async (tx) => {
    const locked = must(await lockApproval(tx, approvalId), 'found before')
    await decideIn(tx, deps, locked, { agreed, note })
    return { approvalId, agreed }
  })
}

/**
 * The asker takes back what was not used. Refuses: not_found (also of somebody else),
 * approval_not_open.
 */
export const withdrawApproval = async (
  deps: ApprovalDeps,
  scope: Scope,
  cmd: { approvalId: string; requestId: string },
): Promise<{ approvalId: string }> => {
  const { approvalId, requestId } = cmd
  const complexId = await complexOf(deps, scope, approvalId)
  const name = { complexId, requestId, operation: 'approval.withdraw', content: { approvalId } }
  return once(deps.db, scope, name, async (tx) => {
    const found = must(await lockApproval(tx, approvalId), 'found before')
    refuseIf(found.askedBy !== tx.scope.operator, 'not_found', { approvalId })
    const { state, operation } = found
    refuseIf(state !== 'open' && state !== 'agreed', 'approval_not_open', { state })
    await writeWithdrawn(tx, found)
    const subject = `approval/${approvalId}`
    const before = { operation, state }
    await audit(tx, deps.ids, { complexId, action: 'approval.withdraw', subject, before })
    return { approvalId }
  })
}
