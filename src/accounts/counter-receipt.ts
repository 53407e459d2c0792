// Money taken at the counter that buys no electricity 其他收款: a deposit, or what is owed at closing.
// It has a receipt of the same gapless series as any sale.

import type { Receipt } from '../http/contract.ts'
import { capitals } from '../ledger/capitals.ts'
import { contentHash } from '../ledger/chain.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Line } from '../ledger/entries/sale.ts'
import type { Fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import { RECEIPT_TITLES } from './receipt-titles.ts'
import { receiptNumber } from './sell.ts'
import { insertSale, type LockedAccount, operatorName, sellableMeters } from './store.ts'

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

const receiptOf = async (
  tx: Tx,
  account: LockedAccount,
  taken: Taken,
  ids: { saleId: Uuid; receiptNo: string },
): Promise<Receipt> => {
  const meter = must((await sellableMeters(tx, account))[0], 'an open account has a meter')
  return {
    ...ids,
    title: RECEIPT_TITLES[taken.purpose],
    complexId: account.complexId,
    complex: account.complex,
    accountId: account.accountId,
    accountNo: account.no,
    tenant: account.tenant,
    premises: meter.premises,
    meterNo: meter.meterNo,
    meterId: meter.meterId,
    purchaseNo: 0,
    method: taken.method,
    paidFen: taken.paidFen,
    paidCapitals: capitals(taken.paidFen),
    carryFen: taken.purpose === 'carry' ? taken.paidFen : 0,
    ...(taken.purpose === 'deposit' && { depositFen: taken.paidFen }),
    serviceFeeFen: 0,
    creditFen: 0,
    priceE8: null,
    creditWh: null,
    balanceBeforeFen: null,
    balanceBeforeAt: null,
    balanceAfterFen: null,
    operator: await operatorName(tx),
    at: rfc3339(tx.now, account.zone),
  }
}

/** Posts, numbers and writes the receipt. The caller has refused what must be refused. */
export const takeAtCounter = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  taken: Taken,
): Promise<Receipt> => {
  const { complexId, accountId } = account
  const { requestId, kind, method, shiftId, paidFen, lines } = taken
  const businessDate = await postingDay(tx, complexId, tx.now)
  const [postingId, saleId] = [ids.uuid(), ids.uuid()]
  const hash = contentHash({ account: accountId, lines })
  await post(tx, { complexId, postingId, requestId, kind, businessDate, contentHash: hash, lines })
  const receiptNo = await receiptNumber(tx, account, businessDate.slice(0, 4))
  const receipt = await receiptOf(tx, account, taken, { saleId, receiptNo })
  await insertSale(tx, {
    ...{ complexId, saleId, accountId, requestId, shiftId, receiptNo, method, paidFen },
    ...{ postingId, receipt },
    lines: [{ purpose: taken.purpose, supplyId: null, fen: paidFen }],
  })
  return receipt
}
