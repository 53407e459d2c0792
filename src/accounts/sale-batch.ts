// A batch of sales 合批售电 in one transaction: their accounts are locked in the order of ids, all
// that they are judged by is read at once, each is judged alone, and what may be sold is written at
// once. A refused one is simply not written. No two of a batch are of one account.

import type { RechargeAnswer } from '../http/contract.ts'
import { postingDayIn } from '../ledger/posting-day.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { Refusal } from '../shared/refusal.ts'
import { openShifts, refuseCounted, shiftOf } from '../shifts/store.ts'
import { answerBefore, earlierOf, type Kept } from '../work/request.ts'
import {
  answerOf,
  asksForSimilar,
  type Facts,
  type Judged,
  judge,
  type Recharge,
  refuseAccount,
  type SellingDeps,
} from './judge-sale.ts'
import { type AskedAccount, learn, type Wanted } from './sale-facts.ts'
import { balanceOrder, type Counter, meterOrder, writeOrders } from './sell.ts'
import type { LockedAccount } from './store.ts'

/** A sale that is asked for; `kept` null: a dry run. */
export type AskedSale = { scope: Scope; cmd: Recharge; kept: Kept | null }

export type SaleResult = PromiseSettledResult<RechargeAnswer>

/** An asked sale on its way; the result is there once it is refused, answered or written. */
type Walk = AskedSale & { result: SaleResult | null }

type Known = Awaited<ReturnType<typeof learn<RechargeAnswer>>>

type OnAccount = { walk: Walk; found: AskedAccount<RechargeAnswer>; account: LockedAccount }

const clerkOf = ({ walk, account }: OnAccount) => ({
  complexId: account.complexId,
  operator: must(walk.scope.operator, 'money at the counter has an operator'),
})

/** What one sale refuses ends it alone. */
const endRefused = (walk: Walk, reason: unknown): void => {
  if (!(reason instanceof Refusal)) throw reason
  walk.result = { status: 'rejected', reason }
}

/** Answers what was asked before and refuses what the account itself refuses. */
const meet = (walk: Walk, { accounts }: Known): OnAccount[] => {
  const { cmd, kept } = walk
  try {
    const found = accounts.find(({ accountId }) => accountId === cmd.accountId)
    if (!found) throw new Refusal('not_found', { accountId: cmd.accountId })
    const before = kept && answerBefore(earlierOf(found), kept)
    if (!before) return [{ walk, found, account: refuseAccount(found, cmd) }]
    walk.result = { status: 'fulfilled', value: before.answer }
  } catch (reason) {
    endRefused(walk, reason)
  }
  return []
}

const wantedOf = ({ cmd, scope: { operator } }: Walk): Wanted => {
  const { accountId, requestId } = cmd
  return { accountId, operator, requestId, similarTo: asksForSimilar(cmd) ? cmd.amountFen : null }
}

const factsOf = ({ meters }: Known, { account, found }: OnAccount): Facts => {
  const { owedFen, similar } = found
  const own = meters.filter(({ accountId }) => accountId === account.accountId)
  return { account, meters: own, owedFen, similar }
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
      const judged = await judge(tx, deps, factsOf(known, one), one.walk.cmd)
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
    const { walk, found, account, meter, sale, approval } = one
    const { kept, scope, cmd } = walk
    const businessDate = postingDayIn(found, tx.now)
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
  const known = await learn<RechargeAnswer>(tx, walks.map(wantedOf))
  const met = walks.flatMap((walk) => meet(walk, known))
  const agreed = await judgeAll(tx, deps, met, known)
  if (agreed.length > 0) await writeAll(tx, deps, agreed, known)
  return walks.map(({ result }) => must(result, 'each sale has its result'))
}
