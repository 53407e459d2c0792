// Surges of trips as they are stored 跳闸激增: raised by the centre, released by a person.

import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId, Uuid } from '../../shared/ids.ts'
import type { DarkMeter, MeterPlace, Surge, SurgeScope } from './interlock.ts'

/** What a person has looked at does not count again for so long. */
const RELEASED_STANDS_MS = 24 * 3_600_000

export type SurgeRow = {
  surgeId: Uuid
  scopeKind: SurgeScope['kind']
  scopeKey: string
  allowed: number
  sent: number
  seen: number
  due: number
  raisedAt: Instant
  releasedAt: Instant | null
  releasedBy: string | null
  reason: string
}

const ROWS = `
  select s.surge_id as "surgeId", s.scope_kind as "scopeKind", s.scope_key as "scopeKey",
    s.allowed, s.sent, s.seen, s.due, s.raised_at as "raisedAt", s.released_at as "releasedAt",
    o.name as "releasedBy", s.reason
  from trip_surge s left join operator o on o.operator_id = s.released_by
  where s.complex_id = $1`

export const openSurges = (tx: Tx, complex: ComplexId): Promise<SurgeRow[]> =>
  tx.query<SurgeRow>(
    `${ROWS} and s.released_at is null order by s.raised_at, s.scope_kind desc, s.surge_id`,
    [complex],
  )

/** The newest first. */
export const lastSurges = (tx: Tx, complex: ComplexId, limit: number): Promise<SurgeRow[]> =>
  tx.query<SurgeRow>(
    `${ROWS} order by s.released_at is null desc, s.raised_at desc, s.surge_id desc limit $2`,
    [complex, limit],
  )

type PlaceRow = MeterPlace & { meterId: MeterId; gatewayId: GatewayId }

/** Every meter of a running supply, with where it hangs. */
export const meterPlaces = (tx: Tx, complex: ComplexId): Promise<PlaceRow[]> =>
  tx.query<PlaceRow>(
    `select i.meter_id as "meterId", bus.gateway_id as "gatewayId", p.feeder
     from supply s
     join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
       and i.until is null
     join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
     join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
     where s.complex_id = $1 and s.until is null`,
    [complex],
  )

const WENT_DARK = `
  select t.meter_id as "meterId", 'sent' as how from trip_pass t
  where t.complex_id = $1 and t.at > $2 and t.origin = 'automatic'
  union all
  select e.meter_id, 'seen' from relay_episode e
  where e.complex_id = $1 and e.since > $2 and e.relay = 'tripped' and e.until is null
    and e.cause not in ('operator', 'released', 'schedule', 'notOpened')
    and exists (select from relay_episode b where b.complex_id = e.complex_id
      and b.meter_id = e.meter_id and b.until = e.since and b.relay = 'closed')
    and not exists (select from trip_pass t where t.complex_id = e.complex_id
      and t.meter_id = e.meter_id and t.at > $2)`

/**
 * What went dark since then without a person's order: tripped by the centre, or seen closed and
 * then tripped. A relay that is seen for the first time has not gone dark.
 */
export const wentDark = (
  tx: Tx,
  complex: ComplexId,
  since: Instant,
): Promise<{ meterId: MeterId; how: DarkMeter['how'] }[]> =>
  tx.query(WENT_DARK, [complex, sqlTime(since)], 'kept')

/** Meters about which a person has said lately that they may go dark. */
export const releasedMeters = async (tx: Tx, complex: ComplexId): Promise<Set<MeterId>> => {
  const rows = await tx.query<{ meterId: MeterId }>(
    `select distinct m.meter_id as "meterId" from trip_surge s
     join trip_surge_meter m on m.complex_id = s.complex_id and m.surge_id = s.surge_id
     where s.complex_id = $1 and s.released_at > $2`,
    [complex, sqlTime(plusMs(tx.now, -RELEASED_STANDS_MS))],
  )
  return new Set(rows.map(({ meterId }) => meterId))
}

/** Raises it, or brings the open one up to date; true where it is new. */
export const keepSurge = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  surge: Surge,
): Promise<{ surgeId: Uuid; isNew: boolean }> => {
  const fresh = ids.uuid()
  const rows = await tx.query<{ surgeId: Uuid }>(
    `insert into trip_surge (complex_id, surge_id, scope_kind, scope_key, allowed, sent, seen, due,
       raised_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (complex_id, scope_kind, scope_key) where released_at is null
     do update set sent = excluded.sent, seen = excluded.seen, due = excluded.due
     returning surge_id as "surgeId"`,
    [
      ...[complex, fresh, surge.kind, surge.key, surge.allowed],
      ...[surge.sent, surge.seen, surge.due, sqlTime(tx.now)],
    ],
  )
  const surgeId = rows[0]?.surgeId ?? fresh
  await tx.query(
    `insert into trip_surge_meter (complex_id, surge_id, meter_id)
     select $1, $2, unnest($3::integer[]) on conflict do nothing`,
    [complex, surgeId, surge.meters],
  )
  return { surgeId, isNew: surgeId === fresh }
}

/** Null where there is none, or somebody has released it. Locked. */
export const lockSurge = async (
  tx: Tx,
  complex: ComplexId,
  surgeId: Uuid,
): Promise<SurgeRow | null> => {
  await tx.query(
    'select from trip_surge where complex_id = $1 and surge_id = $2 for no key update',
    [complex, surgeId],
  )
  const rows = await tx.query<SurgeRow>(`${ROWS} and s.surge_id = $2`, [complex, surgeId])
  return rows[0] ?? null
}

export const endSurge = async (
  tx: Tx,
  complex: ComplexId,
  surgeId: Uuid,
  reason: string,
): Promise<void> => {
  await tx.query(
    `update trip_surge set released_at = $3, released_by = $4, reason = $5
     where complex_id = $1 and surge_id = $2 and released_at is null`,
    [complex, surgeId, sqlTime(tx.now), tx.scope.operator, reason],
  )
}
