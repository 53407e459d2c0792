// Routes of the bills of a month 月账单列表: to look through, and as a workbook.

import { namedComplex } from '../http/complex-store.ts'
import { BillList, BillListQuery, BillSheet, BillSheetQuery } from '../http/contract/bills.ts'
import { pageOf, supplyAndMoment } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import type { Db } from '../ports/database.ts'
import type { Sheets } from '../ports/sheets.ts'
import { instant } from '../shared/clock.ts'
import { billCells, billItem, billsListed } from './bill-list.ts'
import type { BillListRow, BillPage } from './bill-list-store.ts'

const keyOf = ({ supplyId, tenantSince }: BillListRow): string => `${supplyId}.${tenantSince}`

const afterBill = (cursor: string | undefined): BillPage['after'] => {
  const place = supplyAndMoment(cursor)
  return place && { supply: place.supply, tenantSince: instant(place.at) }
}

export const billListRoutes = (deps: { db: Db; sheets: Sheets }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/bills',
    permission: 'sale.view',
    summary: { zh: '某月全部账单', en: 'Every bill of a month, and what they come to' },
    query: BillListQuery,
    answer: BillList,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, query.complexId)
        const { limit, cursor, ...asked } = query
        const page = { after: afterBill(cursor), limit: limit + 1 }
        const { rows, ...whole } = await billsListed(tx, complex, { ...asked, ...page })
        const { items, nextCursor } = pageOf(rows, limit, keyOf)
        return { items: items.map((row) => billItem(row, complex)), nextCursor, ...whole }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/bills/sheet',
    permission: 'sale.view',
    summary: { zh: '导出某月账单（xlsx）', en: 'The bills of a month as a workbook' },
    query: BillSheetQuery,
    answer: BillSheet,
    handler: async ({ scope, language }, { query }) => {
      const { month, rows } = await deps.db.as(scope, async (tx) =>
        billCells(tx, await namedComplex(tx, query.complexId), query, language),
      )
      const title = language === 'zh' ? '月账单' : 'Bills'
      return workbook(deps.sheets, rows, title, `${title} ${month}`)
    },
  }),
]
