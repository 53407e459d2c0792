// The stored use of supplies 存量电量: months of what was counted, for any price to be laid over. Of
// supplies that are open, within the time of their present tenant, be they charged by the centre or
// by their meters.

import type { Tx } from '../ports/database.ts'
import { type BillKey, type KnownBill, knownBills } from '../settlement/bill-store.ts'
import { monthSpan } from '../settlement/month.ts'
import { type CountedMonth, countedMonths, type MonthAsked } from '../settlement/rated-months.ts'
import { type ChargedComplex, suppliesNow } from '../settlement/store.ts'
import { pricedWallets } from '../settlement/wallet-check-store.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, type Instant, instant, plusMs } from '../shared/clock.ts'
import type { SupplyId } from '../shared/ids.ts'

export type OpenSupply = MonthAsked['supply'] & {
  mode: 'centre' | 'meter'
  /** Readings up to then may tell what was used before a month ended. */
  readTo: Instant
}

export const openSupplies = async (
  tx: Tx,
  { complexId }: ChargedComplex,
  supplies: readonly SupplyId[],
): Promise<OpenSupply[]> => {
  const centre = await suppliesNow(tx, complexId, supplies)
  const wallets = await pricedWallets(tx, complexId, supplies)
  return [
    ...centre.map((one) => ({ ...one, mode: 'centre' as const, readTo: one.markAt })),
    ...wallets.map((one) => ({ ...one, mode: 'meter' as const, readTo: tx.now })),
  ]
}

export type SupplyMonth = { supply: OpenSupply; month: Day; known: KnownBill; use: CountedMonth }

/** Months that are over, of each supply those in which it was the present tenant's already. */
export const supplyMonths = async (
  tx: Tx,
  complex: ChargedComplex,
  supplies: readonly OpenSupply[],
  months: readonly Day[],
): Promise<SupplyMonth[]> => {
  const keys = supplies.flatMap((supply) =>
    months
      .filter((month) => supply.beganAt < monthSpan(month, complex).until)
      .map((month) => ({ supply, month })),
  )
  const bills = await knownBills(
    tx,
    complex.complexId,
    keys.map(({ supply, month }): BillKey => {
      const { supplyId, tenantSince } = supply
      return { supplyId, month, tenantSince }
    }),
  )
  const asked = keys.map(({ supply, month }, index): MonthAsked => {
    const ends = monthSpan(month, complex).until
    const last = businessDay(plusMs(ends, -1), complex.zone, complex.dayCutMinutes)
    const { yearWh } = must(bills[index], 'every month is looked up')
    // A month's end that was not read at its moment is cut out of the interval that goes over it,
    // as the charge cut it.
    const until = instant(Math.max(ends, supply.readTo))
    return { ...{ supply, month, until, day: last, ends: false }, yearWh }
  })
  const uses = await countedMonths(tx, complex, asked)
  return keys.map((key, index) => ({
    ...key,
    known: must(bills[index], 'every month is looked up'),
    use: must(uses[index], 'every month is counted'),
  }))
}
