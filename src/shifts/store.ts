// The rows of shifts 班次: each clerk has a till of his own; the first sale of a clerk opens his
// shift by itself. Money moves under a share of the shift's lock, the count takes it alone.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'

export type Clerk = { complexId: ComplexId; operator: OperatorId }

export type OpenShift = Clerk & { shiftId: Uuid; counted: boolean }

const OF_CLERKS = `
  select s.complex_id as "complexId", s.operator_id as operator, s.shift_id as "shiftId",
    s.counted_at is not null as counted
  from unnest($1::integer[], $2::integer[]) as c(complex_id, operator_id)
  join shift s on s.complex_id = c.complex_id and s.operator_id = c.operator_id
    and s.closed_at is null
  for share of s`

/** Of these clerks, those that are open; their money may move until the commit. */
export const findShifts = (tx: Tx, clerks: readonly Clerk[]): Promise<OpenShift[]> =>
  tx.query<OpenShift>(
    OF_CLERKS,
    [clerks.map((clerk) => clerk.complexId), clerks.map((clerk) => clerk.operator)],
    'kept',
  )

/** As SQL: joins `sh` (shift_id, counted), the open shift of a clerk; nulls: there is none. */
export const openShiftOf = (complex: string, operator: string): string => `
  left join lateral (select shift_id, counted_at is not null as counted from shift
    where complex_id = ${complex} and operator_id = ${operator} and closed_at is null
    for share) sh on true`

const isOf = (shift: OpenShift, { complexId, operator }: Clerk): boolean =>
  shift.complexId === complexId && shift.operator === operator

/** Those that were found, and new ones for the rest; two first sales at once agree on one. */
export const openShifts = async (
  tx: Tx,
  ids: Ids,
  clerks: readonly Clerk[],
  found: readonly OpenShift[],
): Promise<readonly OpenShift[]> => {
  const missing = clerks.filter((clerk) => !found.some((shift) => isOf(shift, clerk)))
  if (missing.length === 0) return found
  await tx.query(
    `insert into shift (complex_id, shift_id, operator_id, opened_at)
     select *, $4::timestamptz from unnest($1::integer[], $2::uuid[], $3::integer[])
     on conflict (complex_id, operator_id) where closed_at is null do nothing`,
    [
      missing.map((clerk) => clerk.complexId),
      missing.map(() => ids.uuid()),
      missing.map((clerk) => clerk.operator),
      sqlTime(tx.now),
    ],
  )
  return [...found, ...(await findShifts(tx, missing))]
}

/** Refuses: shift_counted (money that moves now would not fit what was counted). */
export const refuseCounted = (shifts: readonly OpenShift[], clerk: Clerk): void => {
  const counted = shifts.find((shift) => shift.counted && isOf(shift, clerk))
  if (counted) throw new Refusal('shift_counted', { shiftId: counted.shiftId })
}

export const shiftOf = (shifts: readonly OpenShift[], clerk: Clerk): Uuid =>
  must(
    shifts.find((shift) => isOf(shift, clerk)),
    'the shift is open',
  ).shiftId

/** The clerk's open shift. Refuses: shift_counted. */
export const currentShift = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  operator: OperatorId,
): Promise<Uuid> => {
  const clerk = { complexId, operator }
  const found = await findShifts(tx, [clerk])
  refuseCounted(found, clerk)
  return shiftOf(await openShifts(tx, ids, [clerk], found), clerk)
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
