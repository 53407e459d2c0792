// What is payable and claimed by nobody 待退款: a reduction that waits for its payout, a swap or a
// closing under way have theirs; the rest came back when one of them was called off.

import { chart } from '../ledger/chart.ts'
import type { Tx } from '../ports/database.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { runningBalance } from './store.ts'

/** Fen; zero where a closing under way will settle all of it. */
export const unclaimedPayable = async (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
): Promise<number> => {
  const rows = await tx.query<{ claimedFen: number; closing: boolean }>(
    `select coalesce(sum(r.taken_fen), 0)::bigint as "claimedFen",
       a.closing_id is not null as closing
     from account a
     left join reduction r on r.complex_id = a.complex_id and r.account_id = a.account_id
       and r.state = 'DONE' and r.purpose in ('refund', 'reversal')
       and not exists (select from payout o where o.complex_id = r.complex_id
         and o.reduction_id = r.reduction_id)
     where a.complex_id = $1 and a.account_id = $2 group by a.closing_id`,
    [complex, account],
  )
  const claims = rows[0]
  if (!claims || claims.closing) return 0
  const held = -(await runningBalance(tx, complex, chart.payable(account)))
  return Math.max(0, held - claims.claimedFen)
}
