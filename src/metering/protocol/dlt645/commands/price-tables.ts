// Price and time tables 电价与时段表 by 11H and 14H. What is read is brought into a form that has one
// spelling (unused entries repeat the last one on the wire), so that it can be compared.

import { assert, never } from '../../../../shared/assert.ts'
import { badReply } from '../../fault.ts'
import type {
  MeterDays,
  MeterTableSet,
  MeterTiers,
  PriceItem,
  RateStart,
  SwitchedTable,
  TierTables,
  ZoneStart,
} from '../../price-tables.ts'
import { answered } from '../../request.ts'
import { decodeTime } from '../calendar.ts'
import {
  bcdBytes,
  bcdNumber,
  binaryBytes,
  bytesOfDigits,
  digitsOf,
  isAbsent,
  isBlank,
} from '../digits.ts'
import type { Accepted, Dlt645Request } from '../exchange.ts'
import { READ_BYTES_MAX, readContent, readNumber } from './read.ts'
import { type Authority, writeData } from './write.ts'

export type TableSetNo = 1 | 2

const PRICE_BYTES = 4
const ENTRY_BYTES = 3
/** Entries of a zone or day table on the wire. */
const ENTRIES = 14
const REST_DAYS_ID = '04000801'
const REST_DAY_TABLE_ID = '04000802'
const HOLIDAY_COUNT_ID = '04000205'
const MONTH_START_ID = '04000B01'
const SWITCH_IDS = {
  zones: '04000106',
  dayTables: '04000107',
  prices: '04000108',
  tiers: '04000109',
} as const satisfies Record<SwitchedTable, string>
const NO_MOMENT = '0000000000'

const two = (n: number): string => n.toString().padStart(2, '0')
const hexNo = (n: number): string => n.toString(16).toUpperCase().padStart(2, '0')

const pricesId = (set: TableSetNo) => `0405${two(set)}FF`
const zonesId = (set: TableSetNo) => `04${two(set)}0000`
const dayTableId = (set: TableSetNo, no: number) => `04${two(set)}00${two(no)}`
const holidayId = (no: number) => `040300${hexNo(no)}`

const piecesOf = (content: Buffer, bytes: number): Buffer[] =>
  Array.from({ length: Math.floor(content.length / bytes) }, (_, i) =>
    content.subarray(i * bytes, (i + 1) * bytes),
  )

/** Prices of rates 1, 2, … in 10⁻⁴ yuan; those behind the last that is fitted are left out. */
export const readPrices = (
  address: string,
  set: TableSetNo,
): Dlt645Request<MeterTableSet['pricesE4']> =>
  readContent(address, {
    id: pricesId(set),
    contentMax: READ_BYTES_MAX,
    read: (content) => {
      const numbers = piecesOf(content, PRICE_BYTES)
        .filter((piece) => !isAbsent(piece))
        .map((piece) => bcdNumber(piece))
      const prices = numbers.filter((number) => number !== 'malformed')
      const whole = content.length % PRICE_BYTES === 0 && prices.length === numbers.length
      return whole ? answered(prices) : badReply(content)
    },
  })

/**
 * Entries as (four digits, number), without the repeats that fill up and without what was never
 * set (FF, or number 0).
 */
const entriesOf = (content: Buffer): [key: string, no: number][] | null => {
  if (content.length % ENTRY_BYTES !== 0) return null
  const entries: [string, number][] = []
  for (const piece of piecesOf(content, ENTRY_BYTES)) {
    const digits = digitsOf(piece)
    if (isBlank(piece) || digits.endsWith('00')) continue
    if (!/^\d{6}$/.test(digits)) return null
    const [key, no] = [digits.slice(0, 4), Number(digits.slice(4))]
    const last = entries.at(-1)
    if (last?.[0] !== key || last[1] !== no) entries.push([key, no])
  }
  return entries
}

const readEntries = <T>(
  address: string,
  id: string,
  make: (key: string, no: number) => T,
): Dlt645Request<T[]> =>
  readContent(address, {
    id,
    contentMax: ENTRIES * ENTRY_BYTES,
    read: (content) => {
      const entries = entriesOf(content)
      return entries ? answered(entries.map(([key, no]) => make(key, no))) : badReply(content)
    },
  })

const halves = (key: string, between: string): string =>
  `${key.slice(0, 2)}${between}${key.slice(2)}`

export const readZones = (address: string, set: TableSetNo): Dlt645Request<ZoneStart[]> =>
  readEntries(address, zonesId(set), (key, dayTable) => ({ from: halves(key, '-'), dayTable }))

/** Day table 1–8. */
export const readDayTable = (
  address: string,
  set: TableSetNo,
  no: number,
): Dlt645Request<RateStart[]> =>
  readEntries(address, dayTableId(set, no), (key, rate) => ({ from: halves(key, ':'), rate }))

const TIER_LIMITS = 6
const TIER_PRICES = 7
const YEAR_STARTS = 6
const YEAR_START_BYTES = 3
const TIER_BYTES =
  TIER_LIMITS * PRICE_BYTES + TIER_PRICES * PRICE_BYTES + YEAR_STARTS * YEAR_START_BYTES
/** A limit counts 0.01 kWh. */
export const WH_PER_LIMIT_STEP = 10

/** Tiers without width, and limits that change no price, are left out. */
const plainTiers = (limits: readonly number[], prices: readonly number[]) => {
  const limitsWh: number[] = []
  const addE4 = [prices[0] ?? 0]
  limits.forEach((limit, i) => {
    const above = prices[i + 1] ?? 0
    if (limit * WH_PER_LIMIT_STEP > (limitsWh.at(-1) ?? 0)) {
      if (above === addE4.at(-1)) return
      limitsWh.push(limit * WH_PER_LIMIT_STEP)
      addE4.push(above)
    } else {
      addE4[addE4.length - 1] = above
    }
  })
  return { limitsWh, addE4 }
}

const yearStartOf = (piece: Buffer): string | null => {
  const digits = digitsOf(piece)
  const valid = !isBlank(piece) && decodeTime('MMDDhh', piece) !== null
  return valid ? `${halves(digits.slice(0, 4), '-')} ${digits.slice(4)}` : null
}

export const readTiers = (address: string, id: string): Dlt645Request<MeterTiers> =>
  readContent(address, {
    id,
    contentMax: TIER_BYTES,
    read: (content) => {
      if (content.length !== TIER_BYTES) return badReply(content)
      const numbersEnd = (TIER_LIMITS + TIER_PRICES) * PRICE_BYTES
      const numbers = piecesOf(content.subarray(0, numbersEnd), PRICE_BYTES)
        .map((piece) => bcdNumber(piece))
        .filter((number) => number !== 'malformed')
      if (numbers.length !== TIER_LIMITS + TIER_PRICES) return badReply(content)
      const tiers = plainTiers(numbers.slice(0, TIER_LIMITS), numbers.slice(TIER_LIMITS))
      const starts = piecesOf(content.subarray(numbersEnd), YEAR_START_BYTES)
        .map(yearStartOf)
        .filter((start) => start !== null)
      // Where nothing is counted, when it would begin anew says nothing.
      const yearStarts = tiers.limitsWh.length > 0 ? [...new Set(starts)].toSorted() : []
      return answered({ ...tiers, yearStarts })
    },
  })

/** `YYYY-MM-DD hh:mm` of the meter's clock; null where no moment is set. */
export const readSwitchAt = (address: string, of: SwitchedTable): Dlt645Request<string | null> =>
  readContent(address, {
    id: SWITCH_IDS[of],
    contentMax: 5,
    read: (content) => {
      if (content.length !== 5) return badReply(content)
      const t = decodeTime('YYMMDDhhmm', content)
      if (t === null) return answered(null)
      const date = `${t.year}-${two(t.month)}-${two(t.dayOfMonth)}`
      return answered(`${date} ${two(t.hour)}:${two(t.minute)}`)
    },
  })

const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6]

/** Weekdays (0 = Sunday) whose bit is 0: 周休日特征字, a set bit is a day of work. */
export const readRestDays = (address: string): Dlt645Request<MeterDays['restDays']> =>
  readContent(address, {
    id: REST_DAYS_ID,
    contentMax: 1,
    read: (content) => {
      if (content.length !== 1) return badReply(content)
      const bits = content.readUInt8(0)
      return answered(WEEKDAYS.filter((weekday) => ((bits >> weekday) & 1) === 0))
    },
  })

export const readRestDayTable = (address: string): Dlt645Request<number> =>
  readNumber(address, { id: REST_DAY_TABLE_ID, bytes: 1 }, (no) => no)

export const readHolidayCount = (address: string): Dlt645Request<number> =>
  readNumber(address, { id: HOLIDAY_COUNT_ID, bytes: 2 }, (count) => count)

/** Holiday 1–254; null where none was ever written there. */
export const readHoliday = (
  address: string,
  no: number,
): Dlt645Request<MeterDays['holidays'][number] | null> =>
  readContent(address, {
    id: holidayId(no),
    contentMax: 4,
    read: (content) => {
      const t = content.length === 4 ? decodeTime('YYMMDDNN', content) : null
      if (t === null) return content.length === 4 ? answered(null) : badReply(content)
      const day = `${t.year}-${two(t.month)}-${two(t.dayOfMonth)}`
      return answered({ day, dayTable: Number(digitsOf(content).slice(6)) })
    },
  })

/** `DD hh` of the first settlement day of a month; null where none is set. */
export const readMonthStart = (address: string): Dlt645Request<string | null> =>
  readContent(address, {
    id: MONTH_START_ID,
    contentMax: 2,
    read: (content) => {
      if (content.length !== 2) return badReply(content)
      const t = decodeTime('DDhh', content)
      return answered(t === null ? null : `${two(t.dayOfMonth)} ${two(t.hour)}`)
    },
  })

const filledUp = <T>(values: readonly T[], count: number, none: T): T[] => {
  assert(values.length <= count, 'a table holds so many')
  const last = values.at(-1) ?? none
  return Array.from({ length: count }, (_, i) => values[i] ?? last)
}

const digitsIn = (text: string): string => text.replaceAll(/\D/g, '')

const entriesBytes = (entries: readonly { from: string; no: number }[]): Buffer => {
  assert(entries.length > 0, 'a table has an entry')
  const digits = entries.map(({ from, no }) => digitsIn(from) + two(no))
  return Buffer.concat(filledUp(digits, ENTRIES, '').map(bytesOfDigits))
}

const numbersBytes = (numbers: readonly number[]): Buffer =>
  Buffer.concat(numbers.map((number) => bcdBytes(number, PRICE_BYTES)))

const tiersBytes = ({ limitsWh, addE4, yearStarts }: MeterTiers): Buffer => {
  const limits = limitsWh.map((limitWh) => limitWh / WH_PER_LIMIT_STEP)
  const starts = yearStarts.map(digitsIn)
  const moments = Array.from({ length: YEAR_STARTS }, (_, i) => starts[i] ?? '999999')
  return Buffer.concat([
    numbersBytes(filledUp(limits, TIER_LIMITS, 0)),
    numbersBytes(filledUp(addE4, TIER_PRICES, 0)),
    ...moments.map(bytesOfDigits),
  ])
}

const ALL_WORK_DAYS = 0x7f
const STANDBY: TableSetNo = 2

/** Where an item goes, and how it travels. */
const wireOf = (item: PriceItem, tiers: TierTables | null): [id: string, value: Buffer] => {
  switch (item.item) {
    case 'prices':
      return [pricesId(STANDBY), numbersBytes(item.pricesE4)]
    case 'zones':
      return [
        zonesId(STANDBY),
        entriesBytes(item.zones.map(({ from, dayTable: no }) => ({ from, no }))),
      ]
    case 'dayTable':
      return [
        dayTableId(STANDBY, item.no),
        entriesBytes(item.table.map(({ from, rate: no }) => ({ from, no }))),
      ]
    case 'tiers':
      assert(tiers !== null, 'this model has tiers')
      return [tiers.standby, tiersBytes(item.tiers)]
    case 'switchAt':
      return [
        SWITCH_IDS[item.of],
        bytesOfDigits(item.at === null ? NO_MOMENT : digitsIn(item.at).slice(2)),
      ]
    case 'restDays': {
      const bits = item.restDays.reduce((word, weekday) => word & ~(1 << weekday), ALL_WORK_DAYS)
      return [REST_DAYS_ID, binaryBytes(bits, 1)]
    }
    case 'restDayTable':
      return [REST_DAY_TABLE_ID, bcdBytes(item.no, 1)]
    case 'holiday':
      return [holidayId(item.no), bytesOfDigits(digitsIn(item.day).slice(2) + two(item.dayTable))]
    case 'holidayCount':
      return [HOLIDAY_COUNT_ID, bcdBytes(item.count, 2)]
    case 'monthStart':
      return [MONTH_START_ID, bytesOfDigits(digitsIn(item.at))]
    default:
      return never(item)
  }
}

export const writePriceItem = (
  address: string,
  item: PriceItem,
  tiers: TierTables | null,
  by: Authority,
): Dlt645Request<Accepted> => {
  const [id, value] = wireOf(item, tiers)
  return writeData(address, id, value, by)
}
