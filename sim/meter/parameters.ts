// Parameters 参变量 04xxxxxx: what can be read and what a password may write. A value that makes no
// sense is refused as a whole; nothing is half applied.

import { asciiLow, bcdLow, fromBcdLow, hexLow, textLow } from './bytes.ts'
import { dateDigits, momentOf, timeDigits } from './calendar.ts'
import { momentDigits, recordEvent } from './events.ts'
import { clockOf, type Exchange } from './exchange.ts'
import { slotOf } from './freezes.ts'
import { moveClock } from './own-clock.ts'
import type { Parameter } from './parameter.ts'
import { settleArrears } from './relay.ts'
import { phasesOf } from './site.ts'
import { hoardingLimitFenOf, type MeterState } from './state.ts'
import { allStatusWords, statusWord } from './status-words.ts'
import { TABLES } from './tables.ts'

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

/** NN.NNNN kW of a phase, and NN seconds. */
const overload = (setting: 'overloadDw' | 'overloadDelaySeconds', length: number): Parameter => ({
  read: ({ state }) => bcdLow(state[setting], length),
  write: ({ state }, value) => {
    const asked = fromBcdLow(value)
    if (value.length !== length || asked === null) return false
    state[setting] = asked
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

/** DDhh of a day that every month has. */
const monthStart: Parameter = {
  read: ({ state }) => hexLow(state.monthStart),
  write: ({ state }, value) => {
    const digits = textLow(value)
    if (value.length !== 2 || !/^(0[1-9]|1\d|2[0-8])([01]\d|2[0-3])$/.test(digits)) return false
    state.monthStart = digits
    return true
  },
}

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
  '04000B01': monthStart,
  '04001001': money('alarm1Fen'),
  '04001002': money('alarm2Fen'),
  '04001003': money('overdraftLimitFen'),
  '04001004': money('hoardingLimitFen'),
  '04001005': money('closingFen'),
  '04090B01': overload('overloadDw', 3),
  '04090B02': overload('overloadDelaySeconds', 1),
  '04001201': fixed('0001010000'),
  '04001202': freezeInterval,
  '04001203': fixed('0000'),
  '04001401': fixed('0000'),
  ...TABLES,
  '04800001': { read: () => asciiLow('PREWATT-SIM-1', 32) },
  '04800002': { read: () => asciiLow('SIM', 32) },
  '04800003': { read: () => asciiLow('SIMULATED', 32) },
}
