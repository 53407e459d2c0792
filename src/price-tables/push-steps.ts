// What is left to do of a push 下发步骤, PURE: from what was read to the next things to write. The
// moments of the switch-over are written only when the standby set was read back as it should be,
// so a push that was cut off never comes into force by half. Moments are `YYYY-MM-DD hh:mm`.

import { isDeepStrictEqual as same } from 'node:util'
import type { Difference } from '../http/contract/meter-prices.ts'
import type { PriceTablesRead } from '../metering/driver.ts'
import {
  type MeterDays,
  type MeterTableSet,
  type PriceItem,
  SWITCHED_TABLES,
  type SwitchedTable,
} from '../metering/protocol/price-tables.ts'
import type { MeterTables } from './compile.ts'

export type PushAsk = {
  wanted: MeterTables
  held: PriceTablesRead
  /** When the standby set is to come into force. */
  switchAt: string
  /** The meter's own time. */
  now: string
  /** A standby set of somebody else's that waits for its moment may be overwritten. */
  mayReplace: boolean
}

export type PushStep =
  | { step: 'write'; items: PriceItem[] }
  /** Written and read back; these tables will be switched. None: all of it is in force already. */
  | { step: 'written'; switching: SwitchedTable[] }
  /** A standby set waits in the meter that is not ours to overwrite. */
  | { step: 'pending'; switchAt: string }

/** Day tables beyond those that are wanted may stand as they are: nothing follows them. */
const sameTable = (table: SwitchedTable, wanted: MeterTableSet, held: MeterTableSet): boolean => {
  switch (table) {
    case 'prices':
      return same(wanted.pricesE4, held.pricesE4)
    case 'zones':
      return same(wanted.zones, held.zones)
    case 'dayTables':
      return wanted.dayTables.every((one, i) => same(one, held.dayTables[i]))
    case 'tiers':
      return same(wanted.tiers, held.tiers)
  }
}

const sameRestDays = (wanted: MeterDays, held: MeterDays): boolean =>
  same(wanted.restDays, held.restDays) &&
  (wanted.restDays.length === 0 || wanted.restDayTable === held.restDayTable)

/** Only where tiers go by the month; what a meter was not asked for yet is not known to differ. */
const sameMonthStart = (wanted: MeterDays, held: MeterDays): boolean =>
  !wanted.monthStart || held.monthStart === undefined || wanted.monthStart === held.monthStart

const daysFrom = ({ holidays }: Pick<MeterDays, 'holidays'>, from: string): MeterDays['holidays'] =>
  holidays.filter(({ day }) => day >= from).toSorted((a, b) => a.day.localeCompare(b.day))

/** What of the meter's running tables is not as wanted; days that have passed do not count. */
export const differencesOf = (
  wanted: MeterTables,
  held: Pick<PriceTablesRead, 'running' | 'days'>,
  today: string,
): Difference[] => [
  ...SWITCHED_TABLES.filter((table) => !sameTable(table, wanted.set, held.running)),
  ...(sameRestDays(wanted.days, held.days) ? [] : (['restDays'] as const)),
  ...(same(daysFrom(wanted.days, today), daysFrom(held.days, today))
    ? []
    : (['holidays'] as const)),
  ...(sameMonthStart(wanted.days, held.days) ? [] : (['monthStart'] as const)),
]

const pendingAt = ({ held, now }: PushAsk, table: SwitchedTable): string | null => {
  const at = held.switchAt[table]
  return at !== null && at > now ? at : null
}

const itemsOf = (table: SwitchedTable, { set }: MeterTables, standby: MeterTableSet) => {
  switch (table) {
    case 'prices':
      return [{ item: 'prices', pricesE4: set.pricesE4 }] satisfies PriceItem[]
    case 'zones':
      return [{ item: 'zones', zones: set.zones }] satisfies PriceItem[]
    case 'tiers':
      return set.tiers ? ([{ item: 'tiers', tiers: set.tiers }] satisfies PriceItem[]) : []
    case 'dayTables':
      return set.dayTables.flatMap((one, i): PriceItem[] =>
        same(one, standby.dayTables[i]) ? [] : [{ item: 'dayTable', no: i + 1, table: one }],
      )
  }
}

/**
 * Slots are filled from the first on; a list that grows is counted last, one that shrinks first.
 * What has passed is left alone as long as nothing else is to be written.
 */
const holidayItems = (
  wanted: MeterDays['holidays'],
  { holidays: held }: MeterDays,
  today: string,
): PriceItem[] => {
  if (same(wanted, daysFrom({ holidays: held }, today))) return []
  const slots = wanted.flatMap((one, i): PriceItem[] =>
    same(one, held[i]) ? [] : [{ item: 'holiday', no: i + 1, ...one }],
  )
  if (wanted.length === held.length) return slots
  const count: PriceItem = { item: 'holidayCount', count: wanted.length }
  return wanted.length < held.length ? [count, ...slots] : [...slots, count]
}

/**
 * Holidays have no second set, and a number of theirs means the day table of whichever set runs:
 * up to the switch-over the meter keeps those it has, from then on it gets ours.
 */
const holidaysBefore = ({ wanted, held, switchAt, now }: PushAsk): MeterDays['holidays'] => {
  const today = now.slice(0, 10)
  const atMidnight = switchAt.endsWith(' 00:00')
  const day = switchAt.slice(0, 10)
  const isOld = (one: string) => (atMidnight ? one < day : one <= day)
  return [
    ...daysFrom(held.days, today).filter((one) => isOld(one.day)),
    ...daysFrom(wanted.days, today).filter((one) => !isOld(one.day)),
  ]
}

const restDayItems = (wanted: MeterDays, held: MeterDays): PriceItem[] => {
  if (sameRestDays(wanted, held)) return []
  const table: PriceItem = { item: 'restDayTable', no: wanted.restDayTable }
  const days: PriceItem = { item: 'restDays', restDays: wanted.restDays }
  return wanted.restDays.length > 0 ? [table, days] : [days]
}

const monthStartItems = (wanted: MeterDays, held: MeterDays): PriceItem[] =>
  wanted.monthStart && wanted.monthStart !== held.monthStart
    ? [{ item: 'monthStart', at: wanted.monthStart }]
    : []

/** What has only one set, brought to what is wanted: to be written once the switch-over is past. */
export const daysAfterSwitch = (wanted: MeterDays, held: MeterDays, today: string): PriceItem[] => [
  ...monthStartItems(wanted, held),
  ...restDayItems(wanted, held),
  ...holidayItems(daysFrom(wanted, today), held, today),
]

const clear = (table: SwitchedTable): PriceItem => ({ item: 'switchAt', of: table, at: null })

/** The next step of a push; called again with what was read after each. */
export const nextPushStep = (ask: PushAsk): PushStep => {
  const { wanted, held, switchAt } = ask
  const isIn = (table: SwitchedTable, set: MeterTableSet) => sameTable(table, wanted.set, set)
  const switching = SWITCHED_TABLES.filter((table) => !isIn(table, held.running))
  const foreign = SWITCHED_TABLES.filter((table) => {
    const at = pendingAt(ask, table)
    const ours = isIn(table, held.standby) && (at === switchAt || !switching.includes(table))
    return at !== null && !ours
  })
  const [first] = foreign
  if (first !== undefined && !ask.mayReplace)
    return { step: 'pending', switchAt: held.switchAt[first] ?? '' }
  const toWrite = switching.filter((table) => !isIn(table, held.standby))
  const today = ask.now.slice(0, 10)
  const items = [
    ...foreign.filter((table) => toWrite.includes(table) || !switching.includes(table)).map(clear),
    ...toWrite.flatMap((table) => itemsOf(table, wanted, held.standby)),
    // A month that begins at another hour changes no price before it begins.
    ...(switching.length > 0
      ? [
          ...monthStartItems(wanted.days, held.days),
          ...holidayItems(holidaysBefore(ask), held.days, today),
        ]
      : daysAfterSwitch(wanted.days, held.days, today)),
  ]
  if (items.length > 0) return { step: 'write', items }
  const moments = switching.filter((table) => held.switchAt[table] !== switchAt)
  if (moments.length === 0) return { step: 'written', switching }
  return { step: 'write', items: moments.map((of) => ({ item: 'switchAt', of, at: switchAt })) }
}
