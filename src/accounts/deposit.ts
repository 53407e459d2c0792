// Deposits 押金: taken at the counter with a receipt, kept by themselves, settled at closing.

import type { DepositTaken, TakeDeposit } from '../http/contract/account-life.ts'
import { chart } from '../ledger/chart.ts'
import type { Scope } from '../ports/database.ts'
import type { AccountId } from '../shared/ids.ts'
import { once } from '../work/request.ts'
import { type LifeDeps, openLockedAccount } from './close.ts'
import { depositIn } from './deposit-in.ts'
import { runningBalance } from './store.ts'

/**
 * Takes a deposit. Refuses: not_found, account_closed, closing_under_way, amount_out_of_range,
 * request_id_reused.
 */
export const takeDeposit = async (
  deps: LifeDeps,
  scope: Scope,
  cmd: TakeDeposit & { accountId: AccountId; requestId: string },
): Promise<DepositTaken> => {
  const complexId = { ofAccount: cmd.accountId }
  const { requestId, ...content } = cmd
  const name = { complexId, requestId, operation: 'account.deposit', content }
  return once(deps.db, scope, name, async (tx) => {
    const account = await openLockedAccount(tx, cmd.accountId)
    const { accountId, amountFen, method, note = '' } = cmd
    const receipt = await depositIn(tx, deps.ids, account, { requestId, amountFen, method, note })
    const depositFen = -(await runningBalance(tx, account.complexId, chart.deposit(accountId)))
    return { receipt, depositFen }
  })
}
