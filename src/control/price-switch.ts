// After a switch-over 切换确认: a standby set that was written is in force only when the meter was read
// with it, and status word 3 shows that it runs the other set. Days of rest and holidays, of which
// there is one set, are brought up to date then.

import type { PriceTablesRead } from '../metering/driver.ts'
import { SWITCHED_TABLES, type SwitchedTable } from '../metering/protocol/price-tables.ts'
import { audit } from '../operators/audit-log.ts'
import { systemScope } from '../ports/database.ts'
import { meterMinute } from '../price-tables/expected.ts'
import { daysAfterSwitch, differencesOf } from '../price-tables/push-steps.ts'
import {
  markInForce,
  markLost,
  meterPrice,
  type PriceOrderRow,
  pricedMeters,
  type Switching,
} from '../price-tables/store.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'
import { readAndSave } from './price-look.ts'
import { laterAgain, meterOf } from './price-round.ts'
import { PRICE_PRIORITY } from './price-work.ts'
import { ENDED, faultText, type RoundEnd, type RunnerDeps } from './round.ts'

/** A meter's clock may be a little slow. */
export const SWITCH_SEEN_MS = 30_000

/** Read in the middle of switching, a meter may seem to have neither set. */
const LOST_AFTER_MS = 15 * 60_000
const DAY_PASSES = 3
/** After so long only the daily look goes on, and the alarm. */
const GIVEN_UP_MS = 7 * 86_400_000

const isSwitched = (table: string): table is SwitchedTable =>
  SWITCHED_TABLES.some((known) => known === table)

/** Status word 3 shows another set than before, for each table that was switched. */
export const runsOther = (
  switching: Switching,
  { runningSets }: Pick<PriceTablesRead, 'runningSets'>,
): boolean =>
  Object.entries(switching).every(
    ([table, before]) => isSwitched(table) && runningSets[table] !== before,
  )

const switchedOnly = (differs: readonly string[]): boolean => !differs.some(isSwitched)

type Sight = { order: PriceOrderRow; held: PriceTablesRead; today: string }

const hasIt = ({ order, held, today }: Sight): boolean =>
  switchedOnly(differencesOf(order.wanted, held, today)) && runsOther(order.switching ?? {}, held)

const stillWaits = ({ order, held, today }: Sight): boolean =>
  switchedOnly(differencesOf(order.wanted, { ...held, running: held.standby }, today))

/** True when days of rest and holidays are as wanted. */
const bringDays = async (
  deps: RunnerDeps,
  row: WorkRow,
  { order, held, today }: Sight,
): Promise<boolean> => {
  const meter = meterOf(row)
  const tables = deps.drivers.of(meter)?.priceTables
  let days = held.days
  for (let pass = 0; pass < DAY_PASSES; pass++) {
    const items = daysAfterSwitch(order.wanted.days, days, today)
    if (items.length === 0) return true
    for (const item of items) await tables?.write(item, PRICE_PRIORITY)
    const read = await readAndSave(deps, row.complexId, meter, PRICE_PRIORITY)
    if (!read.ok) return false
    days = read.value.days
  }
  return false
}

const confirm = (deps: RunnerDeps, { complexId }: WorkRow, meter: MeterId, order: PriceOrderRow) =>
  deps.db.as(systemScope('control', [complexId]), async (tx) => {
    await markInForce(tx, { complexId, meterId: meter })
    const { planId, version, switchAt, commandId } = order
    await audit(tx, deps.ids, {
      complexId,
      action: 'price.inForce',
      subject: `meter/${meter}`,
      after: { planId, version, switchAt, command: commandId },
    })
  })

const notYet = (order: PriceOrderRow | null): Instant | null =>
  order === null || order.inForceAt !== null || order.writtenAt === null
    ? null
    : plusMs(order.switchAt, SWITCH_SEEN_MS)

/** Looks whether the meter has switched; comes back until it has, or has something else. */
export const runPriceSwitch = async (deps: RunnerDeps, row: WorkRow): Promise<RoundEnd> => {
  const { complexId } = row
  const meter = meterOf(row)
  const scope = systemScope('control', [complexId])
  const { order } = await deps.db.as(scope, (tx) => meterPrice(tx, complexId, meter))
  const due = notYet(order)
  if (order === null || due === null) return ENDED
  if (deps.clock.now() > plusMs(order.switchAt, GIVEN_UP_MS)) return ENDED
  if (deps.clock.now() < due) return { round: 'again', at: due, why: 'before the switch-over' }
  const read = await readAndSave(
    deps,
    complexId,
    meter,
    PRICE_PRIORITY,
    order.wanted.set.dayTables.length,
  )
  if (!read.ok) return laterAgain(deps, row, faultText(read))
  const [placed] = await deps.db.as(scope, (tx) => pricedMeters(tx, complexId, [meter]))
  const { zone } = must(placed, 'the meter has a row')
  const today = meterMinute(deps.clock.now(), zone).slice(0, 10)
  const sight = { order, held: read.value, today }
  if (hasIt(sight)) {
    if (!(await bringDays(deps, row, sight))) return laterAgain(deps, row, 'days of rest')
    await confirm(deps, row, meter, order)
    return ENDED
  }
  const overdue = deps.clock.now() > plusMs(order.switchAt, LOST_AFTER_MS)
  if (overdue && !stillWaits(sight))
    await deps.db.as(scope, (tx) => markLost(tx, { complexId, meterId: meter }))
  return laterAgain(deps, row, 'not switched yet')
}
