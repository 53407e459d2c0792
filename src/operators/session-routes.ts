// Routes of the session of a browser 登录: in, out, and the password.

import type { Static } from 'typebox'
import { visibleComplexes } from '../http/complex-store.ts'
import { ChangePassword, LogIn } from '../http/contract/asking.ts'
import { ConfirmIdentity, OwnChange, Session } from '../http/contract/operators.ts'
import { NoContent, publicRoute, type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { setLanguage } from './operator-store.ts'
import { loginPolicy } from './policy-store.ts'
import { scopeOf } from './scope.ts'
import { sessionFacts } from './session-store.ts'
import type { Sessions, SignedIn } from './sessions.ts'
import { time, timeOrNull } from './times.ts'

const COMPLEXES_MAX = 1_000

type Deps = { db: Db; sessions: Sessions }

export const sessionView = async (
  deps: Deps,
  who: SignedIn,
  from: string,
): Promise<Static<typeof Session>> => {
  const [complexes, policy, facts] = await deps.db.as(scopeOf(who, from), async (tx) => [
    await visibleComplexes(tx, { after: 0, limit: COMPLEXES_MAX }),
    await loginPolicy(tx),
    await sessionFacts(tx, who.hash),
  ])
  const { operatorId, username, name, role, language, mustChangePassword, totp } = who
  const { lastAt, lastFrom: before, failedSince: refused } = facts
  return {
    operator: {
      ...{ operatorId, username, name, role, language, mustChangePassword, totp },
      ...{ passkeys: who.passkeys, mustSetUpTotp: who.mustSetUpTotp },
      passwordUntil: timeOrNull(who.passwordUntil),
    },
    permissions: [...who.permissions],
    complexes,
    csrfToken: who.csrfToken,
    idleMinutes: policy.idleMinutes,
    expiresAt: time(facts.expiresAt),
    lastLogIn: lastAt === null ? null : { at: time(lastAt), from: before, refused },
  }
}

const inAndOut = (deps: Deps): Route[] => [
  publicRoute({
    method: 'POST',
    path: '/api/v1/session',
    permission: 'public',
    audited: true,
    perMinute: 120,
    summary: { zh: '登录', en: 'Log in' },
    body: LogIn,
    answer: Session,
    handler: async ({ from, origin, token, reply }, { body }) => {
      const { username, password, totp = null, passkey = null } = body
      const asked = { username, password, totp, passkey, from, origin, oldToken: token }
      const begun = await deps.sessions.logIn(asked)
      reply.setSessionCookie(begun.token)
      return sessionView(deps, begun.signedIn, from)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/session',
    permission: 'session',
    duringSetup: true,
    summary: { zh: '当前会话', en: 'The session of this browser' },
    answer: Session,
    handler: ({ operator, from }) => sessionView(deps, operator, from),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session',
    permission: 'session',
    audited: true,
    duringSetup: true,
    summary: { zh: '退出登录', en: 'Log out' },
    answer: NoContent,
    handler: async ({ operator, from, reply }) => {
      await deps.sessions.logOut(operator, from)
      reply.clearSessionCookie()
      return null
    },
  }),
]

export const sessionRoutes = (deps: Deps): Route[] => [
  ...inAndOut(deps),
  route({
    method: 'PATCH',
    path: '/api/v1/session',
    permission: 'session',
    summary: { zh: '设置自己的语言', en: 'Set the own language' },
    body: OwnChange,
    answer: NoContent,
    handler: async ({ operator, scope }, { body }) => {
      await deps.db.as(scope, (tx) => setLanguage(tx, operator.operatorId, body.language))
      return null
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/password',
    permission: 'session',
    audited: true,
    duringSetup: true,
    perMinute: 60,
    summary: { zh: '修改自己的密码', en: 'Change the own password' },
    body: ChangePassword,
    answer: NoContent,
    handler: async ({ operator, from }, { body }) => {
      await deps.sessions.changePassword(operator, from, body)
      return null
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/confirm',
    permission: 'session',
    duringSetup: true,
    perMinute: 60,
    summary: { zh: '再次验证身份', en: 'Give the password once more, before acts of weight' },
    body: ConfirmIdentity,
    answer: NoContent,
    handler: async ({ operator, from }, { body: { password, totp = null } }) => {
      await deps.sessions.confirm(operator, from, { password, totp })
      return null
    },
  }),
]
