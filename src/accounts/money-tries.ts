// Acts of money that need a second person 资金复核, tried: each as a dry run, told in figures and
// names.

import { type Ask, type Tried, type Tries, wantedField as wanted } from '../approvals/try.ts'
import type { Scope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type AccountId, accountId } from '../shared/ids.ts'
import { payClosing } from './close-pay.ts'
import type { SellingDeps } from './judge-sale.ts'
import { clearPayable } from './payable.ts'
import { payReduction } from './payout-reduction.ts'
import { placeOfSale, soldSale } from './payout-store.ts'
import { recharge } from './recharge.ts'
import { refund } from './refund.ts'
import { reverseSale } from './reverse.ts'
import { lockAccount } from './store.ts'
import { tryClaim } from './swap/commands.ts'
import { waive } from './waiver.ts'

/** What the act would be, of one account. */
type OfAccount = {
  of: AccountId
  amountFen: number | null
  summary: Readonly<Record<string, unknown>>
  content: Readonly<Record<string, unknown>>
}

type Try = (deps: SellingDeps, scope: Scope, ask: Ask) => Promise<OfAccount>

const tryRecharge = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const tryRefund = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const tryReverse = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const tryPay = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const trySwap = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const tryClose = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const tryPayable = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
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

const tryWaive = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<OfAccount> => {
  const cmd = {
    accountId: accountId(wanted(ask.accountId, 'accountId')),
    amountFen: wanted(ask.amountFen, 'amountFen'),
    reasonCode: wanted(ask.reasonCode, 'reasonCode'),
    ...(ask.note !== undefined && { note: ask.note }),
  }
  const { owedFen } = await waive(deps, scope, { ...cmd, requestId: ask.requestId, dryRun: true })
  return { of: cmd.accountId, amountFen: cmd.amountFen, summary: { owedFen }, content: cmd }
}

/** Where it is asked, and whose account it is about. */
const placed = async (deps: SellingDeps, scope: Scope, tried: OfAccount, all: true | undefined) => {
  const account = await deps.db.as(scope, (tx) => lockAccount(tx, tried.of))
  const { complexId, no: accountNo, tenant } = must(account, 'it was tried')
  const { content, amountFen } = tried
  const summary = { accountId: tried.of, accountNo, tenant, all, ...tried.summary }
  return { complexId, amountFen, content, summary, changes: [] } satisfies Tried
}

export const moneyTries = (deps: SellingDeps) => {
  const of =
    (attempt: Try) =>
    async ({ scope }: { scope: Scope }, ask: Ask): Promise<Tried> =>
      placed(deps, scope, await attempt(deps, scope, ask), ask.all)
  return {
    'account.recharge': of(tryRecharge),
    'account.refund': of(tryRefund),
    'sale.reverse': of(tryReverse),
    'reduction.pay': of(tryPay),
    'meter.swap': of(trySwap),
    'account.close': of(tryClose),
    'account.payable': of(tryPayable),
    'account.waive': of(tryWaive),
  } satisfies Partial<Tries>
}
