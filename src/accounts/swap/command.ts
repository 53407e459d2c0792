// What a swap is asked with 换表请求.

import type { ReductionDeps } from '../../delivery/reduction-queue.ts'
import type { SwapRequest } from '../../http/contract/swap.ts'
import type { Db } from '../../ports/database.ts'
import type { ComplexId, PointId, Uuid } from '../../shared/ids.ts'

export type SwapDeps = ReductionDeps & { db: Db }

export type SwapCommand = Omit<SwapRequest, 'dryRun' | 'reasonCode' | 'note'> & {
  /** Why: a code of the list with its words, as one text. */
  note: string
  complexId: ComplexId
  pointId: PointId
  requestId: string
  bulkId: Uuid | null
  dryRun: boolean
}
