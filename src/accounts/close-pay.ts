// Paying at the end of a closing 销户结算: the settlement in one posting, with a voucher where the
// tenant gets money, a receipt where he owes, and neither where nothing is left.

import { limitNeed } from '../approvals/limits-store.ts'
import { needOf, requireApproval } from '../approvals/require.ts'
import type { Closing, PaidClosing, PayClosing } from '../http/contract/account-life.ts'
import type { Voucher } from '../http/contract/payouts.ts'
import type { Receipt } from '../http/contract.ts'
import { contentHash } from '../ledger/chain.ts'
import { takenInto } from '../ledger/chart.ts'
import { netOf, type Settled, settlementLines } from '../ledger/entries/close.ts'
import { type Fen, negFen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { AccountId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { currentShift } from '../shifts/store.ts'
import { dryRun, once } from '../work/request.ts'
import { openClosing } from './close.ts'
import { finishClosing } from './close-finish.ts'
import { settledOf } from './close-settlement.ts'
import type { ClosingRow } from './close-store.ts'
import { closingView } from './close-view.ts'
import { takeAtCounter } from './counter-receipt.ts'
import type { SellingDeps } from './judge-sale.ts'
import { payOut } from './payout.ts'
import type { LockedAccount } from './store.ts'

type Paying = {
  tx: Tx
  deps: SellingDeps
  account: LockedAccount
  closing: ClosingRow
  settled: Settled
  requestId: string
  method: Closing['method']
  approvalId: string | undefined
  dryRun: boolean
}

const payBack = async (pay: Paying, netFen: Fen): Promise<Voucher> => {
  const { tx, account, closing, settled } = pay
  const { accountId } = account
  const { complexId } = account
  const operation = 'account.close'
  const above = await limitNeed(tx, complexId, 'payoutFen', netFen)
  const approved = await requireApproval(tx, complexId, {
    operation,
    content: { accountId, method: pay.method, amountFen: netFen },
    need: await needOf(tx, pay.deps.ids, complexId, { operation, need: above }),
    approvalId: pay.approvalId,
    dryRun: pay.dryRun,
  })
  return payOut(tx, pay.deps.ids, account, {
    requestId: pay.requestId,
    purpose: 'close',
    method: pay.method,
    paidFen: netFen,
    linesFrom: (outOf) => settlementLines(account.accountId, outOf, settled),
    reason: { code: 'tenant-leaves', note: closing.note },
    serviceFeeFen: settled.serviceFeeFen,
    approved,
  })
}

const collect = async (pay: Paying, owedFen: Fen): Promise<Receipt> => {
  const { tx, deps, account, settled, method, requestId } = pay
  const operator = must(tx.scope.operator, 'a payment at the counter has an operator')
  const shiftId = await currentShift(tx, deps.ids, account.complexId, operator)
  const lines = settlementLines(account.accountId, takenInto(method, shiftId), settled)
  return takeAtCounter(tx, deps.ids, account, {
    ...{ requestId, method, shiftId, lines, purpose: 'carry', paidFen: owedFen },
    kind: 'close',
  })
}

/** Both sides are equal: settled without cash. Nothing where there was nothing at all. */
export const settleEven = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  closing: ClosingRow,
): Promise<boolean> => {
  const settled = await settledOf(tx, account)
  if (netOf(settled) !== 0) return false
  const { complexId, accountId } = account
  const lines = settlementLines(accountId, '', settled)
  if (lines.length > 0)
    await post(tx, {
      complexId,
      postingId: deps.ids.uuid(),
      requestId: `settled/${accountId}/close/${closing.closingId}`,
      kind: 'close',
      businessDate: await postingDay(tx, complexId, tx.now),
      contentHash: contentHash({ closing: closing.closingId, lines }),
      lines,
    })
  return true
}

const payIn = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: PayClosing & { accountId: AccountId; requestId: string },
): Promise<PaidClosing> => {
  const { account, closing } = await openClosing(tx, cmd.accountId)
  refuseIf(closing.state !== 'settling', 'closing_not_ready', { state: closing.state })
  const settled = await settledOf(tx, account)
  const netFen = netOf(settled)
  const { expectedNetFen = netFen, requestId, method } = cmd
  refuseIf(expectedNetFen !== netFen, 'settlement_changed', { netFen, expectedNetFen })
  const { approvalId, dryRun: dry = false } = cmd
  const what = { tx, deps, account, closing, settled, requestId, method }
  const pay: Paying = { ...what, approvalId, dryRun: dry }
  const voucher = netFen > 0 ? await payBack(pay, netFen) : null
  const receipt = netFen < 0 ? await collect(pay, negFen(netFen)) : null
  if (netFen === 0) await settleEven(tx, deps, account, closing)
  const receiptNo = voucher?.receiptNo ?? receipt?.receiptNo ?? null
  const closed = await finishClosing(tx, deps, account, closing, receiptNo)
  return { closing: await closingView(tx, account, closed, dry), voucher, receipt }
}

/**
 * Pays out or collects, and closes. Refuses: not_found, closing_not_open, closing_not_ready,
 * settlement_changed, approval_required, approval_not_valid, request_id_reused.
 */
export const payClosing = async (
  deps: SellingDeps,
  scope: Scope,
  cmd: PayClosing & { accountId: AccountId; requestId: string },
): Promise<PaidClosing> => {
  const complexId = { ofAccount: cmd.accountId }
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => payIn(tx, deps, cmd))
  // The agreement of a second person is no part of what is asked.
  const { requestId, approvalId: _approvalId, ...content } = cmd
  const name = { complexId, requestId, operation: 'account.close.pay', content }
  return once(deps.db, scope, name, (tx) => payIn(tx, deps, cmd))
}
