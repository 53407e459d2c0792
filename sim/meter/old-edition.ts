// DL/T 645-1997 老规约: the old edition shares the frame but knows two-byte identifiers and fewer
// functions: 01 reads, 08 sets the time of everybody.

import { bcdLow, hexLow, textLow } from './bytes.ts'
import { dateDigits, timeDigits } from './calendar.ts'
import { milliamps, phaseWatts, voltagesDv } from './electrical.ts'
import { type Answer, clockOf, ERR, type Exchange, ok, refuse } from './exchange.ts'
import { forward, register, reverse } from './registers.ts'

const POWER_FACTOR_E3 = 950
const DV = 10
const MILLIAMPS = 10
const POWER_DW = 10

const firstPhase = (exchange: Exchange) => {
  const watts = phaseWatts(exchange)[0] ?? 0
  const dv = voltagesDv(exchange.site, exchange.nowMs)[0] ?? 0
  return { watts: Math.abs(watts), dv, milliamps: Math.abs(milliamps(watts, dv)) }
}

const weekday = (exchange: Exchange) => clockOf(exchange).weekday.toString().padStart(2, '0')

const ITEMS: Record<string, (exchange: Exchange) => Buffer> = {
  C010: (exchange) => hexLow(dateDigits(clockOf(exchange)) + weekday(exchange)),
  C011: (exchange) => hexLow(timeDigits(clockOf(exchange))),
  C032: ({ state }) => hexLow(state.meterNo),
  // Whole volts, hundredths of an ampere, tenths of a watt.
  B611: (exchange) => bcdLow(Math.round(firstPhase(exchange).dv / DV), 2),
  B621: (exchange) => bcdLow(Math.round(firstPhase(exchange).milliamps / MILLIAMPS), 2),
  B630: (exchange) => bcdLow(firstPhase(exchange).watts * POWER_DW, 3),
  B650: () => bcdLow(POWER_FACTOR_E3, 2),
}

/** 901n forward and 902n reverse: 0 total, 1..4 tariffs, F all of them. */
const energyItem = ({ state }: Exchange, di: string): Buffer | null => {
  const values = di.startsWith('901') ? forward(state) : reverse(state)
  if (di.endsWith('F')) return Buffer.concat(values.map(register))
  const value = values[Number.parseInt(di.slice(3), 16)]
  return value === undefined ? null : register(value)
}

export const readOld = (exchange: Exchange, data: Buffer): Answer => {
  if (data.length !== 2) return refuse(ERR.noSuchData)
  const di = textLow(data)
  const value = /^90[12]/.test(di) ? energyItem(exchange, di) : (ITEMS[di]?.(exchange) ?? null)
  return value === null ? refuse(ERR.noSuchData) : ok(Buffer.concat([data, value]))
}
