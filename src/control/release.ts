// What the centre does to modes by itself 自动解除: it ends keep-power when its time is over (meters
// know no end), and closes what an operator has released once the money is there.

import type { CentreReasonCode } from '../http/contract/mode-reasons.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import { type MeterId, meterId, pointId } from '../shared/ids.ts'
import { finishWork, retryWork, type WorkRow } from '../work/store.ts'
import { isOpen } from './command.ts'
import { type ControlDeps, queueCommands } from './commands.ts'
import { lockPointMode, type PointMode, targetsOf } from './target-store.ts'

const LOOK_AGAIN_MS = 15_000

const numberIn = (row: WorkRow, field: string): number => {
  const value = row.payload[field]
  return must(typeof value === 'number' ? value : null, `${row.kind} work names its ${field}`)
}

const toPrepaid = (
  tx: Tx,
  deps: ControlDeps,
  row: WorkRow,
  meter: MeterId,
  reason: CentreReasonCode,
) =>
  queueCommands(tx, deps, {
    requestId: `${row.kind}/${deps.ids.uuid()}`,
    complexId: row.complexId,
    kind: 'setMode',
    meterIds: [meter],
    params: { mode: 'prepaid', reason },
  })

const isUnderWay = ({ lastState }: PointMode): boolean => lastState !== null && isOpen(lastState)

const isReleased = (point: PointMode): boolean =>
  point.mode !== 'kept' && (point.owner !== 'centre' || point.lastState === 'confirmed')

/** Keep-power is over only when a meter was read without it; until then it is tried again. */
export const releaseKept = async (tx: Tx, deps: ControlDeps, row: WorkRow): Promise<void> => {
  const point = await lockPointMode(tx, row.complexId, pointId(numberIn(row, 'pointId')))
  if (!point || point.meterId === null || isReleased(point)) return finishWork(tx, row)
  if (point.mode === 'kept' && point.until === null) return finishWork(tx, row)
  if (point.mode === 'kept' && point.until !== null && point.until > tx.now)
    return retryWork(tx, row, point.until, 'kept for longer')
  if (point.mode === 'prepaid' && isUnderWay(point))
    return retryWork(tx, row, plusMs(tx.now, LOOK_AGAIN_MS), 'release is under way')
  await toPrepaid(tx, deps, row, point.meterId, 'keep-ended')
  await retryWork(tx, row, plusMs(tx.now, LOOK_AGAIN_MS), 'release is under way')
}

/**
 * The money has come for a trip that was released; each poll that still sees it asks again.
 * Whatever an operator has ordered since goes before (INV-22).
 */
export const recloseReleased = async (tx: Tx, deps: ControlDeps, row: WorkRow): Promise<void> => {
  const meter = meterId(numberIn(row, 'meterId'))
  const target = (await targetsOf(tx, row.complexId, [meter], true))[0]
  const point = target?.pointId ? await lockPointMode(tx, row.complexId, target.pointId) : null
  if (point && point.mode === 'prepaid' && !isUnderWay(point))
    await toPrepaid(tx, deps, row, meter, 'money-came')
  await finishWork(tx, row)
}
