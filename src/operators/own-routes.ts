// Routes of what is one's own 我的账户: the second factor, and the sessions that stand.

import { Type } from 'typebox'
import { OwnSession, ProposedTotp, ProveTotp, RecoveryCodes } from '../http/contract/operators.ts'
import { Id } from '../http/contract.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { auditInScope } from './audit-scope.ts'
import { endOneSession, type StandingSession, sessionsOf } from './session-store.ts'
import type { Sessions } from './sessions.ts'
import { time } from './times.ts'

type Deps = { db: Db; ids: Ids; sessions: Sessions }

export const sessionItem = ({
  hash: _hash,
  createdAt,
  seenAt,
  expiresAt,
  ...row
}: StandingSession) => ({
  ...row,
  createdAt: time(createdAt),
  seenAt: time(seenAt),
  expiresAt: time(expiresAt),
})

const factorRoutes = ({ sessions }: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session/totp',
    permission: 'session',
    confirmed: true,
    duringSetup: true,
    summary: { zh: '获取动态口令二维码', en: 'A new secret for the second factor' },
    answer: ProposedTotp,
    handler: ({ operator, scope }) => sessions.factorOf(operator, scope).propose(),
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/totp/prove',
    permission: 'session',
    confirmed: true,
    audited: true,
    duringSetup: true,
    perMinute: 60,
    summary: { zh: '绑定动态口令', en: 'Prove the first code: from now on it is asked' },
    body: ProveTotp,
    answer: RecoveryCodes,
    handler: async ({ operator, scope }, { body }) => ({
      codes: await sessions.factorOf(operator, scope).adopt(body.code),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session/totp',
    permission: 'session',
    confirmed: true,
    audited: true,
    summary: { zh: '解除动态口令', en: 'Do without the second factor' },
    answer: NoContent,
    handler: async ({ operator, scope }) => {
      await sessions.factorOf(operator, scope).clear()
      return null
    },
  }),
]

export const ownRoutes = (deps: Deps): Route[] => [
  ...factorRoutes(deps),
  route({
    method: 'GET',
    path: '/api/v1/sessions',
    permission: 'session',
    summary: { zh: '我的会话', en: 'One’s own sessions' },
    answer: Type.Object({ items: Type.Array(OwnSession) }),
    handler: ({ operator, scope }) =>
      deps.db.as(scope, async (tx) => {
        const rows = await sessionsOf(tx, operator.operatorId)
        const items = rows.map((row) => ({
          ...sessionItem(row),
          current: row.hash.equals(operator.hash),
        }))
        return { items }
      }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/sessions/:id',
    permission: 'session',
    audited: true,
    summary: { zh: '结束自己的一个会话', en: 'End one of one’s own sessions' },
    params: Type.Object({ id: Id }),
    answer: NoContent,
    handler: ({ operator, scope }, { params }) =>
      deps.db.as(scope, async (tx) => {
        const ended = await endOneSession(tx, operator.operatorId, params.id)
        if (!ended) throw new Refusal('not_found', { sessionId: params.id })
        const after = { sessionId: params.id }
        await auditInScope(tx, deps, operator, { action: 'session.end', after })
        return null
      }),
  }),
]
