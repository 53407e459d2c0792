// The calendar of a complex 日历维护: which days of a year are not as their weekday says. The complex's
// own days stand over the supplied table; a change to days that have come is priced again.

import type { Static } from 'typebox'
import type { Calendar, CalendarSaved } from '../http/contract/plans.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import { chargedOn } from '../settlement/rerate-store.ts'
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
export const changedDays = (before: readonly OwnDay[], after: readonly OwnDay[]): Day[] => {
  const was = calendarOf(before)
  const is = calendarOf(after)
  const all = new Set([...before, ...after].map((one) => one.day))
  return [...all].filter((one) => dayTypeOf(was, one) !== dayTypeOf(is, one))
}

/** Refuses: invalid_input for a day of another year, or named twice. */
export const ownDaysOf = ({ year, days }: Pick<Static<typeof CalendarSaved>, 'year' | 'days'>) => {
  const own = days.map((one): OwnDay => ({ ...one, day: day(one.day) }))
  const once = new Set(own.map((one) => one.day)).size === own.length
  const fits = once && own.every((one) => yearOf(one.day) === year)
  refuseIf(!fits, 'invalid_input', { where: 'body', field: 'days', rule: once ? 'year' : 'twice' })
  return own
}

/**
 * Refuses: invalid_input for a day of another year, or named twice; rerate_required for days that
 * were charged.
 */
export const saveCalendar = async (
  tx: Tx,
  { ids }: PlanDeps,
  complex: ComplexTime & { complexId: ComplexId },
  asked: Static<typeof CalendarSaved>,
): Promise<Calendar> => {
  const { complexId, zone } = complex
  const { year } = asked
  const after = ownDaysOf(asked)
  await lockCalendar(tx, complexId)
  const before = await ownDays(tx, complexId, year)
  const today = businessDay(tx.now, zone, 0)
  const past = changedDays(before, after).filter((one) => one <= today)
  const charged = await chargedOn(tx, complexId, past)
  refuseIf(charged > 0, 'rerate_required', { supplies: charged })
  await replaceDays(tx, complexId, year, after)
  const subject = `calendar/${year}`
  await audit(tx, ids, { complexId, action: 'calendar.change', subject, before, after })
  if (past.length > 0) await afterCalendarChanged(tx, ids, { complexId, year })
  return calendarYear(tx, complexId, year)
}
