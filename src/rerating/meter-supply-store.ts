// Whose use a meter told 电表所属供电: the supplies of the points at which it hung.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'

export const suppliesOfMeter = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  at: Instant,
): Promise<{ meterNo: string; supplies: SupplyId[] }> => {
  const rows = await tx.query<{ no: string; id: SupplyId | null }>(
    `select distinct m.no, s.supply_id as id
     from meter m
     left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and (i.until is null or i.until >= $3)
     left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
       and (s.until is null or s.until > $3)
     where m.complex_id = $1 and m.meter_id = $2`,
    [complex, meter, sqlTime(at)],
  )
  return { meterNo: rows[0]?.no ?? '', supplies: rows.flatMap(({ id }) => id ?? []) }
}
