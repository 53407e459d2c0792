// Transfer at a swap 换表转移: what the old meter gave up goes on its way to the new one. What it was
// short of (its overdraft) is owed, and the next sale settles it.

import type { AccountId, SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** Taken out of the old meter, or claimed for it, and on its way to the new one. */
export const swapTransferLines = (account: AccountId, supply: SupplyId, amountFen: Fen): Line[] => [
  { path: chart.payable(account), fen: amountFen },
  { path: chart.transit(supply), fen: negFen(amountFen) },
]

/** Used beyond what was paid, by the old meter's own count; the new one begins at nothing. */
export const overdraftLines = (account: AccountId, supply: SupplyId, owedFen: Fen): Line[] => [
  { path: chart.carry(account), fen: owedFen },
  { path: chart.credit(supply), fen: negFen(owedFen) },
]
