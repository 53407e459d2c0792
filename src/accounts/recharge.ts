// Recharge 充值售电 at the counter: sales that arrive while others are being written wait and are
// written together. Where a transaction fails as a whole, each of its sales is tried again by
// itself, so that nobody's fault touches his neighbours. A dry run walks the same path and rolls
// back.

import type { RechargeAnswer } from '../http/contract.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { Refusal } from '../shared/refusal.ts'
import { gather } from '../work/gather.ts'
import { dryRun, type Kept, keptFor, untilKnown } from '../work/request.ts'
import type { Recharge, SellingDeps } from './judge-sale.ts'
import { type AskedSale, type SaleResult, sellTogether } from './sale-batch.ts'

/** Sales of one transaction; more would keep the first of them too long. */
const BATCH_MAX = 32
/** While one batch is being written the next is judged. */
const AT_ONCE = 2
/** Two batches of less cost more than they save. */
const FEW = 4

type KeptSale = AskedSale & { kept: Kept }

/** Those who see the same may share a transaction: no wall is lower in it than for each of them. */
const wallsOf = ({ scope, cmd }: KeptSale): string => {
  const { complexes, buildings, operator } = scope
  const walls = buildings ? { complexes, buildings, operator } : { complexes }
  // An agreement is used in the name of whoever asked for it.
  return JSON.stringify(cmd.approvalId === undefined ? walls : { ...walls, approved: cmd })
}

/** Each sale names its own operator; what acts for all of them is nobody. */
const scopeOf = (asked: readonly KeptSale[]): Scope => {
  const { scope } = must(asked[0], 'a batch has its sales')
  if (asked.length === 1) return scope
  return { ...scope, operator: scope.buildings ? scope.operator : null, from: 'sales' }
}

class NothingSold extends Error {
  readonly results: readonly SaleResult[]
  constructor(results: readonly SaleResult[]) {
    super('nothing was sold')
    this.results = results
  }
}

const sell = async (
  tx: Tx,
  deps: SellingDeps,
  asked: readonly KeptSale[],
): Promise<readonly SaleResult[]> => {
  const results = await sellTogether(tx, deps, asked)
  if (results.every(({ status }) => status === 'rejected')) throw new NothingSold(results)
  return results
}

/** One transaction; rolled back where nothing was sold. */
const inOneGo = async (
  deps: SellingDeps,
  asked: readonly KeptSale[],
): Promise<readonly SaleResult[]> => {
  try {
    return await deps.db.as(scopeOf(asked), (tx) => sell(tx, deps, asked), 'kept')
  } catch (error) {
    if (error instanceof NothingSold) return error.results
    throw error
  }
}

const byItself = async (deps: SellingDeps, one: KeptSale): Promise<SaleResult> => {
  try {
    const results = await untilKnown(() => inOneGo(deps, [one]))
    return must(results[0], 'a sale has its result')
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'database_unavailable'

const sellBatch = async (
  deps: SellingDeps,
  asked: readonly KeptSale[],
): Promise<readonly SaleResult[]> => {
  const [first] = asked
  if (first && asked.length === 1) return [await byItself(deps, first)]
  try {
    return await inOneGo(deps, asked)
  } catch (reason) {
    if (isUnavailable(reason)) return asked.map(() => ({ status: 'rejected', reason }))
    const results: SaleResult[] = []
    for (const one of asked) results.push(await byItself(deps, one))
    return results
  }
}

const queues = new WeakMap<SellingDeps, (sale: KeptSale) => Promise<RechargeAnswer>>()

/** The sales of one till program wait in one queue. */
const queueOf = (deps: SellingDeps): ((sale: KeptSale) => Promise<RechargeAnswer>) => {
  const known = queues.get(deps)
  if (known) return known
  const queue = gather<KeptSale, RechargeAnswer>({
    groupOf: wallsOf,
    markOf: ({ cmd }) => cmd.accountId,
    atOnce: AT_ONCE,
    most: BATCH_MAX,
    few: FEW,
    run: (asked) => sellBatch(deps, asked),
  })
  queues.set(deps, queue)
  return queue
}

const tryOut = (deps: SellingDeps, scope: Scope, cmd: Recharge): Promise<RechargeAnswer> => {
  const sellOne = async (tx: Tx) => {
    const [result] = await sellTogether(tx, deps, [{ scope, cmd, kept: null }])
    if (result?.status !== 'fulfilled') throw result?.reason
    return result.value
  }
  return dryRun(deps.db, scope, sellOne, 'kept')
}

/**
 * Sells to one meter of an account, or to the balance of one in centre mode. Refuses:
 * not_found, account_closed, amount_out_of_range,
 * meter_required, meter_not_on_account, meter_not_prepaid, meter_not_opened, meter_on_hold,
 * purchase_count_expected, carry_not_covered, hoarding_limit, similar_sale_recent,
 * approval_required, approval_not_valid, request_id_reused.
 */
export const recharge = (
  deps: SellingDeps,
  scope: Scope,
  cmd: Recharge,
): Promise<RechargeAnswer> => {
  if (cmd.dryRun) return tryOut(deps, scope, cmd)
  const { requestId, accountId, amountFen, method, meterId } = cmd
  const content = { accountId, amountFen, method, meterId }
  const kept = keptFor({ requestId, operation: 'account.recharge', content })
  return queueOf(deps)({ scope, cmd, kept })
}
