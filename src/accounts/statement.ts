// The statement of an account 对账单 as a CSV file: what a tenant paid, got back and used, and what the
// books hold for him. Of one tenant only: the next one never sees the former's.

import type { Settlement } from '../http/contract/account-life.ts'
import type { Language } from '../http/language.ts'
import { fen, yuanText } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { settlementOf } from './close-settlement.ts'
import { type StatementLine, statementLines, type Tenancy, tenancyOf } from './statement-store.ts'

const WORDS = {
  account: { zh: '户号', en: 'Account' },
  tenant: { zh: '商户', en: 'Tenant' },
  from: { zh: '起', en: 'From' },
  to: { zh: '止', en: 'To' },
  time: { zh: '时间', en: 'Time' },
  kind: { zh: '类型', en: 'Kind' },
  no: { zh: '单号/日期', en: 'Number or day' },
  meter: { zh: '表号', en: 'Meter' },
  method: { zh: '方式', en: 'Method' },
  paid: { zh: '收付（元）', en: 'Paid (yuan)' },
  used: { zh: '电费（元）', en: 'Used (yuan)' },
  energy: { zh: '电量（Wh）', en: 'Energy (Wh)' },
  sale: { zh: '收款', en: 'Payment' },
  payout: { zh: '退款', en: 'Paid back' },
  day: { zh: '日电费', en: 'Day used' },
  balance: { zh: '账户余额', en: 'Balance' },
  payable: { zh: '应退款', en: 'Payable' },
  deposit: { zh: '押金', en: 'Deposit' },
  owed: { zh: '应补款', en: 'Owed' },
} as const
type Word = keyof typeof WORDS

// A cell that begins like a formula is text: a sheet program would run it otherwise.
const cell = (value: string): string => {
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
const line = (cells: readonly string[]): string => cells.map(cell).join(',')

const yuan = (amount: number): string => (amount === 0 ? '' : yuanText(fen(amount)))

const csvOf = (
  tenancy: Tenancy,
  lines: readonly StatementLine[],
  settlement: Settlement | null,
  { zone, language }: { zone: string; language: Language },
): string => {
  const word = (name: Word): string => WORDS[name][language]
  const time = (at: Tenancy['until']) =>
    at === null ? '' : rfc3339(at, zone).slice(0, 19).replace('T', ' ')
  const columns = ['time', 'kind', 'no', 'meter', 'method', 'paid', 'used', 'energy'] as const
  const rows = [
    [word('account'), tenancy.accountNo],
    [word('tenant'), tenancy.tenant],
    [word('from'), time(tenancy.since)],
    [word('to'), time(tenancy.until)],
    [],
    columns.map(word),
    ...lines.map((one) => [
      ...[time(one.at), word(one.kind), one.no, one.meterNo, one.method],
      ...[yuan(one.paidFen), yuan(one.usedFen), one.energyWh === 0 ? '' : `${one.energyWh}`],
    ]),
    [],
    ...(settlement === null
      ? []
      : [
          [word('balance'), yuanText(fen(settlement.balanceFen))],
          [word('payable'), yuanText(fen(settlement.payableFen))],
          [word('deposit'), yuanText(fen(settlement.depositFen))],
          [word('owed'), yuanText(fen(settlement.carryOwedFen))],
        ]),
  ]
  return `\uFEFF${rows.map(line).join('\r\n')}\r\n`
}

/** Null where the account never had such a tenant. */
export const statementFile = async (
  tx: Tx,
  place: { complexId: ComplexId; zone: string; mode: 'meter' | 'centre' },
  asked: { account: AccountId; tenantId: number | null; language: Language },
) => {
  const { complexId, zone, mode } = place
  const { account, tenantId, language } = asked
  const tenancy = await tenancyOf(tx, complexId, account, tenantId)
  if (!tenancy) return null
  const lines = await statementLines(tx, complexId, account, tenancy)
  // What the books hold now is the present tenant's; a former one has nothing there.
  const present = tenancy.until === null
  const settlement = present
    ? await settlementOf(tx, { complexId, accountId: account, mode })
    : null
  const csv = csvOf(tenancy, lines, settlement, { zone, language })
  return {
    fileName: `account-${tenancy.accountNo}.csv`,
    mediaType: 'text/csv; charset=utf-8',
    base64: Buffer.from(csv, 'utf8').toString('base64'),
  }
}
