// Routes of closing 结账: the day close, the month lock, and the prints of receipts.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery } from '../http/contract/asking.ts'
import {
  CloseDay,
  DayClose,
  DayCloseList,
  LockMonth,
  MonthLock,
  PrintReceipt,
  ReceiptPrints,
} from '../http/contract/shifts.ts'
import { listOf } from '../http/contract.ts'
import { beforeDay, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { closedUntil } from '../ledger/posting-day.ts'
import { businessDay, day, dayAfter } from '../shared/clock.ts'
import { closeDay, closedDayView } from './day-close.ts'
import { firstUnclosed, listClosedDays } from './day-store.ts'
import { lockedMonthView, lockMonth } from './month-lock.ts'
import { listLockedMonths } from './month-store.ts'
import { printReceipt, printsOf } from './prints.ts'
import type { ShiftDeps } from './shift.ts'

const dayRoutes = (deps: ShiftDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/day-closes',
    permission: 'day.close',
    summary: { zh: '日结记录', en: 'Closed days, newest first' },
    query: ListQuery,
    answer: DayCloseList,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone, dayCutMinutes } = await namedComplex(tx, query.complexId)
        const page = { before: beforeDay(query.cursor), limit: query.limit + 1 }
        const { items, nextCursor } = pageOf(
          await listClosedDays(tx, complexId, page),
          query.limit,
          (row) => row.day,
        )
        const closed = await closedUntil(tx, complexId)
        const today = businessDay(tx.now, zone, dayCutMinutes)
        const first = await firstUnclosed(tx, complexId, closed, dayAfter(today))
        return {
          items: items.map((row) => closedDayView(complexId, zone, row)),
          nextCursor,
          today,
          firstOpenDay: first ?? (closed === null ? null : dayAfter(closed)),
        }
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/day-closes',
    permission: 'day.close',
    once: true,
    audited: true,
    summary: { zh: '日结', en: 'Close a day; a dry run shows its report' },
    body: CloseDay,
    answer: DayClose,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      return closeDay(deps, scope, {
        complexId,
        day: day(body.day),
        dryRun: body.dryRun === true,
        requestId: body.dryRun ? deps.ids.uuid() : requestId(),
      })
    },
  }),
]

const monthRoutes = (deps: ShiftDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/month-locks',
    permission: 'day.close',
    summary: { zh: '月结记录', en: 'Locked months, newest first' },
    query: ListQuery,
    answer: listOf(MonthLock),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const page = { before: beforeDay(query.cursor), limit: query.limit + 1 }
        const rows = await listLockedMonths(tx, complexId, page)
        const { items, nextCursor } = pageOf(rows, query.limit, (row) => row.month)
        return { items: items.map((row) => lockedMonthView(complexId, zone, row)), nextCursor }
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/month-locks',
    permission: 'day.close',
    once: true,
    audited: true,
    summary: { zh: '月结', en: 'Lock a month in which everything is explained' },
    body: LockMonth,
    answer: MonthLock,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      return lockMonth(deps, scope, {
        complexId,
        month: body.month,
        dryRun: body.dryRun === true,
        requestId: body.dryRun ? deps.ids.uuid() : requestId(),
      })
    },
  }),
]

const PrintParams = Type.Object({ no: Type.String({ minLength: 1, maxLength: 40 }) })

const printRoutes = (deps: ShiftDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/receipts/:no/prints',
    permission: 'sale.view',
    summary: { zh: '收据打印记录', en: 'A receipt or voucher by its number, with its prints' },
    params: PrintParams,
    query: PrintReceipt,
    answer: ReceiptPrints,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, (tx) => printsOf(tx, query.complexId, params.no)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/receipts/:no/prints',
    permission: 'sale.view',
    once: true,
    audited: true,
    summary: { zh: '打印与补打', en: 'Note a print; the second and later are copies' },
    params: PrintParams,
    body: PrintReceipt,
    answer: ReceiptPrints,
    handler: async ({ scope, requestId }, { params, body }) => {
      await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const print = { complexId: body.complexId, receiptNo: params.no, requestId: requestId() }
      return printReceipt(deps, scope, print)
    },
  }),
]

export const closeRoutes = (deps: ShiftDeps): Route[] => [
  ...dayRoutes(deps),
  ...monthRoutes(deps),
  ...printRoutes(deps),
]
