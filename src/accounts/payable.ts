// Money that nobody has claimed 待退款: what a closing or a swap that was called off has left payable
// is paid out, or put back into the meter or onto the balance, all of it at once.

import { needAbove } from '../approvals/limits-store.ts'
import { needOf, requireApproval } from '../approvals/require.ts'
import { addSteps } from '../delivery/store.ts'
import type { PayableUsed, UsePayable } from '../http/contract/payouts.ts'
import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { payoutLines, refundSplit } from '../ledger/entries/payout.ts'
import { putBackLines } from '../ledger/entries/put-back.ts'
import { type Fen, fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { AccountId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { openLockedAccount } from './close.ts'
import { meterOf, refuseHoarding, refuseUnsellable, type SellingDeps } from './judge-sale.ts'
import { unclaimedPayable } from './payable-store.ts'
import { payOut } from './payout.ts'
import { payoutReason } from './payout-reasons.ts'
import { soldToAccount } from './payout-store.ts'
import { queuePurchase } from './sell.ts'
import { type LockedAccount, sellableMeters } from './store.ts'

export type PayableCommand = UsePayable & { accountId: AccountId; requestId: string }

type Used = Omit<PayableUsed, 'dryRun' | 'use'>

const wanted = <T>(value: T | undefined, field: keyof UsePayable): T => {
  if (value === undefined) throw new Refusal('invalid_input', { where: 'body', field })
  return value
}

const payItOut = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  cmd: PayableCommand,
  unclaimedFen: Fen,
): Promise<Used> => {
  const { complexId, accountId } = account
  const method = wanted(cmd.method, 'method')
  const reason = payoutReason('payout', wanted(cmd.reasonCode, 'reasonCode'), cmd.note)
  const split = refundSplit(unclaimedFen, await soldToAccount(tx, complexId, accountId))
  const operation = 'account.payable'
  const above = needAbove(account.limits.payoutFen, split.paidFen)
  const need = await needOf(tx, deps.ids, complexId, { operation, need: above })
  const dry = cmd.dryRun === true
  const approved = await requireApproval(tx, complexId, {
    operation,
    content: cmd,
    need,
    approvalId: cmd.approvalId,
    dryRun: dry,
  })
  const payout = await payOut(tx, deps.ids, account, {
    requestId: cmd.requestId,
    purpose: 'refund',
    method,
    paidFen: split.paidFen,
    linesFrom: (outOf) => payoutLines(accountId, outOf, split),
    reason,
    serviceFeeFen: split.feeFen,
    approved,
  })
  return { amountFen: split.paidFen, payout, purchaseId: null, approval: dry ? need : null }
}

/** The purchase that carries it into the meter; null where the balance took it. */
const putInto = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  cmd: PayableCommand,
  amountFen: Fen,
): Promise<{ path: string; purchaseId: string | null }> => {
  if (account.mode === 'centre') return { path: chart.balance(account.accountId), purchaseId: null }
  const meter = meterOf(await sellableMeters(tx, account), cmd.meterId)
  refuseUnsellable(deps, meter)
  refuseHoarding(meter, amountFen)
  const order = { kind: 'recharge' as const, amountFen }
  const purchaseId = await queuePurchase(tx, deps.ids, account, meter, order)
  await addSteps(tx, deps.ids, { complexId: account.complexId, purchaseId }, [
    { at: tx.now, kind: 'transferred', facts: { amountFen } },
  ])
  return { path: chart.transit(meter.supplyId), purchaseId }
}

const putItBack = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  cmd: PayableCommand,
  amountFen: Fen,
): Promise<Used> => {
  const { complexId, accountId } = account
  const { path, purchaseId } = await putInto(tx, deps, account, cmd, amountFen)
  const lines = putBackLines(accountId, path, amountFen)
  await post(tx, {
    complexId,
    postingId: deps.ids.uuid(),
    requestId: cmd.requestId,
    kind: 'put-back',
    businessDate: await postingDay(tx, complexId, tx.now),
    reason: cmd.note ?? '',
    contentHash: contentHash({ accountId, lines }),
    lines,
  })
  await audit(tx, deps.ids, {
    complexId,
    action: 'account.putBack',
    subject: `account/${accountId}`,
    after: { amountFen, purchaseId, note: cmd.note ?? '' },
  })
  return { amountFen, payout: null, purchaseId, approval: null }
}

const clearIn = async (tx: Tx, deps: SellingDeps, cmd: PayableCommand): Promise<PayableUsed> => {
  const account = await openLockedAccount(tx, cmd.accountId)
  const unclaimedFen = fen(await unclaimedPayable(tx, account.complexId, account.accountId))
  const { amountFen, use } = cmd
  refuseIf(unclaimedFen < 1, 'more_than_is_left', { availableFen: 0, amountFen })
  refuseIf(amountFen !== unclaimedFen, 'settlement_changed', { amountFen, unclaimedFen })
  const used = await (use === 'payOut' ? payItOut : putItBack)(tx, deps, account, cmd, unclaimedFen)
  return { dryRun: cmd.dryRun === true, use, ...used }
}

/**
 * Pays out or puts back what nobody has claimed. Refuses: not_found, account_closed,
 * closing_under_way, more_than_is_left, settlement_changed, invalid_input (method, reasonCode),
 * reason_needs_note, approval_required, approval_not_valid, meter_required, meter_not_on_account,
 * meter_not_prepaid, meter_not_opened, meter_on_hold, swap_under_way, hoarding_limit,
 * request_id_reused.
 */
export const clearPayable = async (
  deps: SellingDeps,
  scope: Scope,
  cmd: PayableCommand,
): Promise<PayableUsed> => {
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => clearIn(tx, deps, cmd))
  const { requestId, approvalId: _approvalId, ...content } = cmd
  const complexId = { ofAccount: cmd.accountId }
  const name = { complexId, requestId, operation: 'account.payable', content }
  return once(deps.db, scope, name, (tx) => clearIn(tx, deps, cmd))
}
