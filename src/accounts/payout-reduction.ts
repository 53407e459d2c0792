// Paying what a meter gave up 减额付款: only after the read-back, once. A reversal pays the sale back
// as it was paid; a refund pays what came out and its share of the service fee.

import { approvalOfReduction } from '../approvals/approval-store.ts'
import { limitNeed } from '../approvals/limits-store.ts'
import { type Approved, needOf, requireApproval } from '../approvals/require.ts'
import type { ApprovalNeed } from '../http/contract/approval-need.ts'
import type { PayReductionRequest, Voucher } from '../http/contract/payouts.ts'
import { chart } from '../ledger/chart.ts'
import {
  type PayoutSplit,
  payoutLines,
  refundSplit,
  reversalSplit,
} from '../ledger/entries/payout.ts'
import { fen } from '../ledger/money.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { AccountId, ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import type { SellingDeps } from './judge-sale.ts'
import { type Payout, payOut } from './payout.ts'
import { reasonOfText } from './payout-reasons.ts'
import { type SoldSale, soldSale, soldToAccount } from './payout-store.ts'
import { type LockedAccount, lockAccount, runningBalance } from './store.ts'

export type ReductionPay = PayReductionRequest & {
  reductionId: string
  requestId: string
  dryRun?: boolean
}

type EndedReduction = {
  complexId: ComplexId
  reductionId: Uuid
  accountId: AccountId
  meterId: MeterId
  meterNo: string
  premises: string
  purpose: string
  state: string
  takenFen: number | null
  saleId: Uuid | null
  reason: string
  beforeFen: number | null
  paid: boolean
}

const findReduction = async (tx: Tx, reduction: string): Promise<EndedReduction | null> => {
  const rows = await tx.query<EndedReduction>(
    `select r.complex_id as "complexId", r.reduction_id as "reductionId",
       r.account_id as "accountId", r.meter_id as "meterId", m.no as "meterNo",
       concat_ws(' ', b.name, pr.no, pr.name) as premises, r.purpose, r.state,
       r.taken_fen as "takenFen", r.sale_id as "saleId", r.reason,
       (r.before->>'balanceFen')::bigint as "beforeFen",
       exists (select from payout o where o.complex_id = r.complex_id
         and o.reduction_id = r.reduction_id) as paid
     from complex c
     join reduction r on r.complex_id = c.complex_id and r.reduction_id = $1
     join meter m on m.complex_id = r.complex_id and m.meter_id = r.meter_id
     join supply s on s.complex_id = r.complex_id and s.supply_id = r.supply_id
     join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id`,
    [reduction],
  )
  return rows[0] ?? null
}

type Due = { split: PayoutSplit; sale: SoldSale | null }

const dueOf = async (tx: Tx, reduction: EndedReduction): Promise<Due> => {
  const { complexId, accountId, saleId } = reduction
  const takenFen = fen(must(reduction.takenFen, 'a finished reduction knows what it took'))
  if (saleId === null) {
    const sold = await soldToAccount(tx, complexId, accountId)
    return { split: refundSplit(takenFen, sold), sale: null }
  }
  const sale = must(await soldSale(tx, { complexId, saleId, accountId }), 'its sale is there')
  return { split: reversalSplit(takenFen, sale), sale }
}

/** Agreed to when it was queued, up to the amount of then; else within the payer's own limit. */
const agreedTo = async (
  tx: Tx,
  ids: Ids,
  reduction: EndedReduction,
  cmd: ReductionPay,
  paidFen: number,
): Promise<{ approved: Approved | null; need: ApprovalNeed | null }> => {
  const { complexId, reductionId } = reduction
  const earlier = await approvalOfReduction(tx, complexId, reductionId)
  if (earlier !== null && (earlier.amountFen === null || paidFen <= earlier.amountFen))
    return { approved: earlier, need: null }
  const operation = 'reduction.pay'
  const above = await limitNeed(tx, complexId, 'payoutFen', paidFen)
  const need = await needOf(tx, ids, complexId, { operation, need: above })
  const approved = await requireApproval(tx, complexId, {
    operation,
    content: { reductionId, method: cmd.method },
    need,
    approvalId: cmd.approvalId,
    dryRun: cmd.dryRun === true,
  })
  return { approved, need }
}

const refuseUnpayable = (reduction: EndedReduction): 'refund' | 'reversal' => {
  const { purpose, state } = reduction
  refuseIf(reduction.paid, 'reduction_already_paid')
  refuseIf(state !== 'DONE', 'reduction_not_done', { state })
  if (purpose !== 'refund' && purpose !== 'reversal')
    throw new Refusal('reduction_not_payable', { purpose })
  return purpose
}

const payoutOf = (
  reduction: EndedReduction,
  account: LockedAccount,
  cmd: ReductionPay,
  { split, sale }: Due,
): Omit<Payout, 'purpose' | 'approved'> => ({
  requestId: cmd.requestId,
  method: cmd.method,
  paidFen: split.paidFen,
  linesFrom: (outOf) => payoutLines(account.accountId, outOf, split),
  reason: reasonOfText(reduction.reason),
  reductionId: reduction.reductionId,
  meter: reduction,
  carryFen: split.carryFen,
  serviceFeeFen: split.feeFen,
  ...(sale && { sale, reverses: sale.postingId }),
  ...(reduction.beforeFen !== null && {
    balance: { beforeFen: reduction.beforeFen, afterFen: reduction.beforeFen - split.takenFen },
  }),
})

export type PaidReduction = { voucher: Voucher; need: ApprovalNeed | null }

const payIn = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: ReductionPay,
  accountId: AccountId,
): Promise<PaidReduction> => {
  const account = must(await lockAccount(tx, accountId), 'the reduction has its account')
  const reduction = must(await findReduction(tx, cmd.reductionId), 'found before')
  const purpose = refuseUnpayable(reduction)
  const due = await dueOf(tx, reduction)
  const { paidFen, takenFen } = due.split
  const payable = await runningBalance(tx, account.complexId, chart.payable(accountId))
  const availableFen = Math.max(0, -payable)
  refuseIf(takenFen < 1 || takenFen > availableFen, 'more_than_is_left', {
    amountFen: takenFen,
    availableFen,
  })
  const { approved, need } = await agreedTo(tx, deps.ids, reduction, cmd, paidFen)
  const payout = { ...payoutOf(reduction, account, cmd, due), purpose, approved }
  return { voucher: await payOut(tx, deps.ids, account, payout), need }
}

const placeOf = async (deps: SellingDeps, scope: Scope, reductionId: string) => {
  const found = await deps.db.as(scope, (tx) => findReduction(tx, reductionId))
  if (found === null) throw new Refusal('not_found', { reductionId })
  return found
}

/**
 * Pays a finished reduction of a refund or a reversal. Refuses: not_found, reduction_not_done,
 * reduction_already_paid, reduction_not_payable, more_than_is_left, approval_required,
 * approval_not_valid, request_id_reused.
 */
export const payReduction = async (
  deps: SellingDeps,
  scope: Scope,
  cmd: ReductionPay,
): Promise<PaidReduction> => {
  const { accountId } = await placeOf(deps, scope, cmd.reductionId)
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => payIn(tx, deps, cmd, accountId))
  const { requestId, reductionId, method } = cmd
  const content = { reductionId, method }
  const complexId = { ofAccount: accountId }
  const name = { complexId, requestId, operation: 'reduction.pay', content }
  return once(deps.db, scope, name, (tx) => payIn(tx, deps, cmd, accountId))
}
