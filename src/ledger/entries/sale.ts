// Sale 售电: money comes in; what is carried is settled first, then the service fee; the rest waits
// in transit until the meter has confirmed it (meter mode), or is on the balance at once (centre
// mode).

import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { negFen } from '../money.ts'

export type Line = { path: string; fen: Fen }

export const saleLines = (sale: {
  intoPath: string
  paidFen: Fen
  carryPath: string
  carryFen: Fen
  feeFen: Fen
  creditPath: string
  creditFen: Fen
}): Line[] =>
  [
    { path: sale.intoPath, fen: sale.paidFen },
    { path: sale.carryPath, fen: negFen(sale.carryFen) },
    { path: chart.incomeServiceFee(), fen: negFen(sale.feeFen) },
    { path: sale.creditPath, fen: negFen(sale.creditFen) },
  ].filter((line) => line.fen !== 0)
