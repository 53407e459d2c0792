// Parameters 参变量 04xxxxxx: what can be read and what a password may write. A value that makes no
// sense is refused as a whole; nothing is half applied.

import { asciiLow, bcdLow, fromBcdLow, hexLow, textLow } from './bytes.ts'
import { dateDigits, momentOf, timeDigits } from './calendar.ts'
import { momentDigits, recordEvent } from './events.ts'
import { clockOf, type Exchange } from './exchange.ts'
import { slotOf } from './freezes.ts'
import { moveClock } from './own-clock.ts'
import { settleArrears } from './relay.ts'
import { phasesOf } from './site.ts'
import { hoardingLimitFenOf, type MeterState } from './state.ts'
import { allStatusWords, statusWord } from './status-words.ts'

export type Parameter = {
  read: (exchange: Exchange) => Buffer | null
  /** False refuses the value. Absent: read only. */
  write?: (exchange: Exchange, value: Buffer) => boolean
}

const two = (n: number) => n.toString().padStart(2, '0')
const fixed = (hex: string): Parameter => ({ read: () => hexLow(hex) })

/** Setting the clock is an event of its own 校时, with the moments before and after. */
const setClock = ({ state, site, nowMs, operator }: Exchange, digits: string): boolean => {
  const toMs = momentOf(digits, site.utcOffsetMinutes)
  if (toMs === null) return false
  recordEvent(state, 'clockSet', momentDigits(state, site, nowMs), { operator, end: digits })
  moveClock(state, nowMs, toMs - nowMs)
  return true
}

const date: Parameter = {
  read: (exchange) => hexLow(dateDigits(clockOf(exchange)) + two(clockOf(exchange).weekday)),
  write: (exchange, value) =>
    value.length === 4 &&
    setClock(exchange, textLow(value).slice(0, 6) + timeDigits(clockOf(exchange))),
}
const time: Parameter = {
  read: (exchange) => hexLow(timeDigits(clockOf(exchange))),
  write: (exchange, value) =>
    value.length === 3 && setClock(exchange, dateDigits(clockOf(exchange)) + textLow(value)),
}
const dateAndTime: Parameter = {
  read: (exchange) => {
    const t = clockOf(exchange)
    return hexLow(dateDigits(t) + two(t.weekday) + timeDigits(t))
  },
  write: (exchange, value) => {
    const digits = textLow(value)
    return value.length === 7 && setClock(exchange, digits.slice(0, 6) + digits.slice(8))
  },
}

type MoneySetting =
  | 'alarm1Fen'
  | 'alarm2Fen'
  | 'overdraftLimitFen'
  | 'hoardingLimitFen'
  | 'closingFen'

/** Alarm 1 comes first, so it must be the larger; both may be switched off with zero. */
const alarmsFit = (state: MeterState): boolean =>
  state.alarm1Fen > state.alarm2Fen || (state.alarm1Fen === 0 && state.alarm2Fen === 0)

const money = (setting: MoneySetting): Parameter => ({
  read: ({ state }) =>
    bcdLow(setting === 'hoardingLimitFen' ? hoardingLimitFenOf(state) : state[setting], 4),
  write: ({ state, site, nowMs }, value) => {
    const amountFen = fromBcdLow(value)
    if (value.length !== 4 || amountFen === null) return false
    const beforeFen = state[setting]
    state[setting] = amountFen
    if (setting.startsWith('alarm') && !alarmsFit(state)) {
      state[setting] = beforeFen
      return false
    }
    settleArrears(state, site, nowMs)
    return true
  },
})

type Switched = 'prices' | 'zones' | 'periods'
const NO_MOMENT = '0000000000'

/** YYMMDDhhmm at which a standby set comes into force; all zeros: never. */
const switchAt = (table: Switched): Parameter => ({
  read: ({ state }) => hexLow(state[table].switchAt ?? NO_MOMENT),
  write: ({ state, site }, value) => {
    const digits = textLow(value)
    if (digits === NO_MOMENT) state[table].switchAt = null
    else if (momentOf(`${digits}00`, site.utcOffsetMinutes) === null) return false
    else state[table].switchAt = digits
    return value.length === 5
  },
})

const prices = (set: 'current' | 'standby'): Parameter => ({
  read: ({ state }) => Buffer.concat(state.prices[set].map((priceE4) => bcdLow(priceE4, 4))),
  write: ({ state }, value) => {
    const tariffs = state.prices[set].length
    const given = Array.from({ length: tariffs }, (_, i) =>
      fromBcdLow(value.subarray(i * 4, i * 4 + 4)),
    )
    const good = given.filter((priceE4) => priceE4 !== null)
    if (value.length !== tariffs * 4 || good.length !== tariffs) return false
    state.prices[set] = good
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

const zones = (set: 'current' | 'standby'): Parameter => ({
  read: ({ state }) =>
    Buffer.concat(state.zones[set].map(({ monthDay, table }) => entry(monthDay, table))),
  write: ({ state }, value) => {
    const entries = entriesOf(value)
    if (entries === null || entries.length > 14) return false
    if (entries.some(([, table]) => table < 1 || table > 8)) return false
    state.zones[set] = entries.map(([monthDay, table]) => ({ monthDay, table }))
    return true
  },
})

const periods = (set: 'current' | 'standby', table: number): Parameter => ({
  read: ({ state }) => {
    const periodsOfDay = state.periods[set][table - 1]
    if (periodsOfDay === undefined) return null
    return Buffer.concat(periodsOfDay.map(({ hourMinute, tariff }) => entry(hourMinute, tariff)))
  },
  write: ({ state }, value) => {
    const entries = entriesOf(value)
    if (entries === null || entries.length > 14) return false
    if (entries.some(([, tariff]) => tariff < 1 || tariff > state.tariffWh.length)) return false
    const tables = [...state.periods[set]]
    // Day tables are numbered without gaps: a skipped one repeats what was last given.
    while (tables.length < table - 1) tables.push(tables.at(-1) ?? [])
    tables[table - 1] = entries.map(([hourMinute, tariff]) => ({ hourMinute, tariff }))
    state.periods[set] = tables
    return true
  },
})

/** Intervals that divide an hour, so that every hour begins with a freeze. */
const INTERVALS = [15, 30, 60]

const freezeInterval: Parameter = {
  read: ({ state }) => bcdLow(state.intervalMinutes, 1),
  write: ({ state, site, nowMs }, value) => {
    const minutes = fromBcdLow(value)
    if (value.length !== 1 || minutes === null || !INTERVALS.includes(minutes)) return false
    state.intervalMinutes = minutes
    state.intervalSlot = slotOf(state, site, nowMs)
    return true
  },
}

const DAY_TABLES = [1, 2, 3, 4, 5, 6, 7, 8]
const dayTables = (prefix: string, set: 'current' | 'standby') =>
  Object.fromEntries(DAY_TABLES.map((no) => [`${prefix}${two(no)}`, periods(set, no)]))

const statusWords = Object.fromEntries(
  [1, 2, 3, 4, 5, 6, 7].map((no) => [
    `0400050${no}`,
    { read: (exchange: Exchange) => statusWord(exchange, no) },
  ]),
)

export const PARAMETERS: Record<string, Parameter> = {
  '04000101': date,
  '04000102': time,
  '0400010C': dateAndTime,
  '04000103': fixed('15'),
  '04000104': fixed('01'),
  '04000106': switchAt('zones'),
  '04000107': switchAt('periods'),
  '04000108': switchAt('prices'),
  '04000109': fixed(NO_MOMENT),
  '04000201': { read: ({ state }) => bcdLow(state.zones.current.length, 1) },
  '04000202': { read: ({ state }) => bcdLow(state.periods.current.length, 1) },
  '04000203': { read: ({ state }) => bcdLow(state.periods.current[0]?.length ?? 0, 1) },
  '04000204': { read: ({ state }) => bcdLow(state.tariffWh.length, 1) },
  '04000205': fixed('0000'),
  '04000207': fixed('00'),
  '04000306': fixed('000001'),
  '04000307': fixed('000001'),
  '04000401': { read: ({ site }) => hexLow(site.identity.address) },
  '04000402': { read: ({ state }) => hexLow(state.meterNo) },
  '04000403': { read: ({ state }) => asciiLow(state.meterNo, 32) },
  '04000404': { read: () => asciiLow('220V', 6) },
  '04000405': { read: () => asciiLow('10(60)A', 6) },
  '04000409': fixed('001200'),
  '0400040B': {
    read: ({ site }) => asciiLow(phasesOf(site.identity) === 3 ? 'SIM-3P' : 'SIM-1P', 10),
  },
  '0400040D': { read: () => asciiLow('DLT645-2007', 16) },
  '0400040E': { read: ({ state }) => hexLow(state.customerNo) },
  ...statusWords,
  '040005FF': { read: allStatusWords },
  '04000601': fixed('05'),
  '04000602': fixed('03'),
  '04000603': fixed('0C'),
  '04000701': fixed('20'),
  '04000702': fixed('20'),
  '04000703': fixed('20'),
  '04000801': fixed('00'),
  '04000802': fixed('01'),
  '04000B01': fixed('0100'),
  '04001001': money('alarm1Fen'),
  '04001002': money('alarm2Fen'),
  '04001003': money('overdraftLimitFen'),
  '04001004': money('hoardingLimitFen'),
  '04001005': money('closingFen'),
  '04001201': fixed('0001010000'),
  '04001202': freezeInterval,
  '04001203': fixed('0000'),
  '04001401': fixed('0000'),
  '04010000': zones('current'),
  '04020000': zones('standby'),
  ...dayTables('040100', 'current'),
  ...dayTables('040200', 'standby'),
  '040501FF': prices('current'),
  '040502FF': prices('standby'),
  '04800001': { read: () => asciiLow('PREWATT-SIM-1', 32) },
  '04800002': { read: () => asciiLow('SIM', 32) },
  '04800003': { read: () => asciiLow('SIMULATED', 32) },
}
