// The opening balance of an imported account 期初余额: loaded by the opening, found in the meter by
// reading it, or put on the account's balance. Posted is what is there, never what was told. What
// the tenant owes goes to carry, or makes the balance negative where the centre charges. PURE.

import { chart } from '../ledger/chart.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { AccountId, SupplyId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { NamedMeter } from './list-store.ts'

export type Told = {
  mode: 'meter' | 'centre'
  statedFen: number
  inMeter: boolean
}

/** Where it is: on its way into the meter, in it, on the account's balance, or owed. */
export type OpeningBalance = { in: 'transit' | 'credit' | 'balance' | 'carry'; fen: number }

/** A round and a half: what is older may have been used since. */
const FRESH_MS = 5 * 60_000

/** As its wallet showed in the last minutes. Refuses: balance_unknown. */
const found = ({ balanceFen, balanceAt, meterNo }: NamedMeter, now: Instant): number => {
  const fresh = balanceAt !== null && balanceAt >= plusMs(now, -FRESH_MS)
  refuseIf(balanceFen === null || !fresh, 'balance_unknown', { meterNo, field: 'balanceInMeter' })
  return must(balanceFen, 'just read')
}

/** Refuses: balance_unknown. */
export const openingBalance = (told: Told, meter: NamedMeter, now: Instant): OpeningBalance => {
  const { mode, statedFen, inMeter } = told
  if (mode === 'centre') return { in: 'balance', fen: statedFen }
  if (inMeter) return { in: 'credit', fen: found(meter, now) }
  // A debt can't be loaded into a meter: the next sale settles it.
  return { in: statedFen < 0 ? 'carry' : 'transit', fen: statedFen }
}

export const balancePath = (
  balance: OpeningBalance,
  of: { accountId: AccountId; supplyId: SupplyId },
): string => {
  switch (balance.in) {
    case 'transit':
      return chart.transit(of.supplyId)
    case 'credit':
      return chart.credit(of.supplyId)
    case 'balance':
      return chart.balance(of.accountId)
    case 'carry':
      return chart.carry(of.accountId)
  }
}
