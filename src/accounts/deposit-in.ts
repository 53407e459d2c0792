// Taking a deposit 收取押金 inside a transaction of the caller: at the counter, or when opening.

import type { Receipt } from '../http/contract.ts'
import { type PayMethod, takenInto } from '../ledger/chart.ts'
import { depositLines } from '../ledger/entries/deposit.ts'
import { fen } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { refuseIf } from '../shared/refusal.ts'
import { currentShift } from '../shifts/store.ts'
import { takeAtCounter } from './counter-receipt.ts'
import type { LockedAccount } from './store.ts'

const DEPOSIT_FEN_MAX = 10_000_000

export type Deposit = { requestId: string; amountFen: number; method: PayMethod; note: string }

/** Refuses: amount_out_of_range. The caller holds the account's lock. */
export const depositIn = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  { requestId, amountFen, method, note }: Deposit,
): Promise<Receipt> => {
  const { complexId, accountId } = account
  const wrong = amountFen < 1 || amountFen > DEPOSIT_FEN_MAX
  refuseIf(wrong, 'amount_out_of_range', { minFen: 1, maxFen: DEPOSIT_FEN_MAX })
  const operator = must(tx.scope.operator, 'a deposit at the counter has an operator')
  const shiftId = await currentShift(tx, ids, complexId, operator)
  const paidFen = fen(amountFen)
  const receipt = await takeAtCounter(tx, ids, account, {
    ...{ requestId, method, shiftId, paidFen, kind: 'deposit', purpose: 'deposit' },
    lines: depositLines(accountId, takenInto(method, shiftId), paidFen),
  })
  await audit(tx, ids, {
    complexId,
    action: 'account.deposit',
    subject: `account/${accountId}`,
    after: { receiptNo: receipt.receiptNo, amountFen, method, note },
  })
  return receipt
}
