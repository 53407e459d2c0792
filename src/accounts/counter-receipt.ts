// Money taken at the counter that buys no electricity 其他收款: a deposit, or what is owed at closing.
// It has a receipt of the same gapless series as any sale.

import type { Receipt } from '../http/contract.ts'
import { contentHash } from '../ledger/chain.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Line } from '../ledger/entries/sale.ts'
import { type Fen, ZERO_FEN } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { Uuid } from '../shared/ids.ts'
import { receiptOf } from './receipt.ts'
import { writeSales } from './sale-store.ts'
import { type LockedAccount, sellableMeters } from './store.ts'

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

/** Posts, numbers and writes the receipt. The caller has refused what must be refused. */
export const takeAtCounter = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  taken: Taken,
): Promise<Receipt> => {
  const { complexId, accountId } = account
  const { requestId, kind, purpose, method, shiftId, paidFen, lines } = taken
  const businessDate = await postingDay(tx, complexId, tx.now)
  const [postingId, saleId] = [ids.uuid(), ids.uuid()]
  const hash = contentHash({ account: accountId, lines })
  await post(tx, { complexId, postingId, requestId, kind, businessDate, contentHash: hash, lines })
  const meter = must((await sellableMeters(tx, account))[0], 'an open account has a meter')
  const carryFen = purpose === 'carry' ? paidFen : ZERO_FEN
  const receipt = {
    ...receiptOf(account, meter, { saleId, title: purpose, method, paidFen, carryFen, at: tx.now }),
    ...(purpose === 'deposit' && { depositFen: paidFen }),
    serviceFeeFen: 0,
  }
  const sale = {
    ...{ complexId, saleId, accountId, requestId, shiftId, businessDate, method, paidFen },
    ...{ operator: tx.scope.operator, postingId, receipt, purchase: null, last: null },
    lines: [{ purpose, supplyId: null, fen: paidFen }],
  }
  return must((await writeSales(tx, [sale]))[0], 'the sale has its receipt')
}
