// The bills of a month 月账单列表: a page of them, what all of them come to, and the same as a
// workbook with yuan and kWh as numbers that can be summed.

import type { BillList, BillListItem } from '../http/contract/bills.ts'
import { fen, yuanText } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, day, rfc3339 } from '../shared/clock.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { Language, Words } from '../shared/words.ts'
import {
  type BillFilter,
  type BillListRow,
  type BillPage,
  billSums,
  listedBills,
} from './bill-list-store.ts'
import { monthOf, monthSpan } from './month.ts'
import type { ChargedComplex } from './store.ts'

/** More is asked for in parts, by the filters. */
export const SHEET_ROWS_MAX = 20_000

export type BillsFound = {
  month?: string | undefined
  search?: string | undefined
  state?: BillFilter['state'] | undefined
}

const filterOf = (tx: Tx, complex: ChargedComplex, asked: BillsFound): BillFilter => {
  const { zone, dayCutMinutes } = complex
  const month: Day =
    asked.month === undefined
      ? monthOf(businessDay(tx.now, zone, dayCutMinutes))
      : day(`${asked.month}-01`)
  const search = asked.search?.trim() || null
  return { month, span: monthSpan(month, complex), search, state: asked.state ?? null }
}

export const billItem = (row: BillListRow, { zone }: ChargedComplex): BillListItem => ({
  ...row,
  tenantSince: rfc3339(row.tenantSince, zone),
  pricedUntil: row.pricedUntil === null ? null : rfc3339(row.pricedUntil, zone),
})

/**
 * The rows after a place, the month, and the sums of all that the filters find: with the first page
 * only, as every page would sum all of them again.
 */
export const billsListed = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: BillsFound & BillPage,
): Promise<{ rows: BillListRow[] } & Pick<BillList, 'month' | 'sums'>> => {
  const filter = filterOf(tx, complex, asked)
  const { complexId } = complex
  return {
    rows: await listedBills(tx, complexId, filter, asked),
    month: filter.month.slice(0, 7),
    sums: asked.after ? null : must(await billSums(tx, complexId, filter), 'a sum has a row'),
  }
}

const HEADINGS: readonly Words[] = [
  { zh: '户号', en: 'Account' },
  { zh: '商户', en: 'Tenant' },
  { zh: '商铺', en: 'Premises' },
  { zh: '表号', en: 'Meter' },
  { zh: '计费方式', en: 'Mode' },
  { zh: '月份', en: 'Month' },
  { zh: '计价至', en: 'Priced until' },
  { zh: '用电量（kWh）', en: 'kWh' },
  { zh: '其中估算（kWh）', en: 'Estimated (kWh)' },
  { zh: '无电价（kWh）', en: 'Without a price (kWh)' },
  { zh: '应计电费（元）', en: 'Due (yuan)' },
  { zh: '已入账或已扣（元）', en: 'Posted or deducted (yuan)' },
]
const NOT_PRICED: Words = { zh: '尚未计价', en: 'not priced yet' }
const MODES = {
  meter: { zh: '表内计费', en: 'by the meter' },
  centre: { zh: '后台计费', en: 'by the centre' },
} as const satisfies Record<BillListRow['mode'], Words>

type Cells = readonly (string | number)[]

/** What is not known is a dash, which a sum passes over. */
const UNKNOWN = '—'
const WH_PER_KWH = 1_000
const kwh = (wh: number | null) => (wh === null ? UNKNOWN : wh / WH_PER_KWH)
const yuan = (amount: number | null) => (amount === null ? UNKNOWN : Number(yuanText(fen(amount))))

const cellsOf = (row: BillListRow, month: Day, zone: string, language: Language): Cells => [
  ...[row.accountNo, row.tenant, row.premises, row.meterNos, MODES[row.mode][language]],
  month.slice(0, 7),
  row.pricedUntil === null ? NOT_PRICED[language] : rfc3339(row.pricedUntil, zone),
  ...[kwh(row.energyWh), kwh(row.estimatedWh), kwh(row.unpricedWh)],
  ...[yuan(row.dueFen), yuan(row.postedFen)],
]

/**
 * The first row is the headings. Refuses: bill_sheet_too_long, where `max` rows are not all that
 * was asked for.
 */
export const billCells = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: BillsFound,
  language: Language,
  max = SHEET_ROWS_MAX,
): Promise<{ month: string; rows: Cells[] }> => {
  const filter = filterOf(tx, complex, asked)
  const page = { after: null, limit: max + 1 }
  const rows = await listedBills(tx, complex.complexId, filter, page)
  refuseIf(rows.length > max, 'bill_sheet_too_long', { max })
  const cells = rows.map((row) => cellsOf(row, filter.month, complex.zone, language))
  return {
    month: filter.month.slice(0, 7),
    rows: [HEADINGS.map((heading) => heading[language]), ...cells],
  }
}
