// Waiver 减免: what an account owes by the books is forgiven, in part or in whole, for a reason from
// the list; above the operator's limit a second person agrees. No money moves.

import { needAbove } from '../approvals/limits-store.ts'
import { needOf, requireApproval } from '../approvals/require.ts'
import type { Waived, WaiverRequest } from '../http/contract/payouts.ts'
import { contentHash } from '../ledger/chain.ts'
import { type Owed, waiverLines, waiverSplit } from '../ledger/entries/waiver.ts'
import { addFen, fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { AccountId } from '../shared/ids.ts'
import { reasonText } from '../shared/reason-text.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { settledOf } from './close-settlement.ts'
import type { SellingDeps } from './judge-sale.ts'
import { payoutReason } from './payout-reasons.ts'
import { type LockedAccount, lockAccount } from './store.ts'

export type Waiver = WaiverRequest & { accountId: AccountId; requestId: string }

const owedBy = async (tx: Tx, account: LockedAccount): Promise<Owed> => {
  const { carryOwedFen, balanceFen } = await settledOf(tx, account)
  return { carryFen: fen(Math.max(0, carryOwedFen)), balanceFen: fen(Math.max(0, -balanceFen)) }
}

const waiveIn = async (tx: Tx, deps: SellingDeps, cmd: Waiver): Promise<Waived> => {
  const { accountId, requestId, approvalId } = cmd
  const dry = cmd.dryRun === true
  const amountFen = fen(cmd.amountFen)
  refuseIf(amountFen < 1, 'amount_out_of_range', { minFen: 1 })
  const reason = payoutReason('waiver', cmd.reasonCode, cmd.note)
  const account = await lockAccount(tx, accountId)
  if (!account) throw new Refusal('not_found', { accountId })
  refuseIf(account.closedAt !== null, 'account_closed')
  const { complexId } = account
  const owed = await owedBy(tx, account)
  const owedFen = addFen(owed.carryFen, owed.balanceFen)
  refuseIf(amountFen > owedFen, 'more_than_is_owed', { owedFen, amountFen })
  const operation = 'account.waive'
  const above = needAbove(account.limits.payoutFen, amountFen)
  const need = await needOf(tx, deps.ids, complexId, { operation, need: above })
  const asking = {
    operation,
    content: cmd,
    need,
    approvalId,
    dryRun: dry,
  } as const
  const approved = await requireApproval(tx, complexId, asking)
  const lines = waiverLines(accountId, waiverSplit(amountFen, owed))
  await post(tx, {
    ...{ complexId, postingId: deps.ids.uuid(), requestId, kind: 'waiver' },
    businessDate: await postingDay(tx, complexId, tx.now),
    reason: reasonText(reason),
    contentHash: contentHash({ accountId, lines }),
    lines,
  })
  await audit(tx, deps.ids, {
    ...{ complexId, action: 'account.waive', subject: `account/${accountId}` },
    before: { owedFen },
    after: { amountFen, reason: reason.code, note: reason.note, approvedBy: approved?.by },
  })
  const leftFen = fen(owedFen - amountFen)
  return { dryRun: dry, amountFen, owedFen, leftFen, approval: dry ? need : null }
}

/**
 * Forgives what is owed. Refuses: not_found, account_closed, amount_out_of_range, invalid_input
 * (reasonCode), reason_needs_note, more_than_is_owed, approval_required, approval_not_valid,
 * request_id_reused.
 */
export const waive = async (deps: SellingDeps, scope: Scope, cmd: Waiver): Promise<Waived> => {
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => waiveIn(tx, deps, cmd))
  const { accountId, requestId, approvalId: _approvalId, dryRun: _dryRun, ...body } = cmd
  const content = { accountId, ...body }
  const name = {
    complexId: { ofAccount: accountId },
    requestId,
    operation: 'account.waive',
    content,
  }
  return once(deps.db, scope, name, (tx) => waiveIn(tx, deps, cmd))
}
