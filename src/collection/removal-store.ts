// What has a history 有无历史: asked before something is taken out of the registers.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, DeviceId, MeterId, PointId } from '../shared/ids.ts'

const isTrue = async (rows: Promise<{ yes: boolean }[]>): Promise<boolean> =>
  (await rows)[0]?.yes === true

/** Hung, answered, or has readings; rows of other rooms are found by the `delete` itself. */
export const hasMeterHistory = (tx: Tx, complex: ComplexId, meter: MeterId): Promise<boolean> =>
  isTrue(
    tx.query(
      `select exists (select from installation where complex_id = $1 and meter_id = $2)
         or exists (select from latest where complex_id = $1 and meter_id = $2
           and answered_at is not null)
         or exists (select from reading where complex_id = $1 and meter_id = $2) as yes`,
      [complex, meter],
    ),
  )

export const deviceIsBare = (tx: Tx, complex: ComplexId, device: DeviceId): Promise<boolean> =>
  isTrue(
    tx.query(
      `select not exists (select from meter where complex_id = $1 and device_id = $2) as yes`,
      [complex, device],
    ),
  )

export type InstalledRow = {
  complexId: ComplexId
  zone: string
  meterId: MeterId
  pointId: PointId
  since: Instant
  until: Instant | null
  multiplier: number
  side: string
}

/** Locked, with its point, until the end of the transaction; null where the scope has none. */
export const lockInstallation = async (
  tx: Tx,
  id: number,
  within: number | null,
): Promise<InstalledRow | null> => {
  const rows = await tx.query<InstalledRow>(
    `select i.complex_id as "complexId", c.zone, i.meter_id as "meterId", i.point_id as "pointId",
       i.since, i.until, i.multiplier, i.side
     from installation i
     join complex c on c.complex_id = i.complex_id
     join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
     where i.installation_id = $1 and ($2::integer is null or i.complex_id = $2)
     for update of i, p`,
    [id, within],
  )
  return rows[0] ?? null
}

/** Somebody was supplied through it, or what it counted was shared out. */
export const wasUsed = (
  tx: Tx,
  { complexId, pointId, since }: Pick<InstalledRow, 'complexId' | 'pointId' | 'since'>,
): Promise<boolean> =>
  isTrue(
    tx.query(
      `select exists (select from supply where complex_id = $1 and point_id = $2
           and (until is null or until > $3))
         or exists (select from sharing_rule r
           join sharing_run n on n.complex_id = r.complex_id and n.rule_id = r.rule_id
           where r.complex_id = $1 and r.main_point_id = $2) as yes`,
      [complexId, pointId, sqlTime(since)],
    ),
  )
