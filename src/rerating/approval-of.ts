// How far the agreement to a change of the past is 复核进度.

import { stateAt } from '../approvals/approval-store.ts'
import type { RerateDetail } from '../http/contract/rerate.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ReratingRow } from './rerating-store.ts'

type Found = NonNullable<RerateDetail['approval']>

/** The newest that was asked for. */
export const approvalOf = async (
  tx: Tx,
  { complexId, reratingId, zone }: ReratingRow,
): Promise<Found | null> => {
  const rows = await tx.query<Omit<Found, 'expiresAt'> & { expiresAt: Instant }>(
    `select a.approval_id as "approvalId", ${stateAt('$3')} as state,
       a.asked_by is not distinct from $4 as own, o.name as "decidedBy",
       a.expires_at as "expiresAt"
     from approval a left join operator o on o.operator_id = a.decided_by
     where a.complex_id = $1 and a.operation = 'rerate.post' and a.summary->>'reratingId' = $2
     order by a.asked_at desc, a.approval_id desc limit 1`,
    [complexId, reratingId, sqlTime(tx.now), tx.scope.operator],
  )
  const [found] = rows
  return found ? { ...found, expiresAt: rfc3339(found.expiresAt, zone) } : null
}
