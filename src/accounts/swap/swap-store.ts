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

/** Writes it as TAKING with its reduction, or as CHANGED: then the meters change at once. */
export const insertSwap = async (
  tx: Tx,
  swap: SwapRow,
  reductionId: Uuid | null,
): Promise<void> => {
  await tx.query(
    `insert into swap (complex_id, swap_id, request_id, bulk_id, point_id, supply_id, account_id,
       mode, old_meter_id, new_meter_id, old_epoch, old_state, state, new_initial_wh, multiplier,
       side, reduction_id, photo_note, approval_id, note, operator_id, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
       $19, $20, $21, $22)`,
    [
      swap.complexId,
      swap.swapId,
      swap.requestId,
      swap.bulkId,
      swap.pointId,
      swap.supplyId,
      swap.accountId,
      swap.mode,
      swap.oldMeterId,
      swap.newMeterId,
      swap.oldEpoch,
      swap.oldState,
      reductionId === null ? 'CHANGED' : 'TAKING',
      swap.newInitialWh,
      swap.multiplier,
      swap.side,
      reductionId,
      swap.photoNote,
      swap.approvalId,
      swap.note,
      tx.scope.operator,
      sqlTime(tx.now),
    ],
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
  )
}

export const writeCancelled = async (tx: Tx, complex: ComplexId, swap: Uuid): Promise<void> => {
  await tx.query(
    `update swap set state = 'CANCELLED', ended_at = $3
     where complex_id = $1 and swap_id = $2 and state = 'TAKING'`,
    [complex, swap, sqlTime(tx.now)],
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

export const addSwapSteps = async (
  tx: Tx,
  ids: Ids,
  swap: { complexId: ComplexId; swapId: Uuid },
  steps: readonly NewStep[],
): Promise<void> => {
  await tx.query(
    `insert into swap_step (complex_id, swap_id, step_id, at, kind, facts)
     select $1, $2, s.id, $3, s.kind, s.facts
     from unnest($4::uuid[], $5::text[], $6::jsonb[]) as s(id, kind, facts)`,
    [
      swap.complexId,
      swap.swapId,
      sqlTime(tx.now),
      steps.map(() => ids.uuid()),
      steps.map((step) => step.kind),
      steps.map((step) => JSON.stringify(step.facts)),
    ],
  )
}
