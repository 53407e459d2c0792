// Orders for single meters 单表命令: for each the batch, its command and the work, in the caller's
// transaction and in two statements for any number.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'
import { addWorks } from '../work/store.ts'
import { COMMAND_WORK } from './command-work.ts'
import { batchParams, type CommandFacts } from './store.ts'

export type OneOrder = {
  complexId: ComplexId
  meterId: MeterId
  gatewayId: GatewayId
  kind: 'setMode' | 'pushSettings' | 'initialise'
  /** For whoever carries it out. */
  params: CommandFacts
  /** For people; the same where left out. */
  asked?: CommandFacts
  /** From when it is due on. */
  lifeMs: number
  /** When it is to be sent; left out: at once. */
  dueAt?: Instant
}

const ORDERS = `
  with said as (
    select * from unnest($3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::integer[],
      $8::jsonb[], $9::jsonb[], $10::timestamptz[])
      as o(complex_id, batch_id, command_id, kind, meter_id, asked, params, deadline)
  ), b as (
    insert into batch (complex_id, batch_id, kind, params, operator_id, request_id, created_at)
    select complex_id, batch_id, kind, asked, $2, kind || '/' || batch_id, $1 from said
  )
  insert into command (complex_id, command_id, batch_id, kind, meter_id, params, state,
    operator_id, deadline, queued_at)
  select complex_id, command_id, batch_id, kind, meter_id, params, 'queued', $2, deadline, $1
  from said`

/** The batches' ids, in the order of `orders`. */
export const queueOrders = async (
  tx: Tx,
  ids: Ids,
  orders: readonly OneOrder[],
): Promise<Uuid[]> => {
  if (orders.length === 0) return []
  const named = orders.map((order) => ({ ...order, batchId: ids.uuid(), commandId: ids.uuid() }))
  await tx.query(
    ORDERS,
    [
      ...[sqlTime(tx.now), tx.scope.operator],
      named.map((order) => order.complexId),
      named.map((order) => order.batchId),
      named.map((order) => order.commandId),
      named.map((order) => order.kind),
      named.map((order) => order.meterId),
      named.map(({ asked, params }) => batchParams({ params: asked ?? params, refused: [] })),
      named.map((order) => JSON.stringify(order.params)),
      named.map(({ dueAt = tx.now, lifeMs }) => sqlTime(plusMs(dueAt, lifeMs))),
    ],
    'kept',
  )
  await addWorks(
    tx,
    ids,
    named.map(({ complexId, commandId, gatewayId, dueAt = tx.now }) => ({
      ...{ complexId, kind: COMMAND_WORK, key: commandId, gatewayId, dueAt },
    })),
  )
  return named.map(({ batchId }) => batchId)
}

/** The same for one; the batch's id. */
export const queueOrder = async (tx: Tx, ids: Ids, order: OneOrder): Promise<Uuid> =>
  must((await queueOrders(tx, ids, [order]))[0], 'one was ordered')
