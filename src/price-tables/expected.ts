// What a meter should hold 应有电价: the tables of a version at the place where the meter hangs, and
// what of the tables it holds is not so.

import type { Difference } from '../http/contract/meter-prices.ts'
import type { PriceTablesCapability } from '../metering/driver.ts'
import { businessDay, type Instant, localTime } from '../shared/clock.ts'
import type { Calendar } from '../tariff/calendar.ts'
import { type Compiled, compileTables } from './compile.ts'
import { differencesOf } from './push-steps.ts'
import type { HeldTables, HeldVersion, PricedMeter } from './store.ts'

const two = (n: number): string => n.toString().padStart(2, '0')

/** `YYYY-MM-DD hh:mm`, as a meter of the zone shows it. */
export const meterMinute = (at: Instant, zone: string): string => {
  const t = localTime(at, zone)
  return `${t.year}-${two(t.month)}-${two(t.dayOfMonth)} ${two(t.hour)}:${two(t.minute)}`
}

/** The tables of `version` in this meter, in force from `from` on. */
export const tablesIn = (
  meter: PricedMeter,
  can: PriceTablesCapability | undefined,
  version: Pick<HeldVersion, 'definition'>,
  calendar: Calendar,
  from: Instant,
): Compiled => {
  const { dayCutMinutes, countsSince, supplies } = meter
  return compileTables({
    definition: version.definition,
    can,
    calendar,
    // A meter's day begins at midnight, whatever the business day does.
    from: businessDay(from, meter.zone, 0),
    site: { dayCutMinutes, countsSince, supplies },
  })
}

/** Null where nobody can tell: no reading, no plan, or one that this meter can't hold. */
export const differencesNow = (
  meter: PricedMeter,
  can: PriceTablesCapability | undefined,
  calendar: Calendar,
  held: HeldTables | null,
  now: Instant,
): Difference[] | null => {
  const [version] = meter.held
  if (held === null || version === undefined || version.since > now) return null
  const compiled = tablesIn(meter, can, version, calendar, now)
  if (!compiled.ok) return null
  return differencesOf(compiled, held, meterMinute(now, meter.zone).slice(0, 10))
}
