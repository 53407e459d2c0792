// Selections 选择 as rows: made by one operator for one request, used once, within a minute.

import type { Tx } from '../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import type { Observed } from './observe.ts'

export type SelectionRow = {
  complexId: ComplexId
  selectionId: Uuid
  kind: string
  /** Of what is to be sent again. */
  askedHash: Buffer
  observed: readonly SeenMeter[]
  expiresAt: Instant
}
/** `no` and `place` are for people. */
export type SeenMeter = { meterId: MeterId; no: string; place: string; seen: Observed }

/** What nobody used is evidence of nothing. */
const KEPT_UNUSED_MS = 3_600_000

export const insertSelection = async (tx: Tx, row: SelectionRow): Promise<void> => {
  await tx.query(
    `delete from selection where complex_id = $1 and used_at is null and expires_at < $2
       and operator_id is not distinct from $3`,
    [row.complexId, sqlTime(plusMs(tx.now, -KEPT_UNUSED_MS)), tx.scope.operator],
    'kept',
  )
  await tx.query(
    `insert into selection (complex_id, selection_id, operator_id, kind, asked_hash, observed,
       selected_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[row.complexId, row.selectionId, tx.scope.operator, row.kind, row.askedHash],
      ...[JSON.stringify(row.observed), sqlTime(tx.now), sqlTime(row.expiresAt)],
    ],
    'kept',
  )
}

export type Selected = {
  own: boolean
  askedHash: Buffer
  observed: readonly SeenMeter[]
  expiresAt: Instant
  usedAt: Instant | null
}

/** Locked: of two that come with it at once, one finds it used. */
export const lockSelection = async (
  tx: Tx,
  complex: ComplexId,
  selection: Uuid,
): Promise<Selected | null> => {
  const rows = await tx.query<Selected>(
    `select operator_id is not distinct from $3 as own, asked_hash as "askedHash", observed,
       expires_at as "expiresAt", used_at as "usedAt"
     from selection where complex_id = $1 and selection_id = $2 for update`,
    [complex, selection, tx.scope.operator],
    'kept',
  )
  return rows[0] ?? null
}

export const markUsed = async (
  tx: Tx,
  complex: ComplexId,
  selection: Uuid,
  batch: Uuid,
): Promise<void> => {
  await tx.query(
    `update selection set used_at = $3, batch_id = $4
     where complex_id = $1 and selection_id = $2`,
    [complex, selection, sqlTime(tx.now), batch],
    'kept',
  )
}
