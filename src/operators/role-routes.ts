// Routes of roles 角色: those supplied, to be read, and an installation's own.

import { Type } from 'typebox'
import { PageQuery, WithinQuery } from '../http/contract/asking.ts'
import { NewRole, PermissionItem, Role, RoleChange } from '../http/contract/operators.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { editorOf, type OperatorRouteDeps } from './operator-routes.ts'
import { ALL_PERMISSIONS, isPermission, PERMISSIONS, reachesWholeComplex } from './permissions.ts'
import { addRole, changeRole } from './role-edit.ts'
import { listRoles, type RoleRow } from './role-store.ts'
import { isSupplied } from './roles.ts'

const named = (code: string) => {
  const words = isPermission(code) ? PERMISSIONS[code] : { zh: code, en: code }
  return { code, ...words }
}

const permissionItems = (): PermissionItem[] =>
  ALL_PERMISSIONS.map((permission) => ({
    ...named(permission),
    wholeComplex: reachesWholeComplex(permission),
  }))

const itemOf = (role: RoleRow) => ({
  ...role,
  supplied: isSupplied(role.code),
  permissions: role.permissions.map(named),
})

export const roleRoutes = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/roles',
    permission: 'operator.view',
    summary: { zh: '角色列表', en: 'Roles with their permissions' },
    query: Type.Object({ ...PageQuery.properties, ...WithinQuery.properties }),
    answer: listOf(Role),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const after = afterId(query.cursor)
        const roles = (await listRoles(tx)).filter((role) => role.roleId > after)
        const page = pageOf(roles, query.limit, (row) => row.roleId)
        return { ...page, items: page.items.map(itemOf) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/permissions',
    permission: 'session',
    summary: { zh: '权限清单', en: 'The closed list of permissions' },
    answer: Type.Object({ items: Type.Array(PermissionItem) }),
    handler: async () => ({ items: permissionItems() }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/roles',
    permission: 'role.edit',
    confirmed: true,
    audited: true,
    summary: { zh: '新增角色', en: 'Create a role' },
    body: NewRole,
    answer: Role,
    handler: async (caller, { body }) => itemOf(await addRole(deps, editorOf(caller), body)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/roles/:id',
    permission: 'role.edit',
    confirmed: true,
    audited: true,
    summary: { zh: '修改角色', en: 'Change a role' },
    params: Type.Object({ id: Id }),
    body: RoleChange,
    answer: Role,
    handler: async (caller, { params, body }) =>
      itemOf(await changeRole(deps, editorOf(caller), params.id, body)),
  }),
]
