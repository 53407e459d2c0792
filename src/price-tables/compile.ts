// A plan as one meter's tables 电价编译, PURE: prices, year zones, day tables, days of rest, holidays
// and tiers by what the model holds. What it can't hold is named, all of it; nothing is rounded.

import type { PriceTablesCapability } from '../metering/driver.ts'
import type { MeterDays, MeterTableSet } from '../metering/protocol/price-tables.ts'
import { type Day, weekdayOf } from '../shared/clock.ts'
import { type Calendar, dayTypeOf } from '../tariff/calendar.ts'
import { seasonOf } from '../tariff/periods.ts'
import {
  type DayTable,
  type DayType,
  dayTable,
  PERIODS,
  type Period,
  type PlanDefinition,
  type TimeOfUsePlan,
} from '../tariff/plan.ts'
import { compileTiers, monthStartOf } from './compile-tiers.ts'
import { E8_PER_E4, type MeterSite } from './meter-site.ts'
import type { Problem } from './problems.ts'

export type CompileAsk = {
  definition: PlanDefinition
  /** Undefined: no prices can be written into this model. */
  can: PriceTablesCapability | undefined
  calendar: Calendar
  /** The first day on which the tables are in force; of the days before it nothing is told. */
  from: Day
  site: MeterSite
}
export type MeterTables = { set: MeterTableSet; days: MeterDays }
export type Compiled = ({ ok: true } & MeterTables) | { ok: false; problems: Problem[] }

const PERIOD_MINUTES_MIN = 15
const DAY_MINUTES = 1_440
const FLAT_RATE = PERIODS.indexOf('flat') + 1
const SATURDAY = 6
const SUNDAY = 0

const rateOf = (period: Period): number => PERIODS.indexOf(period) + 1

const two = (n: number): string => n.toString().padStart(2, '0')
const timeOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`

type MeterDayTable = MeterTableSet['dayTables'][number]

const meterTable = (table: DayTable): MeterDayTable =>
  table
    .filter(({ period }, i) => period !== table[i - 1]?.period)
    .map(({ atMinute, period }) => ({ from: timeOf(atMinute), rate: rateOf(period) }))

/** Equal day tables share a number, given in the order in which they are first needed. */
class DayTables {
  readonly all: MeterDayTable[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(table: DayTable): number {
    const made = meterTable(table)
    const key = JSON.stringify(made)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.all.push(made)
    this.#numbers.set(key, this.all.length)
    return this.all.length
  }
}

/** From each day on the workday table of its season; before the first the last one still runs. */
const zonesOf = ({ seasons }: TimeOfUsePlan, tables: DayTables): MeterTableSet['zones'] => {
  const starts = seasons
    .flatMap((season) => season.ranges.map(({ from }) => ({ from, season })))
    .toSorted((a, b) => a.from.localeCompare(b.from))
    .map(({ from, season }) => ({ from, dayTable: tables.numberOf(dayTable(season, 'workday')) }))
  return starts.filter(({ dayTable: no }, i) => no !== starts[i - 1]?.dayTable)
}

type RestDays = Omit<MeterDays, 'holidays' | 'monthStart'>
const NO_REST_DAYS: RestDays = { restDays: [], restDayTable: 1 }

/** One table for the weekends of the whole year, or null where they need several. */
const restDaysOf = ({ seasons }: TimeOfUsePlan, tables: DayTables): RestDays | null => {
  const numbers = seasons.map((season) => ({
    workday: tables.numberOf(dayTable(season, 'workday')),
    weekend: tables.numberOf(dayTable(season, 'weekend')),
  }))
  if (numbers.every(({ workday, weekend }) => workday === weekend)) return NO_REST_DAYS
  const [first] = numbers
  if (first === undefined || numbers.some(({ weekend }) => weekend !== first.weekend)) return null
  return { restDays: [SUNDAY, SATURDAY], restDayTable: first.weekend }
}

/** Days that are not as their weekday says, where that makes a difference. */
const holidaysOf = (
  definition: TimeOfUsePlan,
  { calendar, from }: CompileAsk,
  rest: RestDays,
  tables: DayTables,
): MeterDays['holidays'] => {
  const tableOn = (day: Day, type: DayType): number => {
    const season = definition.seasons[seasonOf(definition, day) ?? -1]
    return season ? tables.numberOf(dayTable(season, type)) : 1
  }
  const followed = (day: Day): number =>
    rest.restDays.includes(weekdayOf(day)) ? rest.restDayTable : tableOn(day, 'workday')
  return [...calendar.days.keys()]
    .filter((day) => day >= from)
    .toSorted()
    .map((day) => ({ day, dayTable: tableOn(day, dayTypeOf(calendar, day)) }))
    .filter(({ day, dayTable: no }) => no !== followed(day))
}

const tableProblems = (tables: readonly MeterDayTable[], can: PriceTablesCapability): Problem[] => {
  const need = Math.max(...tables.map((table) => table.length))
  const minutes = (from: string) => Number(from.slice(0, 2)) * 60 + Number(from.slice(3))
  const lengths = tables.flatMap((table) =>
    table.map(({ from }, i) => {
      const next = table[i + 1]
      return (next ? minutes(next.from) : DAY_MINUTES) - minutes(from)
    }),
  )
  const found: Problem[] = []
  if (tables.length > can.dayTables)
    found.push({ code: 'tooManyDayTables', need: tables.length, max: can.dayTables })
  if (need > can.switches) found.push({ code: 'tooManySwitches', need, max: can.switches })
  if (lengths.some((length) => length < PERIOD_MINUTES_MIN)) found.push({ code: 'periodTooShort' })
  return found
}

type Part<T> = { value: T; problems: Problem[] }

const flatTables = (): Part<Omit<MeterTableSet, 'pricesE4' | 'tiers'> & { days: MeterDays }> => ({
  value: {
    zones: [{ from: '01-01', dayTable: 1 }],
    dayTables: [[{ from: '00:00', rate: FLAT_RATE }]],
    days: { ...NO_REST_DAYS, holidays: [] },
  },
  problems: [],
})

const timeTables = (ask: CompileAsk, can: PriceTablesCapability): ReturnType<typeof flatTables> => {
  const { definition } = ask
  if (definition.kind === 'flat') return flatTables()
  const tables = new DayTables()
  const zones = zonesOf(definition, tables)
  const rest = restDaysOf(definition, tables)
  const holidays = holidaysOf(definition, ask, rest ?? NO_REST_DAYS, tables)
  const problems = tableProblems(tables.all, can)
  if (rest === null) problems.push({ code: 'weekendBySeason' })
  if (zones.length > can.zones)
    problems.push({ code: 'tooManyZones', need: zones.length, max: can.zones })
  if (holidays.length > can.holidays)
    problems.push({ code: 'tooManyHolidays', need: holidays.length, max: can.holidays })
  const days = { ...(rest ?? NO_REST_DAYS), holidays }
  return { value: { zones, dayTables: tables.all, days }, problems }
}

/** 10⁻⁴ yuan for each rate; one that the plan does not know costs what flat does, or the most. */
const pricesOf = (definition: PlanDefinition, can: PriceTablesCapability): Part<number[]> => {
  const rates = Array.from({ length: can.rates }, (_, i) => i + 1)
  const problems: Problem[] = []
  const toE4 = (priceE8: number, period: Period | null): number => {
    if (priceE8 % E8_PER_E4 !== 0)
      problems.push({ code: 'priceDecimals', period, max: can.decimals })
    return Math.trunc(priceE8 / E8_PER_E4)
  }
  if (definition.kind === 'flat') {
    const price = toE4(definition.priceE8, null)
    return { value: rates.map(() => price), problems }
  }
  const byRate = new Map<number, number>()
  for (const period of PERIODS) {
    const price = definition.prices[period]
    if (price === undefined) continue
    const rate = rateOf(period)
    if (rate > can.rates) problems.push({ code: 'rateMissing', period, need: rate, max: can.rates })
    byRate.set(rate, toE4(price.priceE8, period))
  }
  const spare = byRate.get(FLAT_RATE) ?? Math.max(0, ...byRate.values())
  return { value: rates.map((rate) => byRate.get(rate) ?? spare), problems }
}

const EXTRAS = [
  ['serviceFee', 'serviceFee'],
  ['lossShare', 'lossShare'],
  ['minimumFen', 'minimum'],
  ['powerFactor', 'powerFactor'],
  ['basic', 'basic'],
] as const

const extraProblems = (definition: PlanDefinition): Problem[] =>
  EXTRAS.filter(([field]) => definition[field] !== undefined).map(([, code]) => ({ code }))

/** The tables, or everything that stands against them. */
export const compileTables = (ask: CompileAsk): Compiled => {
  const { can, definition } = ask
  if (can === undefined) return { ok: false, problems: [{ code: 'noTables' }] }
  const prices = pricesOf(definition, can)
  const { value: times, problems: timeProblems } = timeTables(ask, can)
  const tiers = compileTiers(ask, can)
  const problems: Problem[] = [
    ...(can.standby ? [] : [{ code: 'noStandbySet' } as const]),
    ...prices.problems,
    ...timeProblems,
    ...tiers.problems,
    ...extraProblems(definition),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const { zones, dayTables } = times
  const days = { ...times.days, monthStart: monthStartOf(ask, can) }
  const set = { pricesE4: prices.value, zones, dayTables, tiers: tiers.value }
  return { ok: true, set, days }
}
