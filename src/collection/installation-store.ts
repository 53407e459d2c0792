// Writing where a meter hangs 装表: one installation after another for a meter, and for a point.

import type { HungMeter } from '../http/contract/collection.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, PointId } from '../shared/ids.ts'

export type InstallationRow = {
  meterId: MeterId
  pointId: PointId
  since: Instant
  multiplier: number
  side: NonNullable<HungMeter['side']>
  direction: NonNullable<HungMeter['direction']>
  maxPowerW: number | null
  initialWh: number | null
  initialReverseWh: number | null
}

/** Both locked until the end of the transaction, the point first; null where one is not there. */
export const lockMeterAndPoint = async (
  tx: Tx,
  complex: ComplexId,
  { meterId, pointId }: { meterId: MeterId; pointId: PointId },
): Promise<{ point: boolean; meter: { barred: boolean } | null }> => {
  const points = await tx.query(
    'select from point where complex_id = $1 and point_id = $2 for no key update',
    [complex, pointId],
  )
  const meters = await tx.query<{ barred: boolean }>(
    `select barred_at is not null as barred from meter
     where complex_id = $1 and meter_id = $2 for no key update`,
    [complex, meterId],
  )
  return { point: points.length > 0, meter: meters[0] ?? null }
}

export type Overlap = {
  meterId: MeterId
  meterNo: string
  premises: string
  since: Instant
  until: Instant | null
}

/** An installation of this meter, or on this point, that is not over at `since`. */
export const overlapOf = async (
  tx: Tx,
  complex: ComplexId,
  { meterId, pointId, since }: Pick<InstallationRow, 'meterId' | 'pointId' | 'since'>,
): Promise<Overlap | null> => {
  const rows = await tx.query<Overlap>(
    `select i.meter_id as "meterId", m.no as "meterNo", coalesce(pr.no, '') as premises, i.since,
       i.until
     from installation i
     join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
     join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     where i.complex_id = $1 and (i.meter_id = $2 or i.point_id = $3)
       and (i.until is null or i.until > $4)
     order by i.since desc limit 1`,
    [complex, meterId, pointId, sqlTime(since)],
  )
  return rows[0] ?? null
}

export const isSupplied = async (tx: Tx, complex: ComplexId, point: PointId): Promise<boolean> => {
  const rows = await tx.query(
    'select from supply where complex_id = $1 and point_id = $2 and until is null',
    [complex, point],
  )
  return rows.length > 0
}

export const insertInstallation = async (
  tx: Tx,
  complex: ComplexId,
  row: InstallationRow,
): Promise<number> => {
  const rows = await tx.query<{ id: number }>(
    `insert into installation (complex_id, meter_id, point_id, since, multiplier, side, direction,
       max_power_w, initial_wh, initial_reverse_wh)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning installation_id as id`,
    [
      complex,
      row.meterId,
      row.pointId,
      sqlTime(row.since),
      row.multiplier,
      row.side,
      row.direction,
      row.maxPowerW,
      row.initialWh,
      row.initialReverseWh,
    ],
  )
  return must(rows[0], 'the installation was written').id
}
