// The meter's own record of a refund 退费记录 (0334FF01) as evidence: its count, amount, before and
// after say whether an order of ours was carried out, where the balance alone can't tell. PURE.

import type { RefundRecord, WalletReading } from '../metering/driver.ts'
import type { Load } from './load-margin.ts'
import { balanceRange, type MoneyRules, within } from './money-fits.ts'

/** A reading of the wallet with what was read beside it. */
export type Seen = WalletReading & {
  /** What it carried just before; absent where that was not asked. */
  load?: Load
  /** The newest record; null: there is none; absent: the model keeps none, or did not say. */
  lastRefund?: RefundRecord | null
}

/** ours: one more record, of our order; none: no new one; other: our order does not explain it. */
export type RecordVerdict = 'ours' | 'none' | 'other' | 'missing'

// A record keeps its count in two bytes, BCD or binary.
const COUNT_MODULI = [10_000, 65_536]

const isNext = (count: number, before: number): boolean =>
  COUNT_MODULI.some((modulus) => (before + 1) % modulus === count % modulus)

const isSame = (a: RefundRecord, b: RefundRecord): boolean =>
  a.count === b.count && a.amountFen === b.amountFen && a.afterFen === b.afterFen

const isOf = (
  record: RefundRecord,
  askedFen: number,
  before: Seen,
  now: Seen,
  rules: MoneyRules,
): boolean =>
  record.amountFen === askedFen &&
  Math.abs(record.beforeFen - record.afterFen - askedFen) <= rules.moneyStepFen &&
  within(record.beforeFen, balanceRange(before, now, 0, rules))

export const byRefundRecord = (
  before: Seen,
  now: Seen,
  askedFen: number,
  rules: MoneyRules,
): RecordVerdict => {
  const [was, is] = [before.lastRefund, now.lastRefund]
  if (was === undefined || is === undefined) return 'missing'
  if (is === null) return was === null ? 'none' : 'other'
  if (was !== null && isSame(was, is)) return 'none'
  const ours = isNext(is.count, was?.count ?? 0) && isOf(is, askedFen, before, now, rules)
  return ours ? 'ours' : 'other'
}
