// Calling a reduction off at a clerk's wish 撤销减额: whoever asked for it is told, as when it ends by
// itself. The rooms that call off their own reductions know already.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import type { EndedReduction } from './after-reduction.ts'
import { cancelReduction } from './reduction-queue.ts'
import { REDUCTION_FACTS, type ReductionReleaseDeps } from './release-reduction.ts'

/** QUEUED → CANCELLED. Refuses as `cancelReduction` does. */
export const cancelAsked = async (
  tx: Tx,
  deps: ReductionReleaseDeps,
  cancel: { complexId: ComplexId; reductionId: Uuid; reason: string },
): Promise<void> => {
  const { complexId, reductionId } = cancel
  const { purpose } = await cancelReduction(tx, deps.ids, cancel)
  const rows = await tx.query<Omit<EndedReduction, 'takenFen'>>(
    `${REDUCTION_FACTS} where r.complex_id = $1 and r.reduction_id = $2`,
    [complexId, reductionId],
  )
  const ended = must(rows[0], 'it was cancelled just now')
  await deps.afterReduction[purpose].cancelled(tx, deps, { ...ended, takenFen: 0 })
}
