// Consumption 电费: what a supply used on a business day leaves the account's balance (centre mode).

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const consumptionLines = (account: AccountId, dueFen: Fen): Line[] => [
  { path: chart.balance(account), fen: dueFen },
  { path: chart.incomeEnergy(), fen: negFen(dueFen) },
]
