// Waiver 减免: what a tenant owes is forgiven, in part or in whole. It stays visible under its own
// name: it is neither paid nor struck out.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { addFen, type Fen, fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** What is owed, or forgiven of it; neither is negative. */
export type Owed = {
  /** Carried: what the next sale would settle first. */
  carryFen: Fen
  /** Centre mode: how far the balance is below nothing. */
  balanceFen: Fen
}

/** What is carried goes first, as a sale settles it first. `amountFen`: not more than is owed. */
export const waiverSplit = (amountFen: Fen, owed: Owed): Owed => {
  const carryFen = fen(Math.min(amountFen, owed.carryFen))
  return { carryFen, balanceFen: fen(amountFen - carryFen) }
}

export const waiverLines = (account: AccountId, { carryFen, balanceFen }: Owed): Line[] => [
  { path: chart.waiver(), fen: addFen(carryFen, balanceFen) },
  ...(carryFen === 0 ? [] : [{ path: chart.carry(account), fen: negFen(carryFen) }]),
  ...(balanceFen === 0 ? [] : [{ path: chart.balance(account), fen: negFen(balanceFen) }]),
]
