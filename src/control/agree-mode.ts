// Which orders of a mode a second person agrees to 控制复核: power kept for long or at many points, a
// trip of many meters; as the complex has set it, for exactly these meters.

import { type Agreement, agreeOn, needAboveCount } from '../approvals/require.ts'
import { approvalSettings } from '../approvals/settings-store.ts'
import type { ApprovalChange, ApprovalSettings } from '../http/contract/approvals.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { complexPlace } from './clock-place-store.ts'
import type { ModeOrder } from './kinds.ts'
import type { Placed, Plan } from './plan-commands.ts'

const HOUR_MS = 3_600_000
const NAMED_MAX = 12

const needFor = (
  { mode, until }: ModeOrder,
  count: number,
  settings: ApprovalSettings,
  now: Instant,
) => {
  if (mode === 'tripped') return needAboveCount('meters', settings.tripMeters, count)
  if (mode !== 'kept') return null
  const hours = until === null ? null : Math.ceil((until - now) / HOUR_MS)
  const { keepHours, keepPoints } = settings
  return needAboveCount('hours', keepHours, hours) ?? needAboveCount('points', keepPoints, count)
}

const changesOf = (
  { mode, until }: ModeOrder,
  targets: readonly Placed[],
  zone: string,
): ApprovalChange[] => {
  const numbers = targets.slice(0, NAMED_MAX).map((target) => target.meterNo)
  const more = targets.length > NAMED_MAX ? ' …' : ''
  const end = until === null ? null : rfc3339(until, zone)
  return [
    { field: 'meters', as: 'count', before: null, after: targets.length },
    { field: 'meterNos', as: 'text', before: null, after: `${numbers.join(', ')}${more}` },
    ...(mode === 'kept'
      ? [{ field: 'keptUntil', as: 'time' as const, before: null, after: end }]
      : []),
  ]
}

type AskedMode = { complexId: ComplexId; params: { reason?: string | undefined } }

/** Who agreed, where somebody had to. Refuses: approval_required, approval_not_valid. */
export const agreeOnMode = async (
  tx: Tx,
  ids: Ids,
  { complexId, params }: AskedMode,
  plan: Plan,
  agreement: Agreement,
): Promise<string | undefined> => {
  if (plan.kind !== 'setMode') return undefined
  const { order, targets } = plan
  const need = needFor(order, targets.length, await approvalSettings(tx, complexId), tx.now)
  if (need === null) return undefined
  const { zone } = await complexPlace(tx, complexId)
  const meters = targets.map(({ meterId }) => meterId).sort((a, b) => a - b)
  const wanted = {
    operation: order.mode === 'kept' ? ('command.keep' as const) : ('command.trip' as const),
    need,
    content: { meters, until: order.until },
    summary: { why: params.reason ?? '' },
    changes: changesOf(order, targets, zone),
  }
  const { approved } = await agreeOn(tx, ids, complexId, wanted, agreement)
  return approved?.by
}
