// The rows of a batch while it goes on 批次: what is to be done on one line, who goes first, and what
// pausing, going on and stopping do to those that have not been sent.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BusId, ComplexId, GatewayId, Uuid } from '../shared/ids.ts'
import type { Share } from './batch-work.ts'
import type { CommandState } from './command.ts'

export type OpenOnBus = { commandId: Uuid; paused: boolean }

/** What is open of a batch on one line; those under way first. Waiting ones are not among them. */
export const openOnBus = (tx: Tx, { complexId, batchId, busId }: Share): Promise<OpenOnBus[]> =>
  tx.query<OpenOnBus>(
    `select k.command_id as "commandId",
       k.state = 'queued' and b.paused_at is not null as paused
     from command k
     join batch b on b.complex_id = k.complex_id and b.batch_id = k.batch_id
     join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     where k.complex_id = $1 and k.batch_id = $2 and d.bus_id = $3 and not k.waits
       and k.state in ('queued', 'sent', 'acknowledged')
     order by k.state = 'queued', k.command_id`,
    [complexId, batchId, busId],
    'kept',
  )

export type LockedBatch = {
  complexId: ComplexId
  batchId: Uuid
  kind: string
  canary: 'waiting' | 'confirmed' | 'failed' | null
  pausedAt: Instant | null
  stoppedAt: Instant | null
}

const BATCH_COLUMNS = `complex_id as "complexId", batch_id as "batchId", kind, canary,
  paused_at as "pausedAt", stopped_at as "stoppedAt"`

/** Null where the scope has no such batch. */
export const lockBatch = async (tx: Tx, batch: Uuid): Promise<LockedBatch | null> => {
  // The key begins with the complex; complexes are few.
  const rows = await tx.query<LockedBatch>(
    `select ${BATCH_COLUMNS} from batch
     where complex_id in (select complex_id from complex) and batch_id = $1 for update`,
    [batch],
  )
  return rows[0] ?? null
}

/** Batches whose first ones have not said yet whether it works. */
export const waitingForFirst = (tx: Tx): Promise<{ complexId: ComplexId; batchId: Uuid }[]> =>
  tx.query(
    `select complex_id as "complexId", batch_id as "batchId" from batch where canary = 'waiting'`,
  )

export const statesOfFirst = async (
  tx: Tx,
  { complexId, batchId }: { complexId: ComplexId; batchId: Uuid },
): Promise<CommandState[]> => {
  const rows = await tx.query<{ state: CommandState }>(
    'select state from command where complex_id = $1 and batch_id = $2 and not waits',
    [complexId, batchId],
  )
  return rows.map(({ state }) => state)
}

type Named = { complexId: ComplexId; batchId: Uuid }

export const markCanary = async (
  tx: Tx,
  { complexId, batchId }: Named,
  canary: 'confirmed' | 'failed',
): Promise<void> => {
  await tx.query('update batch set canary = $3 where complex_id = $1 and batch_id = $2', [
    complexId,
    batchId,
    canary,
  ])
}

/** The rest may begin; its time runs from now on. */
export const releaseRest = async (
  tx: Tx,
  { complexId, batchId }: Named,
  firstLifeMs: number,
): Promise<void> => {
  await tx.query(
    `update command set waits = false,
       deadline = $3::timestamptz + (deadline - queued_at) - make_interval(secs => $4 * 0.001)
     where complex_id = $1 and batch_id = $2 and waits and state = 'queued'`,
    [complexId, batchId, sqlTime(tx.now), firstLifeMs],
  )
}

export type Line = { busId: BusId; gatewayId: GatewayId }

/** Where commands of the batch may be sent now. */
export const openLines = (tx: Tx, { complexId, batchId }: Named): Promise<Line[]> =>
  tx.query<Line>(
    `select distinct bus.bus_id as "busId", bus.gateway_id as "gatewayId"
     from command k
     join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
     where k.complex_id = $1 and k.batch_id = $2 and not k.waits
       and k.state in ('queued', 'sent', 'acknowledged')`,
    [complexId, batchId],
  )

/** Pushes of prices that may begin and have no work yet: those that waited. */
export const pushesWithoutWork = (
  tx: Tx,
  { complexId, batchId }: Named,
): Promise<{ commandId: Uuid; gatewayId: GatewayId }[]> =>
  tx.query(
    `select k.command_id as "commandId", bus.gateway_id as "gatewayId"
     from command k
     join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
     where k.complex_id = $1 and k.batch_id = $2 and k.state = 'queued' and not k.waits
       and not exists (select from work w where w.complex_id = k.complex_id
         and w.kind = 'control.price' and w.key = k.command_id::text and w.done_at is null)`,
    [complexId, batchId],
  )

export const countOpen = async (tx: Tx, { complexId, batchId }: Named): Promise<number> => {
  const rows = await tx.query<{ n: number }>(
    `select count(*)::integer as n from command
     where complex_id = $1 and batch_id = $2 and state = 'queued'`,
    [complexId, batchId],
  )
  return rows[0]?.n ?? 0
}

/** What was not sent waits, at most until `until`: then it expires. */
export const pauseRows = async (
  tx: Tx,
  { complexId, batchId }: Named,
  reason: string,
  until: Instant,
): Promise<void> => {
  await tx.query(
    `with paused as (
       update batch set paused_at = $3, pause_reason = $4
       where complex_id = $1 and batch_id = $2 returning 1
     )
     update command set deadline = greatest(deadline, $5::timestamptz)
     where complex_id = $1 and batch_id = $2 and state = 'queued'`,
    [complexId, batchId, sqlTime(tx.now), reason, sqlTime(until)],
  )
}

/** The work of those that have a row of their own, so that they are looked at again at `at`. */
export const moveOwnWork = async (
  tx: Tx,
  { complexId, batchId }: Named,
  at: Instant,
): Promise<void> => {
  await tx.query(
    `update work set due_at = $3 where complex_id = $1 and done_at is null and claimed_until is null
       and kind in ('control', 'control.price') and key in (
         select command_id::text from command
         where complex_id = $1 and batch_id = $2 and state = 'queued')`,
    [complexId, batchId, sqlTime(at)],
  )
}

/** What was paused has at least so much time again. */
export const resumeRows = async (
  tx: Tx,
  { complexId, batchId }: Named,
  leastMs: number,
): Promise<void> => {
  await tx.query(
    `with resumed as (
       update batch set paused_at = null, pause_reason = ''
       where complex_id = $1 and batch_id = $2 returning 1
     )
     update command set deadline = greatest(deadline,
       $3::timestamptz + make_interval(secs => $4 * 0.001))
     where complex_id = $1 and batch_id = $2 and state = 'queued'`,
    [complexId, batchId, sqlTime(tx.now), leastMs],
  )
}

export const markStopped = async (
  tx: Tx,
  { complexId, batchId }: Named,
  reason: string,
): Promise<void> => {
  await tx.query(
    `update batch set stopped_at = $3, stop_reason = $4, paused_at = null, pause_reason = ''
     where complex_id = $1 and batch_id = $2`,
    [complexId, batchId, sqlTime(tx.now), reason],
  )
}
