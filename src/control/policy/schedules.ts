// Timed schedules 分时控制 as people see and change them, under audit; what follows from a change is
// ordered by the next look.

import type { SaveSchedule, TimedSchedule, TimedSchedules } from '../../http/contract/policy.ts'
import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, rfc3339 } from '../../shared/clock.ts'
import { type ComplexId, pointId } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import type { ControlDeps } from '../commands.ts'
import { checkHours } from './save.ts'
import { timedAt } from './timed.ts'
import { type TimedNow, timedNow } from './timed-review.ts'
import {
  insertSchedule,
  lockSchedule,
  pointsAmong,
  type ScheduleRow,
  schedulesIn,
  setPoints,
  updateSchedule,
} from './timed-store.ts'
import type { Place } from './windows.ts'
import { placeOf } from './world.ts'

const circuitShown = ({
  pointName,
  decision,
  ...one
}: TimedNow): TimedSchedule['circuits'][number] => ({
  ...{ pointId: one.pointId, name: pointName, kind: one.kind, premises: one.premises },
  premisesEn: one.premisesEn,
  ...{ meterId: one.meterId, meterNo: one.meterNo, protected: one.protected, relay: one.relay },
  ...{ intent: decision.intent, reason: decision.reason },
})

const scheduleShown = (
  row: ScheduleRow,
  circuits: readonly TimedNow[],
  place: Place,
  now: Instant,
): TimedSchedule => {
  const { week, holiday } = row
  const state = timedAt({ week, holiday }, place, now)
  const nextAt = row.enabled ? state.next : null
  return {
    ...row,
    week: week.map((spans) => [...spans]),
    holiday: holiday && [...holiday],
    savedAt: rfc3339(row.savedAt, place.zone),
    on: !row.enabled || state.on,
    nextAt: nextAt === null ? null : rfc3339(nextAt, place.zone),
    circuits: circuits.filter((one) => one.scheduleId === row.scheduleId).map(circuitShown),
  }
}

type Deps = Pick<ControlDeps, 'capabilitiesOf'>

export const schedulesShown = async (
  tx: Tx,
  deps: Deps,
  complexId: ComplexId,
): Promise<TimedSchedules> => {
  const place = await placeOf(tx, complexId)
  const circuits = await timedNow(tx, deps, complexId)
  const rows = await schedulesIn(tx, complexId)
  return { items: rows.map((row) => scheduleShown(row, circuits, place, tx.now)) }
}

const rowOf = ({ name, nameEn = '', week, holiday, enabled }: SaveSchedule) => ({
  ...{ name: name.trim(), nameEn, week, holiday, enabled },
})

/** Makes one, or changes the one named. Refuses: invalid_input, not_found, already_exists. */
export const saveSchedule = async (
  tx: Tx,
  deps: Deps & { ids: Ids },
  complexId: ComplexId,
  scheduleId: number | null,
  asked: SaveSchedule,
): Promise<TimedSchedule> => {
  checkHours(asked.week, asked.holiday)
  const points = [...new Set(asked.pointIds)].map(pointId)
  const known = await pointsAmong(tx, complexId, points)
  refuseIf(known.length < points.length, 'not_found', { field: 'pointIds' })
  const before = scheduleId === null ? null : await lockSchedule(tx, complexId, scheduleId)
  if (scheduleId !== null && !before) throw new Refusal('not_found', { scheduleId })
  const row = rowOf(asked)
  const id = before
    ? (await updateSchedule(tx, complexId, before.scheduleId, row)) && before.scheduleId
    : await insertSchedule(tx, complexId, row)
  if (id === null || id === false) throw new Refusal('already_exists', { field: 'name' })
  await setPoints(tx, complexId, id, points)
  await audit(tx, deps.ids, {
    ...{ complexId, action: 'timedSchedule.save', subject: `timed-schedule/${id}`, before },
    after: { ...row, points },
  })
  const { items } = await schedulesShown(tx, deps, complexId)
  return must(
    items.find((one) => one.scheduleId === id),
    'what was saved is there',
  )
}
