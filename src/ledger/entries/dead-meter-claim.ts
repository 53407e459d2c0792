// A dead meter's claim 坏表认定: nobody can ask it any more, so what a person has entered as remaining
// is owed to the tenant. Purchases on their way end with it: their money is in the claim or was
// used, and never in the meter as well. What is left on credit has been used, and is posted so.

import type { AccountId, SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const deadMeterClaimLines = (claim: {
  supply: SupplyId
  account: AccountId
  /** Of purchases that were on their way to it. */
  voidedFen: Fen
  /** What goes back to the tenant. */
  claimFen: Fen
}): Line[] =>
  [
    { path: chart.transit(claim.supply), fen: claim.voidedFen },
    { path: chart.credit(claim.supply), fen: fen(claim.claimFen - claim.voidedFen) },
    { path: chart.payable(claim.account), fen: negFen(claim.claimFen) },
  ].filter((line) => line.fen !== 0)
