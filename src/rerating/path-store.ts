// What was left at the end of each day, and what was charged by then 日末余额与电费.

import type { Tx } from '../ports/database.ts'
import type { Day, Instant } from '../shared/clock.ts'
import type { AccountId, ComplexId, SupplyId } from '../shared/ids.ts'

export type BalanceMove = { accountId: AccountId; day: Day; fen: number }

/** Of accounts in centre mode, by day of the books; what was before stands on the day before. */
export const balanceMoves = (
  tx: Tx,
  complex: ComplexId,
  accounts: readonly AccountId[],
  from: Day,
): Promise<BalanceMove[]> =>
  tx.query<BalanceMove>(
    `select a.account_id as "accountId",
       greatest(p.business_date, $3::date - 1)::text as day, (-sum(e.fen))::bigint as fen
     from unnest($2::integer[]) a(account_id)
     join ledger_account la on la.complex_id = $1
       and la.path = 'account/' || a.account_id || '/balance'
     join entry e on e.complex_id = la.complex_id and e.ledger_account_id = la.ledger_account_id
     join posting p on p.complex_id = e.complex_id and p.posting_id = e.posting_id
     group by 1, 2 order by 1, 2`,
    [complex, accounts, from],
  )

export type DayCharge = {
  supplyId: SupplyId
  month: Day
  day: Day
  fen: number
  /** Up to which reading the day was charged; null: by none. */
  until: Instant | null
  /** What the wallet showed then, of a meter that deducts. */
  balanceFen: number | null
}

/** In the order of the days. */
export const dayCharges = (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly SupplyId[],
  from: Day,
): Promise<DayCharge[]> =>
  tx.query<DayCharge>(
    `select u.supply_id as "supplyId", u.month::text, u.day::text, sum(u.due_fen)::bigint as fen,
       max(u.until_at) filter (where u.cause is null) as until,
       (array_agg((u.lines->0->>'balanceFen')::bigint order by u.until_at desc nulls last))[1]
         as "balanceFen"
     from usage_day u
     where u.complex_id = $1 and u.supply_id = any ($2) and u.month >= $3
     group by u.supply_id, u.month, u.day order by u.supply_id, u.day`,
    [complex, supplies, from],
  )
