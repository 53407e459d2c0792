// The work of a batch 批量作业: one piece for each line, so that all lines work at once and each for
// itself. Which batch and line it is for is all that the row says; the rest is in the commands.

import type { BusId, ComplexId, GatewayId, Uuid } from '../shared/ids.ts'
import { busId, uuid } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'

export const BATCH_WORK = 'control.batch'

export const busWork = ({ gatewayId, ...share }: Share & { gatewayId: GatewayId }) => ({
  complexId: share.complexId,
  kind: BATCH_WORK,
  key: `${share.batchId}/${share.busId}`,
  gatewayId,
  payload: { batchId: share.batchId, busId: share.busId },
})

export type Share = { complexId: ComplexId; batchId: Uuid; busId: BusId }

export const shareOf = ({ complexId, payload }: WorkRow): Share => ({
  complexId,
  batchId: uuid(String(payload.batchId)),
  busId: busId(Number(payload.busId)),
})
