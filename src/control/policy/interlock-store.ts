// The interlock as it is stored 联锁: trips let pass and surges that nobody has released. One lock
// per complex puts the trips of all processes in one order.

import type { Tx } from '../../ports/database.ts'
import { PLACE_OF_METER, WAY_TO_METER } from '../../registers/meters-in-place.ts'
import { type Instant, instantOfSql, plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId, Uuid } from '../../shared/ids.ts'
import type { CommandKey } from '../store.ts'
import { MINUTE_MS, type SurgeScope, type TripAsked, type TripOrigin } from './interlock.ts'

const GATE_LOCK = 1_817_203

export const lockGate = async (tx: Tx, complex: ComplexId): Promise<void> => {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [GATE_LOCK, complex])
}

/** Whether the surge `su` covers what hangs on `bus` and serves point `p`. */
const COVERS = `
  (su.scope_kind = 'complex'
    or su.scope_kind = 'gateway' and su.scope_key = bus.gateway_id::text
    or su.scope_kind = 'feeder' and su.scope_key = p.feeder and p.feeder <> '')`

/** Whether a surge that nobody has released covers it. */
export const IN_A_SURGE = `
  exists (select from trip_surge su where su.complex_id = bus.complex_id and su.released_at is null
    and ${COVERS})`

/** Batches with trips still to be sent to where these surges are. */
export const batchesCovered = async (
  tx: Tx,
  complex: ComplexId,
  surges: readonly SurgeScope[],
): Promise<Uuid[]> => {
  const rows = await tx.query<{ batchId: Uuid }>(
    `select distinct k.batch_id as "batchId"
     from command k
     join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
     ${WAY_TO_METER}${PLACE_OF_METER}
     where k.complex_id = $1 and k.state = 'queued' and k.kind = 'setMode'
       and k.params->>'mode' = 'tripped' and k.params->>'cause' is null
       and exists (select from unnest($2::text[], $3::text[]) su (scope_kind, scope_key)
         where ${COVERS})
       and exists (select from command o where o.complex_id = $1 and o.batch_id = k.batch_id
         offset 1)
     order by k.batch_id`,
    [complex, surges.map(({ kind }) => kind), surges.map(({ key }) => key)],
  )
  return rows.map(({ batchId }) => batchId)
}

const ASKED = `
  select k.meter_id as "meterId", bus.gateway_id as "gatewayId",
    coalesce(p.feeder, '') as feeder,
    case when k.params->>'cause' in ('arrears', 'overload') then 'automatic'
      when k.params->>'cause' = 'schedule' then 'schedule'
      when (select count(*) from (select from command o where o.complex_id = k.complex_id
        and o.batch_id = k.batch_id limit 2) two) > 1 then 'batch'
      else 'single' end as origin,
    exists (select from trip_pass t where t.complex_id = k.complex_id
      and t.command_id = k.command_id) as passed,
    ${IN_A_SURGE} as surge,
    (select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'feeder', t.feeder) order by t.at),
      '[]') from trip_pass t where t.complex_id = k.complex_id and t.at > $3) as lately
  from command k
  join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  where k.complex_id = $1 and k.command_id = $2`

type AskedRow = {
  meterId: MeterId
  gatewayId: GatewayId
  feeder: string
  origin: TripOrigin
  passed: boolean
  surge: boolean
  lately: readonly { at: string; feeder: string }[]
}

export type AskedTrip = TripAsked & { meterId: MeterId; gatewayId: GatewayId; feeder: string }

/** What the interlock goes by for this command; null where there is no such command. */
export const askedTrip = async (tx: Tx, key: CommandKey): Promise<AskedTrip | null> => {
  const since = sqlTime(plusMs(tx.now, -MINUTE_MS))
  const rows = await tx.query<AskedRow>(ASKED, [key.complexId, key.commandId, since])
  if (!rows[0]) return null
  const { lately, ...row } = rows[0]
  const at = (one: { at: string }): Instant => instantOfSql(one.at)
  const onFeeder = lately.filter(({ feeder }) => feeder !== '' && feeder === row.feeder)
  return { ...row, inComplex: lately.map(at), onFeeder: onFeeder.map(at) }
}

export const insertPass = async (
  tx: Tx,
  { complexId, commandId }: CommandKey,
  { meterId, gatewayId, feeder, origin }: AskedTrip,
): Promise<void> => {
  await tx.query(
    `insert into trip_pass (complex_id, command_id, meter_id, gateway_id, feeder, origin, at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (complex_id, command_id) do nothing`,
    [complexId, commandId, meterId, gatewayId, feeder, origin, sqlTime(tx.now)],
  )
}

/** Trips that passed in the last minute, oldest first. */
export const passedLately = async (tx: Tx, complex: ComplexId): Promise<Instant[]> => {
  const rows = await tx.query<{ at: Instant }>(
    'select at from trip_pass where complex_id = $1 and at > $2 order by at',
    [complex, sqlTime(plusMs(tx.now, -MINUTE_MS))],
  )
  return rows.map(({ at }) => at)
}
