// Float 备用金: a shift begins with change that comes out of the safe into the drawer.

import type { Uuid } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const shiftFloatLines = (shift: Uuid, floatFen: Fen): Line[] => [
  { path: chart.cash(shift), fen: floatFen },
  { path: chart.safe(), fen: negFen(floatFen) },
]
