// A draft of a plan laid over use 试算, PURE: as if it had always held.

import { type Day, dayAfter, instant } from '../shared/clock.ts'
import type { Calendar } from '../tariff/calendar.ts'
import { dayParts, type Schedule } from '../tariff/periods.ts'
import {
  DAY_MINUTES,
  type Period,
  type PlanDefinition,
  type TimeOfUsePlan,
} from '../tariff/plan.ts'
import type { Slice } from '../tariff/slices.ts'

/** No stored plan has this number. */
const DRAFT = { planId: 0, version: 0 }

export const draftSchedule = (
  definition: PlanDefinition,
  { calendar, zone }: { calendar: Calendar; zone: string },
): Schedule => ({
  held: [{ since: instant(0), plan: { ...DRAFT, definition } }],
  calendar,
  zone,
})

/** Of such a length every year has its weekends, seasons and nearly all holidays. */
const YEAR_DAYS = 365
/** The same in every minute. */
const WH_A_MINUTE = 10

/** Minutes of the year from that day on in which each period holds. */
const minutesOf = (
  definition: TimeOfUsePlan,
  { calendar, from }: { calendar: Calendar; from: Day },
): Map<Period | null, number> => {
  const minutes = new Map<Period | null, number>()
  for (let day = from, n = 0; n < YEAR_DAYS; day = dayAfter(day), n++)
    for (const { fromMinute, toMinute, period } of dayParts(definition, calendar, day))
      minutes.set(period, (minutes.get(period) ?? 0) + toMinute - fromMinute)
  return minutes
}

/** A year of somebody who uses the same at every hour: prices weighted by how long they hold. */
export const evenSlices = (
  definition: PlanDefinition,
  year: { calendar: Calendar; from: Day },
): Slice[] => {
  const minutes =
    definition.kind === 'flat'
      ? new Map([[null, YEAR_DAYS * DAY_MINUTES]])
      : minutesOf(definition, year)
  // When it was is told by no one: the whole year is one span.
  const span = { from: instant(0), until: instant(1), readFrom: instant(0), readUntil: instant(1) }
  const plan = { ...DRAFT, definition }
  return [...minutes].map(
    ([period, held]): Slice => ({
      ...{ ...span, plan, period, by: 'interval', othersWh: 0 },
      energyWh: held * WH_A_MINUTE,
    }),
  )
}
