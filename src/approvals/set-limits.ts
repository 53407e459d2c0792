// Setting what one person may do alone 设定限额: anybody with the permission makes it less; more is
// agreed to by a second person, for else the rules would end with whoever sets them.

import { namedComplex } from '../http/complex-store.ts'
import type {
  ApprovalChange,
  ApprovalSettings,
  OperatorLimit,
  SetOperatorLimit,
} from '../http/contract/approvals.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type ComplexId, operatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { operatorLimit, writeOperatorLimit } from './limits-store.ts'
import { type Agreement, agreeOn, needWhere } from './require.ts'
import { approvalSettings, writeApprovalSettings } from './settings-store.ts'

const isMore = (before: number | null, after: number | null): boolean =>
  before !== null && (after === null || after > before)

/** Refuses: not_found, approval_required, approval_not_valid. */
export const setOperatorLimit = async (
  tx: Tx,
  ids: Ids,
  asked: SetOperatorLimit,
  agreement: Agreement,
): Promise<OperatorLimit> => {
  const { complexId } = await namedComplex(tx, asked.complexId)
  const operator = operatorId(asked.operatorId)
  const found = await operatorLimit(tx, complexId, operator)
  if (!found) throw new Refusal('not_found', { operatorId: asked.operatorId })
  const before = { saleFen: found.saleFen, payoutFen: found.payoutFen }
  const after = { saleFen: asked.saleFen, payoutFen: asked.payoutFen }
  const more = isMore(before.saleFen, after.saleFen) || isMore(before.payoutFen, after.payoutFen)
  const { rights } = await approvalSettings(tx, complexId)
  const wanted = {
    operation: 'operator.limit' as const,
    need: needWhere(rights && more, 'rights'),
    content: { operatorId: operator, ...after, before },
    summary: { operator: found.name },
    changes: (['saleFen', 'payoutFen'] as const).flatMap((field): ApprovalChange[] =>
      before[field] === after[field]
        ? []
        : [{ field, as: 'fen', before: before[field], after: after[field] }],
    ),
    benefits: [operator],
  }
  const { approved } = await agreeOn(tx, ids, complexId, wanted, agreement)
  await writeOperatorLimit(tx, complexId, operator, after)
  await audit(tx, ids, {
    ...{ complexId, action: 'operator.limit', subject: `operator/${operator}` },
    before,
    after: { ...after, approvedBy: approved?.by },
  })
  return { ...found, ...after }
}

const AS = {
  ...{ keepHours: 'count', keepPoints: 'count', tripMeters: 'count', pricePercent: 'percent' },
  ...{ backdated: 'yesNo', priceCap: 'yesNo', rights: 'yesNo', keys: 'yesNo' },
  ...{ lastMinutes: 'count', alone: 'yesNo' },
} as const satisfies Record<keyof ApprovalSettings, ApprovalChange['as']>

const NUMBERS = ['keepHours', 'keepPoints', 'tripMeters', 'pricePercent'] as const
const SWITCHES = ['backdated', 'priceCap', 'rights', 'keys'] as const

const isLooser = (before: ApprovalSettings, after: ApprovalSettings): boolean =>
  NUMBERS.some((name) => isMore(before[name], after[name])) ||
  SWITCHES.some((name) => before[name] && !after[name]) ||
  (after.alone && !before.alone)

const isField = (name: string): name is keyof ApprovalSettings => Object.hasOwn(AS, name)

/** Refuses: approval_required, approval_not_valid. */
export const setApprovalSettings = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  settings: ApprovalSettings,
  agreement: Agreement,
): Promise<void> => {
  const before = await approvalSettings(tx, complexId)
  const changes = Object.keys(AS)
    .filter(isField)
    .filter((field) => before[field] !== settings[field])
    .map((field) => ({ field, as: AS[field], before: before[field], after: settings[field] }))
  const wanted = {
    operation: 'approval.settings' as const,
    need: needWhere(isLooser(before, settings), 'loosened'),
    content: { settings, before },
    ...{ summary: {}, changes },
  }
  const { approved } = await agreeOn(tx, ids, complexId, wanted, agreement)
  await writeApprovalSettings(tx, complexId, settings)
  await audit(tx, ids, {
    ...{ complexId, action: 'complex.approvals', subject: `complex/${complexId}`, before },
    after: { ...settings, approvedBy: approved?.by },
  })
}
