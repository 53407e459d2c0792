// What a year counted before a month 年阶梯本月前累计: where the yearly tiers of a bill begin to count.

import type { Tx } from '../ports/database.ts'
import type { Day } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { countedTogether } from './account-tiers-store.ts'
import { knownBills } from './bill-store.ts'
import type { BillRow } from './bill-view-store.ts'

/** Wh of each bill, in their order; with tiers by account the whole account's. */
export const countedBefore = async (
  tx: Tx,
  complex: ComplexId,
  bills: readonly BillRow[],
  month: Day,
): Promise<number[]> => {
  const keys = bills.map(({ supplyId, tenantSince }) => ({ supplyId, tenantSince, month }))
  const own = await knownBills(tx, complex, keys)
  const others = await countedTogether(tx, complex, keys)
  return own.map(({ yearWh }, index) =>
    others.reduce((sum, one) => (one.nth === index + 1 ? sum + one.yearWh : sum), yearWh),
  )
}
