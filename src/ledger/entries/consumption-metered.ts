// Consumption in meter mode 表内计费电费: what a meter has deducted from its wallet, by a reading of it,
// leaves the supply's credit.

import type { SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { type Fen, fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** What the books say is in the meter less what it shows; a meter that shows more has used none. */
export const usedFen = (creditFen: Fen, walletFen: Fen): Fen =>
  fen(Math.max(0, creditFen - walletFen))

export const meteredConsumptionLines = (supply: SupplyId, used: Fen): Line[] => [
  { path: chart.credit(supply), fen: used },
  { path: chart.incomeEnergy(), fen: negFen(used) },
]
