// Taking a deposit 收取押金 inside a transaction of the caller: at the counter, or when opening.

import type { Receipt } from '../http/contract.ts'
import { type PayMethod, takenInto } from '../ledger/chart.ts'
import { depositLines } from '../ledger/entries/deposit.ts'
import { fen } from '../ledger/money.ts'
import { type AuditEntry, auditAll } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { refuseIf } from '../shared/refusal.ts'
import { takeAllAtCounter } from './counter-receipt.ts'
import { type Till, tillOf } from './sell.ts'
import { type LockedAccount, type SellableMeter, sellableMeters } from './store.ts'

const DEPOSIT_FEN_MAX = 10_000_000

export type Deposit = { requestId: string; amountFen: number; method: PayMethod; note: string }

export type DepositAt = {
  account: LockedAccount
  meter: SellableMeter
  till: Till
  deposit: Deposit
}

/** Refuses: amount_out_of_range. */
export const refuseDeposit = (amountFen: number): void => {
  const wrong = amountFen < 1 || amountFen > DEPOSIT_FEN_MAX
  const facts = { minFen: 1, maxFen: DEPOSIT_FEN_MAX, field: 'depositFen' }
  refuseIf(wrong, 'amount_out_of_range', facts)
}

/** The caller holds the accounts' locks and has refused what must be refused. */
export const depositsIn = async (
  tx: Tx,
  ids: Ids,
  deposits: readonly DepositAt[],
): Promise<Receipt[]> => {
  if (deposits.length === 0) return []
  const takings = deposits.map(({ account, meter, till, deposit }) => {
    const { requestId, amountFen, method } = deposit
    const { shiftId, businessDate } = till
    const paidFen = fen(amountFen)
    const lines = depositLines(account.accountId, takenInto(method, shiftId), paidFen)
    const kinds = { kind: 'deposit', purpose: 'deposit' } as const
    const taken = { requestId, method, shiftId, paidFen, lines, ...kinds }
    return { account, meter, businessDate, taken }
  })
  const receipts = await takeAllAtCounter(tx, ids, takings)
  const entries = deposits.map(({ account, deposit }, at): AuditEntry => {
    const { amountFen, method, note } = deposit
    const { receiptNo } = must(receipts[at], 'each has its receipt')
    return {
      complexId: account.complexId,
      action: 'account.deposit',
      subject: `account/${account.accountId}`,
      after: { receiptNo, amountFen, method, note },
    }
  })
  await auditAll(tx, ids, entries)
  return receipts
}

/** Refuses: amount_out_of_range, shift_counted. The caller holds the account's lock. */
export const depositIn = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  deposit: Deposit,
): Promise<Receipt> => {
  refuseDeposit(deposit.amountFen)
  const till = await tillOf(tx, ids, account)
  const meter = must((await sellableMeters(tx, account))[0], 'an open account has a meter')
  const [receipt] = await depositsIn(tx, ids, [{ account, meter, till, deposit }])
  return must(receipt, 'the deposit has its receipt')
}
