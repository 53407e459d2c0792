// Which changes of rights a second person agrees to 授权复核: a role or an operator gains what weighs,
// where one of the complexes that it reaches has set it so. Whom it gives something does not
// decide.

import { type Agreement, agreeOn, needWhere } from '../approvals/require.ts'
import { approvalSettings } from '../approvals/settings-store.ts'
import type { ApprovalChange } from '../http/contract/approvals.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'
import { complexesOf } from './operator-store.ts'
import { isWeighty } from './permissions.ts'

export type GivenRights = {
  operation: 'role.create' | 'role.edit' | 'operator.create' | 'operator.edit'
  before: { permissions: readonly string[] } | null
  after: { permissions: readonly string[] }
  /** Null: all. */
  complexes: readonly ComplexId[] | null
  /** More places than before, or let in again: all that weighs is given anew. */
  anew: boolean
  content: Readonly<Record<string, unknown>>
  summary: Readonly<Record<string, unknown>>
  changes: readonly ApprovalChange[]
  benefits: readonly OperatorId[]
}

const gainedBy = ({ before, after, anew }: GivenRights): string[] => {
  const had = anew ? [] : (before?.permissions ?? [])
  return after.permissions.filter((each) => isWeighty(each) && !had.includes(each))
}

/** Who agreed, where somebody had to. Refuses: approval_required, approval_not_valid. */
export const agreeOnRights = async (
  tx: Tx,
  ids: Ids,
  given: GivenRights,
  agreement: Agreement,
): Promise<string | undefined> => {
  const gained = gainedBy(given)
  if (gained.length === 0) return undefined
  const reached = await complexesOf(tx, given.complexes)
  const [complexId] = reached
  if (complexId === undefined) return undefined
  const set = await Promise.all(reached.map((each) => approvalSettings(tx, each)))
  const { operation, content, summary, changes, benefits } = given
  const wanted = {
    ...{ operation, content, summary, benefits },
    need: needWhere(
      set.some(({ rights }) => rights),
      'rights',
    ),
    changes: [
      ...changes,
      { field: 'gained', as: 'permissions' as const, before: null, after: gained },
    ],
    everywhere: given.complexes === null || reached.length > 1,
  }
  const { approved } = await agreeOn(tx, ids, complexId, wanted, agreement)
  return approved?.by
}
