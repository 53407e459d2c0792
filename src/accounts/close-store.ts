// The rows of closings 销户存取. Whoever writes one holds the account's lock.

import type { ClosingMeter, ClosingState } from '../http/contract/account-life.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type {
  AccountId,
  ComplexId,
  MeterId,
  OperatorId,
  SupplyId,
  TenantId,
  Uuid,
} from '../shared/ids.ts'

export type ClosingRow = {
  complexId: ComplexId
  closingId: Uuid
  accountId: AccountId
  state: ClosingState
  method: PayMethod
  reasonCode: string
  note: string
  /** A hand-over: the tenant for whom the points are opened when it ends. */
  successorId: TenantId | null
  operatorId: OperatorId | null
  startedAt: Instant
  endedAt: Instant | null
  cancelledPurchases: Uuid[]
  receiptNo: string | null
  nextAccountId: AccountId | null
}

const CLOSING = `
  select k.complex_id as "complexId", k.closing_id as "closingId", k.account_id as "accountId",
    k.state, k.method, k.reason_code as "reasonCode", k.note,
    k.successor_tenant_id as "successorId", k.operator_id as "operatorId",
    k.started_at as "startedAt", k.ended_at as "endedAt",
    k.cancelled_purchases as "cancelledPurchases", k.receipt_no as "receiptNo",
    k.next_account_id as "nextAccountId"
  from closing k`

/** The newest closing of an account, whatever came of it; null: never begun. */
export const closingOf = async (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
): Promise<ClosingRow | null> => {
  const rows = await tx.query<ClosingRow>(
    `${CLOSING} where k.complex_id = $1 and k.account_id = $2
     order by k.started_at desc, k.closing_id desc limit 1`,
    [complex, account],
  )
  return rows[0] ?? null
}

export const closingById = async (
  tx: Tx,
  complex: ComplexId,
  closing: Uuid,
): Promise<ClosingRow | null> => {
  const rows = await tx.query<ClosingRow>(
    `${CLOSING} where k.complex_id = $1 and k.closing_id = $2`,
    [complex, closing],
  )
  return rows[0] ?? null
}

export type NewClosing = Pick<
  ClosingRow,
  'complexId' | 'closingId' | 'accountId' | 'method' | 'reasonCode' | 'note' | 'successorId'
> & {
  requestId: string
  cancelledPurchases: readonly Uuid[]
  meters: readonly {
    meterId: MeterId
    supplyId: SupplyId
    tripped: ClosingMeter['tripped']
    wallet: ClosingMeter['wallet']
  }[]
}

/** Writes the closing with its meters, and stops sales on the account's own row. */
export const insertClosing = async (tx: Tx, closing: NewClosing): Promise<void> => {
  await tx.query(
    `with k as (
       insert into closing (complex_id, closing_id, account_id, request_id, state, method,
         reason_code, note, successor_tenant_id, operator_id, came_from, started_at,
         cancelled_purchases)
       values ($1, $2, $3, $4, 'delivering', $5, $6, $7, $8, $9, $10, $11, $12)
     )
     insert into closing_meter (complex_id, closing_id, meter_id, supply_id, tripped, wallet)
     select $1, $2, m.meter_id, m.supply_id, m.tripped, m.wallet
     from unnest($13::integer[], $14::integer[], $15::text[], $16::text[])
       as m(meter_id, supply_id, tripped, wallet)`,
    [
      closing.complexId,
      closing.closingId,
      closing.accountId,
      closing.requestId,
      closing.method,
      closing.reasonCode,
      closing.note,
      closing.successorId,
      tx.scope.operator,
      tx.scope.from,
      sqlTime(tx.now),
      closing.cancelledPurchases,
      closing.meters.map((meter) => meter.meterId),
      closing.meters.map((meter) => meter.supplyId),
      closing.meters.map((meter) => meter.tripped),
      closing.meters.map((meter) => meter.wallet),
    ],
  )
  await tx.query('update account set closing_id = $3 where complex_id = $1 and account_id = $2', [
    closing.complexId,
    closing.accountId,
    closing.closingId,
  ])
}

export const writeState = async (
  tx: Tx,
  closing: ClosingRow,
  state: ClosingState,
  paid: { receiptNo: string | null; nextAccountId: AccountId | null } | null = null,
): Promise<ClosingRow> => {
  const ended = state === 'closed' || state === 'aborted'
  await tx.query(
    `with freed as (
       update account set closing_id = null where complex_id = $1 and account_id = $4 and $7
     )
     update closing set state = $3, ended_at = case when $5 then $6::timestamptz end,
       receipt_no = coalesce($8, receipt_no), next_account_id = coalesce($9, next_account_id)
     where complex_id = $1 and closing_id = $2`,
    [
      closing.complexId,
      closing.closingId,
      state,
      closing.accountId,
      ended,
      sqlTime(tx.now),
      state === 'aborted',
      paid?.receiptNo ?? null,
      paid?.nextAccountId ?? null,
    ],
  )
  return { ...closing, state, endedAt: ended ? tx.now : null }
}

export type MeterChange = Partial<{
  finalWh: number
  finalAt: Instant
  finalBy: 'meter' | 'hand'
  readBatch: Uuid
  tripBatch: Uuid
  modeBefore: string
  tripped: ClosingMeter['tripped']
  wallet: ClosingMeter['wallet']
  /** Null: to be queued again. */
  reductionId: Uuid | null
  leftFen: number
}>

/** What is not named stays as it is. */
export const writeMeter = async (
  tx: Tx,
  closing: Pick<ClosingRow, 'complexId' | 'closingId'>,
  meter: MeterId,
  to: MeterChange,
): Promise<void> => {
  await tx.query(
    `update closing_meter set final_wh = coalesce($4, final_wh),
       final_at = coalesce($5, final_at), final_by = coalesce($6, final_by),
       read_batch = coalesce($7, read_batch), trip_batch = coalesce($8, trip_batch),
       mode_before = coalesce($9, mode_before), tripped = coalesce($10, tripped),
       wallet = coalesce($11, wallet), left_fen = coalesce($12, left_fen),
       reduction_id = case when $13 then $14 else reduction_id end
     where complex_id = $1 and closing_id = $2 and meter_id = $3`,
    [
      closing.complexId,
      closing.closingId,
      meter,
      to.finalWh ?? null,
      sqlTime(to.finalAt ?? null),
      to.finalBy ?? null,
      to.readBatch ?? null,
      to.tripBatch ?? null,
      to.modeBefore ?? null,
      to.tripped ?? null,
      to.wallet ?? null,
      to.leftFen ?? null,
      to.reductionId !== undefined,
      to.reductionId ?? null,
    ],
  )
}

/** Supplies, epochs, the tenancy and the account end now; the premises are free. */
export const endAccount = async (tx: Tx, complex: ComplexId, account: AccountId): Promise<void> => {
  await tx.query(
    `with epochs as (
       update epoch e set closed_at = $3 from supply s
       where s.complex_id = $1 and s.account_id = $2 and s.until is null
         and e.complex_id = s.complex_id and e.supply_id = s.supply_id and e.closed_at is null
     ), supplies as (
       update supply set until = $3 where complex_id = $1 and account_id = $2 and until is null
     ), tenancy as (
       update account_tenant set until = $3
       where complex_id = $1 and account_id = $2 and until is null
     )
     update account set closed_at = $3, closing_id = null
     where complex_id = $1 and account_id = $2`,
    [complex, account, sqlTime(tx.now)],
  )
}
