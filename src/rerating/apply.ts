// Applying a change of the past 应用追溯变更: what was previewed and agreed to holds from now on, if it
// still comes to the same; its differences are posted by follow-up work of the same transaction.

import { agreeOn } from '../approvals/require.ts'
import type { PastChange } from '../http/contract/rerate.ts'
import { complexDays } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { addWork } from '../work/store.ts'
import { wantedOn } from './agree.ts'
import type { ChangedMonth } from './compute.ts'
import type { RerateDeps } from './deps.ts'
import { allChangedMonths, layChange } from './preview.ts'
import {
  lockRerating,
  type MonthRow,
  type ReratingRow,
  reratingById,
  reratingMonths,
  writeState,
} from './rerating-store.ts'

export const RERATING_WORK = 'rerating'

const figureOf = (one: {
  supplyId: number
  month: string
  chargedFen: number
  dueFen: number
  energyWh: number
}): string => [one.supplyId, one.month, one.chargedFen, one.dueFen, one.energyWh].join(' ')

const same = (shown: readonly MonthRow[], now: readonly ChangedMonth[]): boolean => {
  const [a, b] = [shown.map(figureOf).sort(), now.map(figureOf).sort()]
  return a.length === b.length && a.every((figure, index) => figure === b[index])
}

const applyIn = async (
  tx: Tx,
  deps: RerateDeps,
  row: ReratingRow,
  approvalId: string | undefined,
): Promise<Uuid> => {
  const { complexId, reratingId, change, note, title } = row
  refuseIf(row.state !== 'previewed', 'rerate_not_open', { state: row.state })
  const { approved } = await agreeOn(tx, deps.ids, complexId, wantedOn(row), { approvalId })
  const complex = await complexDays(tx, complexId)
  const laid = await layChange(tx, deps, complex, { change, note })
  const now = await allChangedMonths(tx, complex, laid.reached, change.kind)
  const shown = await reratingMonths(tx, row)
  refuseIf(!same(shown, now), 'rerate_changed', { reratingId })
  await writeState(tx, row, { state: 'posting', approvalId: approved?.approvalId ?? null })
  await addWork(tx, deps.ids, { complexId, kind: RERATING_WORK, key: reratingId })
  const { cap: _, settled: __, ...figures } = row.figures
  const after = { ...title, note, change, ...figures, agreedBy: approved?.by }
  const subject = `rerating/${reratingId}`
  await audit(tx, deps.ids, { complexId, action: 'rerate.apply', subject, after })
  return reratingId
}

/** Who may make such a change at all. */
export const PERMISSION_OF = {
  price: 'plan.backdate',
  monthPrice: 'plan.backdate',
  assignment: 'plan.backdate',
  calendar: 'calendar.edit',
  multiplier: 'register.edit',
  reading: 'reading.decide',
} as const satisfies Record<PastChange['kind'], string>

/**
 * Refuses: not_found, rerate_not_open, rerate_changed, approval_required, approval_not_valid, and
 * what the change itself would be refused for.
 */
export const applyRerate = async (
  deps: RerateDeps,
  scope: Scope,
  cmd: { reratingId: string; approvalId?: string | undefined; requestId: string },
): Promise<void> => {
  const { requestId, ...content } = cmd
  const complexId = async (tx: Tx) => {
    const row = await reratingById(tx, cmd.reratingId)
    if (!row) throw new Refusal('not_found', { reratingId: cmd.reratingId })
    return row.complexId
  }
  await once(deps.db, scope, { complexId, requestId, operation: 'rerate.apply', content }, (tx) =>
    lockRerating(tx, cmd.reratingId).then((row) =>
      applyIn(tx, deps, must(row, 'it was found'), cmd.approvalId),
    ),
  )
}

/** Refuses: not_found, rerate_not_open. */
export const dropRerate = async (
  deps: Pick<RerateDeps, 'db' | 'ids'>,
  scope: Scope,
  reratingId: string,
): Promise<void> =>
  deps.db.as(scope, async (tx) => {
    const row = await lockRerating(tx, reratingId)
    if (!row) throw new Refusal('not_found', { reratingId })
    refuseIf(row.state !== 'previewed', 'rerate_not_open', { state: row.state })
    await writeState(tx, row, { state: 'dropped' })
    const { complexId, title } = row
    const subject = `rerating/${reratingId}`
    await audit(tx, deps.ids, { complexId, action: 'rerate.drop', subject, after: title })
  })
