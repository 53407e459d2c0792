// The settings of the power policy 供电策略设置, PURE: what a complex says, and what a single supply has
// otherwise. Everything left out is as the program supplies it.

import { DEFAULT_INTERLOCK, type InterlockSettings } from './interlock.ts'

/** Minutes of the local day, `from` included, `to` not; up to 1440. */
export type DaySpan = { from: number; to: number }

/** When nobody is tripped for arrears. */
export type NoTrip = {
  /** Seven lists, Sunday first. */
  week: DaySpan[][]
  /** Whole days by the calendar; a weekend that is worked counts as a workday. */
  weekends: boolean
  holidays: boolean
}

export type OverloadPolicy = {
  /** More than this is an overload, W; null: nobody watches. */
  powerW: number | null
  /** Whether the centre trips it; else that is the meter's own business. */
  centreTrips: boolean
  /** It must have lasted so long. */
  delayMinutes: number
  /** After an overload trip, of the meter's own or the centre's. */
  recovery: 'operator' | 'automatic'
  waitMinutes: number
  /** Closings in a row; a day without an overload begins again. */
  tries: number
}

export type SupplyPolicy = {
  /** Whether arrears trip at all. */
  trips: boolean
  /** Between the money being used up and the trip. */
  delayMinutes: number
  noTrip: NoTrip
  /** Grace credit 应急额度: so much may be owed beyond the supply's own overdraft. */
  graceFen: number
  overload: OverloadPolicy
}

export type ComplexPolicy = SupplyPolicy & {
  /** Power is kept so long before a no-trip window begins, where the meter would trip by itself. */
  keepAheadMinutes: number
  interlock: InterlockSettings
}

const NO_SPANS: DaySpan[][] = [[], [], [], [], [], [], []]

export const DEFAULT_POLICY: ComplexPolicy = {
  trips: true,
  delayMinutes: 0,
  noTrip: { week: NO_SPANS, weekends: false, holidays: false },
  graceFen: 0,
  overload: {
    ...{ powerW: null, centreTrips: false, delayMinutes: 5 },
    ...{ recovery: 'operator', waitMinutes: 10, tries: 2 },
  },
  keepAheadMinutes: 60,
  interlock: DEFAULT_INTERLOCK,
}

/** What was stored may be older than the program: fields it lacks are the program's. */
export const complexPolicy = (stored: Partial<ComplexPolicy> | null): ComplexPolicy => ({
  ...DEFAULT_POLICY,
  ...stored,
  overload: { ...DEFAULT_POLICY.overload, ...stored?.overload },
  interlock: { ...DEFAULT_POLICY.interlock, ...stored?.interlock },
})

/** Only what a supply has otherwise is stored with it. */
export type SupplyOverride = Partial<SupplyPolicy>

export const supplyPolicy = (
  complex: ComplexPolicy,
  override: SupplyOverride | null,
): SupplyPolicy => {
  const { trips, delayMinutes, noTrip, graceFen, overload } = { ...complex, ...override }
  return { trips, delayMinutes, noTrip, graceFen, overload }
}

export const sameSettings = (a: unknown, b: unknown): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

// jsonb gives keys back in an order of its own.
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, one]) => [key, sorted(one)])
}
