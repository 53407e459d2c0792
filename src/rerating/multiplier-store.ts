// Installations whose multiplier changes 倍率存取.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, PointId, SupplyId } from '../shared/ids.ts'

export type Hung = {
  meterId: MeterId
  meterNo: string
  pointId: PointId
  since: Instant
  until: Instant | null
  multiplier: number
  side: 'primary' | 'secondary'
}

/** Locked; null where there is no such installation. */
export const hungThere = async (
  tx: Tx,
  complex: ComplexId,
  installation: number,
): Promise<Hung | null> => {
  const rows = await tx.query<Hung>(
    `select i.meter_id as "meterId", m.no as "meterNo", i.point_id as "pointId", i.since, i.until,
       i.multiplier, i.side
     from installation i join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
     where i.complex_id = $1 and i.installation_id = $2 for update of i`,
    [complex, installation],
  )
  return rows[0] ?? null
}

/** Supplies of the point that did not end before the moment. */
export const suppliesThere = async (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
  since: Instant,
): Promise<SupplyId[]> => {
  const rows = await tx.query<{ id: SupplyId }>(
    `select supply_id as id from supply where complex_id = $1 and point_id = $2
       and (until is null or until > $3)`,
    [complex, point, sqlTime(since)],
  )
  return rows.map(({ id }) => id)
}

/**
 * From its beginning the installation itself is changed; later it ends there and goes on under a
 * number of its own, without a register noted, so that the count runs on.
 */
export const splitInstallation = async (
  tx: Tx,
  complex: ComplexId,
  hung: Hung & { installationId: number },
  to: { since: Instant; multiplier: number; side: string },
): Promise<void> => {
  const { installationId } = hung
  if (to.since === hung.since) {
    await tx.query(
      `update installation set multiplier = $3, side = $4
       where complex_id = $1 and installation_id = $2`,
      [complex, installationId, to.multiplier, to.side],
    )
    return
  }
  await tx.query(
    'update installation set until = $3 where complex_id = $1 and installation_id = $2',
    [complex, installationId, sqlTime(to.since)],
  )
  await tx.query(
    `insert into installation (complex_id, meter_id, point_id, since, until, multiplier, side,
       direction, max_power_w)
     select complex_id, meter_id, point_id, $3, $4, $5, $6, direction, max_power_w
     from installation where complex_id = $1 and installation_id = $2`,
    [
      ...[complex, installationId, sqlTime(to.since), sqlTime(hung.until)],
      ...[to.multiplier, to.side],
    ],
  )
}
