// Which points in centre mode do not stand as their account's money says 后台计费复核.

import type { Tx } from '../ports/database.ts'
import { centreBalances, centreParams, centreRows } from '../settlement/centre-balance.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

export const complexesChargedHere = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ complexId: ComplexId }>(
    `select distinct complex_id as "complexId" from account
     where mode = 'centre' and closed_at is null order by complex_id`,
  )
  return rows.map(({ complexId }) => complexId)
}

export type OutOfStep = { meterId: MeterId; owes: boolean }

const OUT_OF_STEP = `
  with ${centreRows(4)}
  select i.meter_id as "meterId", centre.available_fen <= -s.overdraft_fen as owes
  from centre
  join supply s on s.complex_id = $1 and s.account_id = centre.account_id and s.until is null
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  left join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
  left join relay_episode e on e.complex_id = i.complex_id and e.meter_id = i.meter_id
    and e.until is null
  where coalesce(c.mode, 'prepaid') = 'prepaid' and l.silent_since is null
    and (centre.available_fen <= -s.overdraft_fen and centre.as_of >= $2 and not p.protected
        and l.relay = 'closed' and not l.kept
      or centre.available_fen > -s.overdraft_fen and l.relay = 'tripped' and e.cause = 'arrears')
    and not exists (select from command k where k.complex_id = i.complex_id
      and k.meter_id = i.meter_id and k.kind = 'setMode'
      and (k.state in ('queued', 'sent', 'acknowledged') or k.queued_at > $3))
  order by owes, i.meter_id`

/** Not while a mode command is open, nor within the pause after one; closings come first. */
export const outOfStep = async (
  tx: Tx,
  complex: ComplexId,
  { freshSince, pauseSince }: { freshSince: Instant; pauseSince: Instant },
): Promise<OutOfStep[]> =>
  tx.query<OutOfStep>(OUT_OF_STEP, [
    complex,
    sqlTime(freshSince),
    sqlTime(pauseSince),
    ...centreParams(await centreBalances(tx, complex)),
  ])
