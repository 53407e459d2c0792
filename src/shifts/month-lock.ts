// Month lock 月结: a month is locked once everything in it is explained; until then the refusal lists
// what is not.

import type { MonthLock, Unexplained } from '../http/contract/shifts.ts'
import { auditComplex } from '../ledger/audit.ts'
import type { Finding } from '../ledger/finding.ts'
import { complexDays, lockDays } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import { operatorName } from '../operators/operator-store.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { day, dayAfterMonth, dayBegins, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { insertMonthLock, type LockedMonth, type MonthSpan, unexplainedIn } from './month-store.ts'
import type { ShiftDeps } from './shift.ts'

/** Named in a refusal; a dry run lists them all. */
const NAMED_MAX = 20

export type LockMonth = {
  complexId: ComplexId
  /** `2026-10` */
  month: string
  requestId: string
  dryRun: boolean
}

const spanOf = async (tx: Tx, complexId: ComplexId, month: string) => {
  const { zone, dayCutMinutes } = await complexDays(tx, complexId)
  const firstDay = day(`${month}-01`)
  const nextDay = dayAfterMonth(month)
  const begins = dayBegins(firstDay, zone, dayCutMinutes)
  const ends = dayBegins(nextDay, zone, dayCutMinutes)
  return { zone, span: { complexId, firstDay, nextDay, begins, ends } satisfies MonthSpan }
}

const ofAudit = (finding: Finding): Unexplained => ({
  kind: 'audit',
  what: `${finding.invariant} ${finding.what}`,
  since: null,
})

const asText = ({ kind, what }: Unexplained): string => `${kind} ${what}`

const lockIn = async (
  tx: Tx,
  { ids }: ShiftDeps,
  cmd: LockMonth,
  findings: readonly Finding[],
): Promise<MonthLock> => {
  const { complexId, month } = cmd
  await lockDays(tx, complexId)
  const { zone, span } = await spanOf(tx, complexId, month)
  refuseIf(tx.now < span.ends, 'day_not_over', { month })
  const rows = await unexplainedIn(tx, span)
  const unexplained = [
    ...rows.map((row) => ({ ...row, since: row.since && rfc3339(row.since, zone) })),
    ...findings.map(ofAudit),
  ]
  refuseIf(unexplained.length > 0 && !cmd.dryRun, 'month_unexplained', {
    unexplained: unexplained.length,
    items: unexplained.slice(0, NAMED_MAX).map(asText).join('; '),
  })
  refuseIf(!(await insertMonthLock(tx, span)), 'month_locked', { month })
  await audit(tx, ids, { complexId, action: 'month.lock', subject: `month/${month}` })
  const operator = (await operatorName(tx, tx.scope.operator)) ?? ''
  const lockedAt = cmd.dryRun ? null : rfc3339(tx.now, zone)
  return { complexId, month, dryRun: cmd.dryRun, lockedAt, operator, unexplained }
}

export const lockedMonthView = (
  complexId: ComplexId,
  zone: string,
  row: LockedMonth,
): MonthLock => ({
  complexId,
  month: row.month.slice(0, 7),
  dryRun: false,
  lockedAt: rfc3339(row.lockedAt, zone),
  operator: row.operator,
  unexplained: [],
})

/**
 * Locks a month that is over; a dry run tells what stands in the way. Refuses: day_not_over,
 * month_unexplained (with what it is), month_locked, request_id_reused.
 */
export const lockMonth = async (
  deps: ShiftDeps,
  scope: Scope,
  cmd: LockMonth,
): Promise<MonthLock> => {
  const { complexId, month, requestId } = cmd
  // Before the days are locked: it reads all the books, and sales need not wait for it.
  const findings = await auditComplex(deps.db, complexId)
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => lockIn(tx, deps, cmd, findings))
  return once(
    deps.db,
    scope,
    { complexId, requestId, operation: 'month.lock', content: { month } },
    (tx) => lockIn(tx, deps, cmd, findings),
  )
}
