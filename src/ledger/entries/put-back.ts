// Putting money back 退回账户: what came out of a meter or was cancelled, and nobody has claimed, goes
// into a meter again or onto the balance. No cash moves.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { type Fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** Into transit of a supply, or the account's balance. */
export const putBackLines = (account: AccountId, intoPath: string, amountFen: Fen): Line[] => [
  { path: chart.payable(account), fen: amountFen },
  { path: intoPath, fen: negFen(amountFen) },
]
