// What a kWh costs by a plan on average 有效电价, PURE: by what those who have it really used in a
// month, or where nobody used anything, by how long each price holds in a year.

import { rateMonth } from '../settlement/rate.ts'
import type { CountedMonth } from '../settlement/rated-months.ts'
import type { Day } from '../shared/clock.ts'
import type { Calendar } from '../tariff/calendar.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { priceMonth } from '../tariff/price.ts'
import { draftSchedule, evenSlices } from '../what-if/drafted.ts'
import type { Charged } from './ceiling.ts'
import { countedOf } from './counted-fen.ts'

export type CapUse = {
  /** The same month of each supply. */
  months: readonly CountedMonth[]
  /** Where nothing was used it goes by the hours of the year from this day on. */
  from: Day
  calendar: Calendar
  zone: string
}
export type Effective = Charged & { from: 'use' | 'hours'; supplies: number }

const byHours = (definition: PlanDefinition, use: CapUse, counts: { serviceFee: boolean }) => {
  // How much would be used nobody knows: the first tier's price, and nothing that comes by month.
  const { tiers: _tiers, ...plain } = definition
  const slices = evenSlices(plain, use)
  const { lines, energyWh } = priceMonth({ slices })
  return countedOf(lines, energyWh, counts)
}

export const effectiveOf = (
  definition: PlanDefinition,
  use: CapUse,
  counts: { serviceFee: boolean },
): Effective => {
  const schedule = draftSchedule(definition, use)
  const used = use.months
    .map((month) => rateMonth({ ...month, schedule }))
    .filter(({ energyWh }) => energyWh > 0)
    .map(({ lines, energyWh }) => countedOf(lines, energyWh, counts))
  if (used.length === 0) return { ...byHours(definition, use, counts), from: 'hours', supplies: 0 }
  const sum = (of: (one: Charged) => number) => used.reduce((all, one) => all + of(one), 0)
  return {
    countedFen: sum((one) => one.countedFen),
    energyWh: sum((one) => one.energyWh),
    lines: sum((one) => one.lines),
    ...{ from: 'use', supplies: used.length },
  }
}
