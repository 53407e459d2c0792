// A reduction for a closing has ended: the closing looks at its meter at once 减额之后续办销户.

import type { AfterReduction } from '../delivery/after-reduction.ts'
import type { Uuid } from '../shared/ids.ts'
import { addWork } from '../work/store.ts'

export const CLOSE_WORK = 'account.close'

export const wakeClosing: AfterReduction = async (tx, { ids }, { complexId, reductionId }) => {
  const rows = await tx.query<{ id: Uuid }>(
    `select closing_id as id from closing_meter where complex_id = $1 and reduction_id = $2`,
    [complexId, reductionId],
  )
  for (const { id } of rows) await addWork(tx, ids, { complexId, kind: CLOSE_WORK, key: id })
}
