// A point that was switched off when its last account was closed 销户拉闸 goes back to prepaid when the
// next one is opened; what a person has switched off for another reason stays off.

import { type ControlDeps, METERS_MAX, queueCommands } from '../control/commands.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

/** What is written on the point and shown beside its mode. */
export const CLOSED_REASON = '销户'

export const releaseClosed = async (
  tx: Tx,
  deps: ControlDeps,
  complexId: ComplexId,
  meters: readonly MeterId[],
): Promise<void> => {
  const rows = await tx.query<{ meterId: MeterId }>(
    `select i.meter_id as "meterId" from installation i
     join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
     where i.complex_id = $1 and i.meter_id = any ($2) and i.until is null
       and c.mode = 'tripped' and c.reason = $3`,
    [complexId, meters, CLOSED_REASON],
  )
  const meterIds = rows.map((row) => row.meterId)
  for (let at = 0; at < meterIds.length; at += METERS_MAX)
    await queueCommands(tx, deps, {
      requestId: `open/release/${deps.ids.uuid()}`,
      complexId,
      kind: 'setMode',
      meterIds: meterIds.slice(at, at + METERS_MAX),
      params: { mode: 'prepaid', reason: '开户' },
    })
}
