// A dead meter's claim 坏表认定: nobody can ask it any more, so what a person has entered as remaining
// is owed to the tenant; the rest of what the books say he bought has been used. Purchases that were
// on their way end with it: their money is in the claim, or used, and never in the meter as well.

import type { AccountId, SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import type { Fen } from '../money.ts'
import { fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const deadMeterClaimLines = (claim: {
  supply: SupplyId
  account: AccountId
  /** In the meter, as the books know it. */
  creditFen: Fen
  /** Of purchases that were on their way to it. */
  voidedFen: Fen
  /** What goes back to the tenant: at most the two together. */
  claimFen: Fen
}): Line[] =>
  [
    { path: chart.credit(claim.supply), fen: claim.creditFen },
    { path: chart.transit(claim.supply), fen: claim.voidedFen },
    { path: chart.payable(claim.account), fen: negFen(claim.claimFen) },
    {
      path: chart.incomeEnergy(),
      fen: negFen(fen(claim.creditFen + claim.voidedFen - claim.claimFen)),
    },
  ].filter((line) => line.fen !== 0)
