// Refund 退电: money that the tenant has not used goes back. In centre mode it leaves the balance and
// the till at once; out of a meter it is paid only after the meter has proved that it gave it up.

import { writeUsedFor } from '../approvals/approval-store.ts'
import { needAbove } from '../approvals/limits-store.ts'
import { type Approved, needOf, requireApproval } from '../approvals/require.ts'
import { queueReduction } from '../delivery/reduction-queue.ts'
import type { ApprovalNeed } from '../http/contract/approval-need.ts'
import type { PayoutAnswer, RefundRequest } from '../http/contract/payouts.ts'
import { refundLines } from '../ledger/entries/refund.ts'
import { fen } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { type Instant, plusMs, rfc3339 } from '../shared/clock.ts'
import type { AccountId, Uuid } from '../shared/ids.ts'
import { reasonText } from '../shared/reason-text.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { availableOf } from './centre-store.ts'
import { meterOf, type SellingDeps } from './judge-sale.ts'
import { balanceMove, payOut } from './payout.ts'
import { type PayoutReason, payoutReason } from './payout-reasons.ts'
import { walletSeen } from './payout-store.ts'
import { type LockedAccount, lockAccount, type SellableMeter, sellableMeters } from './store.ts'

/** A register that is older says too little of what was used since. */
export const BALANCE_FRESH_MS = 2 * 3_600_000

export type Refund = RefundRequest & { accountId: AccountId; requestId: string }
type Wanted = { all: boolean; amountFen: number | null }

const wantedOf = (cmd: Refund): Wanted => {
  const all = cmd.all === true
  refuseIf(all === (cmd.amountFen !== undefined), 'invalid_input', { field: 'amountFen' })
  refuseIf(cmd.amountFen !== undefined && cmd.amountFen < 1, 'amount_out_of_range', { minFen: 1 })
  return { all, amountFen: cmd.amountFen ?? null }
}

/** What is left on a balance, for sure. Refuses: balance_unknown. */
export const knownBalance = async (tx: Tx, account: LockedAccount): Promise<number> => {
  const { fen: left, asOf } = await availableOf(tx, account)
  const fresh = asOf !== null && asOf >= plusMs(tx.now, -BALANCE_FRESH_MS)
  if (left === null || !fresh)
    throw new Refusal('balance_unknown', { asOf: asOf && rfc3339(asOf, account.zone) })
  return left
}

/** What a meter was last seen to hold. Refuses: balance_unknown. */
export const knownWallet = async (
  tx: Tx,
  account: LockedAccount,
  meter: SellableMeter,
): Promise<{ fen: number; at: Instant }> => {
  const seen = await walletSeen(tx, account.complexId, meter.meterId)
  if (seen === null) throw new Refusal('balance_unknown', { meterNo: meter.meterNo, asOf: null })
  return seen
}

/** Refuses: more_than_is_left. */
export const refuseMoreThanLeft = (amountFen: number, availableFen: number): void =>
  refuseIf(amountFen > availableFen || availableFen < 1, 'more_than_is_left', {
    availableFen: Math.max(0, availableFen),
    amountFen,
  })

const refundNeed = (tx: Tx, deps: SellingDeps, account: LockedAccount, amountFen: number) =>
  needOf(tx, deps.ids, account.complexId, {
    operation: 'account.refund',
    need: needAbove(account.limits.payoutFen, amountFen),
  })

const agreedTo = async (
  tx: Tx,
  account: LockedAccount,
  cmd: Refund,
  need: ApprovalNeed | null,
): Promise<Approved | null> =>
  requireApproval(tx, account.complexId, {
    operation: 'account.refund',
    content: cmd,
    need,
    approvalId: cmd.approvalId,
    dryRun: cmd.dryRun === true,
  })

const refundBalance = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  cmd: Refund,
  wanted: Wanted,
  reason: PayoutReason,
): Promise<PayoutAnswer> => {
  refuseIf(cmd.meterId !== undefined, 'invalid_input', { field: 'meterId', mode: account.mode })
  const left = await knownBalance(tx, account)
  const paidFen = fen(wanted.amountFen ?? left)
  refuseMoreThanLeft(paidFen, left)
  const need = await refundNeed(tx, deps, account, paidFen)
  const approved = await agreedTo(tx, account, cmd, need)
  const payout = await payOut(tx, deps.ids, account, {
    requestId: cmd.requestId,
    purpose: 'refund',
    method: cmd.method,
    paidFen,
    linesFrom: (outOf) => refundLines(account.accountId, outOf, paidFen),
    reason,
    approved,
    balance: balanceMove(left, paidFen),
  })
  const dry = cmd.dryRun === true
  const told = { reductionId: null, amountFen: paidFen, approval: dry ? need : null }
  return { dryRun: dry, state: 'paid', payout, ...told }
}

/** Refuses what cannot be undone later, before anything is asked of the meter. */
export const refuseIrreducible = (deps: SellingDeps, meter: SellableMeter): void => {
  const reduce = deps.capabilitiesOf(meter.model)?.reduce ?? 'none'
  const { meterNo, model } = meter
  refuseIf(reduce === 'none', 'reduction_not_possible', { meterNo, model })
}

/** Queues the reduction; what it was agreed to with is kept with the approval. */
export const queueAgreed = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  meter: SellableMeter,
  order: Parameters<typeof queueReduction>[4] & {
    purpose: 'refund' | 'reversal'
    approved: Approved | null
  },
): Promise<Uuid> => {
  const { complexId, accountId } = account
  const { approved, ...ordered } = order
  const reductionId = await queueReduction(tx, deps, account, meter.meterId, ordered)
  if (approved !== null) await writeUsedFor(tx, { complexId, ...approved }, reductionId)
  await audit(tx, deps.ids, {
    complexId,
    action: `payout.${order.purpose}-queued`,
    subject: `account/${accountId}`,
    after: {
      ...{ reductionId, meter: meter.meterId, wantedFen: order.wantedFen, reason: order.reason },
      ...{ saleId: order.saleId, approvedBy: approved?.by },
    },
  })
  return reductionId
}

const refundMeter = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  cmd: Refund,
  wanted: Wanted,
  reason: PayoutReason,
): Promise<PayoutAnswer> => {
  const meter = meterOf(await sellableMeters(tx, account), cmd.meterId)
  refuseIrreducible(deps, meter)
  const seen = await knownWallet(tx, account, meter)
  const amountFen = wanted.amountFen ?? seen.fen
  refuseMoreThanLeft(amountFen, seen.fen)
  const need = await refundNeed(tx, deps, account, amountFen)
  const approved = await agreedTo(tx, account, cmd, need)
  const reductionId = await queueAgreed(tx, deps, account, meter, {
    requestId: cmd.requestId,
    purpose: 'refund',
    wantedFen: wanted.amountFen,
    saleId: null,
    reason: reasonText(reason),
    approved,
  })
  const dry = cmd.dryRun === true
  const told = { amountFen: dry ? amountFen : wanted.amountFen, approval: dry ? need : null }
  return {
    ...{ dryRun: dry, state: 'pending', payout: null, ...told },
    reductionId: dry ? null : reductionId,
  }
}

const refundIn = async (tx: Tx, deps: SellingDeps, cmd: Refund): Promise<PayoutAnswer> => {
  const wanted = wantedOf(cmd)
  const reason = payoutReason('payout', cmd.reasonCode, cmd.note)
  const account = await lockAccount(tx, cmd.accountId)
  if (!account) throw new Refusal('not_found', { accountId: cmd.accountId })
  refuseIf(account.closedAt !== null, 'account_closed')
  refuseIf(account.closing, 'closing_under_way')
  const refundTo = account.mode === 'centre' ? refundBalance : refundMeter
  return refundTo(tx, deps, account, cmd, wanted, reason)
}

/**
 * Gives unused money back. Refuses: not_found, account_closed, invalid_input, amount_out_of_range,
 * reason_needs_note, meter_required, meter_not_on_account, reduction_not_possible,
 * meter_not_opened, meter_on_hold, reduction_under_way, balance_unknown, more_than_is_left,
 * approval_required, approval_not_valid, request_id_reused.
 */
export const refund = async (
  deps: SellingDeps,
  scope: Scope,
  cmd: Refund,
): Promise<PayoutAnswer> => {
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => refundIn(tx, deps, cmd))
  const { accountId, requestId, approvalId, dryRun: _, ...body } = cmd
  const complexId = { ofAccount: accountId }
  const content = { accountId, ...body }
  const name = { complexId, requestId, operation: 'account.refund', content }
  return once(deps.db, scope, name, (tx) => refundIn(tx, deps, cmd))
}
