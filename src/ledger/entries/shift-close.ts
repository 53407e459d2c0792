// Handing over 交班: all that was counted goes from the drawer into the safe, the float with it; what
// was missing or over gets its name, and the drawer's account is at zero for ever.

import type { Uuid } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { addFen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** Empty where nothing was expected and nothing was counted. */
export const shiftCloseLines = (
  shift: Uuid,
  drawer: { expectedFen: Fen; countedFen: Fen },
): Line[] =>
  [
    { path: chart.safe(), fen: drawer.countedFen },
    // Missing money is a cost (Dr), money over a gain (Cr).
    { path: chart.cashDifference(), fen: addFen(drawer.expectedFen, -drawer.countedFen) },
    { path: chart.cash(shift), fen: negFen(drawer.expectedFen) },
  ].filter((line) => line.fen !== 0)
