// Opening balance 期初余额: money that another system took before us, or that was found in a meter
// when it was taken over. It was never in our till, so it comes from commissioning.

import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** Into transit, credit or balance; negative where a meter was found in overdraft. */
export const openingBalanceLines = (intoPath: string, foundFen: Fen): Line[] => [
  { path: chart.commissioning(), fen: foundFen },
  { path: intoPath, fen: negFen(foundFen) },
]
