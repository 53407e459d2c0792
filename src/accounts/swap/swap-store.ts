// The rows of swaps 换表记录: one row for each, and its steps as they happened.

import type { SwapStepKind } from '../../http/contract/swap.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { type Instant, sqlTime } from '../../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, PointId, SupplyId, Uuid } from '../../shared/ids.ts'

/** A swap as it was asked for. */
export type SwapRow = {
  complexId: ComplexId
  swapId: Uuid
  requestId: string
  bulkId: Uuid | null
  pointId: PointId
  supplyId: SupplyId | null
  accountId: AccountId | null
  mode: 'meter' | 'centre' | null
  oldMeterId: MeterId
  /** Null: the old one is taken down without another in its place. */
  newMeterId: MeterId | null
  oldEpoch: number | null
  oldState: 'alive' | 'dead'
  newInitialWh: number
  multiplier: number
  side: 'primary' | 'secondary'
  photoNote: string
  approvalId: Uuid | null
  note: string
}

const INSERT = `
  insert into swap (complex_id, swap_id, request_id, bulk_id, point_id, supply_id, account_id,
    mode, old_meter_id, new_meter_id, old_epoch, old_state, state, new_initial_wh, multiplier,
    side, reduction_id, photo_note, approval_id, note, operator_id, asked_at)
  select w.complex_id, w.swap_id, w.request_id, w.bulk_id, w.point_id, w.supply_id, w.account_id,
    w.mode, w.old_meter_id, w.new_meter_id, w.old_epoch, w.old_state,
    case when w.reduction_id is null then 'CHANGED' else 'TAKING' end, w.new_initial_wh,
    w.multiplier, w.side, w.reduction_id, w.photo_note, w.approval_id, w.note, $1, $2
  from unnest($3::integer[], $4::uuid[], $5::text[], $6::uuid[], $7::integer[], $8::integer[],
    $9::integer[], $10::text[], $11::integer[], $12::integer[], $13::integer[], $14::text[],
    $15::bigint[], $16::integer[], $17::text[], $18::uuid[], $19::text[], $20::uuid[],
    $21::text[]) as w(complex_id, swap_id, request_id, bulk_id, point_id, supply_id, account_id,
      mode, old_meter_id, new_meter_id, old_epoch, old_state, new_initial_wh, multiplier, side,
      reduction_id, photo_note, approval_id, note)`

/** As TAKING with its reduction, or as CHANGED: then the meters change at once. */
export const insertSwaps = async (
  tx: Tx,
  swaps: readonly (SwapRow & { reductionId: Uuid | null })[],
): Promise<void> => {
  await tx.query(
    INSERT,
    [
      ...[tx.scope.operator, sqlTime(tx.now)],
      swaps.map((swap) => swap.complexId),
      swaps.map((swap) => swap.swapId),
      swaps.map((swap) => swap.requestId),
      swaps.map((swap) => swap.bulkId),
      swaps.map((swap) => swap.pointId),
      swaps.map((swap) => swap.supplyId),
      swaps.map((swap) => swap.accountId),
      swaps.map((swap) => swap.mode),
      swaps.map((swap) => swap.oldMeterId),
      swaps.map((swap) => swap.newMeterId),
      swaps.map((swap) => swap.oldEpoch),
      swaps.map((swap) => swap.oldState),
      swaps.map((swap) => swap.newInitialWh),
      swaps.map((swap) => swap.multiplier),
      swaps.map((swap) => swap.side),
      swaps.map((swap) => swap.reductionId),
      swaps.map((swap) => swap.photoNote),
      swaps.map((swap) => swap.approvalId),
      swaps.map((swap) => swap.note),
    ],
    'kept',
  )
}

export type SwapEnd = {
  finalWh: number | null
  claimFen: number
  voidedFen: number
  waitingFen: number
  openingId: Uuid | null
}

export const writeChanged = async (tx: Tx, swap: SwapRow, end: SwapEnd): Promise<void> => {
  await tx.query(
    `update swap set state = 'CHANGED', ended_at = $3, final_wh = $4, claim_fen = $5,
       voided_fen = $6, waiting_fen = $7, opening_id = $8
     where complex_id = $1 and swap_id = $2`,
    [
      swap.complexId,
      swap.swapId,
      sqlTime(tx.now),
      end.finalWh,
      end.claimFen,
      end.voidedFen,
      end.waitingFen,
      end.openingId,
    ],
    'kept',
  )
}

export const writeCancelled = async (tx: Tx, complex: ComplexId, swap: Uuid): Promise<void> => {
  await tx.query(
    `update swap set state = 'CANCELLED', ended_at = $3
     where complex_id = $1 and swap_id = $2 and state = 'TAKING'`,
    [complex, swap, sqlTime(tx.now)],
    'kept',
  )
}

const ROW = `
  select complex_id as "complexId", swap_id as "swapId", request_id as "requestId",
    bulk_id as "bulkId", point_id as "pointId", supply_id as "supplyId",
    account_id as "accountId", mode, old_meter_id as "oldMeterId",
    new_meter_id as "newMeterId", old_epoch as "oldEpoch", old_state as "oldState",
    new_initial_wh as "newInitialWh", multiplier, side, photo_note as "photoNote",
    approval_id as "approvalId", note, reduction_id as "reductionId"
  from swap where complex_id = $1`

export type TakingSwap = SwapRow & { reductionId: Uuid }

/** The swap for which a reduction takes the money out; null when it was given up. */
export const swapOfReduction = async (
  tx: Tx,
  complex: ComplexId,
  reduction: Uuid,
): Promise<TakingSwap | null> =>
  (
    await tx.query<TakingSwap>(`${ROW} and reduction_id = $2 and state = 'TAKING' for update`, [
      complex,
      reduction,
    ])
  )[0] ?? null

export const lockTaking = async (
  tx: Tx,
  complex: ComplexId,
  swap: Uuid,
): Promise<TakingSwap | null> =>
  (
    await tx.query<TakingSwap>(`${ROW} and swap_id = $2 and state = 'TAKING' for update`, [
      complex,
      swap,
    ])
  )[0] ?? null

export type LastReading = { at: Instant; energyWh: number; balanceFen: number }

/** What the meter showed when its money had been taken out. */
export const readingAfterReduction = async (
  tx: Tx,
  complex: ComplexId,
  reduction: Uuid,
): Promise<LastReading | null> => {
  const rows = await tx.query<{ reading: LastReading | null }>(
    `select evidence->'reading' as reading from reduction
     where complex_id = $1 and reduction_id = $2`,
    [complex, reduction],
  )
  return rows[0]?.reading ?? null
}

export type NewStep = { kind: SwapStepKind; facts: Readonly<Record<string, unknown>> }

/** Of any number of swaps. */
export const addSwapSteps = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  steps: readonly (NewStep & { swapId: Uuid })[],
): Promise<void> => {
  await tx.query(
    `insert into swap_step (complex_id, swap_id, step_id, at, kind, facts)
     select $1, s.swap_id, s.id, $2, s.kind, s.facts
     from unnest($3::uuid[], $4::uuid[], $5::text[], $6::jsonb[]) as s(swap_id, id, kind, facts)`,
    [
      ...[complexId, sqlTime(tx.now)],
      steps.map((step) => step.swapId),
      steps.map(() => ids.uuid()),
      steps.map((step) => step.kind),
      steps.map((step) => JSON.stringify(step.facts)),
    ],
    'kept',
  )
}
