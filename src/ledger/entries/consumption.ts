// Consumption 电费: what a supply used leaves the account's balance (centre mode); the service fee is
// an income of its own.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { type Fen, fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** `feeFen` is the part of what is due that is service fee. */
export const consumptionLines = (account: AccountId, dueFen: Fen, feeFen: Fen): Line[] =>
  [
    { path: chart.balance(account), fen: dueFen },
    { path: chart.incomeEnergy(), fen: fen(feeFen - dueFen) },
    { path: chart.incomeServiceFee(), fen: negFen(feeFen) },
  ].filter((line) => line.fen !== 0)
