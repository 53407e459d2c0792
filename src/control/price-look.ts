// Looking at the prices in a meter 电价核对: whole, or once a day only at what would show a change.
// What was seen is stored with what of it is not as the plan says.

import { isDeepStrictEqual } from 'node:util'
import type { Outcome, PricesRead, PriceTablesRead, Priority } from '../metering/driver.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import { differencesNow } from '../price-tables/expected.ts'
import {
  type HeldTables,
  meterPrice,
  pricedMeters,
  saveHeld,
  saveLook,
} from '../price-tables/store.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'
import { laterAgain, meterOf } from './price-round.ts'
import { isWhole, LOOK_PRIORITY, PRICE_PRIORITY } from './price-work.ts'
import { ENDED, faultText, type RoundEnd, type RunnerDeps } from './round.ts'

/** Of a meter that does not answer: tomorrow is another day. */
const ATTEMPTS_MAX = 5

const NOT_SERVED = { ok: false, reason: 'stopped', detail: 'not served', mayRetry: true } as const
const NO_TABLES = {
  ok: false,
  reason: 'not-supported',
  detail: 'no price tables',
  mayRetry: false,
} as const

const differencesIn = async (
  tx: Tx,
  deps: RunnerDeps,
  complexId: ComplexId,
  meterId: MeterId,
  held: HeldTables | null,
) => {
  const [meter] = await pricedMeters(tx, complexId, [meterId])
  if (!meter) return null
  const can = deps.capabilitiesOf(meter.model)?.priceTables
  return differencesNow(meter, can, await complexCalendar(tx, complexId), held, tx.now)
}

/** Reads every table and stores what was seen. */
export const readAndSave = async (
  deps: RunnerDeps,
  complexId: ComplexId,
  meterId: MeterId,
  priority: Priority,
  dayTables = 0,
): Promise<Outcome<PriceTablesRead>> => {
  const driver = deps.drivers.of(meterId)
  if (!driver) return NOT_SERVED
  if (!driver.priceTables) return NO_TABLES
  const read = await driver.priceTables.read(priority, dayTables)
  if (!read.ok) return read
  await deps.db.as(systemScope('control', [complexId]), async (tx) => {
    const differs = await differencesIn(tx, deps, complexId, meterId, read.value)
    await saveHeld(tx, { complexId, meterId }, read.value, differs)
  })
  return read
}

const looksTheSame = ({ running, days, runningSets }: HeldTables, seen: PricesRead): boolean =>
  (days.monthStart ?? null) === seen.monthStart &&
  isDeepStrictEqual(running.pricesE4, seen.pricesE4) &&
  isDeepStrictEqual(running.zones, seen.zones) &&
  isDeepStrictEqual(runningSets, seen.runningSets)

const look = async (
  deps: RunnerDeps,
  complexId: ComplexId,
  meterId: MeterId,
): Promise<Outcome<unknown>> => {
  const tables = deps.drivers.of(meterId)?.priceTables
  if (!tables) return deps.drivers.of(meterId) ? NO_TABLES : NOT_SERVED
  const scope = systemScope('control', [complexId])
  const { held } = await deps.db.as(scope, (tx) => meterPrice(tx, complexId, meterId))
  if (held === null) return readAndSave(deps, complexId, meterId, LOOK_PRIORITY)
  const seen = await tables.readPrices(LOOK_PRIORITY)
  if (!seen.ok) return seen
  if (!looksTheSame(held, seen.value)) return readAndSave(deps, complexId, meterId, LOOK_PRIORITY)
  // The plan may have changed, though the meter has not.
  await deps.db.as(scope, async (tx) => {
    const differs = await differencesIn(tx, deps, complexId, meterId, held)
    await saveLook(tx, { complexId, meterId }, differs)
  })
  return seen
}

/** The daily look at one meter, or all of its tables where somebody asked for them. */
export const runPriceLook = async (deps: RunnerDeps, row: WorkRow): Promise<RoundEnd> => {
  const { complexId } = row
  const meterId = meterOf(row)
  const seen = isWhole(row)
    ? await readAndSave(deps, complexId, meterId, PRICE_PRIORITY)
    : await look(deps, complexId, meterId)
  if (seen.ok) return ENDED
  if (seen.mayRetry && row.attempts < ATTEMPTS_MAX) return laterAgain(deps, row, faultText(seen))
  await deps.db.as(systemScope('control', [complexId]), async (tx) => {
    const { held, differs } = await meterPrice(tx, complexId, meterId)
    await saveLook(tx, { complexId, meterId }, held === null ? null : differs)
  })
  return ENDED
}
