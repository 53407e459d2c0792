// A point that was switched off when its last account was closed 销户拉闸 goes back to prepaid when the
// next one is opened; what a person has switched off for another reason stays off.

import { type ControlDeps, METERS_MAX, queueCommands } from '../control/commands.ts'
import type { CentreReasonCode } from '../http/contract/mode-reasons.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

/** What is written on the point and shown beside its mode. */
export const CLOSED_REASON = 'account-closed' satisfies CentreReasonCode
/** As it was written before reasons had codes. */
const CLOSED_WORDS = '销户'
const OPENED_REASON = 'account-opened' satisfies CentreReasonCode

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
       and c.mode = 'tripped' and c.reason = any ($3)`,
    [complexId, meters, [CLOSED_REASON, CLOSED_WORDS]],
  )
  const meterIds = rows.map((row) => row.meterId)
  for (let at = 0; at < meterIds.length; at += METERS_MAX)
    await queueCommands(tx, deps, {
      requestId: `open/release/${deps.ids.uuid()}`,
      complexId,
      kind: 'setMode',
      meterIds: meterIds.slice(at, at + METERS_MAX),
      params: { mode: 'prepaid', reason: OPENED_REASON },
    })
}
