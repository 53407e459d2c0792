// Routes of final prices 最终电价: what a month was charged by so far, and a sheet of what it came to.

import { namedComplex } from '../http/complex-store.ts'
import {
  MonthPriceQuery,
  MonthPriceSheet,
  MonthPricesRead,
  type ProvisionalPrice,
  ProvisionalPrices,
} from '../http/contract/rerate.ts'
import { type Route, route } from '../http/route.ts'
import type { Scope } from '../ports/database.ts'
import { monthSpan } from '../settlement/month.ts'
import { lastMonth } from '../settlement/month-figures.ts'
import { day } from '../shared/clock.ts'
import { energyPriceE8, periodsOf } from '../tariff/plan.ts'
import type { RerateDeps } from './deps.ts'
import { readMonthPrices } from './month-price-sheet.ts'
import { type HeldPlan, plansIn } from './month-price-store.ts'

/** A sheet of 6 MB as text. */
const SHEET_MAX_BYTES = 12 * 1024 * 1024

type Asked = { complexId: number; month?: string | undefined }

const held = (deps: RerateDeps, scope: Scope, { complexId, month }: Asked) =>
  deps.db.as(scope, async (tx) => {
    const complex = await namedComplex(tx, complexId)
    const first = month === undefined ? lastMonth(tx, complex) : day(`${month}-01`)
    const plans = await plansIn(tx, complex.complexId, monthSpan(first, complex))
    return { month: first.slice(0, 7), plans }
  })

const shown = ({ planId, plan, planEn, definition, supplies }: HeldPlan): ProvisionalPrice[] =>
  periodsOf(definition).map((period) => ({
    ...{ planId, plan, planEn, period, supplies },
    // The first tier, which adds nothing.
    priceE8: energyPriceE8(definition, period, 1) ?? 0,
  }))

export const monthPriceRoutes = (deps: RerateDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/month-prices',
    permission: 'rerate.view',
    summary: { zh: '某月各方案的电价', en: 'The prices of a month, by plan and period' },
    query: MonthPriceQuery,
    answer: ProvisionalPrices,
    handler: async ({ scope }, { query }) => {
      const { month, plans } = await held(deps, scope, query)
      return { month, items: plans.flatMap(shown) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/month-prices/sheet',
    permission: 'rerate.make',
    bodyMaxBytes: SHEET_MAX_BYTES,
    summary: { zh: '读取最终电价表', en: 'Read a sheet of final prices; writes nothing' },
    body: MonthPriceSheet,
    answer: MonthPricesRead,
    handler: async ({ scope }, { body }) =>
      readMonthPrices(deps, body.sheet, (await held(deps, scope, body)).plans),
  }),
]
