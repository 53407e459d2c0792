// Day close 日结: the day is summed while no posting of it is under way, and takes none afterwards.
// Days are closed in their order.

import type { DayClose } from '../http/contract/shifts.ts'
import { type ComplexDays, closedUntil, complexDays, lockDays } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import { operatorName } from '../operators/operator-store.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { businessDay, type Day, dayAfter, dayBegins, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import {
  type ClosedDay,
  dayReport,
  firstUnclosed,
  insertDayClose,
  openShiftsBefore,
} from './day-store.ts'
import type { ShiftDeps } from './shift.ts'

export type CloseDay = { complexId: ComplexId; day: Day; requestId: string; dryRun: boolean }

const refuseDay = async (tx: Tx, { complexId, day }: CloseDay, complex: ComplexDays) => {
  const { zone, dayCutMinutes } = complex
  refuseIf(day > businessDay(tx.now, zone, dayCutMinutes), 'day_not_over', { day })
  const closed = await closedUntil(tx, complexId)
  refuseIf(closed !== null && day <= closed, 'day_closed', { day, closed })
  const earlier = await firstUnclosed(tx, complexId, closed, day)
  refuseIf(earlier !== null, 'earlier_day_open', { day: earlier ?? day })
  const ends = dayBegins(dayAfter(day), zone, dayCutMinutes)
  const open = await openShiftsBefore(tx, complexId, ends)
  refuseIf(open.length > 0, 'shift_still_open', {
    shifts: open.length,
    operators: open.map((shift) => shift.operator).join(', '),
  })
}

const closeIn = async (tx: Tx, { ids }: ShiftDeps, cmd: CloseDay): Promise<DayClose> => {
  const { complexId, day } = cmd
  await lockDays(tx, complexId)
  const complex = await complexDays(tx, complexId)
  await refuseDay(tx, cmd, complex)
  const report = await dayReport(tx, complexId, day)
  await insertDayClose(tx, complexId, day, report)
  await audit(tx, ids, {
    complexId,
    action: 'day.close',
    subject: `day/${day}`,
    after: report,
  })
  const operator = (await operatorName(tx, tx.scope.operator)) ?? ''
  const closedAt = cmd.dryRun ? null : rfc3339(tx.now, complex.zone)
  return { complexId, day, dryRun: cmd.dryRun, closedAt, operator, ...report }
}

export const closedDayView = (complexId: ComplexId, zone: string, row: ClosedDay): DayClose => ({
  complexId,
  day: row.day,
  dryRun: false,
  closedAt: rfc3339(row.closedAt, zone),
  operator: row.operator,
  ...row.report,
})

/**
 * Closes a day, or shows what closing it would report. Refuses: day_not_over, day_closed,
 * earlier_day_open, shift_still_open, request_id_reused.
 */
export const closeDay = (deps: ShiftDeps, scope: Scope, cmd: CloseDay): Promise<DayClose> => {
  const { complexId, day, requestId } = cmd
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => closeIn(tx, deps, cmd))
  return once(
    deps.db,
    scope,
    { complexId, requestId, operation: 'day.close', content: { day } },
    (tx) => closeIn(tx, deps, cmd),
  )
}
