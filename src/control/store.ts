// The rows of commands and of the batches they belong to 命令与批次. A state is only changed through
// the machine in `command.ts`, with the row locked.

import type { CommandUnit } from '../http/contract/commands.ts'
import type { Tx } from '../ports/database.ts'
import type { Problem } from '../price-tables/problems.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import type { RefusalCode } from '../shared/refusal.ts'
import { CANARY_ABOVE } from './canary.ts'
import { type CommandEvent, type CommandState, isOpen, nextState } from './command.ts'

export type CommandKey = { complexId: ComplexId; commandId: Uuid }
/** `saidYes`: the meter has, and nobody has written it down: it goes with the next move. */
export type MovingKey = CommandKey & { saidYes?: boolean }
/** What is known of a command so far: kept with it and shown. */
export type CommandFacts = Readonly<Record<string, unknown>>

export type RefusedMeter = {
  meterId: number
  code: RefusalCode
  /** `price_not_for_meter`: everything that stands against it. */
  problems?: readonly Problem[]
}

export type BatchRow = {
  complexId: ComplexId
  batchId: Uuid
  kind: string
  requestId: string
  /** As asked, for people. */
  params: CommandFacts
  refused: readonly RefusedMeter[]
  /** What named the meters, where they were not named one by one. */
  unit?: CommandUnit | undefined
  /** These go first. */
  first?: readonly MeterId[] | null
}

/** As it is kept with the batch. */
export const batchParams = (
  batch: Pick<BatchRow, 'params' | 'refused' | 'unit' | 'first'>,
): string =>
  JSON.stringify({
    asked: batch.params,
    refused: batch.refused,
    unit: batch.unit ?? null,
    first: batch.first ?? null,
  })

export const insertBatch = async (tx: Tx, batch: BatchRow): Promise<void> => {
  await tx.query(
    `insert into batch (complex_id, batch_id, kind, params, operator_id, request_id, created_at,
       canary)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      batch.complexId,
      batch.batchId,
      batch.kind,
      batchParams(batch),
      tx.scope.operator,
      batch.requestId,
      sqlTime(tx.now),
      batch.first ? 'waiting' : null,
    ],
    'kept',
  )
}

/** In batches of more meters than this some go first. */
export const canaryAbove = async (tx: Tx, complex: ComplexId): Promise<number> => {
  const rows = await tx.query<{ above: number | null }>(
    `select (settings->>'batchCanaryAbove')::integer as above from complex where complex_id = $1`,
    [complex],
  )
  return rows[0]?.above ?? CANARY_ABOVE
}

/** From now on; tells what held before. */
export const setCanaryAbove = async (
  tx: Tx,
  complex: ComplexId,
  above: number,
): Promise<number> => {
  await tx.query('select from complex where complex_id = $1 for no key update', [complex])
  const before = await canaryAbove(tx, complex)
  await tx.query(
    `update complex set settings = settings || jsonb_build_object('batchCanaryAbove', $2::integer)
     where complex_id = $1`,
    [complex, above],
  )
  return before
}

export type CommandRow = {
  commandId: Uuid
  meterId: MeterId
  params: CommandFacts
  /** For those that go first. */
  waits?: boolean
}

type NewCommands = {
  complexId: ComplexId
  batchId: Uuid
  kind: string
  deadline: Instant
  /** So much longer live those that wait; left out: nobody waits. */
  waitMs?: number
}

export const insertCommands = async (
  tx: Tx,
  batch: NewCommands,
  commands: readonly CommandRow[],
): Promise<void> => {
  await tx.query(
    `insert into command (complex_id, command_id, batch_id, kind, meter_id, params, state,
       operator_id, deadline, queued_at, waits)
     select $1, c.command_id, $2, $3, c.meter_id, c.params, 'queued', $4,
       case when c.waits then $11::timestamptz else $5 end, $6, c.waits
     from unnest($7::uuid[], $8::integer[], $9::jsonb[], $10::boolean[])
       as c(command_id, meter_id, params, waits)`,
    [
      batch.complexId,
      batch.batchId,
      batch.kind,
      tx.scope.operator,
      sqlTime(batch.deadline),
      sqlTime(tx.now),
      commands.map((c) => c.commandId),
      commands.map((c) => c.meterId),
      commands.map((c) => JSON.stringify(c.params)),
      commands.map((c) => c.waits === true),
      sqlTime(plusMs(batch.deadline, batch.waitMs ?? 0)),
    ],
    'kept',
  )
}

/**
 * Earlier mode commands for these meters give way: what was not sent is cancelled, what may have
 * left is told that it is superseded and will end by reading the meter. Returns the modes that the
 * cancelled ones had replaced.
 */
export const supersedeModes = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
  by: Uuid,
): Promise<{ meterId: MeterId; was: CommandFacts }[]> => {
  const rows = await tx.query<{ state: CommandState; meterId: MeterId; was: CommandFacts }>(
    // One statement: a command that is being sent right now is seen as what it has become.
    `update command set
       state = case state when 'queued' then 'cancelled' else state end,
       ended_at = case state when 'queued' then $4::timestamptz end,
       result = coalesce(result, '{}') || jsonb_build_object('supersededBy', $3::text)
         || case state when 'queued' then '{"reason": "superseded"}'::jsonb else '{}' end
     where complex_id = $1 and meter_id = any ($2) and kind = 'setMode'
       and state in ('queued', 'sent', 'acknowledged')
     returning state, meter_id as "meterId", params->'was' as was`,
    [complex, meters, by, sqlTime(tx.now)],
    'kept',
  )
  return rows.filter((row) => row.state === 'cancelled')
}

export type LockedCommand = { state: CommandState; superseded: boolean }

export const lockCommand = async (tx: Tx, key: CommandKey): Promise<LockedCommand | null> => {
  const rows = await tx.query<LockedCommand>(
    `select state, coalesce(result ? 'supersededBy', false) as superseded from command
     where complex_id = $1 and command_id = $2 for update`,
    [key.complexId, key.commandId],
    'kept',
  )
  return rows[0] ?? null
}

const MOVE = `
  update command k set state = m.state,
    result = nullif(coalesce(k.result, '{}') || m.facts, '{}'),
    attempts = k.attempts + case when m.event = 'send' then 1 else 0 end,
    sent_at = case when m.event = 'send' then coalesce(k.sent_at, $2) else k.sent_at end,
    acknowledged_at =
      case when m.accepted then coalesce(k.acknowledged_at, $2) else k.acknowledged_at end,
    ended_at = case when m.ended then $2 else k.ended_at end
  from unnest($3::uuid[], $4::text[], $5::jsonb[], $6::text[], $7::boolean[], $8::boolean[])
    as m(command_id, state, facts, event, ended, accepted)
  where k.complex_id = $1 and k.command_id = m.command_id`

// What waits for those that go first, and what is paused or stopped, does not begin; what a newer
// order has superseded sends nothing more.
const LOCK = `
  select k.command_id as "commandId", k.state,
    k.waits or b.paused_at is not null or b.stopped_at is not null as stays,
    coalesce(k.result ? 'supersededBy', false) as superseded
  from command k join batch b on b.complex_id = k.complex_id and b.batch_id = k.batch_id
  where k.complex_id = $1 and k.command_id = any ($2) order by k.command_id for update of k`

export type Move = {
  commandId: Uuid
  event: CommandEvent
  facts?: CommandFacts
  /** The meter said yes before. */
  accepted?: boolean
}
export type Moved = { commandId: Uuid; state: CommandState }
type Locked = Moved & { stays: boolean; superseded: boolean }

/** Null where it may not move so. */
const movedTo = (
  { state, stays, superseded }: Locked,
  { event, accepted }: Move,
): CommandState | null => {
  if (event === 'send' && (superseded || (stays && state === 'queued'))) return null
  const from = accepted ? (nextState(state, 'accept') ?? state) : state
  return nextState(from, event)
}

/**
 * Moves commands and adds facts to their results; what their state knows no such move for stays as
 * it is. Returns those that moved.
 */
export const moveCommands = async (
  tx: Tx,
  complex: ComplexId,
  moves: readonly Move[],
): Promise<Moved[]> => {
  const ids = moves.map((move) => move.commandId)
  const locked = await tx.query<Locked>(LOCK, [complex, ids], 'kept')
  const before = new Map(locked.map((row) => [row.commandId, row]))
  const moved = moves.flatMap((move) => {
    const row = before.get(move.commandId)
    const state = row ? movedTo(row, move) : null
    return state === null ? [] : [{ ...move, state }]
  })
  if (moved.length > 0)
    await tx.query(
      MOVE,
      [
        complex,
        sqlTime(tx.now),
        moved.map((move) => move.commandId),
        moved.map((move) => move.state),
        moved.map((move) => JSON.stringify(move.facts ?? {})),
        moved.map((move) => move.event),
        moved.map((move) => !isOpen(move.state)),
        moved.map((move) => move.event === 'accept' || move.accepted === true),
      ],
      'kept',
    )
  return moved
}

/** As `moveCommands`, of one; null where its state knows no such move. */
export const moveCommand = async (
  tx: Tx,
  { complexId, commandId, saidYes = false }: MovingKey,
  event: CommandEvent,
  facts: CommandFacts = {},
): Promise<CommandState | null> => {
  const move = { commandId, event, facts, accepted: saidYes }
  return (await moveCommands(tx, complexId, [move]))[0]?.state ?? null
}

/** Adds facts to an open command. */
export const noteCommand = async (tx: Tx, key: CommandKey, facts: CommandFacts): Promise<void> => {
  await tx.query(
    `update command set result = coalesce(result, '{}') || $3::jsonb
     where complex_id = $1 and command_id = $2 and state in ('queued', 'sent', 'acknowledged')`,
    [key.complexId, key.commandId, JSON.stringify(facts)],
    'kept',
  )
}

export type QueuedOf = { complexId: ComplexId; batchId: Uuid; kind: string; queued: Uuid[] }

/** The batch of this id, or of the command of this id, with what is still queued in it. */
export const queuedOf = async (tx: Tx, id: Uuid): Promise<QueuedOf | null> => {
  const rows = await tx.query<QueuedOf>(
    `select k.complex_id as "complexId", k.batch_id as "batchId", min(k.kind) as kind,
       coalesce(array_agg(k.command_id order by k.command_id)
         filter (where k.state = 'queued'), '{}') as queued
     from complex c
     join command k on k.complex_id = c.complex_id and (k.batch_id = $1 or k.command_id = $1)
     group by 1, 2`,
    [id],
  )
  return rows[0] ?? null
}

export type OverdueCommand = CommandKey & { kind: string; state: CommandState }

/** Open commands whose deadline passed before `before`: nobody has ended them. Locked. */
export const overdueCommands = (
  tx: Tx,
  before: { queued: Instant; sent: Instant },
  limit: number,
): Promise<OverdueCommand[]> =>
  tx.query<OverdueCommand>(
    `select complex_id as "complexId", command_id as "commandId", kind, state from command
     where state in ('queued', 'sent', 'acknowledged')
       and deadline < case when state = 'queued' then $1::timestamptz else $2::timestamptz end
     order by deadline limit $3 for update skip locked`,
    [sqlTime(before.queued), sqlTime(before.sent), limit],
  )
