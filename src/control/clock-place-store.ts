// Where a meter's clock stands 表钟所在: the zone and day cut of its complex, and its line.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { BusId, ComplexId, MeterId } from '../shared/ids.ts'
import type { ClockPlace } from './clock-moment.ts'

export const clockPlace = async (
  tx: Tx,
  { complexId, meterId }: { complexId: ComplexId; meterId: MeterId },
): Promise<ClockPlace & { busId: BusId }> => {
  const rows = await tx.query<ClockPlace & { busId: BusId }>(
    `select c.zone, c.day_cut_minutes as "dayCutMinutes", d.bus_id as "busId"
     from meter m
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join complex c on c.complex_id = m.complex_id
     where m.complex_id = $1 and m.meter_id = $2`,
    [complexId, meterId],
  )
  return must(rows[0], 'a command names a meter that is there')
}
