// Reductions as people see them 减额记录, newest first, with what was read before and after.

import type { Reduction } from '../http/contract/reductions.ts'
import type { Tx } from '../ports/database.ts'
import { PREMISES_EN } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { ReductionState } from './reduction-store.ts'

type Timed = 'queuedAt' | 'sentAt' | 'endedAt' | 'before' | 'after'
type Seen = { at: Instant; balanceFen: number; count: number; energyWh: number }
type Row = Omit<Reduction, Timed> & {
  queuedAt: Instant
  sentAt: Instant | null
  endedAt: Instant | null
  before: Seen | null
  after: Seen | null
  zone: string
}

const REDUCTIONS = `
  select r.reduction_id as "reductionId", r.complex_id as "complexId",
    r.account_id as "accountId", a.no as "accountNo", coalesce(t.name, '') as tenant,
    r.meter_id as "meterId", m.no as "meterNo", concat_ws(' ', b.name, pr.no, pr.name) as premises,
    ${PREMISES_EN} as "premisesEn",
    r.purpose, r.sale_id as "saleId", r.state, r.wanted_fen as "wantedFen",
    r.asked_fen as "askedFen", r.taken_fen as "takenFen", r.rest_fen as "restFen",
    r.order_no as "orderNo", r.sends, r.reason,
    r.evidence->>'cancelReason' as "cancelReason", r.last_fault as "lastFault", r.before,
    r.evidence->'reading' as after, r.queued_at as "queuedAt", r.sent_at as "sentAt",
    r.ended_at as "endedAt", c.zone
  from complex c
  join reduction r on r.complex_id = c.complex_id
  join account a on a.complex_id = r.complex_id and a.account_id = r.account_id
  join supply s on s.complex_id = r.complex_id and s.supply_id = r.supply_id
  join meter m on m.complex_id = r.complex_id and m.meter_id = r.meter_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.since <= r.queued_at and (at.until is null or at.until > r.queued_at)
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id`

const viewOf = ({ zone, ...row }: Row): Reduction => {
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  const seen = (reading: Seen | null) =>
    reading === null
      ? null
      : {
          at: rfc3339(reading.at, zone),
          balanceFen: reading.balanceFen,
          count: reading.count,
          energyWh: reading.energyWh,
        }
  return {
    ...row,
    before: seen(row.before),
    after: seen(row.after),
    queuedAt: rfc3339(row.queuedAt, zone),
    sentAt: time(row.sentAt),
    endedAt: time(row.endedAt),
  }
}

/** Null where the scope has no such reduction. */
export const reductionView = async (
  tx: Tx,
  reduction: string,
  within: number | null,
): Promise<Reduction | null> => {
  const rows = await tx.query<Row>(
    `${REDUCTIONS} where r.reduction_id = $1 and ($2::integer is null or c.complex_id = $2)`,
    [reduction, within],
  )
  return rows.map(viewOf)[0] ?? null
}

export type ReductionFilter = {
  accountId: number | null
  meterId: number | null
  state: ReductionState | null
  /** The reduction that the last page ended with. */
  before: string | null
  limit: number
}

/** Ids are UUIDs of version 7, so their order is the order of time. */
export const listReductions = async (
  tx: Tx,
  complex: ComplexId,
  filter: ReductionFilter,
): Promise<Reduction[]> => {
  const rows = await tx.query<Row>(
    `${REDUCTIONS} where c.complex_id = $1 and ($2::integer is null or r.account_id = $2)
       and ($3::integer is null or r.meter_id = $3) and ($4::text is null or r.state = $4)
       and ($5::uuid is null or r.reduction_id < $5)
     order by r.reduction_id desc limit $6`,
    [complex, filter.accountId, filter.meterId, filter.state, filter.before, filter.limit],
  )
  return rows.map(viewOf)
}
