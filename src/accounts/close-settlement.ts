// What an account is settled with 结算: as the books stand, all of it at once.

import type { Settlement } from '../http/contract/account-life.ts'
import { chart } from '../ledger/chart.ts'
import { netOf, type Settled } from '../ledger/entries/close.ts'
import { refundSplit } from '../ledger/entries/payout.ts'
import { fen, ZERO_FEN } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { soldToAccount } from './payout-store.ts'
import { runningBalance } from './store.ts'

export type AccountKey = { complexId: ComplexId; accountId: AccountId; mode: 'meter' | 'centre' }

export const settledOf = async (tx: Tx, account: AccountKey): Promise<Settled> => {
  const { complexId, accountId } = account
  const held = async (path: string) => fen(-(await runningBalance(tx, complexId, path)))
  const payableFen = await held(chart.payable(accountId))
  const carryOwedFen = fen(await runningBalance(tx, complexId, chart.carry(accountId)))
  const sold = await soldToAccount(tx, complexId, accountId)
  const unused = account.mode === 'meter' && payableFen > 0
  return {
    payableFen,
    balanceFen: await held(chart.balance(accountId)),
    depositFen: await held(chart.deposit(accountId)),
    serviceFeeFen: unused ? refundSplit(payableFen, sold).feeFen : ZERO_FEN,
    carryOwedFen,
  }
}

export const settlementOf = async (tx: Tx, account: AccountKey): Promise<Settlement> => {
  const settled = await settledOf(tx, account)
  return { ...settled, netFen: netOf(settled) }
}
