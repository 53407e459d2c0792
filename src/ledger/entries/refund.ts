// Refund 退电 in centre mode: money leaves the account's balance and the till, or the channel.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const refundLines = (account: AccountId, outOfPath: string, paidFen: Fen): Line[] => [
  { path: chart.balance(account), fen: paidFen },
  { path: outOfPath, fen: negFen(paidFen) },
]
