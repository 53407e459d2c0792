// Payout 付款: what a meter has proved to have given up waits on payable; now it is paid. A reversal
// also gives back the fee of its sale, and what that sale had settled is owed again.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { addFen, type Fen, fen, negFen, ZERO_FEN } from '../money.ts'
import type { Line } from './sale.ts'

export type PayoutSplit = {
  /** Out of payable: what the meter gave up. */
  takenFen: Fen
  /** Given back out of the income from fees. */
  feeFen: Fen
  /** Owed by the tenant again; negative: owed to him. */
  carryFen: Fen
  paidFen: Fen
}

export const payoutLines = (account: AccountId, outOfPath: string, split: PayoutSplit): Line[] =>
  [
    { path: chart.payable(account), fen: split.takenFen },
    { path: chart.incomeServiceFee(), fen: split.feeFen },
    { path: chart.carry(account), fen: split.carryFen },
    { path: outOfPath, fen: negFen(split.paidFen) },
  ].filter((line) => line.fen !== 0)

/** `whole × part / of`, rounded down: a share never gives back more than there was. */
const shareOf = (whole: number, part: number, of: number): Fen =>
  of <= 0 ? ZERO_FEN : fen(Number((BigInt(whole) * BigInt(Math.min(part, of))) / BigInt(of)))

/** Unused credit: the fees that were taken come back in its proportion. */
export const refundSplit = (
  takenFen: Fen,
  sold: { creditFen: number; feeFen: number },
): PayoutSplit => {
  const feeFen = shareOf(sold.feeFen, takenFen, sold.creditFen)
  return { takenFen, feeFen, carryFen: ZERO_FEN, paidFen: addFen(takenFen, feeFen) }
}

/**
 * A sale taken back: as it was paid when its whole credit came back; else what came back and its
 * share of the fee, never more than was paid for the sale.
 */
export const reversalSplit = (
  takenFen: Fen,
  sale: { paidFen: number; creditFen: number; feeFen: number; carryFen: number },
): PayoutSplit => {
  if (takenFen === sale.creditFen)
    return {
      takenFen,
      feeFen: fen(sale.feeFen),
      carryFen: fen(sale.carryFen),
      paidFen: fen(sale.paidFen),
    }
  const feeFen = shareOf(sale.feeFen, takenFen, sale.creditFen)
  const paidFen = fen(Math.min(takenFen + feeFen, sale.paidFen))
  return { takenFen, feeFen, carryFen: addFen(paidFen, -takenFen, -feeFen), paidFen }
}
