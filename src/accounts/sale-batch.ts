// A batch of sales 合批售电 in one transaction: their accounts are locked in the order of ids, all
// that they are judged by is read at once, each is judged alone, and what may be sold is written at
// once. A refused one is simply not written. No two of a batch are of one account.

import type { RechargeAnswer } from '../http/contract.ts'
import { postingDaysAt } from '../ledger/posting-day.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { AccountId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { findShiftsAt, openShifts, refuseCounted, shiftOf } from '../shifts/store.ts'
import { answerBefore, type Found, findOfAccounts, type Kept } from '../work/request.ts'
import {
  answerOf,
  asksForSimilar,
  type Facts,
  type Judged,
  judge,
  type Recharge,
  refuseAccount,
  type SellingDeps,
  similarSince,
} from './judge-sale.ts'
import { balanceOrder, type Counter, meterOrder, writeOrders } from './sell.ts'
import {
  type FoundAccount,
  type LockedAccount,
  lockAccounts,
  metersOf,
  owedOf,
  similarSales,
} from './store.ts'

/** A sale that is asked for; `kept` null: a dry run. */
export type AskedSale = { scope: Scope; cmd: Recharge; kept: Kept | null }

export type SaleResult = PromiseSettledResult<RechargeAnswer>

/** An asked sale on its way; the result is there once it is refused, answered or written. */
type Walk = AskedSale & { result: SaleResult | null }

type OnAccount = { walk: Walk; account: LockedAccount }

const clerkOf = ({ walk, account }: OnAccount) => ({
  complexId: account.complexId,
  operator: must(walk.scope.operator, 'money at the counter has an operator'),
})

/** The first that is of the account. */
const ofAccount = <T extends { accountId: AccountId }>(rows: readonly T[], { cmd }: Walk) =>
  rows.find(({ accountId }) => accountId === cmd.accountId)

/** What one sale refuses ends it alone. */
const endRefused = (walk: Walk, reason: unknown): void => {
  if (!(reason instanceof Refusal)) throw reason
  walk.result = { status: 'rejected', reason }
}

/** Answers what was asked before and refuses what the account itself refuses. */
const meet = (
  walk: Walk,
  found: Found<RechargeAnswer> | undefined,
  locked: FoundAccount | undefined,
): OnAccount[] => {
  const { cmd, kept } = walk
  try {
    if (!found || !locked) throw new Refusal('not_found', { accountId: cmd.accountId })
    const before = kept && answerBefore(found.earlier, kept)
    if (!before) return [{ walk, account: refuseAccount(locked, cmd) }]
    walk.result = { status: 'fulfilled', value: before.answer }
  } catch (reason) {
    endRefused(walk, reason)
  }
  return []
}

/**
 * Locks the accounts and asks, in the same trip, all that their sales are judged by: each statement
 * sees what is there once the locks are held.
 */
const learn = async (tx: Tx, walks: readonly Walk[]) => {
  const asked = walks.map(({ cmd: { accountId, requestId }, scope: { operator } }) => ({
    ...{ accountId, requestId, operator },
  }))
  const accounts = walks.map(({ cmd }) => cmd.accountId)
  const asking = walks.flatMap(({ cmd }) =>
    asksForSimilar(cmd) ? [{ accountId: cmd.accountId, paidFen: cmd.amountFen }] : [],
  )
  const [found, locked, meters, owed, shifts, days, similar] = await Promise.all([
    findOfAccounts<RechargeAnswer>(tx, asked),
    lockAccounts(tx, asked),
    metersOf(tx, accounts),
    owedOf(tx, accounts),
    findShiftsAt(tx, asked),
    postingDaysAt(tx, accounts, tx.now),
    asking.length > 0 ? similarSales(tx, asking, similarSince(tx.now)) : [],
  ])
  return { found, locked, meters, owed, shifts, days, similar }
}

type Known = Awaited<ReturnType<typeof learn>>

const factsOf = ({ meters, owed, similar }: Known, account: LockedAccount): Facts => {
  const { accountId } = account
  return {
    account,
    meters: meters.filter((meter) => meter.accountId === accountId),
    owedFen: owed.find((one) => one.accountId === accountId)?.fen ?? 0,
    similar: similar.filter((sale) => sale.accountId === accountId).map(({ meterId }) => meterId),
  }
}

type Agreed = OnAccount & Judged

const judgeAll = async (
  tx: Tx,
  deps: SellingDeps,
  met: readonly OnAccount[],
  known: Known,
): Promise<Agreed[]> => {
  const agreed: Agreed[] = []
  for (const one of met) {
    try {
      refuseCounted(known.shifts, clerkOf(one))
      const judged = await judge(tx, deps, factsOf(known, one.account), one.walk.cmd)
      agreed.push({ ...one, ...judged })
    } catch (reason) {
      endRefused(one.walk, reason)
    }
  }
  return agreed
}

const writeAll = async (
  tx: Tx,
  { ids }: SellingDeps,
  agreed: readonly Agreed[],
  known: Known,
): Promise<void> => {
  const shifts = await openShifts(tx, ids, agreed.map(clerkOf), known.shifts)
  const orders = []
  for (const one of agreed) {
    const { walk, account, meter, sale, approval } = one
    const { kept, scope, cmd } = walk
    const businessDate = must(known.days.get(account.complexId), 'each complex has its day')
    const till = { shiftId: shiftOf(shifts, clerkOf(one)), businessDate }
    const ending = kept && { kept, answerOf: answerOf(cmd, approval) }
    const at: Counter = { account, meter, till, by: scope, ending }
    const centre = account.mode === 'centre'
    orders.push(centre ? await balanceOrder(tx, ids, at, sale) : meterOrder(tx.now, ids, at, sale))
  }
  const sold = await writeOrders(tx, ids, orders)
  for (const [at, { walk, approval }] of agreed.entries()) {
    const value = answerOf(walk.cmd, approval)(must(sold[at], 'each order is sold'))
    walk.result = { status: 'fulfilled', value }
  }
}

/**
 * The results in the order of `asked`, all but refusals when the transaction has committed. Errors:
 * whatever makes the transaction fail as a whole: then nothing of it is known.
 */
export const sellTogether = async (
  tx: Tx,
  deps: SellingDeps,
  asked: readonly AskedSale[],
): Promise<readonly SaleResult[]> => {
  const walks = asked.map((one): Walk => ({ ...one, result: null }))
  const known = await learn(tx, walks)
  const met = walks.flatMap((walk) =>
    meet(walk, ofAccount(known.found, walk), ofAccount(known.locked, walk)),
  )
  const agreed = await judgeAll(tx, deps, met, known)
  if (agreed.length > 0) await writeAll(tx, deps, agreed, known)
  return walks.map(({ result }) => must(result, 'each sale has its result'))
}
