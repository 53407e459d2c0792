// The list of sales 售电记录 from the server, and the same as a file.

import type { SaleItem } from '../../../http/contract/sales.ts'
import type { ListOf } from '../../../http/contract.ts'
import type { Say } from '../../text/i18n.ts'
import { asText, type Cell, saveCsv } from '../../ui/csv.ts'
import { typedYuan } from '../../ui/money-text.ts'
import { timeText } from '../../ui/time-text.ts'
import { call, type Query } from '../api/client.ts'

const PAGE = 500
/** What a browser and a spreadsheet both bear. */
const ROWS_MAX = 50_000

export const SALE_STATES = [
  'QUEUED',
  'ARMED',
  'DELIVERED',
  'HOLD',
  'CANCELLED',
  'VOID',
  'BALANCE',
] as const

export const listSales = (complexId: number, query: Query): Promise<ListOf<SaleItem>> =>
  call<ListOf<SaleItem>>('/sales', { query: { complexId, ...query } })

const allSales = async (complexId: number, query: Query): Promise<SaleItem[]> => {
  const rows: SaleItem[] = []
  let cursor: string | undefined
  do {
    const page = await listSales(complexId, { ...query, limit: PAGE, cursor })
    rows.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && rows.length < ROWS_MAX)
  return rows
}

export const saleState = (say: Say, { state, depositFen }: SaleItem): string => {
  if (state !== null) return say(`purchase.${state}`)
  return say(depositFen > 0 ? 'settlement.deposit' : 'purchase.BALANCE')
}

const rowOf = (say: Say, zone: string, sale: SaleItem): Cell[] => [
  timeText(sale.at, zone),
  sale.receiptNo,
  asText(sale.accountNo),
  sale.tenant,
  sale.premises,
  asText(sale.meterNo),
  say(`method.${sale.method}`),
  typedYuan(sale.paidFen),
  typedYuan(sale.carryFen),
  typedYuan(sale.serviceFeeFen),
  typedYuan(sale.creditFen),
  typedYuan(sale.takenBackFen),
  saleState(say, sale),
  sale.operator,
]

/** Every sale that fits the filters, as a file. */
export const exportSales = async (
  say: Say,
  zone: string,
  complexId: number,
  query: Query,
): Promise<number> => {
  const sales = await allSales(complexId, query)
  const head = [
    say('purchase.at'),
    say('sale.receiptNo'),
    say('account.no'),
    say('account.tenant'),
    say('sale.shop'),
    say('sale.meterNo'),
    say('sale.method'),
    say('sale.paidYuan'),
    say('account.carryYuan'),
    say('receipt.serviceFee'),
    say('purchase.amountYuan'),
    say('sale.takenBackYuan'),
    say('purchase.state'),
    say('sale.operator'),
  ]
  saveCsv('sales.csv', [head, ...sales.map((sale) => rowOf(say, zone, sale))])
  return sales.length
}
