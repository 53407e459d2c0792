// What a command is aimed at 控制对象: meters with their points, and the desired control mode of each
// point. The point's row lock puts the modes of one point in order.

import type { Tx } from '../ports/database.ts'
import { WAY_TO_METER } from '../registers/meters-in-place.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BusId, ComplexId, GatewayId, MeterId, PointId, Uuid } from '../shared/ids.ts'
import type { CommandState } from './command.ts'
import type { ControlMode } from './mode.ts'

export type DesiredMode = {
  mode: ControlMode
  reason: string
  owner: 'operator' | 'centre'
  /** End of keep-power. */
  until: Instant | null
}

export type Target = {
  meterId: MeterId
  meterNo: string
  model: string
  gatewayId: GatewayId
  busId: BusId
  /** False: nobody serves its gateway. */
  served: boolean
  /** It answered when it was last asked. */
  heard: boolean
  /** Null while the meter hangs on no point. */
  pointId: PointId | null
  protected: boolean
  desired: DesiredMode
  desiredSince: Instant | null
}

type TargetRow = Omit<Target, 'desired'> & DesiredMode

const TARGETS = `
  select m.meter_id as "meterId", m.no as "meterNo", d.model, bus.gateway_id as "gatewayId",
    bus.bus_id as "busId", g.enabled as served,
    l.answered_at is not null and l.silent_since is null as heard, i.point_id as "pointId",
    coalesce(p.protected, false) as protected,
    coalesce(c.mode, 'prepaid') as mode, coalesce(c.reason, '') as reason,
    coalesce(c.owner, 'centre') as owner, c.since as "desiredSince", c.until
  from meter m${WAY_TO_METER}
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  where m.complex_id = $1 and m.meter_id = any ($2)
  order by m.meter_id`

const LOCK_POINTS = `
  select from point p
  join installation i on i.complex_id = p.complex_id and i.point_id = p.point_id
    and i.until is null
  where p.complex_id = $1 and i.meter_id = any ($2) order by p.point_id for no key update of p`

/** The meters that exist among those named; with `lock`, their points are locked first. */
export const targetsOf = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
  lock: boolean,
): Promise<Target[]> => {
  if (lock) await tx.query(LOCK_POINTS, [complex, meters], 'kept')
  const rows = await tx.query<TargetRow>(TARGETS, [complex, meters], 'kept')
  return rows.map(({ mode, reason, owner, until, ...target }) => ({
    ...target,
    desired: { mode, reason, owner, until },
  }))
}

export const setDesiredMode = async (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
  desired: DesiredMode,
): Promise<void> => {
  await tx.query(
    `insert into control (complex_id, point_id, mode, reason, owner, operator_id, since, until)
     select $1, point_id, $3, $4, $5, $6, $7, $8 from unnest($2::integer[]) as p(point_id)
     on conflict (complex_id, point_id) do update set mode = excluded.mode,
       reason = excluded.reason, owner = excluded.owner, operator_id = excluded.operator_id,
       since = excluded.since, until = excluded.until`,
    [
      complex,
      points,
      desired.mode,
      desired.reason,
      desired.owner,
      tx.scope.operator,
      sqlTime(tx.now),
      sqlTime(desired.until),
    ],
    'kept',
  )
}

export type Former = 'was' | 'desired'
export type Restored = { pointId: PointId; commandId: Uuid }

/**
 * Puts back the modes that commands replaced, where nobody has set a mode since: as it `was` before
 * anything that never left, or as was `desired` when the command was given. Returns where something
 * was put back.
 */
export const restoreDesiredModes = (
  tx: Tx,
  complex: ComplexId,
  commands: readonly Uuid[],
  to: Former,
): Promise<Restored[]> =>
  tx.query<Restored>(
    `update control c set mode = m.had->>'mode', reason = m.had->>'reason',
       owner = m.had->>'owner', since = $3,
       until = to_timestamp((m.had->>'until')::bigint * 0.001)
     from command k
     join installation i on i.complex_id = k.complex_id and i.meter_id = k.meter_id
       and i.until is null
     cross join lateral (select case $4::text when 'was' then k.params->'was'
       else coalesce(k.params->'desired', k.params->'was') end as had) m
     where k.complex_id = $1 and k.command_id = any ($2) and k.kind = 'setMode'
       and c.complex_id = i.complex_id and c.point_id = i.point_id and c.since = k.queued_at
     returning c.point_id as "pointId", k.command_id as "commandId"`,
    [complex, commands, sqlTime(tx.now), to],
  )

export type PointMode = DesiredMode & {
  pointId: PointId
  since: Instant
  /** The meter on the point now, and the newest command for it. */
  meterId: MeterId | null
  lastState: CommandState | null
}

/** The desired mode of one point, locked; null where none was ever set. */
export const lockPointMode = async (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
): Promise<PointMode | null> => {
  await tx.query('select from point where complex_id = $1 and point_id = $2 for no key update', [
    complex,
    point,
  ])
  const rows = await tx.query<PointMode>(
    `select c.point_id as "pointId", c.mode, c.reason, c.owner, c.since, c.until,
       i.meter_id as "meterId",
       (select k.state from command k where k.complex_id = c.complex_id
         and k.meter_id = i.meter_id and k.kind = 'setMode'
         order by k.command_id desc limit 1) as "lastState"
     from control c
     left join installation i on i.complex_id = c.complex_id and i.point_id = c.point_id
       and i.until is null
     where c.complex_id = $1 and c.point_id = $2`,
    [complex, point],
  )
  return rows[0] ?? null
}
