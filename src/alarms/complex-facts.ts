// What alarms about a complex as a whole are decided by 综合体事实.

import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import { businessDay, plusMs } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { holidaysKnown, yearOf } from '../tariff/calendar.ts'
import type { WithOpen } from './facts-store.ts'
import type { ComplexFacts } from './rule.ts'

/** Holidays are announced in November: so long before the year begins they should be entered. */
const KNOWN_BEFORE_MS = 21 * 24 * 3_600_000

type Row = { zone: string; byCalendar: boolean; open: string[] | null }

// A plan goes by the calendar where weekends or holidays have a table of their own.
const FACTS = `
  select c.zone, exists (
      select from plan_version v where v.complex_id = c.complex_id
        and v.definition @? '$.seasons[*].days ? (exists (@.weekend) || exists (@.holiday))'
        and exists (select from supply_plan s where s.complex_id = v.complex_id
          and s.plan_id = v.plan_id)
    ) as "byCalendar",
    (select array_agg(a.rule) from alarm a where a.complex_id = c.complex_id
      and a.cleared_at is null and a.subject_kind = 'complex') as open
  from complex c where c.complex_id = $1`

export const complexFacts = async (
  tx: Tx,
  complexId: ComplexId,
): Promise<WithOpen<ComplexFacts>> => {
  const row = (await tx.query<Row>(FACTS, [complexId]))[0]
  const open = new Set(row?.open ?? [])
  if (!row?.byCalendar) return { facts: { complexId, unknownYear: null }, open }
  const calendar = await complexCalendar(tx, complexId)
  const years = [tx.now, plusMs(tx.now, KNOWN_BEFORE_MS)].map((at) =>
    yearOf(businessDay(at, row.zone, 0)),
  )
  const unknownYear = years.find((year) => !holidaysKnown(calendar, year)) ?? null
  return { facts: { complexId, unknownYear }, open }
}
