// The rows of shifts 班次: each clerk has a till of his own; the first sale of a clerk opens his
// shift by itself. Money moves under a share of the shift's lock, the count takes it alone.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'

/**
 * The clerk's open shift; two first sales at once agree on one through the unique key. Refuses:
 * shift_counted (money that moves now would not fit what was counted).
 */
export const currentShift = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  operator: OperatorId,
): Promise<Uuid> => {
  const find = () =>
    tx.query<{ id: Uuid; counted: boolean }>(
      `select shift_id as id, counted_at is not null as counted from shift
       where complex_id = $1 and operator_id = $2 and closed_at is null for share`,
      [complex, operator],
      'kept',
    )
  const open = (await find())[0]
  refuseIf(open?.counted === true, 'shift_counted', { shiftId: open?.id ?? '' })
  if (open) return open.id
  await tx.query(
    `insert into shift (complex_id, shift_id, operator_id, opened_at) values ($1, $2, $3, $4)
     on conflict (complex_id, operator_id) where closed_at is null do nothing`,
    [complex, ids.uuid(), operator, sqlTime(tx.now)],
  )
  return must((await find())[0], 'the shift is open').id
}

export type ShiftRow = {
  complexId: ComplexId
  shiftId: Uuid
  operatorId: OperatorId
  openedAt: Instant
  countedAt: Instant | null
  closedAt: Instant | null
  expectedFen: number | null
  countedFen: number | null
}

const COLUMNS = `complex_id as "complexId", shift_id as "shiftId", operator_id as "operatorId",
  opened_at as "openedAt", counted_at as "countedAt", closed_at as "closedAt",
  expected_fen as "expectedFen", counted_fen as "countedFen"`

export const findShift = async (
  tx: Tx,
  shift: string,
  within: number | null,
): Promise<ShiftRow | null> => {
  const rows = await tx.query<ShiftRow>(
    `select ${COLUMNS} from shift where shift_id = $1 and ($2::integer is null or complex_id = $2)`,
    [shift, within],
  )
  return rows[0] ?? null
}

/** Alone: every sale of the shift under way has ended when this answers. */
export const lockShift = async (tx: Tx, complex: ComplexId, shift: Uuid): Promise<ShiftRow> => {
  const rows = await tx.query<ShiftRow>(
    `select ${COLUMNS} from shift where complex_id = $1 and shift_id = $2 for update`,
    [complex, shift],
  )
  return must(rows[0], 'a shift is never removed')
}

/** False where the operator has an open shift already. */
export const insertShift = async (
  tx: Tx,
  shift: {
    complexId: ComplexId
    shiftId: Uuid
    operatorId: OperatorId
    floatFen: number
    floatPostingId: Uuid | null
  },
): Promise<boolean> => {
  const rows = await tx.query(
    `insert into shift (complex_id, shift_id, operator_id, opened_at, float_fen, float_posting_id)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (complex_id, operator_id) where closed_at is null do nothing returning 1`,
    [
      shift.complexId,
      shift.shiftId,
      shift.operatorId,
      sqlTime(tx.now),
      shift.floatFen,
      shift.floatPostingId,
    ],
  )
  return rows.length > 0
}

/** What the ledger says is in the drawer. */
export const drawerFen = async (tx: Tx, complex: ComplexId, path: string): Promise<number> => {
  const rows = await tx.query<{ fen: number }>(
    `select coalesce(sum(e.fen), 0)::bigint as fen from ledger_account a
     join entry e on e.complex_id = a.complex_id and e.ledger_account_id = a.ledger_account_id
     where a.complex_id = $1 and a.path = $2`,
    [complex, path],
  )
  return rows[0]?.fen ?? 0
}

export type Pieces = { faceFen: number; pieces: number }

export const writeCount = async (
  tx: Tx,
  shift: Pick<ShiftRow, 'complexId' | 'shiftId'>,
  count: { expectedFen: number; countedFen: number; perDenomination: readonly Pieces[] },
): Promise<void> => {
  await tx.query(
    `update shift set counted_at = $3, expected_fen = $4, counted_fen = $5, per_denomination = $6
     where complex_id = $1 and shift_id = $2`,
    [
      shift.complexId,
      shift.shiftId,
      sqlTime(tx.now),
      count.expectedFen,
      count.countedFen,
      JSON.stringify(count.perDenomination),
    ],
  )
}

export const writeClose = async (
  tx: Tx,
  shift: Pick<ShiftRow, 'complexId' | 'shiftId'>,
  close: {
    handedInFen: number
    reasonCode: string | null
    note: string
    postingId: Uuid | null
  },
): Promise<void> => {
  await tx.query(
    `update shift set closed_at = $3, handed_in_fen = $4, reason_code = $5, note = $6,
       close_posting_id = $7, closed_by = $8
     where complex_id = $1 and shift_id = $2`,
    [
      shift.complexId,
      shift.shiftId,
      sqlTime(tx.now),
      close.handedInFen,
      close.reasonCode,
      close.note,
      close.postingId,
      tx.scope.operator,
    ],
  )
}
