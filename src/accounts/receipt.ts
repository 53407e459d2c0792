// The receipt 收据 of money taken at the counter: what every one of them says. What was sold adds to
// it where the money went; its number is given by the statement that writes it.

import type { Receipt } from '../http/contract.ts'
import { capitals } from '../ledger/capitals.ts'
import type { PayMethod } from '../ledger/chart.ts'
import { type Fen, ZERO_FEN } from '../ledger/money.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import { RECEIPT_TITLES } from './receipt-titles.ts'
import type { LockedAccount, SellableMeter } from './store.ts'

export type Unnumbered = Omit<Receipt, 'receiptNo'>

export type ReceiptOf = {
  saleId: Uuid
  title: keyof typeof RECEIPT_TITLES
  method: PayMethod
  paidFen: Fen
  /** What of it settles what was owed. */
  carryFen: Fen
  at: Instant
}

/** Buys nothing, as it stands here. */
export const receiptOf = (
  account: LockedAccount,
  meter: Pick<SellableMeter, 'premises' | 'meterNo' | 'meterId'>,
  { saleId, title, method, paidFen, carryFen, at }: ReceiptOf,
): Unnumbered => ({
  saleId,
  title: RECEIPT_TITLES[title],
  complexId: account.complexId,
  complex: account.complex,
  accountId: account.accountId,
  accountNo: account.no,
  tenant: account.tenant,
  premises: meter.premises,
  meterNo: meter.meterNo,
  meterId: meter.meterId,
  purchaseNo: 0,
  method,
  paidFen,
  paidCapitals: capitals(paidFen),
  carryFen,
  creditFen: ZERO_FEN,
  priceE8: null,
  creditWh: null,
  balanceBeforeFen: null,
  balanceBeforeAt: null,
  balanceAfterFen: null,
  operator: account.operator,
  at: rfc3339(at, account.zone),
})
