// Installations that are exchanged 互换装表: both end at one moment, and each meter goes on at the
// other's point.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

export type Hung = { installationId: number; meterId: MeterId; pointId: number }

/** Where these meters hang now; locked, the points first. */
export const lockHung = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Hung[]> => {
  await tx.query(
    `select from point p join installation i on i.complex_id = p.complex_id
       and i.point_id = p.point_id and i.until is null
     where p.complex_id = $1 and i.meter_id = any ($2) order by p.point_id for no key update of p`,
    [complex, meters],
  )
  return tx.query<Hung>(
    `select installation_id as "installationId", meter_id as "meterId", point_id as "pointId"
     from installation where complex_id = $1 and meter_id = any ($2) and until is null
     for no key update`,
    [complex, meters],
  )
}

/** Each goes on with its own transformers and registers, on the other's point, from now on. */
export const crossInstallations = async (
  tx: Tx,
  complex: ComplexId,
  [one, other]: readonly [Hung, Hung],
) => {
  const ids = [one.installationId, other.installationId]
  await tx.query(
    `update installation set until = $3
     where complex_id = $1 and installation_id = any ($2)`,
    [complex, ids, sqlTime(tx.now)],
  )
  await tx.query(
    `insert into installation (complex_id, meter_id, point_id, since, multiplier, side, direction,
       max_power_w, initial_wh, initial_reverse_wh)
     select i.complex_id, i.meter_id, x.point_id, $4, i.multiplier, i.side, i.direction,
       i.max_power_w, l.energy_wh, null
     from installation i
     join unnest($2::integer[], $3::integer[]) as x(installation_id, point_id)
       on x.installation_id = i.installation_id
     left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
     where i.complex_id = $1`,
    [complex, ids, [other.pointId, one.pointId], sqlTime(tx.now)],
  )
}
