// What one business day moved 日结数据, by the dates of its postings, and the days that are closed.

import type { DayClose } from '../http/contract/shifts.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

/** What is kept of a day, as it was reported when it was closed. */
export type DayReport = Pick<
  DayClose,
  'lines' | 'totalFen' | 'receipts' | 'cashDifferenceFen' | 'handedInFen'
>

// Not all that is taken is for electricity: a deposit, or what was owed at a closing, says so.
const MOVED = `
  select s.operator_id, s.method, case when g.kind in ('deposit', 'close') then g.kind
    else 'sale' end as kind, s.receipt_no, s.paid_fen as fen
  from posting g join sale s on s.complex_id = g.complex_id and s.posting_id = g.posting_id
  where g.complex_id = $1 and g.business_date = $2
  union all
  select p.operator_id, p.method, p.purpose, p.receipt_no, -p.paid_fen
  from posting g join payout p on p.complex_id = g.complex_id and p.posting_id = g.posting_id
  where g.complex_id = $1 and g.business_date = $2`

const LINES = `
  select m.operator_id as "operatorId", coalesce(o.name, '') as operator, m.method, m.kind,
    count(*)::int as receipts, sum(m.fen)::bigint as fen
  from (${MOVED}) m left join operator o on o.operator_id = m.operator_id
  group by m.operator_id, o.name, m.method, m.kind, m.fen < 0
  order by o.name, m.method, m.kind, m.fen < 0`

const RANGE = `
  select min(receipt_no) as from, max(receipt_no) as to, count(*)::int as receipts
  from (${MOVED}) m`

const HANDED_OVER = `
  select coalesce(-sum(e.fen) filter (where a.path = 'cash-difference'), 0)::bigint
      as "cashDifferenceFen",
    coalesce(sum(e.fen) filter (where a.path = 'safe'), 0)::bigint as "handedInFen"
  from posting g
  join entry e on e.complex_id = g.complex_id and e.posting_id = g.posting_id
  join ledger_account a on a.complex_id = e.complex_id
    and a.ledger_account_id = e.ledger_account_id
  where g.complex_id = $1 and g.business_date = $2 and g.kind = 'shift-close'`

export const dayReport = async (tx: Tx, complex: ComplexId, day: Day): Promise<DayReport> => {
  const of = [complex, day]
  const lines = await tx.query<DayClose['lines'][number]>(LINES, of)
  const range = (await tx.query<DayClose['receipts']>(RANGE, of))[0]
  type HandedOver = Pick<DayReport, 'cashDifferenceFen' | 'handedInFen'>
  const handed = (await tx.query<HandedOver>(HANDED_OVER, of))[0]
  return {
    lines,
    totalFen: lines.reduce((sum, line) => sum + line.fen, 0),
    receipts: range ?? { from: null, to: null, receipts: 0 },
    cashDifferenceFen: handed?.cashDifferenceFen ?? 0,
    handedInFen: handed?.handedInFen ?? 0,
  }
}

/** The first day with postings that no close covers, before `until`; null where there is none. */
export const firstUnclosed = async (
  tx: Tx,
  complex: ComplexId,
  closed: Day | null,
  until: Day,
): Promise<Day | null> => {
  const rows = await tx.query<{ day: Day | null }>(
    `select min(business_date) as day from posting
     where complex_id = $1 and business_date < $2 and ($3::date is null or business_date > $3)`,
    [complex, until, closed],
  )
  return rows[0]?.day ?? null
}

/** Who has not handed over a shift that began before that moment. */
export const openShiftsBefore = (
  tx: Tx,
  complex: ComplexId,
  before: Instant,
): Promise<{ shiftId: string; operator: string; openedAt: Instant }[]> =>
  tx.query(
    `select s.shift_id as "shiftId", coalesce(o.name, '') as operator, s.opened_at as "openedAt"
     from shift s left join operator o on o.operator_id = s.operator_id
     where s.complex_id = $1 and s.closed_at is null and s.opened_at < $2 order by s.opened_at`,
    [complex, sqlTime(before)],
  )

export const insertDayClose = async (
  tx: Tx,
  complex: ComplexId,
  day: Day,
  report: DayReport,
): Promise<void> => {
  await tx.query(
    `insert into day_close (complex_id, day, closed_at, operator_id, report)
     values ($1, $2, $3, $4, $5)`,
    [complex, day, sqlTime(tx.now), tx.scope.operator, JSON.stringify(report)],
  )
}

export type ClosedDay = { day: Day; closedAt: Instant; operator: string; report: DayReport }

/** Newest first. */
export const listClosedDays = (
  tx: Tx,
  complex: ComplexId,
  page: { before: string | null; limit: number },
): Promise<ClosedDay[]> =>
  tx.query<ClosedDay>(
    `select d.day, d.closed_at as "closedAt", coalesce(o.name, '') as operator, d.report
     from day_close d left join operator o on o.operator_id = d.operator_id
     where d.complex_id = $1 and ($2::date is null or d.day < $2) order by d.day desc limit $3`,
    [complex, page.before, page.limit],
  )
