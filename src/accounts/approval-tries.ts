// What is asked for, tried 试算: each operation as a dry run, so that nobody agrees to what would be
// refused, and whoever decides sees its figures and names.

import type { ApprovalRequest, ApprovedOperation } from '../http/contract/payouts.ts'
import type { Scope } from '../ports/database.ts'
import { rerateToAgree } from '../rerating/agree.ts'
import { must } from '../shared/assert.ts'
import { type AccountId, accountId, type ComplexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { payClosing } from './close-pay.ts'
import type { SellingDeps } from './judge-sale.ts'
import { clearPayable } from './payable.ts'
import { payReduction } from './payout-reduction.ts'
import { placeOfSale, soldSale } from './payout-store.ts'
import { recharge } from './recharge.ts'
import { refund } from './refund.ts'
import { reverseSale } from './reverse.ts'
import { tryClaim } from './swap/commands.ts'
import { waive } from './waiver.ts'

export type Ask = ApprovalRequest & { requestId: string }

/** What the operation would be, tried without writing anything. */
export type Tried = {
  /** Of one account, or of a complex as a whole. */
  of: AccountId | { complexId: ComplexId; zone: string }
  amountFen: number | null
  summary: Readonly<Record<string, unknown>>
  content: Readonly<Record<string, unknown>>
}

const wanted = <T>(value: T | undefined, field: keyof ApprovalRequest): T => {
  if (value === undefined) throw new Refusal('invalid_input', { where: 'body', field })
  return value
}

type Try = (deps: SellingDeps, scope: Scope, ask: Ask) => Promise<Tried>

const tryRecharge = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const cmd = {
    accountId: accountId(wanted(ask.accountId, 'accountId')),
    amountFen: wanted(ask.amountFen, 'amountFen'),
    method: wanted(ask.method, 'method'),
    ...(ask.meterId !== undefined && { meterId: ask.meterId }),
  }
  const { requestId } = ask
  const { receipt } = await recharge(deps, scope, { ...cmd, requestId, dryRun: true })
  const { meterNo, creditFen, carryFen } = receipt
  const summary = { meterNo, creditFen, carryFen }
  return { of: cmd.accountId, amountFen: receipt.paidFen, summary, content: cmd }
}

const tryRefund = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const cmd = {
    accountId: accountId(wanted(ask.accountId, 'accountId')),
    method: wanted(ask.method, 'method'),
    reasonCode: wanted(ask.reasonCode, 'reasonCode'),
    ...(ask.note !== undefined && { note: ask.note }),
    ...(ask.meterId !== undefined && { meterId: ask.meterId }),
    ...(ask.amountFen !== undefined && { amountFen: ask.amountFen }),
    ...(ask.all !== undefined && { all: ask.all }),
  }
  const { requestId } = ask
  const { amountFen } = await refund(deps, scope, { ...cmd, requestId, dryRun: true })
  return { of: cmd.accountId, amountFen, summary: {}, content: cmd }
}

const tryReverse = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const named =
    ask.saleId === undefined
      ? { purchaseId: wanted(ask.purchaseId, 'saleId') }
      : { saleId: ask.saleId }
  const cmd = {
    reasonCode: wanted(ask.reasonCode, 'reasonCode'),
    ...(ask.note !== undefined && { note: ask.note }),
    ...(ask.method !== undefined && { method: ask.method }),
  }
  const { requestId } = ask
  const { amountFen } = await reverseSale(deps, scope, { ...cmd, named, requestId, dryRun: true })
  return deps.db.as(scope, async (tx) => {
    const place = must(await placeOfSale(tx, named), 'it was tried')
    const { receiptNo, meterNo, at } = must(await soldSale(tx, place), 'it was tried')
    const summary = { receiptNo, meterNo, soldAt: at }
    const content = { ...cmd, saleId: place.saleId }
    return { of: place.accountId, amountFen, summary, content }
  })
}

const tryPay = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const cmd = {
    reductionId: wanted(ask.reductionId, 'reductionId'),
    method: wanted(ask.method, 'method'),
  }
  const { requestId } = ask
  const { voucher } = await payReduction(deps, scope, { ...cmd, requestId, dryRun: true })
  const { meterNo, saleReceiptNo: receiptNo, paidFen: amountFen } = voucher
  const summary = { reductionId: cmd.reductionId, meterNo, receiptNo }
  return { of: accountId(voucher.accountId), amountFen, summary, content: cmd }
}

const trySwap = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const content = {
    pointId: wanted(ask.pointId, 'pointId'),
    newMeterId: ask.newMeterId,
    finalWh: wanted(ask.finalWh, 'finalWh'),
    amountFen: wanted(ask.amountFen, 'amountFen'),
  }
  const note = wanted(ask.note, 'note')
  const tried = await tryClaim(deps, scope, {
    ...{ ...content, newMeterId: ask.newMeterId ?? null, note, requestId: ask.requestId },
  })
  const { oldMeterNo: meterNo, newMeterNo } = tried
  const summary = { meterNo, newMeterNo, finalWh: content.finalWh }
  const owner = accountId(wanted(tried.accountId ?? undefined, 'pointId'))
  return { of: owner, amountFen: content.amountFen, summary, content }
}

const tryClose = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const content = {
    accountId: accountId(wanted(ask.accountId, 'accountId')),
    method: wanted(ask.method, 'method'),
    amountFen: wanted(ask.amountFen, 'amountFen'),
  }
  const { amountFen: expectedNetFen, ...cmd } = content
  const { requestId } = ask
  await payClosing(deps, scope, { ...cmd, expectedNetFen, requestId, dryRun: true })
  return { of: cmd.accountId, amountFen: expectedNetFen, summary: {}, content }
}

const tryPayable = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const cmd = {
    accountId: accountId(wanted(ask.accountId, 'accountId')),
    amountFen: wanted(ask.amountFen, 'amountFen'),
    method: wanted(ask.method, 'method'),
    reasonCode: wanted(ask.reasonCode, 'reasonCode'),
    ...(ask.note !== undefined && { note: ask.note }),
  }
  const { requestId } = ask
  const told = { ...cmd, use: 'payOut' as const, requestId, dryRun: true }
  const { amountFen } = await clearPayable(deps, scope, told)
  return { of: cmd.accountId, amountFen, summary: {}, content: cmd }
}

const tryWaive = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const cmd = {
    accountId: accountId(wanted(ask.accountId, 'accountId')),
    amountFen: wanted(ask.amountFen, 'amountFen'),
    reasonCode: wanted(ask.reasonCode, 'reasonCode'),
    ...(ask.note !== undefined && { note: ask.note }),
  }
  const { owedFen } = await waive(deps, scope, { ...cmd, requestId: ask.requestId, dryRun: true })
  return { of: cmd.accountId, amountFen: cmd.amountFen, summary: { owedFen }, content: cmd }
}

const tryRerate = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const reratingId = wanted(ask.reratingId, 'reratingId')
  const { complexId, zone, content, summary } = await deps.db.as(scope, (tx) =>
    rerateToAgree(tx, reratingId),
  )
  return { of: { complexId, zone }, amountFen: content.differenceFen, summary, content }
}

const TRIES: Readonly<Record<ApprovedOperation, Try>> = {
  'account.recharge': tryRecharge,
  'account.refund': tryRefund,
  'sale.reverse': tryReverse,
  'reduction.pay': tryPay,
  'meter.swap': trySwap,
  'account.close': tryClose,
  'account.payable': tryPayable,
  'account.waive': tryWaive,
  'rerate.post': tryRerate,
}

/** Refuses what the operation itself would refuse, but for the agreement that it needs. */
export const tryOperation: Try = (deps, scope, ask) => TRIES[ask.operation](deps, scope, ask)
