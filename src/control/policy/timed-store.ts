// Timed schedules as stored 分时控制, and the circuits they switch.

import type { Tx } from '../../ports/database.ts'
import { SHOP, SHOP_EN } from '../../registers/meters-in-place.ts'
import { type Instant, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId, PointId } from '../../shared/ids.ts'
import type { ControlMode } from '../mode.ts'
import { busyMeters, busySince } from './busy.ts'
import type { KeptBy } from './meter-mode.ts'
import type { DaySpan } from './settings.ts'
import type { TimedFacts } from './timed.ts'

export type ScheduleRow = {
  scheduleId: number
  name: string
  nameEn: string
  week: readonly (readonly DaySpan[])[]
  holiday: readonly DaySpan[] | null
  enabled: boolean
  savedAt: Instant
}

const SCHEDULES = `
  select schedule_id as "scheduleId", name, name_en as "nameEn", week, holiday, enabled,
    saved_at as "savedAt"
  from timed_schedule where complex_id = $1`

export const schedulesIn = (tx: Tx, complex: ComplexId): Promise<ScheduleRow[]> =>
  tx.query<ScheduleRow>(`${SCHEDULES} order by name, schedule_id`, [complex])

/** Locked; null where there is none. */
export const lockSchedule = async (
  tx: Tx,
  complex: ComplexId,
  scheduleId: number,
): Promise<ScheduleRow | null> =>
  (
    await tx.query<ScheduleRow>(`${SCHEDULES} and schedule_id = $2 for no key update`, [
      complex,
      scheduleId,
    ])
  )[0] ?? null

export type ScheduleToSave = Pick<ScheduleRow, 'name' | 'nameEn' | 'week' | 'holiday' | 'enabled'>

/** Null where the name is taken. */
export const insertSchedule = async (
  tx: Tx,
  complex: ComplexId,
  { name, nameEn, week, holiday, enabled }: ScheduleToSave,
): Promise<number | null> => {
  const rows = await tx.query<{ id: number }>(
    `insert into timed_schedule (complex_id, name, name_en, week, holiday, enabled, saved_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (complex_id, name) do nothing
     returning schedule_id as id`,
    [
      ...[complex, name, nameEn, JSON.stringify(week), holiday && JSON.stringify(holiday)],
      ...[enabled, sqlTime(tx.now)],
    ],
  )
  return rows[0]?.id ?? null
}

/** False where another one has the name. */
export const updateSchedule = async (
  tx: Tx,
  complex: ComplexId,
  scheduleId: number,
  { name, nameEn, week, holiday, enabled }: ScheduleToSave,
): Promise<boolean> => {
  const rows = await tx.query(
    `update timed_schedule set name = $3, name_en = $4, week = $5, holiday = $6, enabled = $7,
       saved_at = $8
     where complex_id = $1 and schedule_id = $2 and not exists (select from timed_schedule o
       where o.complex_id = $1 and o.name = $3 and o.schedule_id <> $2)
     returning schedule_id`,
    [
      ...[complex, scheduleId, name, nameEn, JSON.stringify(week)],
      ...[holiday && JSON.stringify(holiday), enabled, sqlTime(tx.now)],
    ],
  )
  return rows.length > 0
}

/** The points among these that exist here. */
export const pointsAmong = async (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
): Promise<PointId[]> => {
  const rows = await tx.query<{ pointId: PointId }>(
    'select point_id as "pointId" from point where complex_id = $1 and point_id = any ($2)',
    [complex, points],
  )
  return rows.map(({ pointId }) => pointId)
}

/** A point follows one schedule: it leaves the one it had. */
export const setPoints = async (
  tx: Tx,
  complex: ComplexId,
  scheduleId: number,
  points: readonly PointId[],
): Promise<void> => {
  await tx.query(
    `delete from timed_point where complex_id = $1 and schedule_id = $2
       and point_id <> all ($3)`,
    [complex, scheduleId, points],
  )
  await tx.query(
    `insert into timed_point (complex_id, point_id, schedule_id)
     select $1, unnest($3::integer[]), $2
     on conflict (complex_id, point_id) do update set schedule_id = excluded.schedule_id`,
    [complex, scheduleId, points],
  )
}

export type TimedPoint = Omit<TimedFacts, 'canTrip'> & {
  scheduleId: number | null
  pointId: PointId
  pointName: string
  kind: string
  premises: string
  premisesEn: string
  meterId: MeterId
  meterNo: string
  model: string
}

type PointRow = Omit<TimedPoint, 'by'> & {
  mode: ControlMode
  owner: KeptBy['owner'] | null
  modeReason: string | null
  modeUntil: Instant | null
}

// Also what a schedule has tripped and no longer switches: somebody has to close it.
const POINTS = `
  with ${busyMeters('$2')}
  select t.schedule_id as "scheduleId", p.point_id as "pointId", p.name as "pointName", p.kind,
    ${SHOP} as premises,
    ${SHOP_EN} as "premisesEn", i.meter_id as "meterId",
    m.no as "meterNo", d.model, p.protected, l.relay, e.cause as "tripCause",
    coalesce(c.mode, 'prepaid') as mode, c.owner, c.reason as "modeReason",
    c.until as "modeUntil", c.since as "modeSince",
    i.meter_id in (select meter_id from busy) as "commandUnderWay",
    l.silent_since is not null or l.answered_at is null as silent,
    coalesce((select k.state = 'failed' and k.params->>'cause' = 'schedule' from command k
      where k.complex_id = p.complex_id and k.meter_id = i.meter_id and k.kind = 'setMode'
      order by k.command_id desc limit 1), false) as "orderFailed"
  from point p
  left join timed_point t on t.complex_id = p.complex_id and t.point_id = p.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  join installation i on i.complex_id = p.complex_id and i.point_id = p.point_id
    and i.until is null
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  left join control c on c.complex_id = p.complex_id and c.point_id = p.point_id
  left join relay_episode e on e.complex_id = i.complex_id and e.meter_id = i.meter_id
    and e.until is null and e.relay = 'tripped'
  where p.complex_id = $1 and (t.schedule_id is not null
    or c.mode = 'tripped' and c.owner = 'centre' and c.reason = 'schedule')
  order by premises, p.point_id`

/** Circuits that a schedule switches, or has switched off. */
export const timedPoints = async (tx: Tx, complex: ComplexId): Promise<TimedPoint[]> => {
  const rows = await tx.query<PointRow>(POINTS, [complex, busySince(tx.now)], 'kept')
  return rows.map(({ owner, modeReason, modeUntil, ...row }) => ({
    ...row,
    by: owner === null ? null : { owner, reason: modeReason ?? '', until: modeUntil },
  }))
}
