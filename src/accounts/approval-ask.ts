// Asking for a second person's agreement and deciding 申请与复核: what is asked is tried first as a dry
// run, so that nobody agrees to what would be refused, and sees its figures and names.

import type { ApprovalAsked } from '../http/contract/payouts.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { assert, must } from '../shared/assert.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { APPROVAL_LASTS_MS, boundHash } from './approval.ts'
import {
  type AskedApproval,
  insertApproval,
  lockApproval,
  type Summary,
  writeDecided,
} from './approval-store.ts'
import { type Ask, type Tried, tryOperation } from './approval-tries.ts'
import type { SellingDeps } from './judge-sale.ts'
import { lockAccount } from './store.ts'

/** Where it is asked, and whose account it is about; the account is locked. */
const placeOf = async (tx: Tx, { of }: Tried) => {
  if (typeof of === 'object') return of
  const account = must(await lockAccount(tx, of), 'it was tried')
  const { complexId, no: accountNo, tenant, zone } = account
  return { complexId, zone, accountId: of, accountNo, tenant }
}

const askIn = async (tx: Tx, deps: SellingDeps, ask: Ask, tried: Tried): Promise<ApprovalAsked> => {
  const { complexId, zone, ...whose } = await placeOf(tx, tried)
  const { requestId: _, ...request } = ask
  const { operation, method, reasonCode, note } = request
  const summary: Summary = {
    ...{ ...whose, method, reasonCode, note },
    ...{ all: ask.all, ...tried.summary, amountFen: tried.amountFen },
  }
  const approvalId = deps.ids.uuid()
  const expiresAt = plusMs(tx.now, APPROVAL_LASTS_MS)
  await insertApproval(tx, {
    ...{ complexId, approvalId, operation, summary, request, expiresAt },
    contentHash: boundHash(operation, tried.content),
    askedBy: must(tx.scope.operator, 'an operator asks'),
  })
  const asked = { operation, ...summary }
  const subject = `approval/${approvalId}`
  await audit(tx, deps.ids, { complexId, action: 'approval.ask', subject, after: asked })
  return { approvalId, expiresAt: rfc3339(expiresAt, zone) }
}

/** Refuses what the operation itself would refuse, but for the agreement that it needs. */
export const askApproval = async (
  deps: SellingDeps,
  scope: Scope,
  ask: Ask,
): Promise<ApprovalAsked> => {
  const tried = await tryOperation(deps, scope, ask)
  const { of } = tried
  const complexId = typeof of === 'object' ? of.complexId : { ofAccount: of }
  const { requestId, ...content } = ask
  const name = { complexId, requestId, operation: 'approval.ask', content }
  return once(deps.db, scope, name, (tx) => askIn(tx, deps, ask, tried))
}

const decideIn = async (
  tx: Tx,
  deps: Pick<SellingDeps, 'ids'>,
  found: AskedApproval,
  decision: { agreed: boolean; note: string },
): Promise<void> => {
  refuseIf(found.askedBy === tx.scope.operator, 'approval_by_another')
  refuseIf(found.state !== 'open', 'approval_not_open', { state: found.state })
  assert(tx.scope.operator !== null, 'an operator decides')
  await writeDecided(tx, found, decision)
  await audit(tx, deps.ids, {
    complexId: found.complexId,
    action: 'approval.decide',
    subject: `approval/${found.approvalId}`,
    after: decision,
  })
}

/** Agrees or refuses, once. Refuses: not_found, approval_by_another, approval_not_open. */
export const decideApproval = async (
  deps: Pick<SellingDeps, 'db' | 'ids'>,
  scope: Scope,
  cmd: { approvalId: string; requestId: string; agreed: boolean; note: string },
): Promise<{ approvalId: string; agreed: boolean }> => {
  const { approvalId, requestId, agreed, note } = cmd
  const found = await deps.db.as(scope, (tx) => lockApproval(tx, approvalId))
  if (found === null) throw new Refusal('not_found', { approvalId })
  const { complexId } = found
  const content = { approvalId, agreed, note }
  return once(
    deps.db,
    scope,
    { complexId, requestId, operation: 'approval.decide', content },
    async (tx) => {
      const locked = must(await lockApproval(tx, approvalId), 'found before')
      await decideIn(tx, deps, locked, { agreed, note })
      return { approvalId, agreed }
    },
  )
}
