// Routes of settlement 结算: bills that explain themselves.

import { Type } from 'typebox'
import { Bill, BillQuery, Bills } from '../http/contract/bills.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { parseRfc3339 } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'
import { billsOf } from './bill-view.ts'

const params = Type.Object({ id: Id })

/** Null: the present tenant, or the last one. */
const tenancy = (since: string | undefined) => {
  if (since === undefined) return null
  const at = parseRfc3339(since)
  if (at === null) throw new Refusal('invalid_input', { where: 'query', field: 'tenantSince' })
  return at
}

export const settlementRoutes = (deps: { db: Db }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/supplies/:id/bill',
    permission: 'sale.view',
    summary: { zh: '月电费账单', en: 'The bill of a supply for a month, line by line' },
    params,
    query: BillQuery,
    answer: Bill,
    handler: ({ scope }, { params: { id }, query: asked }) =>
      deps.db.as(scope, async (tx) => {
        const { month, complexId: within = null } = asked
        const tenantSince = tenancy(asked.tenantSince)
        const bills = await billsOf(tx, { month, of: { supply: id }, within, tenantSince })
        const [bill] = bills
        if (!bill) throw new Refusal('not_found', { supplyId: id })
        return bill
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/:id/bills',
    permission: 'sale.view',
    summary: { zh: '用户月电费账单', en: 'The bills of every supply of an account for a month' },
    params,
    query: BillQuery,
    answer: Bills,
    handler: ({ scope }, { params: { id }, query: asked }) =>
      deps.db.as(scope, async (tx) => {
        const { month, complexId: within = null } = asked
        const tenantSince = tenancy(asked.tenantSince)
        const items = await billsOf(tx, { month, of: { account: id }, within, tenantSince })
        if (items.length === 0) throw new Refusal('not_found', { accountId: id })
        return { items }
      }),
  }),
]
