// Reduction 减额: a meter has proved to have given money up, so it leaves the supply's credit and is
// owed to the account until somebody pays it out or it goes into another meter.

import type { AccountId, SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const reductionLines = (supply: SupplyId, account: AccountId, takenFen: Fen): Line[] => [
  { path: chart.credit(supply), fen: takenFen },
  { path: chart.payable(account), fen: negFen(takenFen) },
]
