// Adjustment 调整: what a month comes to otherwise than was deducted (meter mode) is carried, and the
// next sale settles it. Above zero the tenant owes it.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { type Fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const adjustmentLines = (account: AccountId, owedFen: Fen): Line[] => [
  { path: chart.carry(account), fen: owedFen },
  { path: chart.incomeEnergy(), fen: negFen(owedFen) },
]
