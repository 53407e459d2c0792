// What is known of meters beside the board when they are selected 选表时的状态: who is supplied, why a
// relay stands tripped, which order is under way.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Plan } from './plan-commands.ts'
import type { RelayCause } from './relay-episode.ts'

export type Background = {
  meterId: MeterId
  model: string
  supplyId: SupplyId | null
  overdraftFen: number | null
  chargedByCentre: boolean
  desiredSince: Instant | null
  tripCause: RelayCause | null
  /** The newest command of the same kind, or filling a new meter, that is not at its end. */
  underWay: Uuid | null
}

export const backgrounds = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
  kind: Plan['kind'],
): Promise<Background[]> =>
  tx.query<Background>(
    `select m.meter_id as "meterId", d.model, s.supply_id as "supplyId",
       s.overdraft_fen as "overdraftFen", coalesce(a.mode = 'centre', false) as "chargedByCentre",
       c.since as "desiredSince", e.cause as "tripCause", k.command_id as "underWay"
     from meter m
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and i.until is null
     left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
       and s.until is null
     left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     left join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
     left join relay_episode e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
       and e.until is null and e.relay = 'tripped'
     left join lateral (
       select k.command_id from command k where k.complex_id = m.complex_id
         and k.meter_id = m.meter_id and k.state in ('queued', 'sent', 'acknowledged')
         and k.kind in ($3, 'initialise')
       order by k.command_id desc limit 1) k on true
     where m.complex_id = $1 and m.meter_id = any ($2)`,
    [complex, meters, kind],
    'kept',
  )
