// Judging a sale 售电审核: what it is refused for once its account is locked. What the meter would
// refuse is refused before any money is taken.

import { needAbove } from '../approvals/limits-store.ts'
import { needOf, requireApproval } from '../approvals/require.ts'
import type { RechargeRequest } from '../http/contract.ts'
import { type Fen, fen } from '../ledger/money.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { AccountId, MeterId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { saleCount } from './centre-store.ts'
import type { Sale, Sold } from './sell.ts'
import { feeFor, type ServiceFee, serviceFeeOf } from './service-fee.ts'
import {
  type FoundAccount,
  type LockedAccount,
  refuseHandedOver,
  type SellableMeter,
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
export const meterOf = (
  meters: readonly SellableMeter[],
  wanted: number | undefined,
): SellableMeter => {
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

export type Holding = Pick<SellableMeter, 'balanceFen' | 'creditFen' | 'pendingFen' | 'hoardingFen'>

/** The meter adds the amount to what it holds and refuses more than its hoarding limit. */
export const refuseHoarding = (meter: Holding, creditFen: number): void => {
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
const agreedTo = async (tx: Tx, { ids }: SellingDeps, account: LockedAccount, cmd: Recharge) => {
  const operation = 'account.recharge'
  const above = needAbove(account.limits.saleFen, cmd.amountFen)
  const need = await needOf(tx, ids, account.complexId, { operation, need: above })
  const dryRun = cmd.dryRun === true
  const { approvalId } = cmd
  const asking = { operation, content: cmd, need, approvalId, dryRun } as const
  await requireApproval(tx, account.complexId, asking)
  return dryRun && need !== null ? { approval: need } : {}
}

const refuseUnexpected = (expected: number | undefined, next: number): void =>
  refuseIf((expected ?? next) !== next, 'purchase_count_expected', {
    expected: expected ?? 0,
    next,
  })

/** All that a sale is judged by, read once its account is locked. */
export type Facts = {
  account: LockedAccount
  meters: readonly SellableMeter[]
  owedFen: number
  /** Where as much was sold just now: meters, or null for the balance. */
  similar: readonly (MeterId | null)[]
}

/** A sale that may be made, at whichever till. */
export type Judged = { meter: SellableMeter; sale: Sale; approval: Need }

/** What a dry run tells of a second person that would be needed. */
type Need = Awaited<ReturnType<typeof agreedTo>>

/** Money for an account in centre mode goes to its balance, whichever meter it was found by. */
const judgeBalance = async (
  tx: Tx,
  deps: SellingDeps,
  facts: Facts,
  cmd: Recharge,
): Promise<Judged> => {
  const { account, meters, owedFen, similar } = facts
  const named = cmd.meterId === undefined ? meters.slice(0, 1) : meters
  const meter = meterOf(named, cmd.meterId)
  refuseUnexpected(cmd.expectedPurchaseNo, (await saleCount(tx, account)) + 1)
  const paidFen = fen(cmd.amountFen)
  const { carryFen } = splitOf(owedFen, paidFen, null)
  refuseIf(similar.length > 0, 'similar_sale_recent', { amountFen: paidFen })
  const approval = await agreedTo(tx, deps, account, cmd)
  const { requestId, method } = cmd
  return { meter, sale: { requestId, method, paidFen, carryFen, kind: 'recharge' }, approval }
}

const judgeMeter = async (
  tx: Tx,
  deps: SellingDeps,
  { account, meters, owedFen, similar }: Facts,
  cmd: Recharge,
): Promise<Judged> => {
  const meter = meterOf(meters, cmd.meterId)
  refuseUnsellable(deps, meter)
  refuseUnexpected(cmd.expectedPurchaseNo, meter.lastPurchaseNo + 1)
  const paidFen = fen(cmd.amountFen)
  const { carryFen, feeFen } = splitOf(owedFen, paidFen, serviceFeeOf(account.serviceFee))
  refuseHoarding(meter, paidFen - carryFen - feeFen)
  refuseIf(similar.includes(meter.meterId), 'similar_sale_recent', { amountFen: paidFen })
  const approval = await agreedTo(tx, deps, account, cmd)
  const { requestId, method } = cmd
  return {
    meter,
    sale: { requestId, method, paidFen, carryFen, feeFen, kind: 'recharge' },
    approval,
  }
}

/** Refuses: account_handed_over, account_closed, closing_under_way, amount_out_of_range. */
export const refuseAccount = (found: FoundAccount, cmd: Recharge): LockedAccount => {
  const account = refuseHandedOver(found)
  refuseIf(account.closedAt !== null, 'account_closed')
  refuseIf(account.closing, 'closing_under_way')
  refuseIf(cmd.amountFen < 1 || cmd.amountFen > RECHARGE_FEN_MAX, 'amount_out_of_range', {
    minFen: 1,
    maxFen: RECHARGE_FEN_MAX,
  })
  return account
}

/** To one meter of the account, or to the balance of one in centre mode. */
export const judge = (tx: Tx, deps: SellingDeps, facts: Facts, cmd: Recharge): Promise<Judged> =>
  facts.account.mode === 'centre'
    ? judgeBalance(tx, deps, facts, cmd)
    : judgeMeter(tx, deps, facts, cmd)

/** Whether it is asked if as much was sold just now. */
export const asksForSimilar = (cmd: Recharge): boolean => !cmd.similarAccepted && !cmd.dryRun

export const similarSince = (now: Instant): Instant => plusMs(now, -SIMILAR_SALE_MS)

export const answerOf =
  (cmd: Recharge, approval: Need) =>
  <R>({ receipt, purchaseId }: Sold<R>) => {
    const dry = cmd.dryRun === true
    return { dryRun: dry, receipt, purchaseId: dry ? null : purchaseId, ...approval }
  }
