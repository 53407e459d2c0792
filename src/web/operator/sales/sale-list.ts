// The list of sales 售电记录 from the server, and the same as a file.

import type { SaleItem } from '../../../http/contract/sales.ts'
import type { ListOf } from '../../../http/contract.ts'
import type { Language, Say } from '../../text/i18n.ts'
import { fenOf } from '../../ui/money-text.ts'
import { timeText } from '../../ui/time-text.ts'
import type { SheetCell } from '../../ui/xlsx.ts'
import { call, type Query } from '../api/client.ts'
import { premisesText } from '../board/building.ts'

export const SALE_STATES = [
  'QUEUED',
  'ARMED',
  'DELIVERED',
  'HOLD',
  'CANCELLED',
  'VOID',
  'BALANCE',
] as const

/** An amount is typed in yuan; what is none finds nothing less. */
export const listSales = (
  complexId: number,
  { amount, ...query }: Query,
): Promise<ListOf<SaleItem>> => {
  const amountFen = amount === undefined ? null : fenOf(String(amount))
  return call<ListOf<SaleItem>>('/sales', {
    query: { complexId, ...query, amountFen: amountFen ?? undefined },
  })
}

export const saleState = (say: Say, { state, depositFen }: SaleItem): string => {
  if (state !== null) return say(`purchase.${state}`)
  return say(depositFen > 0 ? 'settlement.deposit' : 'purchase.BALANCE')
}

export const saleCells = (
  say: Say,
  language: Language,
  zone: string,
  sale: SaleItem,
): SheetCell[] => [
  timeText(sale.at, zone) ?? '',
  sale.receiptNo,
  sale.accountNo,
  sale.tenant,
  premisesText(sale, language),
  sale.meterNo,
  say(`method.${sale.method}`),
  { fen: sale.paidFen },
  { fen: sale.carryFen },
  { fen: sale.serviceFeeFen },
  { fen: sale.depositFen },
  { fen: sale.creditFen },
  { fen: sale.takenBackFen },
  saleState(say, sale),
  sale.operator,
]

export const saleHeadings = (say: Say): string[] => [
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
  say('settlement.deposit'),
  say('purchase.amountYuan'),
  say('sale.takenBackYuan'),
  say('purchase.state'),
  say('sale.operator'),
]
