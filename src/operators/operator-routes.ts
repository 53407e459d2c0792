// Routes of operators 操作员: who there is, and what he may reach.

import { Type } from 'typebox'
import { PageQuery, WithinQuery } from '../http/contract/asking.ts'
import { NewOperator, OperatorChange, OperatorItem } from '../http/contract/operators.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import { rfc3339 } from '../shared/clock.ts'
import { operatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { OperatorDeps } from './create.ts'
import { addOperator, changeOperator, type Editor } from './edit.ts'
import { findOperator } from './edit-store.ts'
import { listOperators, type OperatorRow } from './operator-store.ts'

/** Times of the installation itself belong to no complex. */
export const INSTALLATION_ZONE = 'UTC'

export type OperatorRouteDeps = OperatorDeps

export const editorOf = ({ operator, scope }: OperatorCaller): Editor & { role: string } => ({
  ...{ scope, rights: operator, operatorId: operator.operatorId, role: operator.role },
})

const itemOf = ({ permissions: _permissions, disabledAt, phoneTail, ...row }: OperatorRow) => ({
  ...row,
  phoneMasked: phoneTail === null ? null : `****${phoneTail}`,
  disabledAt: disabledAt === null ? null : rfc3339(disabledAt, INSTALLATION_ZONE),
})

const Named = Type.Object({ id: Id })

const editing = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/operators',
    permission: 'operator.edit',
    confirmed: true,
    audited: true,
    summary: { zh: '新增操作员', en: 'Create an operator' },
    body: NewOperator,
    answer: OperatorItem,
    handler: async (caller, { body }) => itemOf(await addOperator(deps, editorOf(caller), body)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/operators/:id',
    permission: 'operator.edit',
    confirmed: true,
    audited: true,
    summary: {
      zh: '修改、锁定操作员或重置密码',
      en: 'Change or lock an operator, reset his password',
    },
    params: Named,
    body: OperatorChange,
    answer: OperatorItem,
    handler: async (caller, { params, body }) =>
      itemOf(await changeOperator(deps, editorOf(caller), operatorId(params.id), body)),
  }),
]

export const operatorEditRoutes = (deps: OperatorRouteDeps): Route[] => [
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
        return { ...page, items: page.items.map(itemOf) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/operators/:id',
    permission: 'operator.view',
    summary: { zh: '操作员', en: 'An operator' },
    params: Named,
    answer: OperatorItem,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, async (tx) => {
        const row = await findOperator(tx, operatorId(params.id))
        if (!row) throw new Refusal('not_found', { operatorId: params.id })
        return itemOf(row)
      }),
  }),
  ...editing(deps),
]
