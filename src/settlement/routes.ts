// Routes of settlement 结算: bills that explain themselves.

import { Type } from 'typebox'
import { WithinQuery } from '../http/contract/asking.ts'
import { Bill, Bills, Month } from '../http/contract/bills.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { Refusal } from '../shared/refusal.ts'
import { billsOf } from './bill-view.ts'

const params = Type.Object({ id: Id })
const query = Type.Object({ ...WithinQuery.properties, month: Month })

export const settlementRoutes = (deps: { db: Db }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/supplies/:id/bill',
    permission: 'sale.view',
    summary: { zh: '月电费账单', en: 'The bill of a supply for a month, line by line' },
    params,
    query,
    answer: Bill,
    handler: ({ scope }, { params: { id }, query: asked }) =>
      deps.db.as(scope, async (tx) => {
        const within = asked.complexId ?? null
        const bills = await billsOf(tx, { month: asked.month, of: { supply: id }, within })
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
    query,
    answer: Bills,
    handler: ({ scope }, { params: { id }, query: asked }) =>
      deps.db.as(scope, async (tx) => {
        const within = asked.complexId ?? null
        const items = await billsOf(tx, { month: asked.month, of: { account: id }, within })
        if (items.length === 0) throw new Refusal('not_found', { accountId: id })
        return { items }
      }),
  }),
]
