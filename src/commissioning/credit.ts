// The commissioning credit 调试充值: a small amount that nobody pays for goes into an opened meter
// by the delivery protocol, and out of the ledger's commissioning account. Before an account is
// opened nothing may load a meter: there the first purchase is the test.

import type { Static } from 'typebox'
import { refuseHoarding, refuseUnsellable, type SellingDeps } from '../accounts/judge-sale.ts'
import { queuePurchases } from '../accounts/sell.ts'
import { lockAccount, sellableMeters } from '../accounts/store.ts'
import type { CheckCredit } from '../http/contract/commissioning.ts'
import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { openingBalanceLines } from '../ledger/entries/opening-balance.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { accountId, type Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { creditOfCheck, insertStep, lockCheck, suppliedBy } from './check-store.ts'
import { openCheck } from './checks.ts'

const FROM = 'commissioning'

const load = async (
  tx: Tx,
  deps: SellingDeps,
  requestId: string,
  checkId: Uuid,
  amountFen: number,
): Promise<Static<typeof CheckCredit>> => {
  const check = await openCheck(tx, checkId)
  const { complexId, meterId } = check
  // One is enough; only where the meter did not take it another may follow.
  const before = await creditOfCheck(tx, check)
  const taken = before !== null && !['CANCELLED', 'VOID'].includes(before.state)
  refuseIf(taken, 'check_credit_loaded', { purchaseNo: before?.purchaseNo ?? 0 })
  const supplied = await suppliedBy(tx, complexId, meterId)
  refuseIf(supplied?.mode === 'centre', 'meter_not_prepaid', { meterId })
  const account = supplied && (await lockAccount(tx, accountId(supplied.accountId)))
  if (!account) throw new Refusal('meter_not_opened', { meterId })
  const meters = await sellableMeters(tx, account)
  const meter = meters.find((one) => one.meterId === meterId)
  if (!meter) throw new Refusal('meter_not_opened', { meterId })
  refuseUnsellable(deps, meter)
  refuseHoarding(meter, amountFen)
  const amount = fen(amountFen)
  const lines = openingBalanceLines(chart.transit(meter.supplyId), amount)
  await post(tx, {
    ...{ complexId, postingId: deps.ids.uuid(), requestId: `${requestId}/credit` },
    ...{ kind: FROM, businessDate: await postingDay(tx, complexId, tx.now) },
    reason: '调试充值 / commissioning credit',
    contentHash: contentHash({ checkId, amountFen }),
    lines,
  })
  const [purchaseId] = await queuePurchases(tx, deps.ids, [
    { account, meter, kind: 'recharge', amountFen: amount, from: FROM },
  ])
  const credit = { purchaseId: must(purchaseId, 'one was queued'), amountFen }
  const step = { step: 'credit' as const, result: 'noted' as const, reason: 'queued', note: '' }
  await insertStep(tx, check, { ...step, facts: credit })
  const subject = `meter/${meterId}`
  await audit(tx, deps.ids, { complexId, action: 'commissioning.credit', subject, after: credit })
  return credit
}

/**
 * Queues it. Errors: Refusal not_found, check_ended, check_credit_loaded, meter_not_opened,
 * meter_not_prepaid, meter_on_hold, swap_under_way, hoarding_limit, request_id_reused.
 */
export const loadCheckCredit = (
  deps: SellingDeps,
  scope: Scope,
  requestId: string,
  checkId: Uuid,
  asked: { amountFen: number },
): Promise<Static<typeof CheckCredit>> => {
  const complexId = async (tx: Tx) => {
    const found = await lockCheck(tx, checkId)
    if (!found) throw new Refusal('not_found', { checkId })
    return found.complexId
  }
  const content = { checkId, ...asked }
  const name = { complexId, requestId, operation: 'commissioning.credit', content }
  return once(deps.db, scope, name, (tx) => load(tx, deps, requestId, checkId, asked.amountFen))
}
