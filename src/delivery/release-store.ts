// The rows that releasing a hold reads and writes 解除存取.

import type { WalletReading } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, GatewayId, SupplyId, Uuid } from '../shared/ids.ts'
import type { HoldReason } from './hold-reasons.ts'
import { LAST_ASSIGNED, type MeterKey } from './store.ts'

export type OpenHold = MeterKey & {
  holdId: Uuid
  reason: HoldReason
  evidence: { reading?: WalletReading } & Record<string, unknown>
  raisedAt: Instant
  epoch: number
  accountId: AccountId
  supplyId: SupplyId
  gatewayId: GatewayId
  model: string
  zone: string
  dayCutMinutes: number
  lastAssigned: number | null
  purchaseId: Uuid | null
  purchaseState: 'HOLD' | null
  kind: 'open' | 'recharge' | null
  n: number | null
  amountFen: number | null
  purchaseEvidence: { reading?: WalletReading } | null
  /** The reduction that it stopped after it was sent. */
  reductionId: Uuid | null
  walletAt: Instant | null
  count: number | null
  balanceFen: number | null
  energyWh: number | null
}

const OPEN_HOLD = `
  select h.complex_id as "complexId", h.meter_id as "meterId", h.hold_id as "holdId", h.reason,
    h.evidence, h.raised_at as "raisedAt", h.epoch, s.account_id as "accountId",
    e.supply_id as "supplyId", b.gateway_id as "gatewayId", d.model, c.zone,
    c.day_cut_minutes as "dayCutMinutes", ${LAST_ASSIGNED} as "lastAssigned",
    p.purchase_id as "purchaseId", p.state as "purchaseState", p.kind, p.n,
    p.amount_fen as "amountFen", p.evidence as "purchaseEvidence",
    rd.reduction_id as "reductionId", l.wallet_at as "walletAt",
    l.purchase_count as count, l.balance_fen as "balanceFen", l.energy_wh as "energyWh"
  from hold h
  join epoch e on e.complex_id = h.complex_id and e.meter_id = h.meter_id and e.epoch = h.epoch
  join supply s on s.complex_id = e.complex_id and s.supply_id = e.supply_id
  join complex c on c.complex_id = h.complex_id
  join meter m on m.complex_id = h.complex_id and m.meter_id = h.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
  left join purchase p on p.complex_id = h.complex_id and p.meter_id = h.meter_id
    and p.epoch = h.epoch and p.state = 'HOLD'
  left join reduction rd on rd.complex_id = h.complex_id and rd.meter_id = h.meter_id
    and rd.state = 'HOLD'
  left join latest l on l.complex_id = h.complex_id and l.meter_id = h.meter_id
  where h.complex_id = $1 and h.meter_id = $2 and h.released_at is null`

/** The hold in force on a meter, with the purchase it stopped; null when there is none. */
export const openHold = async (tx: Tx, key: MeterKey): Promise<OpenHold | null> => {
  const rows = await tx.query<OpenHold>(OPEN_HOLD, [key.complexId, key.meterId])
  return rows[0] ?? null
}

export const lockHold = (tx: Tx, hold: OpenHold) =>
  tx.query('select from hold where complex_id = $1 and hold_id = $2 for update', [
    hold.complexId,
    hold.holdId,
  ])

/** Closes the hold; `anchor` is what later polls are compared with. */
export const writeReleased = async (
  tx: Tx,
  hold: OpenHold,
  release: { resolution: string; anchor: unknown; reason: string },
): Promise<void> => {
  await tx.query(
    `update hold set released_at = $3, released_by = $4, resolution = $5,
       evidence = evidence || jsonb_build_object('anchor', $6::jsonb, 'releaseReason', $7::text)
     where complex_id = $1 and hold_id = $2`,
    [
      hold.complexId,
      hold.holdId,
      sqlTime(tx.now),
      tx.scope.operator,
      release.resolution,
      JSON.stringify(release.anchor),
      release.reason,
    ],
  )
}

export const writeBaseCount = async (tx: Tx, hold: OpenHold, baseCount: number): Promise<void> => {
  await tx.query(
    'update epoch set base_count = $4 where complex_id = $1 and meter_id = $2 and epoch = $3',
    [hold.complexId, hold.meterId, hold.epoch, baseCount],
  )
}

/** HOLD → QUEUED without a number: it will get a new one. */
export const writeRequeued = async (tx: Tx, complex: ComplexId, purchase: Uuid): Promise<void> => {
  await tx.query(
    `update purchase set state = 'QUEUED', n = null, before = null, sends = 0, armed_at = null,
       sent_at = null where complex_id = $1 and purchase_id = $2`,
    [complex, purchase],
  )
}

/** HOLD → ARMED with the number it has; what was read at the hold is the new `before`. */
export const writeRearmed = async (
  tx: Tx,
  complex: ComplexId,
  purchase: Uuid,
  before: WalletReading,
): Promise<void> => {
  await tx.query(
    `update purchase set state = 'ARMED', before = $3, sends = 0, armed_at = $4
     where complex_id = $1 and purchase_id = $2`,
    [complex, purchase, JSON.stringify(before), sqlTime(tx.now)],
  )
}

/** Closes the epoch and begins the next one; its number. */
export const beginEpoch = async (tx: Tx, hold: OpenHold, customerNo: string): Promise<number> => {
  const { complexId, meterId, epoch, supplyId } = hold
  // One after the other: a meter has one open epoch at any moment.
  await tx.query(
    'update epoch set closed_at = $4 where complex_id = $1 and meter_id = $2 and epoch = $3',
    [complexId, meterId, epoch, sqlTime(tx.now)],
  )
  await tx.query(
    `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [complexId, meterId, epoch + 1, supplyId, customerNo, sqlTime(tx.now)],
  )
  return epoch + 1
}

/**
 * Moves what waits into the new epoch, in order and without numbers, and makes sure that it begins
 * with an opening. Answers the opening that had to be added, or null.
 */
export const moveWaiting = async (
  tx: Tx,
  hold: OpenHold,
  epoch: number,
  openingId: Uuid,
): Promise<Uuid | null> => {
  const key = [hold.complexId, hold.meterId]
  await tx.query(
    `update purchase set epoch = $3, state = 'QUEUED', n = null, before = null, sends = 0
     where complex_id = $1 and meter_id = $2 and state in ('QUEUED', 'ARMED', 'HOLD')`,
    [...key, epoch],
  )
  const rows = await tx.query<{ id: Uuid }>(
    `insert into purchase (complex_id, purchase_id, supply_id, meter_id, epoch, purchase_no, kind,
       amount_fen, state, queued_at)
     select $1, $4, $5, $2, $3,
       coalesce((select min(purchase_no) - 1 from purchase where complex_id = $1
         and meter_id = $2 and epoch = $3),
       (select max(purchase_no) from purchase where complex_id = $1 and meter_id = $2)),
       'open', 0, 'QUEUED', $6
     where not exists (select from purchase where complex_id = $1 and meter_id = $2
       and epoch = $3 and kind = 'open')
     returning purchase_id as id`,
    [...key, epoch, openingId, hold.supplyId, sqlTime(tx.now)],
  )
  return rows[0]?.id ?? null
}
