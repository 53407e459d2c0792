// The calendar of a complex 日历维护: which days of a year are not as their weekday says. The complex's
// own days stand over the supplied table; a change to days that have come is priced again.

import type { Static } from 'typebox'
import type { Calendar, CalendarSaved } from '../http/contract/plans.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import { businessDay, type Day, day } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import {
  calendarOf,
  dayTypeOf,
  holidaysKnown,
  type OwnDay,
  suppliedDays,
  suppliedYear,
  yearOf,
} from '../tariff/calendar.ts'
import { afterCalendarChanged } from './after-change.ts'
import { lockCalendar, ownDays, replaceDays } from './calendar-store.ts'
import type { ComplexTime } from './effective.ts'
import type { PlanDeps } from './plans.ts'

export const calendarYear = async (tx: Tx, complex: ComplexId, year: number): Promise<Calendar> => {
  const own = await ownDays(tx, complex, year)
  const table = suppliedYear(year)
  const days = new Map(table ? suppliedDays(table).map((one) => [one.day, one]) : [])
  for (const one of own) days.set(one.day, one)
  const named = new Set(own.map((one) => one.day))
  return {
    year,
    known: holidaysKnown(calendarOf(own), year),
    source: table?.source ?? null,
    days: [...days.values()]
      .sort((a, b) => (a.day < b.day ? -1 : 1))
      .map((one) => ({ ...one, own: named.has(one.day) })),
  }
}

/** The days that become another kind of day. */
const changedDays = (before: readonly OwnDay[], after: readonly OwnDay[]): Day[] => {
  const was = calendarOf(before)
  const is = calendarOf(after)
  const all = new Set([...before, ...after].map((one) => one.day))
  return [...all].filter((one) => dayTypeOf(was, one) !== dayTypeOf(is, one))
}

/** Refuses: invalid_input for a day of another year, or named twice. */
export const saveCalendar = async (
  tx: Tx,
  { ids }: PlanDeps,
  complex: ComplexTime & { complexId: ComplexId },
  { year, days }: Static<typeof CalendarSaved>,
): Promise<Calendar> => {
  const { complexId, zone } = complex
  const after = days.map((one): OwnDay => ({ ...one, day: day(one.day) }))
  const once = new Set(after.map((one) => one.day)).size === after.length
  const fits = once && after.every((one) => yearOf(one.day) === year)
  refuseIf(!fits, 'invalid_input', { where: 'body', field: 'days', rule: once ? 'year' : 'twice' })
  await lockCalendar(tx, complexId)
  const before = await ownDays(tx, complexId, year)
  await replaceDays(tx, complexId, year, after)
  const subject = `calendar/${year}`
  await audit(tx, ids, { complexId, action: 'calendar.change', subject, before, after })
  const today = businessDay(tx.now, zone, 0)
  if (changedDays(before, after).some((one) => one <= today))
    await afterCalendarChanged(tx, ids, { complexId, year })
  return calendarYear(tx, complexId, year)
}
