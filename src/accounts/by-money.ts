// Accounts by what they have left 按余额筛选: as the list shows it, the wallet of a meter as it was last
// read, or what the centre counts. What nobody knows is in none of them.

import type { Tx } from '../ports/database.ts'
import { centreBalances } from '../settlement/centre-balance.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'

/** At or below the first alarm; at or below nothing; owing what the next sale settles first. */
export type Money = 'low' | 'empty' | 'owing'

type Left = { accountId: AccountId; balanceFen: number | null; alarm1Fen: number; centre: boolean }

const LEFT = `
  select s.account_id as "accountId", l.balance_fen as "balanceFen", s.alarm1_fen as "alarm1Fen",
    a.mode = 'centre' as centre
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  where s.complex_id = $1 and s.until is null`

const OWING = `
  select a.account_id as "accountId" from account a
  join ledger_account la on la.complex_id = a.complex_id
    and la.path = 'account/' || a.account_id || '/carry'
  where a.complex_id = $1 and la.balance_fen > 0`

export const accountsByMoney = async (
  tx: Tx,
  complex: ComplexId,
  money: Money,
): Promise<AccountId[]> => {
  if (money === 'owing') {
    const rows = await tx.query<{ accountId: AccountId }>(OWING, [complex])
    return rows.map(({ accountId }) => accountId)
  }
  const rows = await tx.query<Left>(LEFT, [complex])
  const balances = await centreBalances(tx, complex, {})
  const available = new Map(balances.map((one) => [one.accountId, one.availableFen]))
  const fits = ({ accountId, balanceFen, alarm1Fen, centre }: Left): boolean => {
    const left = centre ? (available.get(accountId) ?? null) : balanceFen
    return left !== null && left <= (money === 'low' ? alarm1Fen : 0)
  }
  return [...new Set(rows.filter(fits).map(({ accountId }) => accountId))]
}
