// Routes of sessions and operators 登录与操作员.

import { type Static, Type } from 'typebox'
import { visibleComplexes } from '../http/complex-store.ts'
import { ChangePassword, LogIn, PageQuery, WithinQuery } from '../http/contract/asking.ts'
import { OperatorItem, Role } from '../http/contract/registers.ts'
import { listOf, Session } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { NoContent, publicRoute, type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import { listOperators, listRoles } from './operator-store.ts'
import { isPermission, PERMISSIONS } from './permissions.ts'
import { scopeOf } from './scope.ts'
import type { Sessions, SignedIn } from './sessions.ts'

const COMPLEXES_MAX = 1_000
/** Times of the installation itself belong to no complex. */
const INSTALLATION_ZONE = 'UTC'

type Deps = { db: Db; sessions: Sessions }

const sessionView = async (
  deps: Deps,
  who: SignedIn,
  from: string,
): Promise<Static<typeof Session>> => {
  const complexes = await deps.db.as(scopeOf(who, from), (tx) =>
    visibleComplexes(tx, { after: 0, limit: COMPLEXES_MAX }),
  )
  const { operatorId, username, name, role, language, mustChangePassword } = who
  return {
    operator: { operatorId, username, name, role, language, mustChangePassword },
    permissions: [...who.permissions],
    complexes,
    csrfToken: who.csrfToken,
  }
}

const sessionRoutes = (deps: Deps): Route[] => [
  publicRoute({
    method: 'POST',
    path: '/api/v1/session',
    permission: 'public',
    audited: true,
    perMinute: 120,
    summary: { zh: '登录', en: 'Log in' },
    body: LogIn,
    answer: Session,
    handler: async ({ from, token, reply }, { body }) => {
      const { username, password } = body
      const begun = await deps.sessions.logIn({ username, password, from, oldToken: token })
      reply.setSessionCookie(begun.token)
      return sessionView(deps, begun.signedIn, from)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/session',
    permission: 'session',
    beforePasswordChange: true,
    summary: { zh: '当前会话', en: 'The session of this browser' },
    answer: Session,
    handler: ({ operator, from }) => sessionView(deps, operator, from),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session',
    permission: 'session',
    audited: true,
    beforePasswordChange: true,
    summary: { zh: '退出登录', en: 'Log out' },
    answer: NoContent,
    handler: async ({ operator, from, reply }) => {
      await deps.sessions.logOut(operator, from)
      reply.clearSessionCookie()
      return null
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/password',
    permission: 'session',
    audited: true,
    beforePasswordChange: true,
    perMinute: 60,
    summary: { zh: '修改自己的密码', en: 'Change the own password' },
    body: ChangePassword,
    answer: NoContent,
    handler: async ({ operator, from }, { body }) => {
      await deps.sessions.changePassword(operator, from, body)
      return null
    },
  }),
]

const named = (code: string) => {
  const words = isPermission(code) ? PERMISSIONS[code] : { zh: code, en: code }
  return { code, ...words }
}

const operatorLists = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/operators',
    permission: 'operator.view',
    summary: { zh: '操作员列表', en: 'Operators' },
    query: Type.Object({ ...PageQuery.properties, ...WithinQuery.properties }),
    answer: listOf(OperatorItem),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const asked = { after: afterId(query.cursor), limit: query.limit + 1 }
        const page = pageOf(await listOperators(tx, asked), query.limit, (row) => row.operatorId)
        const items = page.items.map(({ permissions: _permissions, disabledAt, ...row }) => ({
          ...row,
          disabledAt: disabledAt === null ? null : rfc3339(disabledAt, INSTALLATION_ZONE),
        }))
        return { ...page, items }
      }),
  }),
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
        const items = page.items.map((role) => ({
          ...role,
          permissions: role.permissions.map(named),
        }))
        return { ...page, items }
      }),
  }),
]

export const operatorRoutes = (deps: Deps): Route[] => [
  ...sessionRoutes(deps),
  ...operatorLists(deps),
]
