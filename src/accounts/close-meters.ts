// The meters of a closing with everything that decides their next step 销户电表: what was asked of
// them, what they have shown since, and what the books say they hold.

import type { ClosingMeter } from '../http/contract/account-life.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { MeterId, PlanId, SupplyId, Uuid } from '../shared/ids.ts'
import type { ClosingRow } from './close-store.ts'

export type MeterOfClosing = {
  meterId: MeterId
  meterNo: string
  model: string
  supplyId: SupplyId
  planId: PlanId
  alarm1Fen: number
  alarm2Fen: number
  overdraftFen: number
  hoardingFen: number
  finalWh: number | null
  finalAt: Instant | null
  finalBy: ClosingMeter['finalBy']
  readBatch: Uuid | null
  /** A question of ours is still open. */
  reading: boolean
  readEndedAt: Instant | null
  tripBatch: Uuid | null
  modeBefore: string | null
  tripState: string | null
  tripEndedAt: Instant | null
  tripped: ClosingMeter['tripped']
  wallet: ClosingMeter['wallet']
  leftFen: number | null
  reductionId: Uuid | null
  reductionState: 'QUEUED' | 'SENT' | 'DONE' | 'HOLD' | 'CANCELLED' | null
  takenFen: number | null
  /** What the reduction left in it under load, and the reading that proved it; null: none did. */
  restFen: number
  readBack: { at: Instant; balanceFen: number } | null
  /** The opening of its epoch was delivered: it holds money of ours. */
  opened: boolean
  held: boolean
  /** Purchases that are not delivered, held or cancelled yet. */
  underWay: boolean
  creditFen: number
  balanceFen: number | null
  balanceAt: Instant | null
  /** Seen since the closing began, and since the last purchase was delivered. */
  walletFresh: boolean
  /** The last register known, from before or after the beginning. */
  energyWh: number | null
  markWh: number | null
  /** A plan with a price stands, and all that was charged had one. */
  priced: boolean
}

const METERS = `
  select cm.meter_id as "meterId", m.no as "meterNo", d.model, cm.supply_id as "supplyId",
    pf.plan_id as "planId", s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen",
    s.overdraft_fen as "overdraftFen", s.hoarding_fen as "hoardingFen",
    cm.final_wh as "finalWh", cm.final_at as "finalAt", cm.final_by as "finalBy",
    cm.read_batch as "readBatch", coalesce(rd.open, false) as reading,
    rd.ended as "readEndedAt", cm.trip_batch as "tripBatch", cm.mode_before as "modeBefore",
    tr.state as "tripState", tr.ended_at as "tripEndedAt", cm.tripped, cm.wallet,
    cm.left_fen as "leftFen", cm.reduction_id as "reductionId",
    r.state as "reductionState", r.taken_fen as "takenFen",
    coalesce(r.rest_fen, 0)::bigint as "restFen", 
    case when r.evidence ? 'releasedBy' then null else r.evidence->'reading' end as "readBack",
    exists (select from purchase p where p.complex_id = cm.complex_id
      and p.supply_id = cm.supply_id and p.meter_id = cm.meter_id and p.state = 'DELIVERED')
      as opened,
    exists (select from hold h where h.complex_id = cm.complex_id and h.meter_id = cm.meter_id
      and h.released_at is null) as held,
    exists (select from purchase p where p.complex_id = cm.complex_id
      and p.supply_id = cm.supply_id and p.state in ('QUEUED', 'ARMED', 'HOLD')) as "underWay",
    -coalesce(la.balance_fen, 0) as "creditFen", l.balance_fen as "balanceFen",
    l.balance_at as "balanceAt",
    coalesce(l.balance_at > k.started_at and l.balance_at > all (select p.ended_at from purchase p
      where p.complex_id = cm.complex_id and p.supply_id = cm.supply_id
        and p.state = 'DELIVERED'), false) as "walletFresh",
    l.energy_wh as "energyWh", um.energy_wh as "markWh",
    pf.version is not null and not exists (select from month_bill b
      where b.complex_id = s.complex_id and b.supply_id = s.supply_id and b.unpriced_wh > 0)
      as priced
  from closing_meter cm
  join closing k on k.complex_id = cm.complex_id and k.closing_id = cm.closing_id
  join meter m on m.complex_id = cm.complex_id and m.meter_id = cm.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join supply s on s.complex_id = cm.complex_id and s.supply_id = cm.supply_id
  left join lateral plan_in_force(s.complex_id, s.supply_id, $3::timestamptz) pf on true
  left join latest l on l.complex_id = cm.complex_id and l.meter_id = cm.meter_id
  left join usage_mark um on um.complex_id = cm.complex_id and um.supply_id = cm.supply_id
    and um.meter_id = cm.meter_id
  left join ledger_account la on la.complex_id = cm.complex_id
    and la.path = 'supply/' || cm.supply_id || '/credit'
  left join reduction r on r.complex_id = cm.complex_id and r.reduction_id = cm.reduction_id
  left join lateral (
    select bool_or(k.state in ('queued', 'sent', 'acknowledged')) as open,
      max(k.ended_at) as ended
    from command k where k.complex_id = cm.complex_id and k.batch_id = cm.read_batch
  ) rd on true
  left join command tr on tr.complex_id = cm.complex_id and tr.batch_id = cm.trip_batch
    and tr.meter_id = cm.meter_id
  where cm.complex_id = $1 and cm.closing_id = $2
  order by cm.meter_id`

export const metersOfClosing = (
  tx: Tx,
  closing: Pick<ClosingRow, 'complexId' | 'closingId'>,
): Promise<MeterOfClosing[]> =>
  tx.query<MeterOfClosing>(METERS, [closing.complexId, closing.closingId, sqlTime(tx.now)])

/** Why the step that the closing stands at does not go on by itself; null: it does, or is done. */
export const waitsFor = (
  state: ClosingRow['state'],
  mode: 'meter' | 'centre',
  meter: MeterOfClosing,
): ClosingMeter['waitsFor'] => {
  switch (state) {
    case 'delivering':
      if (!meter.underWay) return null
      return meter.held ? 'hold' : 'purchase'
    case 'reading':
      if (mode === 'centre' && !meter.priced) return 'price'
      return meter.finalWh === null ? 'answer' : null
    case 'tripping':
      return meter.tripped === 'waits' ? 'trip' : null
    case 'emptying':
      if (meter.wallet !== 'waits') return null
      if (meter.held || meter.reductionState === 'HOLD') return 'hold'
      if (meter.reductionId !== null) return 'reduction'
      return meter.walletFresh ? 'decision' : 'answer'
    default:
      return null
  }
}
