// Asking for a second person's agreement and deciding 申请与复核: what is asked is tried first as a dry
// run, so that nobody agrees to what would be refused, and sees its figures and names.

import type { ApprovalAsked, ApprovalRequest } from '../http/contract/payouts.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { assert, must } from '../shared/assert.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'
import { type AccountId, accountId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { tryClaim } from '../swap/commands.ts'
import { once } from '../work/request.ts'
import { APPROVAL_LASTS_MS, boundHash } from './approval.ts'
import {
  type AskedApproval,
  insertApproval,
  lockApproval,
  type Summary,
  writeDecided,
} from './approval-store.ts'
import { payReduction } from './payout-reduction.ts'
import { placeOfSale, soldSale } from './payout-store.ts'
import { complexOfAccount, recharge, type SellingDeps } from './recharge.ts'
import { refund } from './refund.ts'
import { reverseSale } from './reverse.ts'
import { lockAccount } from './store.ts'

export type Ask = ApprovalRequest & { requestId: string }

/** What the operation would be, tried without writing anything. */
type Tried = {
  accountId: AccountId
  amountFen: number | null
  summary: Readonly<Record<string, unknown>>
  content: Readonly<Record<string, unknown>>
}

const wanted = <T>(value: T | undefined, field: keyof ApprovalRequest): T => {
  if (value === undefined) throw new Refusal('invalid_input', { where: 'body', field })
  return value
}

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
  return { accountId: cmd.accountId, amountFen: receipt.paidFen, summary, content: cmd }
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
  return { accountId: cmd.accountId, amountFen, summary: {}, content: cmd }
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
    return { accountId: place.accountId, amountFen, summary, content }
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
  return { accountId: accountId(voucher.accountId), amountFen, summary, content: cmd }
}

const trySwap = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<Tried> => {
  const content = {
    pointId: wanted(ask.pointId, 'pointId'),
    newMeterId: wanted(ask.newMeterId, 'newMeterId'),
    finalWh: wanted(ask.finalWh, 'finalWh'),
    amountFen: wanted(ask.amountFen, 'amountFen'),
  }
  const note = wanted(ask.note, 'note')
  const tried = await tryClaim(deps, scope, { ...content, note, requestId: ask.requestId })
  const { oldMeterNo: meterNo, newMeterNo } = tried
  const summary = { meterNo, newMeterNo, finalWh: content.finalWh }
  const owner = accountId(wanted(tried.accountId ?? undefined, 'pointId'))
  return { accountId: owner, amountFen: content.amountFen, summary, content }
}

const TRIES = {
  'account.recharge': tryRecharge,
  'account.refund': tryRefund,
  'sale.reverse': tryReverse,
  'reduction.pay': tryPay,
  'meter.swap': trySwap,
} as const

const askIn = async (tx: Tx, deps: SellingDeps, ask: Ask, tried: Tried): Promise<ApprovalAsked> => {
  const account = must(await lockAccount(tx, tried.accountId), 'it was tried')
  const { complexId, no: accountNo, tenant, zone } = account
  const { operation, method, reasonCode, note } = ask
  const summary: Summary = {
    ...{ accountId: tried.accountId, accountNo, tenant, method, reasonCode, note },
    ...{ all: ask.all, ...tried.summary, amountFen: tried.amountFen },
  }
  const approvalId = deps.ids.uuid()
  const expiresAt = plusMs(tx.now, APPROVAL_LASTS_MS)
  await insertApproval(tx, {
    ...{ complexId, approvalId, operation, summary, expiresAt },
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
  const tried = await TRIES[ask.operation](deps, scope, ask)
  const complexId = must(await complexOfAccount(deps, scope, tried.accountId), 'it was tried')
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
