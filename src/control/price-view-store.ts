// The prices in meters as the API shows them 表内电价查询: what is held, what was pushed, and whether
// both are what the plan says.

import type { MeterPriceRow, MeterPrices } from '../http/contract/meter-prices.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import type { MeterTables } from '../price-tables/compile.ts'
import { differencesNow, meterMinute, tablesIn } from '../price-tables/expected.ts'
import { type Problem, problemText } from '../price-tables/problems.ts'
import {
  type HeldTables,
  type PricedMeter,
  type PriceOrderRow,
  pricedMeters,
  type MeterPriceRow as Stored,
} from '../price-tables/store.ts'
import { businessDay, type Instant, instantOfLocal, rfc3339 } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { Language } from '../shared/words.ts'
import type { Calendar } from '../tariff/calendar.ts'
import { type ShownRow, shownRows } from './price-row-store.ts'

export type ViewDeps = { capabilitiesOf: (model: string) => ModelCapabilities | null }

type OrderState = NonNullable<MeterPriceRow['order']>['state']

const orderState = (order: PriceOrderRow, commandState: ShownRow['commandState']): OrderState => {
  if (order.inForceAt !== null) return 'inForce'
  if (order.lostAt !== null) return 'lost'
  if (order.writtenAt !== null) return 'waiting'
  const open = ['queued', 'sent', 'acknowledged'].includes(commandState ?? '')
  return open ? 'underWay' : 'failed'
}

const orderView = (row: ShownRow, zone: string): MeterPriceRow['order'] => {
  const { order, commandState, orderPlanName } = row
  if (order === null || commandState === null) return null
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return {
    planId: order.planId,
    planName: orderPlanName ?? '',
    planVersion: order.version,
    state: orderState(order, commandState),
    commandId: order.commandId,
    commandState,
    switchAt: rfc3339(order.switchAt, zone),
    writtenAt: time(order.writtenAt),
    inForceAt: time(order.inForceAt),
  }
}

/** The first moment to come that the meter itself names. */
const pendingAt = (held: HeldTables | null, zone: string, now: string): string | null => {
  const moments = Object.values(held?.switchAt ?? {}).filter((at) => at !== null && at > now)
  const first = moments.toSorted()[0]
  if (!first) return null
  const [date = '', time = ''] = first.split(' ')
  const [year = 0, month = 0, dayOfMonth = 0] = date.split('-').map(Number)
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const at = instantOfLocal({ year, month, dayOfMonth, hour, minute, second: 0 }, zone)
  return at === null ? null : rfc3339(at, zone)
}

/** Its moment may have come, but nobody has read the meter since. */
const waits = ({ order, readAt }: Stored): boolean =>
  order !== null &&
  order.writtenAt !== null &&
  order.inForceAt === null &&
  order.lostAt === null &&
  (readAt ?? 0) < order.switchAt

const matchOf = (
  supported: boolean,
  stored: Stored,
  differs: MeterPriceRow['differs'] | null,
  now: Instant,
): MeterPriceRow['match'] => {
  if (!supported) return 'unsupported'
  if (stored.held === null || differs === null) return 'unknown'
  const { order } = stored
  const unread = order !== null && order.switchAt <= now && waits(stored)
  if (differs.length > 0 && !unread) return 'differs'
  return waits(stored) ? 'waiting' : 'matches'
}

type Seen = {
  row: ShownRow
  meter: PricedMeter
  calendar: Calendar
  can: ModelCapabilities['priceTables']
  now: Instant
}

const rowView = ({ row, meter, calendar, can, now }: Seen): MeterPriceRow => {
  const { zone } = meter
  const differs = differencesNow(meter, can, calendar, row.held, now)
  const [version] = meter.held
  const holds = version !== undefined && version.since <= now ? version : null
  return {
    meterId: meter.meterId,
    meterNo: meter.meterNo,
    premises: row.premises,
    premisesEn: row.premisesEn,
    model: meter.model,
    accountId: meter.accountId,
    accountNo: row.accountNo,
    planId: holds?.planId ?? null,
    planName: holds ? row.planName : null,
    planVersion: holds?.version ?? null,
    match: matchOf(can !== undefined, row, differs, now),
    differs: differs ?? [],
    readAt: row.readAt === null ? null : rfc3339(row.readAt, zone),
    pendingSwitchAt: pendingAt(row.held, zone, meterMinute(now, zone)),
    order: orderView(row, zone),
  }
}

const wantedOf = ({ meter, calendar, can, now }: Seen) => {
  const [version] = meter.held
  const none: { wanted: MeterTables | null; problems: Problem[] } = { wanted: null, problems: [] }
  if (version === undefined || version.since > now) return none
  const compiled = tablesIn(meter, can, version, calendar, now)
  return compiled.ok
    ? { wanted: { set: compiled.set, days: compiled.days }, problems: [] }
    : { wanted: null, problems: compiled.problems }
}

const seenOf = async (
  tx: Tx,
  deps: ViewDeps,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Seen[]> => {
  const calendar = await complexCalendar(tx, complex)
  const priced = await pricedMeters(tx, complex, meters)
  const rows = await shownRows(tx, complex, meters)
  return priced.flatMap((meter) => {
    const row = rows.find(({ meterId }) => meterId === meter.meterId)
    const can = deps.capabilitiesOf(meter.model)?.priceTables
    return row ? [{ row, meter, calendar, can, now: tx.now }] : []
  })
}

export const meterPriceRows = async (
  tx: Tx,
  deps: ViewDeps,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<MeterPriceRow[]> => (await seenOf(tx, deps, complex, meters)).map(rowView)

/** Null where there is no such meter in the scope. */
export const meterPricesView = async (
  tx: Tx,
  deps: ViewDeps,
  complex: ComplexId,
  meter: MeterId,
  language: Language,
): Promise<MeterPrices | null> => {
  const [seen] = await seenOf(tx, deps, complex, [meter])
  if (!seen) return null
  const { held } = seen.row
  const { wanted, problems } = wantedOf(seen)
  const today = businessDay(tx.now, seen.meter.zone, 0)
  const days = held && {
    ...held.days,
    // What has passed, or was never set, says nothing any more.
    holidays: held.days.holidays.filter(({ day }) => day >= today),
  }
  return {
    ...rowView(seen),
    inForce: held?.running ?? null,
    standby: held?.standby ?? null,
    days,
    wanted: wanted?.set ?? null,
    wantedDays: wanted?.days ?? null,
    problems: problems.map((problem) => ({
      code: problem.code,
      title: problemText(problem, language),
    })),
  }
}
