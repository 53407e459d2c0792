// Roles of an installation's own 自定义角色: sets from the closed list of permissions. They belong to no
// complex, so only who reaches the whole installation edits them, and gives what he has.

import type { Agreement } from '../approvals/require.ts'
import type { NewRole, RoleChange } from '../http/contract/operators.ts'
import type { Tx } from '../ports/database.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { agreeOnRights } from './agree-rights.ts'
import { type AuditEntry, audit } from './audit-log.ts'
import { refuseBeyond } from './authority.ts'
import type { OperatorDeps } from './create.ts'
import type { Editor } from './edit.ts'
import { complexesOf } from './operator-store.ts'
import { isPermission } from './permissions.ts'
import { insertRole, lockRole, operatorsWithRole, type RoleRow, updateRole } from './role-store.ts'
import { isSupplied } from './roles.ts'
import { refuseUnseparated, rightsToGive } from './separate.ts'

const EVERYWHERE = { complexes: null, buildings: null }

/** Each once, in the order of the list. Refuses: not_found for one that is not on it. */
const permissionsOf = (codes: readonly string[]): string[] => {
  const unknown = codes.find((code) => !isPermission(code))
  refuseIf(unknown !== undefined, 'not_found', { permission: unknown ?? null })
  return [...new Set(codes)].sort()
}

const recordOf = ({ code, name, nameEn, permissions, totpRequired }: RoleRow) => ({
  ...{ code, name, nameEn, permissions, totpRequired },
})

type Audited = { before: RoleRow | null; after: RoleRow; approvedBy: string | undefined }

const auditRole = async (
  tx: Tx,
  deps: OperatorDeps,
  action: AuditEntry['action'],
  { before, after, approvedBy }: Audited,
): Promise<void> => {
  for (const complexId of await complexesOf(tx, null))
    await audit(tx, deps.ids, {
      complexId,
      action,
      subject: `role/${after.roleId}`,
      before: before === null ? undefined : recordOf(before),
      after: { ...recordOf(after), approvedBy },
    })
}

/** Whoever has the role gains what it gains. */
const agreeOnRole = async (
  tx: Tx,
  deps: OperatorDeps,
  before: RoleRow,
  after: RoleRow,
  agreement: Agreement,
): Promise<string | undefined> => {
  const { roleId, permissions } = after
  const content = { roleId, permissions, before: before.permissions }
  const changes = [
    {
      ...{ field: 'permissions', as: 'permissions' as const },
      ...{ before: before.permissions, after: permissions },
    },
  ]
  const benefits = await operatorsWithRole(tx, roleId)
  const given = { operation: 'role.edit', before, after, complexes: null, anew: false } as const
  const told = { content, changes, benefits, summary: { role: after.name } }
  return agreeOnRights(tx, deps.ids, { ...given, ...told }, agreement)
}

/**
 * Refuses: not_found (permission), beyond_own_rights, already_exists, approval_required,
 * approval_not_valid.
 */
export const addRoleIn = async (
  tx: Tx,
  deps: OperatorDeps,
  editor: Editor,
  asked: Omit<NewRole, 'approvalId'>,
  agreement: Agreement,
): Promise<RoleRow> => {
  const permissions = permissionsOf(asked.permissions)
  refuseBeyond(await rightsToGive(tx, editor.rights), { permissions, ...EVERYWHERE })
  await refuseUnseparated(tx, { permissions })
  const { code, name, nameEn = '' } = asked
  const role = await insertRole(tx, { code, zh: name, en: nameEn, permissions })
  if (!role) throw new Refusal('already_exists', { code })
  const given = { operation: 'role.create', before: null, after: role, anew: false } as const
  const approvedBy = await agreeOnRights(
    tx,
    deps.ids,
    {
      ...{ ...given, complexes: null, content: { code, permissions } },
      ...{ summary: { role: name }, changes: [], benefits: [] },
    },
    agreement,
  )
  await auditRole(tx, deps, 'role.create', { before: null, after: role, approvedBy })
  return role
}

/** The same in a transaction of its own. */
export const addRole = (
  deps: OperatorDeps,
  editor: Editor,
  { approvalId, ...asked }: NewRole,
): Promise<RoleRow> =>
  deps.db.as(editor.scope, (tx) => addRoleIn(tx, deps, editor, asked, { approvalId }))

/**
 * Of a supplied role only whether it asks for a second factor. Refuses: not_found, role_supplied,
 * not_on_oneself (his own permissions), beyond_own_rights, approval_required, approval_not_valid.
 */
export const changeRoleIn = async (
  tx: Tx,
  deps: OperatorDeps,
  editor: Editor & { role: string },
  roleId: number,
  asked: Omit<RoleChange, 'approvalId'>,
  agreement: Agreement,
): Promise<RoleRow> => {
  const wanted = asked.permissions === undefined ? null : permissionsOf(asked.permissions)
  const before = await lockRole(tx, { roleId })
  if (!before) throw new Refusal('not_found', { roleId })
  const renamed = asked.name !== undefined || asked.nameEn !== undefined || wanted !== null
  refuseIf(isSupplied(before.code) && renamed, 'role_supplied', { code: before.code })
  refuseIf(before.code === editor.role && wanted !== null, 'not_on_oneself')
  const after = {
    ...before,
    name: asked.name ?? before.name,
    nameEn: asked.nameEn ?? before.nameEn,
    permissions: wanted ?? before.permissions,
    totpRequired: asked.totpRequired ?? before.totpRequired,
  }
  const rights = await rightsToGive(tx, editor.rights)
  refuseBeyond(rights, { permissions: before.permissions, ...EVERYWHERE })
  refuseBeyond(rights, { permissions: after.permissions, ...EVERYWHERE })
  if (wanted !== null) await refuseUnseparated(tx, after)
  const approvedBy = await agreeOnRole(tx, deps, before, after, agreement)
  await updateRole(tx, after)
  await auditRole(tx, deps, 'role.edit', { before, after, approvedBy })
  return after
}

/** The same in a transaction of its own. */
export const changeRole = (
  deps: OperatorDeps,
  editor: Editor & { role: string },
  roleId: number,
  { approvalId, ...asked }: RoleChange,
): Promise<RoleRow> =>
  deps.db.as(editor.scope, (tx) => changeRoleIn(tx, deps, editor, roleId, asked, { approvalId }))
