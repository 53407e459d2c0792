// Price and time tables 电价与时段表 as they are read and written: two sets of each, and the days that
// have only one. A table that makes no sense is refused as a whole.

import { bcdLow, fromBcdLow, hexLow, textLow } from './bytes.ts'
import { momentOf } from './calendar.ts'
import type { Exchange } from './exchange.ts'
import type { Parameter } from './parameter.ts'
import { NO_YEAR_START, type Tiers } from './tiers.ts'

const two = (n: number) => n.toString().padStart(2, '0')

const NO_MOMENT = '0000000000'
const ZONES_MAX = 14
const PERIODS_MAX = 14
const DAY_TABLES_MAX = 8
export const HOLIDAYS_MAX = 254
/** Two switches of a day lie at least so far apart. */
const PERIOD_MINUTES_MIN = 15

type Switched = 'prices' | 'zones' | 'periods' | 'tiers'
type SetName = 'current' | 'standby'

/** YYMMDDhhmm at which a standby set comes into force; all zeros: never. */
export const switchAt = (table: Switched): Parameter => ({
  read: ({ state }) => hexLow(state[table].switchAt ?? NO_MOMENT),
  write: ({ state, site }, value) => {
    const digits = textLow(value)
    if (value.length !== 5) return false
    if (digits === NO_MOMENT) state[table].switchAt = null
    else if (momentOf(`${digits}00`, site.utcOffsetMinutes) === null) return false
    else state[table].switchAt = digits
    return true
  },
})

/** Equal packed numbers side by side, or null where a digit is none. */
const numbersOf = (value: Buffer, bytes: number): number[] | null => {
  const numbers: number[] = []
  for (let at = 0; at < value.length; at += bytes) {
    const number = fromBcdLow(value.subarray(at, at + bytes))
    if (number === null) return null
    numbers.push(number)
  }
  return numbers
}

export const prices = (set: SetName): Parameter => ({
  read: ({ state }) => Buffer.concat(state.prices[set].map((priceE4) => bcdLow(priceE4, 4))),
  write: ({ state }, value) => {
    const rates = state.prices[set].length
    if (value.length > rates * 4) return 'tooManyTariffs'
    const given = numbersOf(value, 4)
    if (value.length !== rates * 4 || given === null) return false
    state.prices[set] = given
    return true
  },
})

/** Entries of three bytes, two-digit fields a, b, c (written high first), ascending. */
const entriesOf = (value: Buffer): [number, number][] | null => {
  if (value.length === 0 || value.length % 3 !== 0) return null
  const entries: [number, number][] = []
  for (let at = 0; at < value.length; at += 3) {
    const digits = textLow(value.subarray(at, at + 3))
    if (!/^\d{6}$/.test(digits)) return null
    entries.push([Number(digits.slice(0, 4)), Number(digits.slice(4))])
  }
  const ascending = entries.every(([key], i) => i === 0 || key >= (entries[i - 1]?.[0] ?? 0))
  return ascending ? entries : null
}
const entry = (key: number, no: number) => hexLow(key.toString().padStart(4, '0') + two(no))

const isTable = (no: number): boolean => no >= 1 && no <= DAY_TABLES_MAX

/** Every fourth year has a 29 February, and a year zone may begin on it. */
const isMonthDay = (monthDay: number): boolean =>
  momentOf(`00${monthDay.toString().padStart(4, '0')}000000`, 0) !== null

export const zones = (set: SetName): Parameter => ({
  read: ({ state }) =>
    Buffer.concat(state.zones[set].map(({ monthDay, table }) => entry(monthDay, table))),
  write: ({ state }, value) => {
    if (value.length > ZONES_MAX * 3) return 'tooManyZones'
    const entries = entriesOf(value)
    if (entries === null) return false
    if (entries.some(([monthDay, table]) => !isTable(table) || !isMonthDay(monthDay))) return false
    state.zones[set] = entries.map(([monthDay, table]) => ({ monthDay, table }))
    return true
  },
})

const isTimeOfDay = (hourMinute: number): boolean => hourMinute < 2_400 && hourMinute % 100 < 60
const minuteOf = (hourMinute: number): number =>
  Math.floor(hourMinute / 100) * 60 + (hourMinute % 100)

/** An unused entry repeats the one before it; two others may not be too near. */
const areSwitches = (entries: readonly [number, number][]): boolean =>
  entries.every(([hourMinute, rate], i) => {
    const before = entries[i - 1]
    if (!isTimeOfDay(hourMinute)) return false
    if (before === undefined) return hourMinute === 0
    if (before[0] === hourMinute) return before[1] === rate
    return minuteOf(hourMinute) - minuteOf(before[0]) >= PERIOD_MINUTES_MIN
  })

const periods = (set: SetName, table: number): Parameter => ({
  read: ({ state }) => {
    const periodsOfDay = state.periods[set][table - 1]
    if (periodsOfDay === undefined) return null
    return Buffer.concat(periodsOfDay.map(({ hourMinute, tariff }) => entry(hourMinute, tariff)))
  },
  write: ({ state }, value) => {
    if (value.length > PERIODS_MAX * 3) return 'tooManyPeriods'
    const entries = entriesOf(value)
    if (entries === null || !areSwitches(entries)) return false
    if (entries.some(([, tariff]) => tariff > state.tariffWh.length)) return 'tooManyTariffs'
    if (entries.some(([, tariff]) => tariff < 1)) return false
    const tables = [...state.periods[set]]
    // Day tables are numbered without gaps: a skipped one repeats what was last given.
    while (tables.length < table - 1) tables.push(tables.at(-1) ?? [])
    tables[table - 1] = entries.map(([hourMinute, tariff]) => ({ hourMinute, tariff }))
    state.periods[set] = tables
    return true
  },
})

const DAY_TABLES = [1, 2, 3, 4, 5, 6, 7, 8]
const dayTables = (prefix: string, set: SetName) =>
  Object.fromEntries(DAY_TABLES.map((no) => [`${prefix}${two(no)}`, periods(set, no)]))

const TIER_LIMITS = 6
const TIER_PRICES = 7
const YEAR_STARTS = 6
const TIER_BYTES = TIER_LIMITS * 4 + TIER_PRICES * 4 + YEAR_STARTS * 3

/** MMDDhh of a day that every month has, or all nines for none. */
const isYearStart = (digits: string): boolean =>
  digits === NO_YEAR_START ||
  (momentOf(`00${digits}0000`, 0) !== null && Number(digits.slice(2, 4)) <= 28)

const tiersOf = (value: Buffer): Tiers | null => {
  const limits = numbersOf(value.subarray(0, TIER_LIMITS * 4), 4)
  const pricesAt = TIER_LIMITS * 4
  const pricesE4 = numbersOf(value.subarray(pricesAt, pricesAt + TIER_PRICES * 4), 4)
  const moments = value.subarray(pricesAt + TIER_PRICES * 4)
  const yearStarts = Array.from({ length: YEAR_STARTS }, (_, i) =>
    textLow(moments.subarray(i * 3, i * 3 + 3)),
  )
  const rising = limits?.every((limit, i) => i === 0 || limit >= (limits[i - 1] ?? 0))
  if (limits === null || pricesE4 === null || !rising) return null
  return yearStarts.every(isYearStart) ? { limits, pricesE4, yearStarts } : null
}

const tiers = (set: SetName): Parameter => ({
  read: ({ state }) => {
    const { limits, pricesE4, yearStarts } = state.tiers[set]
    return Buffer.concat([
      ...[...limits, ...pricesE4].map((number) => bcdLow(number, 4)),
      ...yearStarts.map((digits) => hexLow(digits)),
    ])
  },
  write: ({ state }, value) => {
    const given = value.length === TIER_BYTES ? tiersOf(value) : null
    if (given === null) return false
    state.tiers[set] = given
    return true
  },
})

/** Bit n: weekday n (0 = Sunday) is a day of work. */
const restDays: Parameter = {
  read: ({ state }) => Buffer.of(state.workDayBits),
  write: ({ state }, value) => {
    if (value.length !== 1 || value.readUInt8(0) > 0x7f) return false
    state.workDayBits = value.readUInt8(0)
    return true
  },
}

const restDayTable: Parameter = {
  read: ({ state }) => bcdLow(state.restDayTable, 1),
  write: ({ state }, value) => {
    const table = fromBcdLow(value)
    if (value.length !== 1 || table === null || !isTable(table)) return false
    state.restDayTable = table
    return true
  },
}

const holidayCount: Parameter = {
  read: ({ state }) => bcdLow(state.holidayCount, 2),
  write: ({ state }, value) => {
    const count = fromBcdLow(value)
    if (value.length !== 2 || count === null || count > HOLIDAYS_MAX) return false
    state.holidayCount = count
    return true
  },
}

const NO_HOLIDAY = { day: '000000', table: 0 }
const HOLIDAY_BYTES = 4

/** 04030001 … 040300FE. */
const holiday = (no: number): Parameter => ({
  read: ({ state }) => {
    const { day, table } = state.holidays[no - 1] ?? NO_HOLIDAY
    return hexLow(day + two(table))
  },
  write: ({ state, site }, value) => {
    const digits = textLow(value)
    const [day, table] = [digits.slice(0, 6), Number(digits.slice(6))]
    if (value.length !== HOLIDAY_BYTES || !isTable(table)) return false
    if (momentOf(`${day}000000`, site.utcOffsetMinutes) === null) return false
    const holidays = [...state.holidays]
    while (holidays.length < no - 1) holidays.push(NO_HOLIDAY)
    holidays[no - 1] = { day, table }
    state.holidays = holidays
    return true
  },
})

const holidays = Object.fromEntries(
  Array.from({ length: HOLIDAYS_MAX }, (_, i) => [
    `040300${(i + 1).toString(16).toUpperCase().padStart(2, '0')}`,
    holiday(i + 1),
  ]),
)

const count = (of: (exchange: Exchange) => number, bytes = 1): Parameter => ({
  read: (exchange) => bcdLow(of(exchange), bytes),
})

export const TABLES: Record<string, Parameter> = {
  '04000106': switchAt('zones'),
  '04000107': switchAt('periods'),
  '04000108': switchAt('prices'),
  '04000109': switchAt('tiers'),
  '04000201': count(({ state }) => state.zones.current.length),
  '04000202': count(({ state }) => state.periods.current.length),
  '04000203': count(({ state }) => state.periods.current[0]?.length ?? 0),
  '04000204': count(({ state }) => state.tariffWh.length),
  '04000205': holidayCount,
  '04000207': count(() => TIER_LIMITS),
  '04000801': restDays,
  '04000802': restDayTable,
  '04010000': zones('current'),
  '04020000': zones('standby'),
  ...dayTables('040100', 'current'),
  ...dayTables('040200', 'standby'),
  ...holidays,
  '040501FF': prices('current'),
  '040502FF': prices('standby'),
  '040606FF': tiers('current'),
  '04060AFF': tiers('standby'),
}
