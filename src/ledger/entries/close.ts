// Closing 销户: what was on its way comes back, what the meter and the account hold is settled with
// what is owed, and the rest is paid out or collected. Afterwards nothing is left anywhere.

import type { AccountId, SupplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { addFen, type Fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** A queued purchase that was cancelled: owed back to the tenant. */
export const cancelledLines = (supply: SupplyId, account: AccountId, amountFen: Fen): Line[] => [
  { path: chart.transit(supply), fen: amountFen },
  { path: chart.payable(account), fen: negFen(amountFen) },
]

/** A wallet below zero: what the tenant has used beyond his money is owed like anything else. */
export const owedInMeterLines = (supply: SupplyId, account: AccountId, owedFen: Fen): Line[] => [
  { path: chart.carry(account), fen: owedFen },
  { path: chart.credit(supply), fen: negFen(owedFen) },
]

/** Money that the tenant leaves in the meter: whoever opens it next finds it there. */
export const leftInMeterLines = (supply: SupplyId, leftFen: Fen): Line[] => [
  { path: chart.credit(supply), fen: leftFen },
  { path: chart.commissioning(), fen: negFen(leftFen) },
]

export type Settled = {
  payableFen: Fen
  /** Centre mode; negative: owed. */
  balanceFen: Fen
  depositFen: Fen
  /** Given back out of the income from fees. */
  serviceFeeFen: Fen
  carryOwedFen: Fen
}

/** Positive: paid to the tenant; negative: collected from him. */
export const netOf = (of: Settled): Fen =>
  addFen(of.payableFen, of.balanceFen, of.depositFen, of.serviceFeeFen, -of.carryOwedFen)

/** Everything to zero; `tillPath` gives or takes the net. Empty where there is nothing at all. */
export const settlementLines = (account: AccountId, tillPath: string, of: Settled): Line[] =>
  [
    { path: chart.payable(account), fen: of.payableFen },
    { path: chart.balance(account), fen: of.balanceFen },
    { path: chart.deposit(account), fen: of.depositFen },
    { path: chart.incomeServiceFee(), fen: of.serviceFeeFen },
    { path: chart.carry(account), fen: negFen(of.carryOwedFen) },
    { path: tillPath, fen: negFen(netOf(of)) },
  ].filter((line) => line.fen !== 0)
