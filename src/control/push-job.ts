// What a push of prices needs to know before each round 电价下发: its parameters, the meter's place,
// and the tables as they come to now.

import type { ModelCapabilities } from '../metering/driver.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import type { Compiled } from '../price-tables/compile.ts'
import { tablesIn } from '../price-tables/expected.ts'
import {
  meterPrice,
  type PricedMeter,
  type PriceOrderRow,
  planVersion,
  pricedMeters,
} from '../price-tables/store.ts'
import type { Instant } from '../shared/clock.ts'
import type { Calendar } from '../tariff/calendar.ts'
import type { Job } from './job-store.ts'
import type { PushParams } from './push-check.ts'

export type PushJob = {
  params: PushParams
  meter: PricedMeter
  compiled: Compiled
  calendar: Calendar
  /** The order in the meter's row, where this command has begun it. */
  begun: PriceOrderRow | null
}

/** Null where meter or version are gone. */
export const pushJobOf = async (
  tx: Tx,
  job: Job,
  model: ModelCapabilities | null,
): Promise<PushJob | null> => {
  const { complexId, commandId, meterId } = job
  const rows = await tx.query<{ params: PushParams }>(
    'select params from command where complex_id = $1 and command_id = $2',
    [complexId, commandId],
  )
  const [meter] = await pricedMeters(tx, complexId, [meterId])
  if (!rows[0] || !meter) return null
  const { params } = rows[0]
  const version = await planVersion(tx, complexId, params.planId, params.version)
  if (!version) return null
  const calendar = await complexCalendar(tx, complexId)
  const from: Instant = params.switchAt ?? tx.now
  const { order } = await meterPrice(tx, complexId, meterId)
  return {
    params,
    meter,
    compiled: tablesIn(meter, model?.priceTables, version, calendar, from),
    calendar,
    begun: order?.commandId === commandId ? order : null,
  }
}
