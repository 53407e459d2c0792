// Variance 差异: a person has decided that the meter holds more (positive) or less (negative) than
// the books delivered, and nobody paid us for it. The books follow; the difference has a name.

import type { SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const varianceLines = (supply: SupplyId, differenceFen: Fen): Line[] => [
  { path: chart.variance(supply), fen: differenceFen },
  { path: chart.credit(supply), fen: negFen(differenceFen) },
]
