// What sales are judged by 售电依据, in one trip: their accounts are locked in the order of ids, the
// days of their complexes are held open, and what is asked behind the locks is as it stays until
// the commit.

import { chart } from '../ledger/chart.ts'
import { type ClosedDays, closedUntilIn, holdDays } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { AccountId, MeterId, OperatorId } from '../shared/ids.ts'
import { type OpenShift, openShiftOf } from '../shifts/store.ts'
import { type EarlierRow, earlierAnswer, lockedComplexes } from '../work/request.ts'
import { similarSince } from './judge-sale.ts'
import {
  ACCOUNT_OF_ASKED,
  accountColumns,
  type FoundAccount,
  handOverTimes,
  metersOf,
} from './store.ts'

/** A sale as it is asked for; `similarTo`: an amount that should not have been sold just now. */
export type Wanted = {
  accountId: AccountId
  operator: OperatorId | null
  requestId: string
  similarTo: number | null
}

/** An account with the answer the request got before and the days that are closed. */
export type AskedAccount<A> = FoundAccount &
  EarlierRow<A> &
  Pick<ClosedDays, 'closed'> & {
    owedFen: number
    /** Where as much was sold just now: meters, or null for the balance. */
    similar: (MeterId | null)[]
    /** The open shift of whoever sells. */
    shift: OpenShift | null
  }

// Whoever waits for an account holds no days: closing a day waits for all who hold it.
const LOCK = holdDays(lockedComplexes('$1'))

const ASKED = `
  select ${accountColumns('$5', '$6')}, r.operation, r.hash, r.answer,
    coalesce((select balance_fen from ledger_account
      where complex_id = a.complex_id and path = asked.carry), 0) as "owedFen",
    ${closedUntilIn('a.complex_id')} as closed,
    case when sh.shift_id is not null then json_build_object('complexId', a.complex_id,
      'operator', asked.operator_id, 'shiftId', sh.shift_id, 'counted', sh.counted) end as shift,
    array(select p.meter_id from sale s
      left join purchase p on p.complex_id = s.complex_id and p.sale_id = s.sale_id
      where s.complex_id = a.complex_id and s.account_id = a.account_id
        and s.paid_fen = asked.similar_to and s.at > $8) as similar
  from unnest($1::integer[], $2::integer[], $3::text[], $4::text[], $7::bigint[])
    as asked(account_id, operator_id, request_id, carry, similar_to)
  ${ACCOUNT_OF_ASKED}
  ${earlierAnswer('a.complex_id', 'asked.request_id')}
  ${openShiftOf('a.complex_id', 'asked.operator_id')}`

const accountsOf = <A>(tx: Tx, wanted: readonly Wanted[]): Promise<AskedAccount<A>[]> =>
  tx.query<AskedAccount<A>>(
    ASKED,
    [
      wanted.map((one) => one.accountId),
      wanted.map((one) => one.operator),
      wanted.map((one) => one.requestId),
      wanted.map((one) => chart.carry(one.accountId)),
      ...handOverTimes(tx),
      wanted.map((one) => one.similarTo),
      sqlTime(similarSince(tx.now)),
    ],
    'kept',
  )

/** Everything about these sales; what the scope does not show is left out. */
export const learn = async <A>(tx: Tx, wanted: readonly Wanted[]) => {
  const ids = wanted.map(({ accountId }) => accountId)
  const [, accounts, meters] = await Promise.all([
    tx.query(LOCK, [ids], 'kept'),
    accountsOf<A>(tx, wanted),
    metersOf(tx, ids),
  ])
  const shifts = accounts.flatMap(({ shift }) => shift ?? [])
  return { accounts, meters, shifts }
}
