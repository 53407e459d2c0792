// Swaps as a caller asks for them 换表办理: once per request, or as a dry run that writes nothing.

import type { Swap } from '../../http/contract/swap.ts'
import type { Scope, Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { type ComplexId, pointId, type Uuid, uuid } from '../../shared/ids.ts'
import { Refusal } from '../../shared/refusal.ts'
import { dryRun, once } from '../../work/request.ts'
import { cancelSwapIn } from './cancel.ts'
import type { SwapCommand, SwapDeps } from './command.ts'
import { complexOfPoint } from './place-store.ts'
import { swapIn } from './swap.ts'
import { swapPlace, swapView } from './view-store.ts'

const shown = async (tx: Tx, complex: ComplexId, swap: Uuid): Promise<Swap> =>
  must(await swapView(tx, complex, swap), 'just written')

/** Refuses what `swapIn` refuses, and request_id_reused. */
export const swapMeter = async (deps: SwapDeps, scope: Scope, cmd: SwapCommand): Promise<Swap> => {
  const run = async (tx: Tx) => shown(tx, cmd.complexId, await swapIn(tx, deps, cmd))
  if (cmd.dryRun) return { ...(await dryRun(deps.db, scope, run)), swapId: null }
  const { complexId, requestId, bulkId: _bulk, dryRun: _dry, ...content } = cmd
  return once(deps.db, scope, { complexId, requestId, operation: 'meter.swap', content }, run)
}

/** A dead meter's claim tried without writing anything, for whoever is asked to agree to it. */
export const tryClaim = async (
  deps: SwapDeps,
  scope: Scope,
  claim: {
    pointId: number
    newMeterId: number | null
    finalWh: number
    amountFen: number
    note: string
    requestId: string
  },
): Promise<Swap> => {
  const complexId = await deps.db.as(scope, (tx) => complexOfPoint(tx, claim.pointId))
  if (complexId === null) throw new Refusal('not_found', { pointId: claim.pointId })
  const { finalWh, amountFen: remainingFen, note, requestId, newMeterId } = claim
  return swapMeter(deps, scope, {
    ...{ complexId, pointId: pointId(claim.pointId), newMeterId, note, requestId, bulkId: null },
    oldMeter: { state: 'dead', finalWh, remainingFen, photoNote: note },
    newInitialWh: 0,
    dryRun: true,
  })
}

/** Refuses: not_found, swap_not_cancellable, reduction_not_cancellable, request_id_reused. */
export const cancelSwap = async (
  deps: SwapDeps,
  scope: Scope,
  cmd: { swapId: string; reason: string; requestId: string },
): Promise<Swap> => {
  const swapId = uuid(cmd.swapId)
  const place = await deps.db.as(scope, (tx) => swapPlace(tx, swapId))
  if (place === null) throw new Refusal('not_found', { swapId })
  const { complexId } = place
  const { requestId, reason } = cmd
  const request = { complexId, requestId, operation: 'meter.swap.cancel', content: cmd }
  return once(deps.db, scope, request, async (tx) =>
    shown(tx, complexId, await cancelSwapIn(tx, deps, { complexId, swapId, reason })),
  )
}
