// What alarms about a complex as a whole are decided by 综合体事实.

import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import { businessDay, type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { holidaysKnown, yearOf } from '../tariff/calendar.ts'
import type { WithOpen } from './facts-store.ts'
import type { ComplexFacts } from './rule.ts'

/** Holidays are announced in November: so long before the year begins they should be entered. */
const KNOWN_BEFORE_MS = 21 * 24 * 3_600_000

/** A release that has not been seen for so long is overdue. */
const RELEASE_LATE_MS = 15 * 60_000
/** Keep-power that could not be set so lately is still wanted. */
const KEEP_FAILED_MS = 60 * 60_000

type Row = {
  zone: string
  byCalendar: boolean
  open: string[] | null
  surges: number
  surgeMeters: number
  surgeSince: Instant | null
  unset: number
  overdue: number
  webhooksOff: number
}

// A plan goes by the calendar where weekends or holidays have a table of their own.
const FACTS = `
  select c.zone, exists (
      select from plan_version v where v.complex_id = c.complex_id
        and v.definition @? '$.seasons[*].days ? (exists (@.weekend) || exists (@.holiday))'
        and exists (select from supply_plan s where s.complex_id = v.complex_id
          and s.plan_id = v.plan_id)
    ) as "byCalendar",
    (select array_agg(a.rule) from alarm a where a.complex_id = c.complex_id
      and a.cleared_at is null and a.subject_kind = 'complex') as open,
    (select count(*)::integer from webhook w where w.complex_id = c.complex_id
      and w.gave_up_at is not null) as "webhooksOff",
    s.surges, s."surgeMeters", s."surgeSince",
    (select count(distinct k.meter_id)::integer from command k
      join latest l on l.complex_id = k.complex_id and l.meter_id = k.meter_id
      where k.complex_id = c.complex_id and k.kind = 'setMode' and k.operator_id is null
        and k.params->>'mode' = 'kept' and k.state in ('failed', 'expired', 'held')
        and k.ended_at > $2 and l.kept is not true) as unset,
    (select count(*)::integer from control o
      join installation i on i.complex_id = o.complex_id and i.point_id = o.point_id
        and i.until is null
      join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
      where o.complex_id = c.complex_id and l.kept and (o.mode = 'kept' and o.until < $3
        or o.mode = 'prepaid' and o.since < $3 and l.relay_at > o.since)) as overdue
  from complex c, lateral (
    select count(distinct t.surge_id)::integer as surges,
      count(distinct m.meter_id)::integer as "surgeMeters", min(t.raised_at) as "surgeSince"
    from trip_surge t left join trip_surge_meter m on m.complex_id = t.complex_id
      and m.surge_id = t.surge_id
    where t.complex_id = c.complex_id and t.released_at is null) s
  where c.complex_id = $1`

export const complexFacts = async (
  tx: Tx,
  complexId: ComplexId,
): Promise<WithOpen<ComplexFacts>> => {
  const failedSince = sqlTime(plusMs(tx.now, -KEEP_FAILED_MS))
  const lateSince = sqlTime(plusMs(tx.now, -RELEASE_LATE_MS))
  const row = (await tx.query<Row>(FACTS, [complexId, failedSince, lateSince]))[0]
  const open = new Set(row?.open ?? [])
  const { surges = 0, surgeMeters: meters = 0, surgeSince: since = null } = row ?? {}
  const surge = since === null ? null : { surges, meters, since }
  const keeps = { unset: row?.unset ?? 0, overdue: row?.overdue ?? 0 }
  const facts = { complexId, surge, keeps, webhooksOff: row?.webhooksOff ?? 0 }
  if (!row?.byCalendar) return { facts: { ...facts, unknownYear: null }, open }
  const calendar = await complexCalendar(tx, complexId)
  const years = [tx.now, plusMs(tx.now, KNOWN_BEFORE_MS)].map((at) =>
    yearOf(businessDay(at, row.zone, 0)),
  )
  const unknownYear = years.find((year) => !holidaysKnown(calendar, year)) ?? null
  return { facts: { ...facts, unknownYear }, open }
}
