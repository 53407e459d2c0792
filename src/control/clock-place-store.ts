// Where clocks stand 表钟所在: the zone and day cut of a complex, and the line of a meter.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { BusId, ComplexId, MeterId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
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

/** Refuses: not_found, also where the scope does not reach. */
export const complexPlace = async (
  tx: Tx,
  complex: ComplexId,
): Promise<ClockPlace & { complexId: ComplexId }> => {
  const rows = await tx.query<ClockPlace & { complexId: ComplexId }>(
    `select complex_id as "complexId", zone, day_cut_minutes as "dayCutMinutes"
     from complex where complex_id = $1`,
    [complex],
  )
  if (!rows[0]) throw new Refusal('not_found', { complexId: complex })
  return rows[0]
}
