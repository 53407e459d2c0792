// A pasted list of meters, shops or accounts 粘贴清单, PURE: every supply that a name stands for, and
// the names that stand for none.

import type { SupplyPlan } from '../../../http/contract/plans.ts'
import { namesOf } from '../batches/batch-params.ts'

type Supply = Pick<SupplyPlan, 'supplyId' | 'meterNo' | 'premises' | 'accountNo'>

/** A shop or an account with several meters stands for all of them. */
export const namedSupplies = (
  supplies: readonly Supply[],
  text: string,
): { supplyIds: ReadonlySet<number>; unknown: readonly string[] } => {
  const supplyIds = new Set<number>()
  const unknown: string[] = []
  for (const name of new Set(namesOf(text))) {
    const wanted = name.toLowerCase()
    const found = supplies.filter((supply) =>
      [supply.meterNo, supply.premises, supply.accountNo].some(
        (each) => each?.toLowerCase() === wanted,
      ),
    )
    for (const { supplyId } of found) supplyIds.add(supplyId)
    if (found.length === 0) unknown.push(name)
  }
  return { supplyIds, unknown }
}
