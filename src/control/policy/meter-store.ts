// Which meters are being told new thresholds 参数下发中, or lately would not take them.

import type { Tx } from '../../ports/database.ts'
import { plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId } from '../../shared/ids.ts'

/** What a meter has refused is not asked of it again all day. */
const AFTER_FAILURE_MS = 24 * 3_600_000

export const settingsUnderWay = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Set<MeterId>> => {
  if (meters.length === 0) return new Set()
  const rows = await tx.query<{ meterId: MeterId }>(
    `select distinct meter_id as "meterId" from command
     where complex_id = $1 and meter_id = any ($2) and kind = 'pushSettings'
       and (state in ('queued', 'sent', 'acknowledged') or queued_at > $3)`,
    [complex, meters, sqlTime(plusMs(tx.now, -AFTER_FAILURE_MS))],
  )
  return new Set(rows.map(({ meterId }) => meterId))
}
