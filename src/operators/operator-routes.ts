// Routes of operators 操作员: who there is, and what he may reach.

import { Type } from 'typebox'
import { PageQuery, WithinQuery } from '../http/contract/asking.ts'
import { NewOperator, OperatorChange, OperatorItem } from '../http/contract/operators.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { plusMs } from '../shared/clock.ts'
import { type OperatorId, operatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { OperatorDeps } from './create.ts'
import { addOperator, changeOperator, type Editor } from './edit.ts'
import { findOperator } from './edit-store.ts'
import { type ListedOperator, listOperators } from './operator-store.ts'
import { loginPolicy } from './policy-store.ts'
import { timeOrNull } from './times.ts'

export type OperatorRouteDeps = OperatorDeps

export const editorOf = ({ operator, scope }: OperatorCaller): Editor & { role: string } => ({
  ...{ scope, rights: operator, operatorId: operator.operatorId, role: operator.role },
})

const DAY_MS = 86_400_000

const itemOf = async (tx: Tx, listed: ListedOperator) => {
  const { permissions: _permissions, phoneTail, hereAt, ...row } = listed
  const { staleDays } = await loginPolicy(tx)
  return {
    ...row,
    phoneMasked: phoneTail === null ? null : `****${phoneTail}`,
    disabledAt: timeOrNull(row.disabledAt),
    passwordUntil: timeOrNull(row.passwordUntil),
    expiresAt: timeOrNull(row.expiresAt),
    lastLoginAt: timeOrNull(row.lastLoginAt),
    stale: row.disabledAt === null && plusMs(hereAt, staleDays * DAY_MS) < tx.now,
  }
}

/** As he is after what was done. */
const itemNow = (deps: OperatorRouteDeps, scope: Scope, id: OperatorId) =>
  deps.db.as(scope, async (tx) => {
    const row = await findOperator(tx, id)
    if (!row) throw new Refusal('not_found', { operatorId: id })
    return itemOf(tx, row)
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
    handler: async (caller, { body }) => {
      const { operatorId: id } = await addOperator(deps, editorOf(caller), body)
      return itemNow(deps, caller.scope, id)
    },
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
    handler: async (caller, { params, body }) => {
      const id = operatorId(params.id)
      await changeOperator(deps, editorOf(caller), id, body)
      return itemNow(deps, caller.scope, id)
    },
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
        return { ...page, items: await Promise.all(page.items.map((row) => itemOf(tx, row))) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/operators/:id',
    permission: 'operator.view',
    summary: { zh: '操作员', en: 'An operator' },
    params: Named,
    answer: OperatorItem,
    handler: ({ scope }, { params }) => itemNow(deps, scope, operatorId(params.id)),
  }),
  ...editing(deps),
]
