// Final prices from a sheet 最终电价导入: plan, period and price; every row that can't be read is named.

import { Type } from 'typebox'
import type { MonthPrice, MonthPricesRead } from '../http/contract/rerate.ts'
import type { SheetFile } from '../http/contract/sheets.ts'
import { listRows } from '../imports/listed.ts'
import { type Column, problem, wholeUnits } from '../imports/sheet.ts'
import { PERIOD_NAMES } from '../tariff/fault-text.ts'
import { PERIODS, type Period, periodsOf } from '../tariff/plan.ts'
import type { RerateDeps } from './deps.ts'
import type { HeldPlan } from './month-price-store.ts'

const PLAN = { field: 'plan', zh: '电价方案', en: 'Plan', kind: 'text', required: true } as const
const PERIOD = { field: 'period', zh: '时段', en: 'Period', kind: 'text' } as const
const PRICE = {
  field: 'price',
  zh: '最终电价',
  en: 'Final price',
  kind: 'text',
  required: true,
} as const
const COLUMNS: readonly Column[] = [PLAN, PERIOD, PRICE]
const Row = Type.Object({
  plan: Type.String(),
  period: Type.Optional(Type.String()),
  price: Type.String(),
})
const DECIMALS = 8

/** Undefined: no such period. */
const periodOf = (text: string): Period | null | undefined => {
  const said = text.trim().toLowerCase()
  if (said === '') return null
  return PERIODS.find((one) => {
    const { zh, en } = PERIOD_NAMES[one]
    return [one.toLowerCase(), zh, en].includes(said)
  })
}

type Read = { price: MonthPrice } | { problems: MonthPricesRead['problems'] }

const priceOf = (
  { plan, period = '', price }: { plan: string; period?: string | undefined; price: string },
  plans: readonly HeldPlan[],
): Read => {
  const said = plan.trim()
  const found = plans.find((one) => one.plan === said || one.planEn === said)
  if (!found) return { problems: [problem('unknown', PLAN)] }
  const of = periodOf(period)
  if (of === undefined || !periodsOf(found.definition).includes(of))
    return { problems: [problem('choice', PERIOD)] }
  const priceE8 = wholeUnits(price, DECIMALS)
  if (priceE8 === null || priceE8 < 0) return { problems: [problem('number', PRICE)] }
  return { price: { planId: found.planId, period: of, priceE8 } }
}

export const readMonthPrices = async (
  deps: Pick<RerateDeps, 'db' | 'sheets'>,
  sheet: SheetFile,
  plans: readonly HeldPlan[],
): Promise<MonthPricesRead> => {
  const listed = await listRows(deps, { sheet }, COLUMNS, Row)
  const rows: MonthPricesRead['rows'] = []
  const prices: MonthPrice[] = []
  for (const { row, value, problems } of listed.rows) {
    const read: Read = value === null ? { problems } : priceOf(value, plans)
    const twice =
      'price' in read &&
      prices.some(
        ({ planId, period }) => planId === read.price.planId && period === read.price.period,
      )
    if (twice) rows.push({ row, problems: [problem('twice', PLAN)] })
    else if ('price' in read) prices.push(read.price)
    else rows.push({ row, problems: read.problems })
  }
  return { problems: listed.problems, rows, prices }
}
