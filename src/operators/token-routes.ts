// Routes of tokens for machines 接口令牌: one's own, and for administrators everybody's.

import { Type } from 'typebox'
import { MadeToken, NewToken, Token } from '../http/contract/operators.ts'
import { Id } from '../http/contract.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import { editorOf, type OperatorRouteDeps } from './operator-routes.ts'
import { time, timeOrNull } from './times.ts'
import { listTokens, type TokenRow } from './token-store.ts'
import { endToken, makeToken } from './tokens.ts'

const itemOf = ({ operatorId: _operatorId, ...row }: TokenRow) => ({
  ...row,
  createdAt: time(row.createdAt),
  expiresAt: time(row.expiresAt),
  lastUsedAt: timeOrNull(row.lastUsedAt),
  revokedAt: timeOrNull(row.revokedAt),
})

const Tokens = Type.Object({ items: Type.Array(Token) })
const Named = Type.Object({ id: Id })

const everybodys = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/tokens',
    permission: 'operator.view',
    summary: { zh: '全部接口令牌', en: 'Everybody’s tokens' },
    answer: Tokens,
    handler: ({ scope }) =>
      deps.db.as(scope, async (tx) => ({
        items: (await listTokens(tx, { operatorId: null })).map(itemOf),
      })),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    permission: 'operator.edit',
    audited: true,
    summary: { zh: '吊销任意令牌', en: 'Revoke anybody’s token' },
    params: Named,
    answer: NoContent,
    handler: async (caller, { params }) => {
      await endToken(deps, editorOf(caller), params.id, true)
      return null
    },
  }),
]

export const tokenRoutes = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/session/tokens',
    permission: 'session',
    summary: { zh: '我的接口令牌', en: 'One’s own tokens' },
    answer: Tokens,
    handler: ({ scope, operator: { operatorId } }) =>
      deps.db.as(scope, async (tx) => ({
        items: (await listTokens(tx, { operatorId })).map(itemOf),
      })),
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/tokens',
    permission: 'session',
    confirmed: true,
    audited: true,
    summary: { zh: '新增接口令牌', en: 'Make a token for a machine; it is shown once' },
    body: NewToken,
    answer: MadeToken,
    handler: async (caller, { body }) => {
      const { token, row } = await makeToken(deps, editorOf(caller), body)
      return { token, item: itemOf(row) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session/tokens/:id',
    permission: 'session',
    audited: true,
    summary: { zh: '吊销自己的令牌', en: 'Revoke an own token' },
    params: Named,
    answer: NoContent,
    handler: async (caller, { params }) => {
      await endToken(deps, editorOf(caller), params.id, false)
      return null
    },
  }),
  ...everybodys(deps),
]
