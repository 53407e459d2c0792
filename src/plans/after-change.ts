// What follows a change of prices 电价变更后续: whatever may have been charged by what held before is
// priced again. The work row is written in the transaction of the change, so it is never forgotten.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, PlanId } from '../shared/ids.ts'
import { RERATE_WORK } from '../work/rerate.ts'
import { addWork } from '../work/store.ts'

const addRerate = (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  key: string,
  payload: { planId?: PlanId; year?: number },
) => addWork(tx, ids, { complexId, kind: RERATE_WORK, key, payload })

/**
 * A plan, or who has it, changed with effect from a moment. What lies ahead changes nothing that
 * was charged; the pricing of each day looks at what holds.
 */
export const afterPlanChanged = async (
  tx: Tx,
  ids: Ids,
  { complexId, planId, since }: { complexId: ComplexId; planId: PlanId; since: Instant },
): Promise<void> => {
  if (since <= tx.now) await addRerate(tx, ids, complexId, `plan/${planId}`, { planId })
}

/** Days of a year became other days; those that have come may have been charged. */
export const afterCalendarChanged = (
  tx: Tx,
  ids: Ids,
  { complexId, year }: { complexId: ComplexId; year: number },
): Promise<void> => addRerate(tx, ids, complexId, `calendar/${year}`, { year })
