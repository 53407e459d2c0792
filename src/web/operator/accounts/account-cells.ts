// The list of accounts as a file 用户导出: one row for each account, its meters together.

import type { Account, AccountMeter } from '../../../http/contract.ts'
import type { Say } from '../../text/i18n.ts'
import { timeText } from '../../ui/time-text.ts'
import type { SheetCell } from '../../ui/xlsx.ts'

type Shown = Omit<Account, 'accountId' | 'complexId' | 'tenantId' | 'meters'> & {
  meters: readonly Pick<AccountMeter, 'premises' | 'meterNo' | 'balanceFen' | 'balanceAt'>[]
}

export const accountHeadings = (say: Say): string[] => [
  say('account.no'),
  say('account.tenant'),
  say('account.phone'),
  say('account.state'),
  say('account.mode'),
  say('sale.shop'),
  say('sale.meterNo'),
  say('account.balanceYuan'),
  say('account.balanceAsOf'),
  say('account.carryYuan'),
  say('account.openedAt'),
]

const UNKNOWN = '—'

/**
 * What is left, and as of when. Of an account in centre mode each meter shows the one balance;
 * unknown is not zero; and several together are as old as the oldest of them.
 */
const balanceOf = ({ mode, meters }: Shown, zone: string): [SheetCell, string] => {
  const counted = mode === 'centre' ? meters.slice(0, 1) : meters
  const known = counted.flatMap(({ balanceFen }) => (balanceFen === null ? [] : [balanceFen]))
  if (known.length < counted.length || known.length === 0) return [UNKNOWN, UNKNOWN]
  const times = counted.map(({ balanceAt }) => timeText(balanceAt, zone))
  const oldest = times.includes(null) ? null : times.sort()[0]
  return [{ fen: known.reduce((sum, fen) => sum + fen, 0) }, oldest ?? UNKNOWN]
}

export const accountCells = (say: Say, zone: string, account: Shown): SheetCell[] => [
  account.accountNo,
  account.tenant,
  account.phoneMasked ?? '',
  say(account.closedAt === null ? 'account.is.open' : 'account.is.closed'),
  say(`account.mode.${account.mode}`),
  account.meters.map(({ premises }) => premises).join(', '),
  account.meters.map(({ meterNo }) => meterNo).join(', '),
  ...balanceOf(account, zone),
  { fen: account.carryOwedFen },
  timeText(account.openedAt, zone) ?? '',
]
