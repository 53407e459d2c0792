// Deposits 押金: taken at the counter with a receipt, kept by themselves, settled at closing.

import type { DepositTaken, TakeDeposit } from '../http/contract/account-life.ts'
import { chart, takenInto } from '../ledger/chart.ts'
import { depositLines } from '../ledger/entries/deposit.ts'
import { fen } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { AccountId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { currentShift } from '../shifts/store.ts'
import { once } from '../work/request.ts'
import { complexOf, type LifeDeps, openLockedAccount } from './close.ts'
import { takeAtCounter } from './counter-receipt.ts'
import { runningBalance } from './store.ts'

const DEPOSIT_FEN_MAX = 10_000_000

/**
 * Takes a deposit. Refuses: not_found, account_closed, closing_under_way, amount_out_of_range,
 * request_id_reused.
 */
export const takeDeposit = async (
  deps: LifeDeps,
  scope: Scope,
  cmd: TakeDeposit & { accountId: AccountId; requestId: string },
): Promise<DepositTaken> => {
  const complexId = await complexOf(deps, scope, cmd.accountId)
  const { requestId, ...content } = cmd
  const name = { complexId, requestId, operation: 'account.deposit', content }
  return once(deps.db, scope, name, async (tx) => {
    const account = await openLockedAccount(tx, cmd.accountId)
    const { accountId, amountFen, method } = cmd
    const wrong = amountFen < 1 || amountFen > DEPOSIT_FEN_MAX
    refuseIf(wrong, 'amount_out_of_range', { minFen: 1, maxFen: DEPOSIT_FEN_MAX })
    const operator = must(tx.scope.operator, 'a deposit at the counter has an operator')
    const shiftId = await currentShift(tx, deps.ids, complexId, operator)
    const paidFen = fen(amountFen)
    const receipt = await takeAtCounter(tx, deps.ids, account, {
      ...{ requestId, method, shiftId, paidFen, kind: 'deposit', purpose: 'deposit' },
      lines: depositLines(accountId, takenInto(method, shiftId), paidFen),
    })
    await audit(tx, deps.ids, {
      complexId,
      action: 'account.deposit',
      subject: `account/${accountId}`,
      after: { receiptNo: receipt.receiptNo, amountFen, method, note: cmd.note ?? '' },
    })
    const depositFen = -(await runningBalance(tx, complexId, chart.deposit(accountId)))
    return { receipt, depositFen }
  })
}
