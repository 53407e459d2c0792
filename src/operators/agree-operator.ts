// What an operator gains by being made or changed 操作员授权: his role's weighty permissions, more
// places, or that he is let in again.

import type { Agreement } from '../approvals/require.ts'
import type { ApprovalChange } from '../http/contract/approvals.ts'
import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { BuildingId, ComplexId } from '../shared/ids.ts'
import { agreeOnRights } from './agree-rights.ts'
import type { OperatorDeps } from './create.ts'
import type { OperatorRow } from './operator-store.ts'
import { lockRole, type RoleRow } from './role-store.ts'

type Places = {
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
}

type After = Places & {
  username: string
  name: string
  role: RoleRow
  disabledAt?: Instant | null
}

const isWider = <T>(before: readonly T[] | null, after: readonly T[] | null): boolean =>
  before !== null && (after === null || after.some((each) => !before.includes(each)))

/** Neither locked nor ended. */
const isIn = ({ disabledAt, expiresAt }: OperatorRow, now: Instant): boolean =>
  disabledAt === null && (expiresAt === null || expiresAt > now)

const count = (places: readonly number[] | null): number | null => places?.length ?? null

const changesOf = (
  before: OperatorRow | null,
  after: After,
  roleBefore: string | null,
): ApprovalChange[] => {
  const { role, complexes, buildings } = after
  const was = before ?? { role: null, complexes: null, buildings: null }
  const all: ApprovalChange[] = [
    { field: 'role', as: 'text', before: roleBefore, after: role.name },
    { field: 'complexes', as: 'count', before: count(was.complexes), after: count(complexes) },
    { field: 'buildings', as: 'count', before: count(was.buildings), after: count(buildings) },
  ]
  const isSame = (change: ApprovalChange): boolean =>
    change.before === change.after || (change.field === 'role' && was.role === role.code)
  return before === null ? all : all.filter((change) => !isSame(change))
}

/** Who agreed, where somebody had to. Refuses: approval_required, approval_not_valid. */
export const agreeOnOperator = async (
  tx: Tx,
  deps: OperatorDeps,
  { before, after }: { before: OperatorRow | null; after: After },
  agreement: Agreement,
): Promise<string | undefined> => {
  const { username, role, complexes, buildings, disabledAt = null } = after
  const { permissions } = role
  const locked = disabledAt !== null
  // Whoever stays locked gains nothing yet.
  if (locked) return undefined
  const roleBefore = before && (await lockRole(tx, { code: before.role }))
  const letIn = before !== null && !isIn(before, tx.now)
  const wider =
    before !== null &&
    (isWider(before.complexes, complexes) || isWider(before.buildings, buildings))
  const had = before && {
    ...{ role: before.role, permissions: before.permissions, complexes: before.complexes },
    ...{ buildings: before.buildings, locked: letIn },
  }
  const content = {
    ...{ username, operatorId: before?.operatorId, role: role.code, permissions },
    ...{ complexes, buildings, locked, before: had },
  }
  return agreeOnRights(
    tx,
    deps.ids,
    {
      operation: before === null ? 'operator.create' : 'operator.edit',
      ...{ before, after: role, complexes, content, anew: letIn || wider },
      summary: { operator: after.name, username },
      changes: changesOf(before, after, roleBefore?.name ?? null),
      benefits: before === null ? [] : [before.operatorId],
    },
    agreement,
  )
}
