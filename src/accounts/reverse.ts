// Reversal 冲正 of one sale, once. On a balance, or still queued, it is struck out on the spot by the
// mirror of its posting; delivered, the meter gives the money up first. Never more than is left.

import { needAbove } from '../approvals/limits-store.ts'
import { type Approved, needOf, requireApproval } from '../approvals/require.ts'
import { cancelPurchase } from '../delivery/cancel.ts'
import type { ApprovalNeed } from '../http/contract/approval-need.ts'
import type { PayoutAnswer, ReverseRequest } from '../http/contract/payouts.ts'
import { chart } from '../ledger/chart.ts'
import { reversalLines } from '../ledger/entries/reversal.ts'
import { fen, ZERO_FEN } from '../ledger/money.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { reasonText } from '../shared/reason-text.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import type { SellingDeps } from './judge-sale.ts'
import { balanceMove, payOut } from './payout.ts'
import { type PayoutReason, payoutReason } from './payout-reasons.ts'
import { ownShift, placeOfSale, type SalePlace, type SoldSale, soldSale } from './payout-store.ts'
import {
  knownBalance,
  knownWallet,
  queueAgreed,
  refuseIrreducible,
  refuseMoreThanLeft,
} from './refund.ts'
import { queuePurchase } from './sell.ts'
import { type LockedAccount, lockAccount, type SellableMeter, sellableMeters } from './store.ts'

export type NamedSale = { saleId: string } | { purchaseId: string }
export type Reversal = ReverseRequest & { requestId: string; named: NamedSale }

type Reversing = {
  account: LockedAccount
  sale: SoldSale
  cmd: Reversal
  reason: PayoutReason
  need: ApprovalNeed | null
}

/** Alone only whoever took the money, out of the till he took it into, within his limit. */
const needFor = async (
  tx: Tx,
  account: LockedAccount,
  sale: SoldSale,
): Promise<ApprovalNeed | null> => {
  const { complexId, paidFen } = sale
  const own = await ownShift(tx, complexId, tx.scope.operator)
  const limit = needAbove(account.limits.payoutFen, paidFen)
  if (own !== null && own === sale.shiftId) return limit
  return { why: 'shift', amountFen: paidFen, limitFen: limit?.limitFen ?? null }
}

const agreedTo = (tx: Tx, { account, sale, cmd, need }: Reversing): Promise<Approved | null> =>
  requireApproval(tx, account.complexId, {
    operation: 'sale.reverse',
    content: { ...cmd, saleId: sale.saleId },
    need,
    approvalId: cmd.approvalId,
    dryRun: cmd.dryRun === true,
  })

/** The mirror of the sale's posting; the money it gave is where `creditPath` says. */
const strikeOut = async (
  tx: Tx,
  deps: SellingDeps,
  reversing: Reversing,
  creditPath: string,
  beforeFen: number | null,
): Promise<PayoutAnswer> => {
  const { account, sale, cmd, reason, need } = reversing
  const approved = await agreedTo(tx, reversing)
  const given = [
    { path: chart.carry(account.accountId), fen: fen(sale.carryFen) },
    { path: chart.incomeServiceFee(), fen: fen(sale.feeFen) },
    { path: creditPath, fen: fen(sale.creditFen) },
  ]
  const payout = await payOut(tx, deps.ids, account, {
    requestId: cmd.requestId,
    purpose: 'reversal',
    method: cmd.method ?? sale.method,
    paidFen: fen(sale.paidFen),
    linesFrom: (outOf) => reversalLines(outOf, given),
    reason,
    approved,
    reverses: sale.postingId,
    sale,
    meter: sale,
    carryFen: fen(sale.carryFen),
    serviceFeeFen: fen(sale.feeFen),
    balance: balanceMove(beforeFen, sale.creditFen),
  })
  const dry = cmd.dryRun === true
  const told = { reductionId: null, amountFen: sale.paidFen, approval: dry ? need : null }
  return { dryRun: dry, state: 'paid', payout, ...told }
}

const meterOfSale = async (tx: Tx, { account, sale }: Reversing): Promise<SellableMeter> => {
  const meters = await sellableMeters(tx, account)
  const meter = meters.find((each) => each.supplyId === sale.supplyId)
  if (!meter) throw new Refusal('meter_not_on_account', { meterNo: sale.meterNo })
  return meter
}

/** Nothing was ever sent: the purchase is cancelled. A meter that it would open is opened empty. */
const reverseQueued = async (tx: Tx, deps: SellingDeps, reversing: Reversing) => {
  const { account, sale, reason } = reversing
  const purchaseId = must(sale.purchaseId, 'the sale has its purchase')
  const cancel = { complexId: account.complexId, purchaseId, reason: reasonText(reason) }
  const cancelled = await cancelPurchase(tx, deps.ids, cancel)
  const answer = await strikeOut(tx, deps, reversing, chart.transit(cancelled.supplyId), null)
  if (cancelled.kind === 'open') {
    const meter = await meterOfSale(tx, reversing)
    const opening = { kind: 'open', amountFen: ZERO_FEN } as const
    await queuePurchase(tx, deps.ids, account, meter, opening)
  }
  return answer
}

const reverseDelivered = async (
  tx: Tx,
  deps: SellingDeps,
  reversing: Reversing,
): Promise<PayoutAnswer> => {
  const { account, sale, cmd, reason, need } = reversing
  const meter = await meterOfSale(tx, reversing)
  refuseIrreducible(deps, meter)
  refuseMoreThanLeft(sale.creditFen, (await knownWallet(tx, account, meter)).fen)
  const approved = await agreedTo(tx, reversing)
  const reductionId = await queueAgreed(tx, deps, account, meter, {
    requestId: cmd.requestId,
    purpose: 'reversal',
    wantedFen: sale.creditFen,
    saleId: sale.saleId,
    reason: reasonText(reason),
    approved,
  })
  const dry = cmd.dryRun === true
  const told = { payout: null, amountFen: sale.paidFen, approval: dry ? need : null }
  return { dryRun: dry, state: 'pending', ...told, reductionId: dry ? null : reductionId }
}

const reverseByState = async (
  tx: Tx,
  deps: SellingDeps,
  reversing: Reversing,
): Promise<PayoutAnswer> => {
  const { account, sale } = reversing
  if (sale.purchaseId === null) {
    const left = await knownBalance(tx, account)
    refuseMoreThanLeft(sale.creditFen, left)
    return strikeOut(tx, deps, reversing, chart.balance(account.accountId), left)
  }
  const state = sale.purchaseState
  if (state === 'QUEUED') return reverseQueued(tx, deps, reversing)
  if (state === 'DELIVERED') return reverseDelivered(tx, deps, reversing)
  const { purchaseId } = sale
  refuseIf(state === 'ARMED' || state === 'HOLD', 'purchase_under_way', { purchaseId, state })
  throw new Refusal('purchase_not_cancellable', { purchaseId, state })
}

const reverseIn = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: Reversal,
  place: SalePlace,
): Promise<PayoutAnswer> => {
  const reason = payoutReason('payout', cmd.reasonCode, cmd.note)
  const account = must(await lockAccount(tx, place.accountId), 'the sale has its account')
  refuseIf(account.closedAt !== null, 'account_closed')
  refuseIf(account.closing, 'closing_under_way')
  const sale = must(await soldSale(tx, place), 'the sale is there')
  refuseIf(sale.reversed, 'sale_already_reversed', { receiptNo: sale.receiptNo })
  // What bought no electricity, such as security, goes back with the account.
  const { creditFen, depositFen } = sale
  refuseIf(creditFen < 1 || depositFen !== 0, 'purchase_not_cancellable', { creditFen, depositFen })
  const need = await needOf(tx, deps.ids, account.complexId, {
    operation: 'sale.reverse',
    need: await needFor(tx, account, sale),
  })
  return reverseByState(tx, deps, { account, sale, cmd, reason, need })
}

/**
 * Strikes a sale out. Refuses: not_found, account_closed, reason_needs_note, sale_already_reversed,
 * purchase_under_way, purchase_not_cancellable, meter_not_on_account, reduction_not_possible,
 * meter_not_opened, meter_on_hold, reduction_under_way, balance_unknown, more_than_is_left,
 * approval_required, approval_not_valid, request_id_reused.
 */
export const reverseSale = async (
  deps: SellingDeps,
  scope: Scope,
  cmd: Reversal,
): Promise<PayoutAnswer> => {
  const place = await deps.db.as(scope, (tx) => placeOfSale(tx, cmd.named))
  if (place === null) throw new Refusal('not_found', cmd.named)
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => reverseIn(tx, deps, cmd, place))
  const { requestId, reasonCode, note, method } = cmd
  const { complexId, saleId } = place
  const content = { saleId, reasonCode, note, method }
  const name = { complexId, requestId, operation: 'sale.reverse', content }
  return once(deps.db, scope, name, (tx) => reverseIn(tx, deps, cmd, place))
}
