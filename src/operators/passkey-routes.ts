// Routes of passkeys 通行密钥: to log in and to confirm with one, and those of one's own.

import { Type } from 'typebox'
import {
  MadePasskey,
  NewPasskey,
  Passkey,
  PasskeyAnswer,
  PasskeyChange,
  PasskeyProposal,
  PasskeyQuestion,
  Session,
} from '../http/contract/operators.ts'
import { Id } from '../http/contract.ts'
import { NoContent, publicRoute, type Route, route } from '../http/route.ts'
import {
  addPasskey,
  askConfirm,
  askLogIn,
  askRegister,
  namePasskey,
  type PasskeyDeps,
  removePasskey,
} from './passkey.ts'
import { type PasskeyRow, passkeysOf } from './passkey-store.ts'
import { logInScope } from './scope.ts'
import { sessionView } from './session-routes.ts'
import type { Sessions } from './sessions.ts'
import { time, timeOrNull } from './times.ts'

type Deps = PasskeyDeps & { sessions: Sessions }

const Named = Type.Object({ id: Id })

const itemOf = ({ passkeyId, name, rpId, createdAt, lastUsedAt, clonedAt }: PasskeyRow) => ({
  ...{ passkeyId, name, rpId, createdAt: time(createdAt) },
  ...{ lastUsedAt: timeOrNull(lastUsedAt), clonedAt: timeOrNull(clonedAt) },
})

const gettingIn = (deps: Deps): Route[] => [
  publicRoute({
    method: 'POST',
    path: '/api/v1/session/passkey/ask',
    permission: 'public',
    perMinute: 60,
    summary: { zh: '通行密钥登录：取得挑战', en: 'A question for a passkey, to log in' },
    answer: PasskeyQuestion,
    handler: ({ from, origin }) => deps.db.as(logInScope(from), (tx) => askLogIn(tx, deps, origin)),
  }),
  publicRoute({
    method: 'POST',
    path: '/api/v1/session/passkey',
    permission: 'public',
    audited: true,
    perMinute: 60,
    summary: { zh: '通行密钥登录', en: 'Log in with a passkey alone' },
    body: PasskeyAnswer,
    answer: Session,
    handler: async ({ from, origin, token, reply }, { body: passkey }) => {
      const asked = { passkey, from, origin, oldToken: token }
      const begun = await deps.sessions.logInByPasskey(asked)
      reply.setSessionCookie(begun.token)
      return sessionView(deps, begun.signedIn, from)
    },
  }),
]

const confirming = (deps: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session/confirm/ask',
    permission: 'session',
    duringSetup: true,
    perMinute: 60,
    summary: { zh: '身份确认：取得挑战', en: 'A question for a passkey, to confirm with it' },
    answer: PasskeyQuestion,
    handler: ({ operator, scope, origin }) =>
      deps.db.as(scope, (tx) => askConfirm(tx, deps, operator, origin)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/confirm/passkey',
    permission: 'session',
    duringSetup: true,
    perMinute: 60,
    summary: { zh: '用通行密钥确认身份', en: 'Confirm with a passkey, before acts of weight' },
    body: PasskeyAnswer,
    answer: NoContent,
    handler: async ({ operator, from, origin }, { body: passkey }) => {
      await deps.sessions.confirmByPasskey(operator, from, { passkey, origin })
      return null
    },
  }),
]

const adding = (deps: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session/passkeys/ask',
    permission: 'session',
    confirmed: true,
    duringSetup: true,
    summary: { zh: '添加通行密钥：取得挑战', en: 'What a new passkey is made from' },
    answer: PasskeyProposal,
    handler: ({ operator, scope, origin }) =>
      deps.db.as(scope, (tx) => askRegister(tx, deps, operator, origin)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/passkeys',
    permission: 'session',
    confirmed: true,
    audited: true,
    duringSetup: true,
    summary: { zh: '添加通行密钥', en: 'Add a passkey: from now on a second factor is asked' },
    body: NewPasskey,
    answer: MadePasskey,
    handler: async ({ operator, scope, origin }, { body }) => {
      const { row, codes } = await addPasskey(deps, operator, { origin, scope }, body)
      return { item: itemOf(row), codes }
    },
  }),
]

export const passkeyRoutes = (deps: Deps): Route[] => [
  ...gettingIn(deps),
  ...confirming(deps),
  route({
    method: 'GET',
    path: '/api/v1/session/passkeys',
    permission: 'session',
    summary: { zh: '我的通行密钥', en: 'One’s own passkeys' },
    answer: Type.Object({ items: Type.Array(Passkey) }),
    handler: ({ operator, scope }) =>
      deps.db.as(scope, async (tx) => ({
        items: (await passkeysOf(tx, operator.operatorId)).map(itemOf),
      })),
  }),
  ...adding(deps),
  route({
    method: 'PATCH',
    path: '/api/v1/session/passkeys/:id',
    permission: 'session',
    summary: { zh: '命名通行密钥', en: 'Name a passkey' },
    params: Named,
    body: PasskeyChange,
    answer: Passkey,
    handler: ({ operator, scope }, { params, body: { name } }) =>
      deps.db.as(scope, async (tx) =>
        itemOf(await namePasskey(tx, operator, { passkeyId: params.id, name })),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session/passkeys/:id',
    permission: 'session',
    confirmed: true,
    audited: true,
    summary: { zh: '移除通行密钥', en: 'Remove a passkey' },
    params: Named,
    answer: NoContent,
    handler: async ({ operator, scope }, { params }) => {
      await deps.db.as(scope, (tx) => removePasskey(tx, deps, operator, params.id))
      return null
    },
  }),
]
