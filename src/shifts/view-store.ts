// Shifts as they are shown 班次查询. Of a shift that is not counted yet nothing is told from which the
// drawer could be reckoned.

import type { Shift } from '../http/contract/shifts.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

type Row = {
  shiftId: string
  complexId: number
  operatorId: number
  operator: string
  openedAt: Instant
  floatFen: number
  countedAt: Instant | null
  expectedFen: number | null
  countedFen: number | null
  perDenomination: { faceFen: number; pieces: number }[]
  closedAt: Instant | null
  handedInFen: number | null
  reasonCode: Shift['reasonCode']
  note: string
  zone: string
}

const SHIFTS = `
  select s.shift_id as "shiftId", s.complex_id as "complexId", s.operator_id as "operatorId",
    coalesce(o.name, '') as operator, s.opened_at as "openedAt", s.float_fen as "floatFen",
    s.counted_at as "countedAt", s.expected_fen as "expectedFen", s.counted_fen as "countedFen",
    s.per_denomination as "perDenomination", s.closed_at as "closedAt",
    s.handed_in_fen as "handedInFen", s.reason_code as "reasonCode", s.note, c.zone
  from shift s join complex c on c.complex_id = s.complex_id
  left join operator o on o.operator_id = s.operator_id`

type Total = NonNullable<Shift['totals']>[number] & { shiftId: string }
type Range = NonNullable<Shift['receipts']> & { shiftId: string }

const MOVED = `
  from (
    select shift_id, method, receipt_no, paid_fen as sold, null::bigint as paid from sale
    where complex_id = $1 and shift_id = any ($2)
    union all
    select shift_id, method, receipt_no, null, paid_fen from payout
    where complex_id = $1 and shift_id = any ($2)
  ) m`

const TOTALS = `
  select shift_id as "shiftId", method, count(sold)::int as sales,
    coalesce(sum(sold), 0)::bigint as "salesFen", count(paid)::int as payouts,
    coalesce(sum(paid), 0)::bigint as "payoutsFen"
  ${MOVED} group by shift_id, method order by method`

const RANGES = `
  select shift_id as "shiftId", min(receipt_no) as from, max(receipt_no) as to,
    count(*)::int as receipts
  ${MOVED} group by shift_id`

const NO_RECEIPTS = { from: null, to: null, receipts: 0 }

const viewOf = (row: Row, totals: Total[], range: Range | undefined): Shift => {
  const at = (time: Instant) => rfc3339(time, row.zone)
  const { countedAt, expectedFen, countedFen, zone: _, ...kept } = row
  const plain = {
    shiftId: kept.shiftId,
    complexId: kept.complexId,
    operatorId: kept.operatorId,
    operator: kept.operator,
    openedAt: at(kept.openedAt),
    floatFen: kept.floatFen,
    closedAt: kept.closedAt === null ? null : at(kept.closedAt),
    handedInFen: kept.handedInFen,
    reasonCode: kept.reasonCode,
    note: kept.note,
  }
  if (countedAt === null || expectedFen === null || countedFen === null)
    return { ...plain, state: 'open', count: null, totals: null, receipts: null }
  const { from, to, receipts } = range ?? NO_RECEIPTS
  return {
    ...plain,
    state: kept.closedAt === null ? 'counted' : 'closed',
    count: {
      countedAt: at(countedAt),
      expectedFen,
      countedFen,
      differenceFen: countedFen - expectedFen,
      perDenomination: kept.perDenomination,
    },
    totals: totals.map(({ shiftId: __, ...total }) => total),
    receipts: { from, to, receipts },
  }
}

const withTotals = async (tx: Tx, complex: ComplexId, rows: readonly Row[]): Promise<Shift[]> => {
  const shown = rows.filter((row) => row.countedAt !== null).map((row) => row.shiftId)
  const totals = shown.length > 0 ? await tx.query<Total>(TOTALS, [complex, shown]) : []
  const ranges = shown.length > 0 ? await tx.query<Range>(RANGES, [complex, shown]) : []
  const totalsOf = Map.groupBy(totals, (total) => total.shiftId)
  const rangeOf = new Map(ranges.map((range) => [range.shiftId, range]))
  return rows.map((row) => viewOf(row, totalsOf.get(row.shiftId) ?? [], rangeOf.get(row.shiftId)))
}

export type ShiftFilter = {
  operatorId: number | null
  state: Shift['state'] | null
  before: string | null
  limit: number
}

const LIST = `${SHIFTS}
  where s.complex_id = $1 and ($2::integer is null or s.operator_id = $2)
    and ($3::text is null or $3 = case when s.closed_at is not null then 'closed'
      when s.counted_at is not null then 'counted' else 'open' end)
    and ($4::uuid is null or s.shift_id < $4)
  order by s.shift_id desc limit $5`

/** Newest first. */
export const listShifts = async (
  tx: Tx,
  complex: ComplexId,
  filter: ShiftFilter,
): Promise<Shift[]> =>
  withTotals(
    tx,
    complex,
    await tx.query<Row>(LIST, [
      complex,
      filter.operatorId,
      filter.state,
      filter.before,
      filter.limit,
    ]),
  )

export const oneShift = async (
  tx: Tx,
  complex: ComplexId,
  shift: string,
): Promise<Shift | null> => {
  const rows = await tx.query<Row>(`${SHIFTS} where s.complex_id = $1 and s.shift_id = $2`, [
    complex,
    shift,
  ])
  return (await withTotals(tx, complex, rows))[0] ?? null
}

/** The operator's shift that is not handed over yet. */
export const currentShiftView = async (
  tx: Tx,
  complex: ComplexId,
  operator: number,
): Promise<Shift | null> => {
  const rows = await tx.query<Row>(
    `${SHIFTS} where s.complex_id = $1 and s.operator_id = $2 and s.closed_at is null`,
    [complex, operator],
  )
  return (await withTotals(tx, complex, rows))[0] ?? null
}
