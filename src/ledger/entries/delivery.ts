// Delivery 下发: the meter has confirmed a purchase, so its money moves from transit to credit.

import type { SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const deliveryLines = (supply: SupplyId, amountFen: Fen): Line[] => [
  { path: chart.transit(supply), fen: amountFen },
  { path: chart.credit(supply), fen: negFen(amountFen) },
]
