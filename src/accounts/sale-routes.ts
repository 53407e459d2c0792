// The route of the list of sales 售电流水.

import { namedComplex } from '../http/complex-store.ts'
import { SaleItem, SaleListQuery } from '../http/contract/sales.ts'
import { listOf } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { day } from '../shared/clock.ts'
import { listSales } from './sale-list-store.ts'

const written = (text: string | undefined): string | null => text?.trim() || null

export const saleListRoutes = (deps: { db: Db }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sales',
    permission: 'sale.view',
    summary: { zh: '售电流水', en: 'Sales in both modes, newest first' },
    query: SaleListQuery,
    answer: listOf(SaleItem),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const rows = await listSales(tx, complexId, zone, {
          accountId: query.accountId ?? null,
          method: query.method ?? null,
          state: query.state ?? null,
          from: query.from === undefined ? null : day(query.from),
          to: query.to === undefined ? null : day(query.to),
          amountFen: query.amountFen ?? null,
          operator: written(query.operator),
          search: written(query.search),
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        return pageOf(rows, query.limit, (row) => row.saleId)
      }),
  }),
]
