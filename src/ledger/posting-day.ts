// The day a posting is dated on 记账日: its business day, or the first open day where that one is
// closed already. Whoever posts asks here; the ledger refuses a closed day in any case.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, dayAfter, type Instant } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type ComplexDays = { complexId: ComplexId; zone: string; dayCutMinutes: number }

/** How the days of a complex are told apart. */
export const complexDays = async (tx: Tx, complex: ComplexId): Promise<ComplexDays> => {
  const rows = await tx.query<ComplexDays>(
    `select complex_id as "complexId", zone, day_cut_minutes as "dayCutMinutes" from complex
     where complex_id = $1`,
    [complex],
  )
  return must(rows[0], 'the complex is there')
}

// Postings share this lock to their commit; closing takes it alone, so that no posting of the day
// is still on its way when the day is summed.
const DAYS_LOCK = 19

/** As SQL: the last day of a complex that takes no posting. */
export const closedUntilIn = (complex: string): string => `
  (select greatest(
    (select max(day) from day_close where complex_id = ${complex}),
    (select max(last_day) from month_lock where complex_id = ${complex})))`

/** The last day that takes no posting, and how days are told apart. */
export type ClosedDays = Omit<ComplexDays, 'complexId'> & { closed: Day | null }

const ASK = `
  select zone, day_cut_minutes as "dayCutMinutes", ${closedUntilIn('c.complex_id')} as closed,
    pg_advisory_xact_lock_shared(${DAYS_LOCK}, complex_id)
  from complex c where complex_id = $1`

const ask = async (tx: Tx, complex: ComplexId): Promise<ClosedDays> =>
  must((await tx.query<ClosedDays>(ASK, [complex], 'kept'))[0], 'the complex is there')

const laterOf = (day: Day, closed: Day | null): Day =>
  closed === null || day > closed ? day : dayAfter(closed)

/** As SQL: no day is closed in these complexes until the commit; asked next: which days are. */
export const holdDays = (complexes: string): string => `
  select pg_advisory_xact_lock_shared(${DAYS_LOCK}, complex_id)
  from (select distinct complex_id from (${complexes}) all_of_them order by 1) c`

/** The day that a posting about the moment `at` is dated on, where `closed` was asked before. */
export const postingDayIn = ({ zone, dayCutMinutes, closed }: ClosedDays, at: Instant): Day =>
  laterOf(businessDay(at, zone, dayCutMinutes), closed)

/** The day that a posting about the moment `at` is dated on. */
export const postingDay = async (tx: Tx, complex: ComplexId, at: Instant): Promise<Day> =>
  postingDayIn(await ask(tx, complex), at)

/** The same of a posting that belongs to a whole day, such as what was used on it. */
export const postingDayOf = async (tx: Tx, complex: ComplexId, of: Day): Promise<Day> => {
  const { closed } = await ask(tx, complex)
  return laterOf(of, closed)
}

/** Waits for every posting under way and holds back later ones; for closing days and months. */
export const lockDays = async (tx: Tx, complex: ComplexId): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock(${DAYS_LOCK}, $1)`, [complex])
}

/** The last day that takes no posting; null where no day was ever closed. */
export const closedUntil = async (tx: Tx, complex: ComplexId): Promise<Day | null> => {
  const rows = await tx.query<{ closed: Day | null }>(`select ${closedUntilIn('$1')} as closed`, [
    complex,
  ])
  return rows[0]?.closed ?? null
}
