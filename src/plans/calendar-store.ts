// The calendar of a complex 综合体日历: its own days, over the supplied table of public holidays.

import type { CalendarDay } from '../http/contract/plans.ts'
import type { Tx } from '../ports/database.ts'
import type { Day } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { type Calendar, calendarOf, type OwnDay } from '../tariff/calendar.ts'

/** In the order of time; of one year, or all. */
export const ownDays = (tx: Tx, complex: ComplexId, year: number | null): Promise<OwnDay[]> =>
  tx.query<OwnDay>(
    `select day::text, type, name, name_en as "nameEn" from calendar_day
     where complex_id = $1 and ($2::integer is null or extract(year from day) = $2)
     order by day`,
    [complex, year],
  )

// Few complexes name days of their own, and none every minute.
const KEPT = 50
const calendars = new Map<string, Calendar>()

/** Of all years: what prices of the complex go by. */
export const complexCalendar = async (tx: Tx, complex: ComplexId): Promise<Calendar> => {
  const own = await ownDays(tx, complex, null)
  const key = JSON.stringify(own)
  const known = calendars.get(key) ?? calendarOf(own)
  if (calendars.size >= KEPT) calendars.clear()
  calendars.set(key, known)
  return known
}

/** The lock of everybody who changes the calendar of the complex. */
export const lockCalendar = async (tx: Tx, complex: ComplexId): Promise<void> => {
  await tx.query('select from complex where complex_id = $1 for no key update', [complex])
}

export const replaceDays = async (
  tx: Tx,
  complex: ComplexId,
  year: number,
  days: readonly (Omit<CalendarDay, 'day'> & { day: Day })[],
): Promise<void> => {
  await tx.query('delete from calendar_day where complex_id = $1 and extract(year from day) = $2', [
    complex,
    year,
  ])
  await tx.query(
    `insert into calendar_day (complex_id, day, type, name, name_en)
     select $1, d.day, d.type, d.name, d.name_en
     from unnest($2::date[], $3::text[], $4::text[], $5::text[]) d(day, type, name, name_en)`,
    [
      complex,
      days.map((one) => one.day),
      days.map((one) => one.type),
      days.map((one) => one.name),
      days.map((one) => one.nameEn),
    ],
  )
}
