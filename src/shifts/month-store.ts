// What is unexplained in a month 未了事项, and the months that are locked.

import type { Unexplained } from '../http/contract/shifts.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type MonthSpan = {
  complexId: ComplexId
  firstDay: Day
  /** The first day of the month after. */
  nextDay: Day
  begins: Instant
  ends: Instant
}

type Row = { kind: Unexplained['kind']; what: string; since: Instant | null }

// Months are locked one after the other: what an earlier one may still become is not explained.
const UNEXPLAINED = `
  select 'month' as kind, to_char(business_date, 'YYYY-MM') as what, null::timestamptz as since
  from posting g where complex_id = $1 and business_date < $2
    and not exists (select from month_lock l where l.complex_id = $1
      and l.month = date_trunc('month', g.business_date)::date)
  group by 2
  union all
  select 'day' as kind, business_date::text as what, null::timestamptz as since
  from posting g where complex_id = $1 and business_date >= $2 and business_date < $3
    and not exists (select from day_close d where d.complex_id = $1 and d.day = g.business_date)
  group by business_date
  union all
  select 'shift', 'shift/' || shift_id, opened_at from shift
  where complex_id = $1 and closed_at is null and opened_at < $5
  union all
  select 'hold', 'meter/' || meter_id || ' ' || reason, raised_at from hold
  where complex_id = $1 and released_at is null and raised_at < $5
  union all
  select 'purchase', 'purchase/' || purchase_id || ' ' || state, queued_at from purchase
  where complex_id = $1 and state in ('ARMED', 'HOLD') and queued_at < $5
  union all
  select 'reduction', 'reduction/' || reduction_id || ' ' || state, queued_at from reduction
  where complex_id = $1 and state in ('SENT', 'HOLD') and queued_at < $5
  union all
  select 'reading', 'meter/' || meter_id, at from undecided_reading
  where complex_id = $1 and at >= $4 and at < $5
  order by 1, 3, 2`

export const unexplainedIn = (tx: Tx, month: MonthSpan): Promise<Row[]> =>
  tx.query<Row>(UNEXPLAINED, [
    month.complexId,
    month.firstDay,
    month.nextDay,
    sqlTime(month.begins),
    sqlTime(month.ends),
  ])

/** False where the month is locked already. */
export const insertMonthLock = async (tx: Tx, month: MonthSpan): Promise<boolean> => {
  const rows = await tx.query(
    `insert into month_lock (complex_id, month, last_day, locked_at, operator_id)
     values ($1, $2, $3::date - 1, $4, $5) on conflict do nothing returning 1`,
    [month.complexId, month.firstDay, month.nextDay, sqlTime(tx.now), tx.scope.operator],
  )
  return rows.length > 0
}

export type LockedMonth = { month: Day; lockedAt: Instant; operator: string }

/** Newest first; `month` is its first day. */
export const listLockedMonths = (
  tx: Tx,
  complex: ComplexId,
  page: { before: string | null; limit: number },
): Promise<LockedMonth[]> =>
  tx.query<LockedMonth>(
    `select m.month, m.locked_at as "lockedAt", coalesce(o.name, '') as operator
     from month_lock m left join operator o on o.operator_id = m.operator_id
     where m.complex_id = $1 and ($2::date is null or m.month < $2)
     order by m.month desc limit $3`,
    [complex, page.before, page.limit],
  )
