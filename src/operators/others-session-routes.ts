// Routes of other people's sessions 他人会话: seen by who sees operators, ended by who changes them.

import { Type } from 'typebox'
import { OperatorSession } from '../http/contract/operators.ts'
import { Id } from '../http/contract.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import type { Tx } from '../ports/database.ts'
import { operatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { auditInScope } from './audit-scope.ts'
import { refuseBeyond } from './authority.ts'
import { findOperator } from './edit-store.ts'
import { editorOf, type OperatorRouteDeps } from './operator-routes.ts'
import type { ListedOperator } from './operator-store.ts'
import { sessionItem } from './own-routes.ts'
import { rightsToGive } from './separate.ts'
import { endOneSession, sessionsOf } from './session-store.ts'

const known = async (tx: Tx, id: number): Promise<ListedOperator> => {
  const row = await findOperator(tx, operatorId(id))
  if (!row) throw new Refusal('not_found', { operatorId: id })
  return row
}

export const othersSessionRoutes = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/operators/:id/sessions',
    permission: 'operator.view',
    summary: { zh: '操作员的会话', en: 'Sessions of an operator' },
    params: Type.Object({ id: Id }),
    answer: Type.Object({ items: Type.Array(OperatorSession) }),
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, async (tx) => {
        const { operatorId: id } = await known(tx, params.id)
        return { items: (await sessionsOf(tx, id)).map(sessionItem) }
      }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/operators/:id/sessions/:session',
    permission: 'operator.edit',
    audited: true,
    summary: { zh: '结束操作员的一个会话', en: 'End a session of an operator' },
    params: Type.Object({ id: Id, session: Id }),
    answer: NoContent,
    handler: (caller, { params }) =>
      deps.db.as(caller.scope, async (tx) => {
        const operator = await known(tx, params.id)
        refuseBeyond(await rightsToGive(tx, editorOf(caller).rights), operator)
        const ended = await endOneSession(tx, operator.operatorId, params.session)
        if (!ended) throw new Refusal('not_found', { sessionId: params.session })
        const after = { sessionId: params.session }
        await auditInScope(tx, deps, operator, { action: 'session.end', after })
        return null
      }),
  }),
]
