// Which meters a sweep must look at 巡检对象: of ten thousand sound ones none is read.

import type { Tx } from '../ports/database.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { missingFigures } from './missing-figures.ts'

/** What makes a meter worth a look although no reading of it has just come. */
export type Suspicion = {
  silentMs: number
  staleMs: number
  clockMs: number
  /** Rules about supplies that are decided without a reading. */
  supplyRules: readonly string[]
}

const SUSPECTS = `
  select meter_id as "meterId" from latest where complex_id = $1
    and (silent_since <= $2 or answered_at <= $3 or suspect_at is not null
      or abs(clock_offset_ms) > $4)
  union select meter_id from hold where complex_id = $1 and released_at is null
  union select meter_id from meter_price where complex_id = $1
    and ((command_id is not null and in_force_at is null) or due_at is not null
      or cardinality(differs) > 0)
  union select subject_id from alarm
    where complex_id = $1 and cleared_at is null and subject_kind = 'meter'
  union select meter_id from wallet_check where complex_id = $1 and astray_days > 0
  union select i.meter_id from (
      select supply_id from month_bill where complex_id = $1 and unpriced_wh > 0
      union select supply_id from policy_state where complex_id = $1 and overload_tries > 0
      union select supply_id from (${missingFigures('$6')}) f
      union select subject_id from alarm where complex_id = $1 and cleared_at is null
        and subject_kind = 'supply' and rule = any ($5)
    ) u
    join supply s on s.complex_id = $1 and s.supply_id = u.supply_id and s.until is null
    join installation i on i.complex_id = $1 and i.point_id = s.point_id and i.until is null`

/**
 * Silent, not read for too long, with a doubtful reading or a clock that is off, held, with energy
 * that has no price, with prices that are not its plan's or on their way to it, closed again after
 * an overload, or with an open alarm.
 */
export const suspectMeters = async (
  tx: Tx,
  complex: ComplexId,
  { silentMs, staleMs, clockMs, supplyRules }: Suspicion,
): Promise<MeterId[]> => {
  const rows = await tx.query<{ meterId: MeterId }>(
    SUSPECTS,
    [
      ...[complex, sqlTime(plusMs(tx.now, -silentMs)), sqlTime(plusMs(tx.now, -staleMs))],
      ...[clockMs, supplyRules, sqlTime(tx.now)],
    ],
    'kept',
  )
  return rows.map((row) => row.meterId)
}
