// Money taken at the counter that buys no electricity 其他收款: a deposit, or what is owed at closing.
// It has a receipt of the same gapless series as any sale.

import type { Receipt } from '../http/contract.ts'
import { contentHash } from '../ledger/chain.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Line } from '../ledger/entries/sale.ts'
import { type Fen, ZERO_FEN } from '../ledger/money.ts'
import { type PostingOrder, postAll } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { Day } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import { receiptOf } from './receipt.ts'
import { type NewSale, writeSales } from './sale-store.ts'
import { type LockedAccount, type SellableMeter, sellableMeters } from './store.ts'

export type Taken = {
  requestId: string
  kind: string
  purpose: 'carry' | 'deposit'
  method: PayMethod
  shiftId: Uuid
  paidFen: Fen
  /** Balanced; what goes into the till is `paidFen`. */
  lines: readonly Line[]
}

/** Money of an account, and the meter by which its receipt names the place. */
export type Taking = {
  account: LockedAccount
  meter: SellableMeter
  businessDate: Day
  taken: Taken
}

const postingOf = (ids: Ids, { account, businessDate, taken }: Taking): PostingOrder => {
  const { complexId, accountId } = account
  const { requestId, kind, lines } = taken
  const hash = contentHash({ account: accountId, lines })
  const postingId = ids.uuid()
  return { complexId, postingId, requestId, kind, businessDate, contentHash: hash, lines }
}

const saleOf = (tx: Tx, ids: Ids, taking: Taking, postingId: Uuid): NewSale => {
  const { account, meter, businessDate, taken } = taking
  const { complexId, accountId } = account
  const { requestId, purpose, method, shiftId, paidFen } = taken
  const saleId = ids.uuid()
  const carryFen = purpose === 'carry' ? paidFen : ZERO_FEN
  const receipt = {
    ...receiptOf(account, meter, { saleId, title: purpose, method, paidFen, carryFen, at: tx.now }),
    ...(purpose === 'deposit' && { depositFen: paidFen }),
    serviceFeeFen: 0,
  }
  return {
    ...{ complexId, saleId, accountId, requestId, shiftId, businessDate, method, paidFen },
    ...{ operator: tx.scope.operator, postingId, receipt, purchase: null, last: null },
    lines: [{ purpose, supplyId: null, fen: paidFen }],
  }
}

/** Posts, numbers and writes the receipts. The caller has refused what must be refused. */
export const takeAllAtCounter = async (
  tx: Tx,
  ids: Ids,
  takings: readonly Taking[],
): Promise<Receipt[]> => {
  const postings = takings.map((taking) => postingOf(ids, taking))
  await postAll(tx, postings)
  const sales = takings.map((taking, at) =>
    saleOf(tx, ids, taking, must(postings[at], 'each has its posting').postingId),
  )
  return writeSales(tx, sales)
}

/** The same of one account, whose meters are not known yet. */
export const takeAtCounter = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  taken: Taken,
): Promise<Receipt> => {
  const businessDate = await postingDay(tx, account.complexId, tx.now)
  const meter = must((await sellableMeters(tx, account))[0], 'an open account has a meter')
  const [receipt] = await takeAllAtCounter(tx, ids, [{ account, meter, businessDate, taken }])
  return must(receipt, 'the sale has its receipt')
}
