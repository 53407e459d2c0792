// Recharge 充值售电 at the counter: locks the account, refuses what the meter would refuse before any
// money is taken, then sells. A dry run walks the same path and rolls back.

import type { RechargeAnswer, RechargeRequest } from '../http/contract.ts'
import { chart } from '../ledger/chart.ts'
import { type Fen, fen } from '../ledger/money.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import type { AccountId, MeterId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, type Kept, onceKeeping } from '../work/request.ts'
import { requireApproval } from './approval.ts'
import { saleCount } from './centre-store.ts'
import { needAbove } from './limits-store.ts'
import { type Sold, sell, sellToBalance, type Till, tillOf } from './sell.ts'
import { feeFor, type ServiceFee, serviceFeeOf } from './service-fee.ts'
import {
  type LockedAccount,
  lockAccount,
  runningBalance,
  type SellableMeter,
  sellableMeters,
  similarSales,
} from './store.ts'

/** A meter shows 999,999.99 yuan at most; a single sale stays far below. */
export const RECHARGE_FEN_MAX = 10_000_000
const SIMILAR_SALE_MS = 5 * 60_000

export type SellingDeps = {
  db: Db
  ids: Ids
  /** Null for a model this installation does not know. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

export type Recharge = RechargeRequest & { accountId: AccountId; requestId: string }

/** Refuses: meter_required, meter_not_opened, meter_not_on_account. */
export const meterOf = (meters: SellableMeter[], wanted: number | undefined): SellableMeter => {
  if (wanted === undefined) {
    refuseIf(meters.length > 1, 'meter_required', { meters: meters.length })
    const only = meters[0]
    if (!only) throw new Refusal('meter_not_opened')
    return only
  }
  const named = meters.find((meter) => meter.meterId === wanted)
  if (!named) throw new Refusal('meter_not_on_account', { meterId: wanted })
  return named
}

/** Refuses: meter_not_prepaid, meter_not_opened, meter_on_hold, swap_under_way. */
export const refuseUnsellable = (deps: SellingDeps, meter: SellableMeter): void => {
  const model = deps.capabilitiesOf(meter.model)
  refuseIf(!model?.prepaid, 'meter_not_prepaid', { model: meter.model })
  refuseIf(meter.epoch === null, 'meter_not_opened', { meterNo: meter.meterNo })
  refuseIf(meter.held, 'meter_on_hold', { meterNo: meter.meterNo })
  refuseIf(meter.swapping, 'swap_under_way', { meterNo: meter.meterNo })
}

/** The meter adds the amount to what it holds and refuses more than its hoarding limit. */
export const refuseHoarding = (meter: SellableMeter, creditFen: number): void => {
  const held = meter.balanceFen ?? meter.creditFen
  const after = held + meter.pendingFen + creditFen
  refuseIf(after > meter.hoardingFen, 'hoarding_limit', {
    hoardingFen: meter.hoardingFen,
    wouldBeFen: after,
  })
}

/** What is settled first, and the fee on the rest; `fee` null: this sale takes none. */
const splitOf = (
  owedFen: number,
  paidFen: Fen,
  fee: ServiceFee | null,
): { carryFen: Fen; feeFen: Fen } => {
  const feeFen = feeFor(fee, paidFen - owedFen)
  // All of the payment would go to what is owed and nothing to the meter: said, not done silently.
  refuseIf(paidFen - owedFen - feeFen < 1, 'carry_not_covered', { owedFen, serviceFeeFen: feeFen })
  return { carryFen: fen(owedFen), feeFen }
}

/** Above the operator's limit a second person has agreed; a dry run tells the need. */
const agreedTo = async (tx: Tx, account: LockedAccount, cmd: Recharge) => {
  const need = needAbove(account.limits.saleFen, cmd.amountFen)
  const dryRun = cmd.dryRun === true
  const { approvalId } = cmd
  const asking = { operation: 'account.recharge', content: cmd, need, approvalId, dryRun } as const
  await requireApproval(tx, account.complexId, asking)
  return dryRun && need !== null ? { approval: need } : {}
}

const refuseUnexpected = (expected: number | undefined, next: number): void =>
  refuseIf((expected ?? next) !== next, 'purchase_count_expected', {
    expected: expected ?? 0,
    next,
  })

type Facts = {
  account: LockedAccount
  meters: SellableMeter[]
  owedFen: number
  till: Till
  /** Where as much was sold just now: meters, or null for the balance. */
  similar: (MeterId | null)[]
}

/** All that the sale is judged by, asked in one go once the account is locked. */
const factsOf = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  cmd: Recharge,
): Promise<Facts> => {
  const since = plusMs(tx.now, -SIMILAR_SALE_MS)
  const asked = !cmd.similarAccepted && !cmd.dryRun
  const [meters, owedFen, till, similar] = await Promise.all([
    sellableMeters(tx, account),
    runningBalance(tx, account.complexId, chart.carry(account.accountId)),
    tillOf(tx, deps.ids, account),
    asked ? similarSales(tx, account, cmd.amountFen, since) : [],
  ])
  return { account, meters, owedFen, till, similar }
}

type Agreed = Awaited<ReturnType<typeof agreedTo>>

const answerOf =
  (cmd: Recharge, agreed: Agreed) =>
  <R>({ receipt, purchaseId }: Sold<R>) => {
    const dry = cmd.dryRun === true
    return { dryRun: dry, receipt, purchaseId: dry ? null : purchaseId, ...agreed }
  }

/** Money for an account in centre mode goes to its balance, whichever meter it was found by. */
const rechargeBalance = async (
  tx: Tx,
  deps: SellingDeps,
  { account, meters, owedFen, till, similar }: Facts,
  cmd: Recharge,
  kept: Kept | null,
): Promise<RechargeAnswer> => {
  const named = cmd.meterId === undefined ? meters.slice(0, 1) : meters
  const meter = meterOf(named, cmd.meterId)
  refuseUnexpected(cmd.expectedPurchaseNo, (await saleCount(tx, account)) + 1)
  const paidFen = fen(cmd.amountFen)
  const { carryFen } = splitOf(owedFen, paidFen, null)
  refuseIf(similar.length > 0, 'similar_sale_recent', { amountFen: paidFen })
  const answered = answerOf(cmd, await agreedTo(tx, account, cmd))
  const { requestId, method } = cmd
  const sale = { requestId, method, paidFen, carryFen, kind: 'recharge' as const }
  const at = { account, meter, till, ending: kept && { kept, answerOf: answered } }
  return answered(await sellToBalance(tx, deps.ids, at, sale))
}

const rechargeMeter = async (
  tx: Tx,
  deps: SellingDeps,
  { account, meters, owedFen, till, similar }: Facts,
  cmd: Recharge,
  kept: Kept | null,
): Promise<RechargeAnswer> => {
  const meter = meterOf(meters, cmd.meterId)
  refuseUnsellable(deps, meter)
  refuseUnexpected(cmd.expectedPurchaseNo, meter.lastPurchaseNo + 1)
  const paidFen = fen(cmd.amountFen)
  const { carryFen, feeFen } = splitOf(owedFen, paidFen, serviceFeeOf(account.serviceFee))
  refuseHoarding(meter, paidFen - carryFen - feeFen)
  refuseIf(similar.includes(meter.meterId), 'similar_sale_recent', { amountFen: paidFen })
  const answered = answerOf(cmd, await agreedTo(tx, account, cmd))
  const { requestId, method } = cmd
  const sale = { requestId, method, paidFen, carryFen, feeFen, kind: 'recharge' as const }
  const at = { account, meter, till, ending: kept && { kept, answerOf: answered } }
  return answered(await sell(tx, deps.ids, at, sale))
}

/** `kept` null: a dry run. */
const rechargeIn = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: Recharge,
  kept: Kept | null,
): Promise<RechargeAnswer> => {
  const account = await lockAccount(tx, cmd.accountId)
  if (!account) throw new Refusal('not_found', { accountId: cmd.accountId })
  refuseIf(account.closedAt !== null, 'account_closed')
  refuseIf(account.closing, 'closing_under_way')
  refuseIf(cmd.amountFen < 1 || cmd.amountFen > RECHARGE_FEN_MAX, 'amount_out_of_range', {
    minFen: 1,
    maxFen: RECHARGE_FEN_MAX,
  })
  const facts = await factsOf(tx, deps, account, cmd)
  const run = account.mode === 'centre' ? rechargeBalance : rechargeMeter
  return run(tx, deps, facts, cmd, kept)
}

/**
 * Sells to one meter of an account, or to the balance of one in centre mode. Refuses:
 * not_found, account_closed, amount_out_of_range,
 * meter_required, meter_not_on_account, meter_not_prepaid, meter_not_opened, meter_on_hold,
 * purchase_count_expected, carry_not_covered, hoarding_limit, similar_sale_recent,
 * approval_required, approval_not_valid, request_id_reused.
 */
export const recharge = async (
  deps: SellingDeps,
  scope: Scope,
  cmd: Recharge,
): Promise<RechargeAnswer> => {
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => rechargeIn(tx, deps, cmd, null))
  const { requestId, accountId, amountFen, method, meterId } = cmd
  return onceKeeping(
    deps.db,
    scope,
    {
      complexId: { ofAccount: accountId },
      requestId,
      operation: 'account.recharge',
      content: { accountId, amountFen, method, meterId },
    },
    (tx, kept) => rechargeIn(tx, deps, cmd, kept),
  )
}
