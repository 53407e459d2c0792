// Deposit 押金: money that a tenant leaves with us as security; it is nobody's income, and is paid
// back or settled when the account is closed.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { type Fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const depositLines = (account: AccountId, intoPath: string, amountFen: Fen): Line[] => [
  { path: intoPath, fen: amountFen },
  { path: chart.deposit(account), fen: negFen(amountFen) },
]
