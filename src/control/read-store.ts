// The rows of questions to meters 抄表命令: written together, taken bus by bus.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type {
  BusId,
  ComplexId,
  DeviceId,
  GatewayId,
  MeterId,
  OperatorId,
  Uuid,
} from '../shared/ids.ts'
import type { CommandState } from './command.ts'

/** Work that reads what one batch wants of one bus. */
export const READ_WORK = 'control.read'

export type ReadRows = {
  complexId: ComplexId
  batchId: Uuid
  what: readonly string[]
  deadline: Instant
  commands: readonly { commandId: Uuid; meterId: MeterId }[]
  buses: readonly { workId: Uuid; busId: BusId; gatewayId: GatewayId }[]
}

/** One statement, however many meters. */
export const insertReads = async (tx: Tx, rows: ReadRows): Promise<void> => {
  await tx.query(
    `with asked as (
       insert into command (complex_id, command_id, batch_id, kind, meter_id, params, state,
         operator_id, deadline, queued_at)
       select $1, c.command_id, $2, 'read', c.meter_id, $3, 'queued', $4, $5, $6
       from unnest($7::uuid[], $8::integer[]) as c(command_id, meter_id)
     )
     insert into work (complex_id, work_id, kind, key, gateway_id, payload, due_at)
     select $1, w.work_id, '${READ_WORK}', $2::text || '/' || w.bus_id, w.gateway_id,
       jsonb_build_object('batchId', $2::text, 'busId', w.bus_id), $6
     from unnest($9::uuid[], $10::integer[], $11::integer[]) as w(work_id, bus_id, gateway_id)`,
    [
      rows.complexId,
      rows.batchId,
      JSON.stringify({ what: rows.what }),
      tx.scope.operator,
      sqlTime(rows.deadline),
      sqlTime(tx.now),
      rows.commands.map((c) => c.commandId),
      rows.commands.map((c) => c.meterId),
      rows.buses.map((bus) => bus.workId),
      rows.buses.map((bus) => bus.busId),
      rows.buses.map((bus) => bus.gatewayId),
    ],
  )
}

export type Question = {
  commandId: Uuid
  meterId: MeterId
  deviceId: DeviceId
  state: CommandState
  attempts: number
  queuedAt: Instant
  deadline: Instant
  what: readonly string[]
  operatorId: OperatorId | null
  zone: string
}

/** What is still open of a batch on one bus, the least tried first. */
export const openQuestions = (
  tx: Tx,
  at: { complexId: ComplexId; batchId: Uuid; busId: number },
): Promise<Question[]> =>
  tx.query<Question>(
    `select k.command_id as "commandId", k.meter_id as "meterId", d.device_id as "deviceId",
       k.state, k.attempts, k.queued_at as "queuedAt", k.deadline,
       coalesce(k.params->'what', '["status", "energy"]') as what, k.operator_id as "operatorId",
       x.zone
     from command k
     join complex x on x.complex_id = k.complex_id
     join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     where k.complex_id = $1 and k.batch_id = $2 and d.bus_id = $3
       and k.state in ('queued', 'sent', 'acknowledged')
     order by k.attempts, k.command_id`,
    [at.complexId, at.batchId, at.busId],
  )
