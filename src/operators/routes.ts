// Routes of sessions and operators 登录与操作员.

import type { Static } from 'typebox'
import { visibleComplexes } from '../http/complex-store.ts'
import { ChangePassword, LogIn } from '../http/contract/asking.ts'
import { Session } from '../http/contract.ts'
import { NoContent, publicRoute, type Route, route } from '../http/route.ts'
import { type OperatorRouteDeps, operatorEditRoutes } from './operator-routes.ts'
import { roleRoutes } from './role-routes.ts'
import { scopeOf } from './scope.ts'
import type { Sessions, SignedIn } from './sessions.ts'

const COMPLEXES_MAX = 1_000

type Deps = OperatorRouteDeps & { sessions: Sessions }

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

export const operatorRoutes = (deps: Deps): Route[] => [
  ...sessionRoutes(deps),
  ...operatorEditRoutes(deps),
  ...roleRoutes(deps),
]
