// The day a posting is dated on 记账日: its business day, or the first open day where that one is
// closed already. Whoever posts asks here; the ledger refuses a closed day in any case.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, dayAfter, type Instant } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'

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

const closedUntilIn = (complex: string): string => `
  (select greatest(
    (select max(day) from day_close where complex_id = ${complex}),
    (select max(last_day) from month_lock where complex_id = ${complex})))`

type Row = { complexId: ComplexId; zone: string; cut: number; closed: Day | null }

const asking = (complexes: string): string => `
  select complex_id as "complexId", zone, day_cut_minutes as cut,
    ${closedUntilIn('c.complex_id')} as closed,
    pg_advisory_xact_lock_shared(${DAYS_LOCK}, complex_id)
  from complex c where complex_id = any (${complexes})`

const ASK = asking('$1')

const ASK_OF_ACCOUNTS = asking('array(select complex_id from account where account_id = any ($1))')

const ask = (tx: Tx, complexes: readonly ComplexId[]): Promise<Row[]> =>
  tx.query<Row>(ASK, [complexes], 'kept')

const laterOf = (day: Day, closed: Day | null): Day =>
  closed === null || day > closed ? day : dayAfter(closed)

const dayOf = (row: Row, at: Instant): Day =>
  laterOf(businessDay(at, row.zone, row.cut), row.closed)

/** The day that a posting about the moment `at` is dated on, in the complexes of the accounts. */
export const postingDaysAt = async (
  tx: Tx,
  accounts: readonly AccountId[],
  at: Instant,
): Promise<Map<ComplexId, Day>> => {
  const rows = await tx.query<Row>(ASK_OF_ACCOUNTS, [accounts], 'kept')
  return new Map(rows.map((row) => [row.complexId, dayOf(row, at)]))
}

/** The same of one complex. */
export const postingDay = async (tx: Tx, complex: ComplexId, at: Instant): Promise<Day> =>
  dayOf(must((await ask(tx, [complex]))[0], 'the complex is there'), at)

/** The same of a posting that belongs to a whole day, such as what was used on it. */
export const postingDayOf = async (tx: Tx, complex: ComplexId, of: Day): Promise<Day> => {
  const row = must((await ask(tx, [complex]))[0], 'the complex is there')
  return laterOf(of, row.closed)
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
