// A plan looked at before it is saved 方案预览: its faults in words, and a day of it as a strip.

import type { Static } from 'typebox'
import type { DayStrip, PlanChecked } from '../http/contract/plans.ts'
import { businessDay, type Day, day, type Instant } from '../shared/clock.ts'
import type { Language } from '../shared/words.ts'
import { type Calendar, dayTypeOf } from '../tariff/calendar.ts'
import { checkPlan } from '../tariff/check.ts'
import { extremes } from '../tariff/extremes.ts'
import { faultText } from '../tariff/fault-text.ts'
import { dayParts, seasonOf } from '../tariff/periods.ts'
import { DAY_MINUTES, energyPriceE8, type PlanDefinition } from '../tariff/plan.ts'

/** The prices of the first tier, without fees. */
export const dayStrip = (
  definition: PlanDefinition,
  calendar: Calendar,
  of: Day,
  language: Language,
): Static<typeof DayStrip> => {
  const special = calendar.days.get(of)
  const name = language === 'en' && special?.nameEn ? special.nameEn : (special?.name ?? null)
  const parts =
    definition.kind === 'flat'
      ? [{ fromMinute: 0, toMinute: DAY_MINUTES, period: null }]
      : dayParts(definition, calendar, of)
  return {
    day: of,
    dayType: dayTypeOf(calendar, of),
    dayName: name,
    season: definition.kind === 'flat' ? null : seasonOf(definition, of),
    segments: parts.map((part) => ({
      ...part,
      priceE8: energyPriceE8(definition, part.period, 1) ?? 0,
    })),
  }
}

export const checked = (
  { definition, day: wanted }: { definition: PlanDefinition; day?: string | undefined },
  calendar: Calendar,
  at: { now: Instant; zone: string; language: Language },
): Omit<PlanChecked, 'cap'> => {
  const { now, zone, language } = at
  const faults = checkPlan(definition).map((fault) => {
    const { lastDay: _lastDay, ...place } = fault
    return { ...place, text: faultText(fault, definition, language) }
  })
  if (faults.length > 0)
    return { complete: false, faults, strip: null, cheapestE8: null, dearestE8: null }
  const of = wanted === undefined ? businessDay(now, zone, 0) : day(wanted)
  const strip = dayStrip(definition, calendar, of, language)
  return { complete: true, faults, strip, ...extremes(definition) }
}
