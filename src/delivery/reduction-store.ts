// The rows of reductions 减额存取. Whoever writes one holds the account's lock.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, GatewayId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'

export const REDUCTION_PURPOSES = ['refund', 'reversal', 'close', 'swap'] as const
export type ReductionPurpose = (typeof REDUCTION_PURPOSES)[number]
export type ReductionState = 'QUEUED' | 'SENT' | 'DONE' | 'HOLD' | 'CANCELLED'

export type ReducibleMeter = {
  accountId: AccountId
  meterId: MeterId
  meterNo: string
  model: string
  gatewayId: GatewayId
  supplyId: SupplyId
  epoch: number | null
  /** The opening of the epoch is in the meter. */
  opened: boolean
  /** The opening is on a wire and will be in it. */
  opening: boolean
  held: boolean
  /** Another reduction of it is queued, sent or on hold. */
  underWay: boolean
}

const REDUCIBLE = `
  select s.account_id as "accountId", m.meter_id as "meterId", m.no as "meterNo", d.model,
    b.gateway_id as "gatewayId", s.supply_id as "supplyId", e.epoch,
    exists (select from purchase p where p.complex_id = m.complex_id
      and p.meter_id = m.meter_id and p.epoch = e.epoch and p.n is not null
      and p.state = 'DELIVERED') as opened,
    exists (select from purchase p where p.complex_id = m.complex_id
      and p.meter_id = m.meter_id and p.epoch = e.epoch and p.state = 'ARMED') as opening,
    exists (select from hold h where h.complex_id = m.complex_id and h.meter_id = m.meter_id
      and h.released_at is null) as held,
    exists (select from reduction r where r.complex_id = m.complex_id
      and r.meter_id = m.meter_id and r.state in ('QUEUED', 'SENT', 'HOLD')) as "underWay"
  from supply s
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
  left join epoch e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
    and e.supply_id = s.supply_id and e.closed_at is null
  where s.complex_id = $1 and s.account_id = any ($2) and s.until is null
    and m.meter_id = any ($3)`

/** Those of the meters that supplies of the accounts hang on. */
export const reducibleMeters = (
  tx: Tx,
  complex: ComplexId,
  accounts: readonly AccountId[],
  meters: readonly MeterId[],
): Promise<ReducibleMeter[]> =>
  tx.query<ReducibleMeter>(REDUCIBLE, [complex, accounts, meters], 'kept')

/** What was asked for: it never changes. */
export type AskedReduction = {
  complexId: ComplexId
  reductionId: Uuid
  requestId: string
  accountId: AccountId
  supplyId: SupplyId
  meterId: MeterId
  epoch: number
  purpose: ReductionPurpose
  /** Null: all that is left. */
  wantedFen: number | null
  /** The sale that a reversal takes back. */
  saleId: Uuid | null
  reason: string
}

export type NewReduction = AskedReduction & {
  orderNo: string
  /** The batch of the order to the relay that ends first; null: nothing is waited for. */
  afterBatch: Uuid | null
}

export const insertReductions = async (
  tx: Tx,
  complex: ComplexId,
  reductions: readonly NewReduction[],
): Promise<void> => {
  await tx.query(
    `insert into reduction (complex_id, reduction_id, request_id, account_id, supply_id, meter_id,
       epoch, purpose, wanted_fen, sale_id, order_no, state, reason, operator_id, queued_at,
       after_batch)
     select $1, r.reduction_id, r.request_id, r.account_id, r.supply_id, r.meter_id, r.epoch,
       r.purpose, r.wanted_fen, r.sale_id, r.order_no, 'QUEUED', r.reason, $2, $3, r.after_batch
     from unnest($4::uuid[], $5::text[], $6::integer[], $7::integer[], $8::integer[],
       $9::integer[], $10::text[], $11::bigint[], $12::uuid[], $13::text[], $14::text[],
       $15::uuid[]) as r(reduction_id, request_id, account_id, supply_id, meter_id, epoch,
         purpose, wanted_fen, sale_id, order_no, reason, after_batch)`,
    [
      ...[complex, tx.scope.operator, sqlTime(tx.now)],
      reductions.map((one) => one.reductionId),
      reductions.map((one) => one.requestId),
      reductions.map((one) => one.accountId),
      reductions.map((one) => one.supplyId),
      reductions.map((one) => one.meterId),
      reductions.map((one) => one.epoch),
      reductions.map((one) => one.purpose),
      reductions.map((one) => one.wantedFen),
      reductions.map((one) => one.saleId),
      reductions.map((one) => one.orderNo),
      reductions.map((one) => one.reason),
      reductions.map((one) => one.afterBatch),
    ],
    'kept',
  )
}

export type CancellableReduction = Omit<AskedReduction, 'requestId' | 'epoch' | 'reason'> & {
  gatewayId: GatewayId
  state: ReductionState
}

export const cancellableReduction = async (
  tx: Tx,
  complex: ComplexId,
  reduction: Uuid,
  lock: 'update' | null,
): Promise<CancellableReduction | null> => {
  const rows = await tx.query<CancellableReduction>(
    `select r.complex_id as "complexId", r.reduction_id as "reductionId",
       r.account_id as "accountId", r.supply_id as "supplyId", r.meter_id as "meterId",
       b.gateway_id as "gatewayId", r.purpose, r.wanted_fen as "wantedFen",
       r.sale_id as "saleId", r.state
     from reduction r
     join meter m on m.complex_id = r.complex_id and m.meter_id = r.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
     where r.complex_id = $1 and r.reduction_id = $2 ${lock === null ? '' : 'for update of r'}`,
    [complex, reduction],
  )
  return rows[0] ?? null
}

/** CANCELLED: nothing was taken. */
export const writeReductionCancelled = async (
  tx: Tx,
  reduction: { complexId: ComplexId; reductionId: Uuid },
  evidence: { cancelReason: string } & Readonly<Record<string, unknown>>,
): Promise<void> => {
  await tx.query(
    `update reduction set state = 'CANCELLED', ended_at = $3, last_fault = null,
       evidence = coalesce(evidence, '{}') || $4::jsonb
     where complex_id = $1 and reduction_id = $2`,
    [reduction.complexId, reduction.reductionId, sqlTime(tx.now), JSON.stringify(evidence)],
  )
}
