// Service fee 服务费 of a sale into a meter: a setting of the complex, inside the amount paid. In
// centre mode the fee is a line of the charge and not of the sale.

import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'

export type ServiceFee =
  | { kind: 'fixed'; fen: number }
  /** Of the payment less what was owed, in thousandths. */
  | { kind: 'permille'; permille: number }

const PERMILLE_MAX = 999

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** Null where the setting is missing or cannot be understood: then no fee is taken. */
export const serviceFeeOf = (setting: unknown): ServiceFee | null => {
  if (typeof setting !== 'object' || setting === null || !('kind' in setting)) return null
  if (setting.kind === 'fixed' && 'fen' in setting && isAmount(setting.fen))
    return { kind: 'fixed', fen: setting.fen }
  if (setting.kind === 'permille' && 'permille' in setting && isAmount(setting.permille))
    return { kind: 'permille', permille: Math.min(setting.permille, PERMILLE_MAX) }
  return null
}

/** The fee of a payment, whole fen, half a fen rounded up. */
export const feeFor = (fee: ServiceFee | null, settledFen: number): Fen => {
  if (fee === null || settledFen <= 0) return ZERO_FEN
  if (fee.kind === 'fixed') return fen(fee.fen)
  return fen(Number((BigInt(settledFen) * BigInt(fee.permille) + 500n) / 1000n))
}
