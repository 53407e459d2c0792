// What a push of prices needs to know before each round 电价下发: its parameters, the meter's place,
// the tables as they come to now, and what became of the meter that went first.

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
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { Calendar } from '../tariff/calendar.ts'
import type { CommandState } from './command.ts'
import type { Job } from './job-store.ts'
import { PUSH_WORK } from './price-work.ts'
import type { PushParams } from './push-queue.ts'

export type PushJob = {
  params: PushParams
  meter: PricedMeter
  compiled: Compiled
  calendar: Calendar
  /** The order in the meter's row, where this command has begun it. */
  begun: PriceOrderRow | null
  /** Null where no other meter goes first. */
  first: CommandState | null
}

type ParamsRow = { params: PushParams; first: CommandState | null }

const PARAMS = `
  select k.params, f.state as first from command k
  left join command f on f.complex_id = k.complex_id
    and f.command_id = (k.params->>'after')::uuid
  where k.complex_id = $1 and k.command_id = $2`

/** Null where meter or version are gone. */
export const pushJobOf = async (
  tx: Tx,
  job: Job,
  model: ModelCapabilities | null,
): Promise<PushJob | null> => {
  const { complexId, commandId, meterId } = job
  const rows = await tx.query<ParamsRow>(PARAMS, [complexId, commandId])
  const [meter] = await pricedMeters(tx, complexId, [meterId])
  if (!rows[0] || !meter) return null
  const { params, first } = rows[0]
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
    first,
  }
}

/** The pushes that wait for this one are due. */
export const wakeFollowers = async (tx: Tx, { complexId, commandId }: Job): Promise<void> => {
  await tx.query(
    `update work w set due_at = $3 from command first
     join command k on k.complex_id = first.complex_id and k.batch_id = first.batch_id
       and k.state = 'queued' and k.params->>'after' = first.command_id::text
     where first.complex_id = $1 and first.command_id = $2 and w.complex_id = $1
       and w.kind = $4 and w.key = k.command_id::text and w.done_at is null and w.due_at > $3`,
    [complexId, commandId, sqlTime(tx.now), PUSH_WORK],
  )
}
