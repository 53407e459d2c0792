// What the worker needs to know of one command before it goes to the meter 命令执行.

import type { Tx } from '../ports/database.ts'
import { centreBalances, centreParams, centreRows } from '../settlement/centre-balance.ts'
import type { Instant } from '../shared/clock.ts'
import type { GatewayId, MeterId, OperatorId, PointId, Uuid } from '../shared/ids.ts'
import type { CommandState } from './command.ts'
import type { ControlMode } from './mode.ts'
import { GRACE_OF_SUPPLY } from './policy/settings-store.ts'
import type { RelayCause } from './relay-episode.ts'
import type { CommandFacts, CommandKey, MovingKey } from './store.ts'

export type Job = MovingKey & {
  batchId: Uuid
  /** Others of its batch wait for what becomes of it. */
  goesFirst: boolean
  kind: string
  state: CommandState
  meterId: MeterId
  gatewayId: GatewayId
  model: string
  pointId: PointId | null
  protected: boolean
  /** Null for a command that sets no mode. */
  mode: ControlMode | null
  operatorId: OperatorId | null
  /** Why the centre orders it by itself; null for a person's order. */
  cause: 'arrears' | 'overload' | 'recovery' | 'schedule' | null
  attempts: number
  deadline: Instant
  sentAt: Instant | null
  result: CommandFacts | null
  /** Why the relay stands tripped; null where it does not, or nobody knows of it. */
  tripCause: RelayCause | null
  /** What may be owed before it trips; null while nobody buys at this point. */
  overdraftFen: number | null
  /**
   * What the centre charges has left, unless the mode does not ask for it; null for an account
   * whose meters hold the money.
   */
  centre: { availableFen: number | null; asOf: Instant | null } | null
  /** A later command sets another mode. */
  superseded: boolean
  /** An earlier mode command for this meter may still be on its way. */
  waitsForOlder: boolean
  zone: string
}

export type ModeJob = Job & { mode: ControlMode }

const JOB = `
  with ${centreRows(3)}
  select k.complex_id as "complexId", k.command_id as "commandId", k.batch_id as "batchId",
    b.canary is not distinct from 'waiting' as "goesFirst", k.kind, k.state,
    k.meter_id as "meterId", bus.gateway_id as "gatewayId", d.model, i.point_id as "pointId",
    coalesce(p.protected, false) as protected, k.params->>'mode' as mode,
    k.operator_id as "operatorId", k.params->>'cause' as cause, k.attempts, k.deadline,
    k.sent_at as "sentAt", k.result,
    e.cause as "tripCause", greatest(s.overdraft_fen,
      case when a.mode = 'centre' then ${GRACE_OF_SUPPLY} end) as "overdraftFen", x.zone,
    a.mode as "accountMode",
    centre.available_fen as "availableFen", centre.as_of as "asOf",
    coalesce(k.result ? 'supersededBy', false) as superseded,
    exists (select from command o where o.complex_id = k.complex_id and o.meter_id = k.meter_id
      and o.kind = 'setMode' and o.state in ('sent', 'acknowledged')
      and o.result ? 'supersededBy' and o.command_id <> k.command_id) as "waitsForOlder"
  from command k
  join batch b on b.complex_id = k.complex_id and b.batch_id = k.batch_id
  join complex x on x.complex_id = k.complex_id
  join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join centre on centre.account_id = a.account_id
  left join relay_episode e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
    and e.until is null and e.relay = 'tripped'
  where k.complex_id = $1 and k.command_id = $2`

// Only going back to prepaid asks for the money.
const ASKED = `
  select meter_id as "meterId", kind = 'setMode' and params->>'mode' = 'prepaid' as "byMoney"
  from command where complex_id = $1 and command_id = $2`

type JobRow = Omit<Job, 'centre'> & {
  accountMode: 'meter' | 'centre' | null
  availableFen: number | null
  asOf: Instant | null
}

export const jobOf = async (tx: Tx, key: CommandKey): Promise<Job | null> => {
  const { complexId, commandId } = key
  const asked = await tx.query<{ meterId: MeterId; byMoney: boolean }>(
    ASKED,
    [complexId, commandId],
    'kept',
  )
  const meters = asked.flatMap(({ meterId, byMoney }) => (byMoney ? [meterId] : []))
  const balances = meters.length === 0 ? [] : await centreBalances(tx, complexId, { meters })
  const params = [complexId, commandId, ...centreParams(balances)]
  const rows = await tx.query<JobRow>(JOB, params, 'kept')
  if (!rows[0]) return null
  const { accountMode, availableFen, asOf, ...job } = rows[0]
  return { ...job, centre: accountMode === 'centre' ? { availableFen, asOf } : null }
}
