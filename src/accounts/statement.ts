// The statement of an account 对账单 as a table: what a tenant paid, got back and used, and what the
// books hold for him. Of one tenant only: the next one never sees the former's.

import type { Settlement } from '../http/contract/account-life.ts'
import { fen, yuanText } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { settlementOf } from './close-settlement.ts'
import { type StatementLine, statementLines, type Tenancy, tenancyOf } from './statement-store.ts'

type Cell = string | number | null
type Table = { fileName: string; rows: Cell[][] }

const WORDS = {
  account: { zh: '户号', en: 'Account' },
  tenant: { zh: '商户', en: 'Tenant' },
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
  waiver: { zh: '减免', en: 'Waived' },
  waived: { zh: '减免（元）', en: 'Waived (yuan)' },
  day: { zh: '日电费', en: 'Day used' },
  adjustment: { zh: '补差', en: 'Adjustment' },
  sharing: { zh: '公摊', en: 'Share of public energy' },
  reason: { zh: '说明', en: 'Reason' },
  balance: { zh: '账户余额', en: 'Balance' },
  payable: { zh: '应退款', en: 'Payable' },
  deposit: { zh: '押金', en: 'Deposit' },
  owed: { zh: '应补款', en: 'Owed' },
} as const
type Word = keyof typeof WORDS

const yuan = (amount: number): string => (amount === 0 ? '' : yuanText(fen(amount)))

const HEADINGS = [
  ...(['account', 'tenant', 'time', 'kind', 'no', 'meter', 'method'] as const),
  ...(['paid', 'waived', 'used', 'energy', 'reason'] as const),
] as const

const HELD = [
  ['balance', 'balanceFen'],
  ['payable', 'payableFen'],
  ['deposit', 'depositFen'],
  ['owed', 'carryOwedFen'],
] as const

/** Of a reason that a rule wrote in both languages; a person's stays as it was written. */
const reasonIn = (reason: string, language: 'zh' | 'en'): string => {
  const [zh = '', en] = reason.split(' / ')
  return language === 'en' && en !== undefined ? en : zh
}

const rowsOf = (
  { accountNo, tenant }: Tenancy,
  lines: readonly StatementLine[],
  held: (Settlement & { at: Instant }) | null,
  { zone, language }: { zone: string; language: 'zh' | 'en' },
): Cell[][] => {
  const word = (name: Word): string => WORDS[name][language]
  const time = (at: Instant) => rfc3339(at, zone).slice(0, 19).replace('T', ' ')
  const moved = lines.map((line): Cell[] => [
    ...[accountNo, tenant, time(line.at), word(line.kind), line.no, line.meterNo, line.method],
    ...[
      yuan(line.paidFen),
      yuan(line.waivedFen),
      yuan(line.usedFen),
      line.energyWh === 0 ? null : line.energyWh,
      line.kind === 'sharing' ? line.reason : reasonIn(line.reason, language),
    ],
  ])
  const left = HELD.map(([name, figure]): Cell[] => [
    ...[accountNo, tenant, held ? time(held.at) : '', word(name), '', '', ''],
    ...[held ? yuanText(fen(held[figure])) : '', '', '', null, ''],
  ])
  return [HEADINGS.map(word), ...moved, ...(held ? left : [])]
}

/** Null where the account never had such a tenant. */
export const statementFile = async (
  tx: Tx,
  place: { complexId: ComplexId; zone: string; mode: 'meter' | 'centre' },
  asked: { account: AccountId; tenantId: number | null; language: 'zh' | 'en' },
): Promise<Table | null> => {
  const { complexId, zone, mode } = place
  const { account, tenantId, language } = asked
  const tenancy = await tenancyOf(tx, complexId, account, tenantId)
  if (!tenancy) return null
  const lines = await statementLines(tx, complexId, account, tenancy)
  // What the books hold now is the present tenant's; a former one has nothing there.
  const held =
    tenancy.until === null
      ? { ...(await settlementOf(tx, { complexId, accountId: account, mode })), at: tx.now }
      : null
  const rows = rowsOf(tenancy, lines, held, { zone, language })
  return { fileName: `account-${tenancy.accountNo}.csv`, rows }
}
