// The contract of batches 批量操作: how far commands to many meters have come, and what became of
// each.

import { type Static, Type } from 'typebox'
import { CommandState, Id, Nullable, Relay, Time, UuidText } from '../contract.ts'
import { CommandKind, CommandUnit, RefusedBeforehand } from './commands.ts'

/**
 * - `canary`: the first ones are being tried · `running` · `paused` · `stopping`: what was sent
 *   goes on to its end
 * - `unresolved`: nothing is under way any more, but of a meter nobody knows what it did
 * - `stopped`, `done`: every outcome is known
 */
export const BatchState = Type.Enum([
  'canary',
  'running',
  'paused',
  'stopping',
  'unresolved',
  'stopped',
  'done',
])
export type BatchState = Static<typeof BatchState>

const Batch = {
  batchId: UuidText,
  complexId: Id,
  kind: CommandKind,
  params: Type.Record(Type.String(), Type.Unknown()),
  /** Null where the meters were named one by one. */
  unit: Nullable(CommandUnit),
  createdAt: Time,
  /** Null: the centre itself. */
  operator: Nullable(Type.String()),
  state: BatchState,
  /** Null: nobody went first. */
  canary: Nullable(Type.Enum(['waiting', 'confirmed', 'failed'])),
  pausedAt: Nullable(Time),
  pauseReason: Type.String(),
  stoppedAt: Nullable(Time),
  stopReason: Type.String(),
  /** When the last outcome was known; null while one is not. */
  endedAt: Nullable(Time),
  /** Commands; those refused beforehand come on top. */
  total: Type.Integer(),
  refusedCount: Type.Integer(),
  counts: Type.Object({
    waiting: Type.Integer(),
    underWay: Type.Integer(),
    confirmed: Type.Integer(),
    failed: Type.Integer(),
    expired: Type.Integer(),
    cancelled: Type.Integer(),
    /** Ended without anybody knowing what the meter did, and not heard since. */
    unknown: Type.Integer(),
    /** The same, and the meter was read since: see the items. */
    seenLater: Type.Integer(),
  }),
}
export const BatchSummary = Type.Object(Batch)
export type BatchSummary = Static<typeof BatchSummary>

export const BatchItem = Type.Object({
  commandId: UuidText,
  meterId: Id,
  meterNo: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  gatewayCode: Type.String(),
  /** Goes, or went, before the others. */
  first: Type.Boolean(),
  state: CommandState,
  attempts: Type.Integer(),
  sentAt: Nullable(Time),
  endedAt: Nullable(Time),
  /** As read back at the end. */
  relay: Nullable(Relay),
  kept: Nullable(Type.Boolean()),
  reason: Nullable(Type.String()),
  note: Nullable(Type.String()),
  detail: Nullable(Type.String()),
  /** Of one whose outcome was unknown: when it was read, and what it showed. */
  seenLater: Nullable(Type.Object({ at: Time, relay: Nullable(Relay), asWanted: Type.Boolean() })),
})
export type BatchItem = Static<typeof BatchItem>

const BATCH_GROUPS = ['all', 'open', 'confirmed', 'failed', 'cancelled', 'unknown'] as const
export type BatchGroup = (typeof BATCH_GROUPS)[number]

export const BatchView = Type.Object({
  ...Batch,
  refused: Type.Array(RefusedBeforehand),
  items: Type.Array(BatchItem),
  nextCursor: Nullable(Type.String()),
})
export type BatchView = Static<typeof BatchView>

/**
 * Routes, all under `/api/v1`: `GET /batches` list of BatchSummary · `GET /batches/:id` BatchView ·
 * `POST /batches/:id/pause | resume | stop` → BatchSummary · `GET /batches/:id/results` a workbook.
 */
export const BatchQuery = Type.Object({
  complexId: Type.Optional(Id),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
  group: Type.Enum(BATCH_GROUPS, { default: 'all' }),
})

const CANARY_ABOVE_MAX = 1_000

/** GET and PUT /api/v1/complexes/:id/batch-settings */
export const BatchSettings = Type.Object({
  complexId: Id,
  canaryAbove: Type.Integer({ description: 'in batches of more meters some go first' }),
})
export type BatchSettings = Static<typeof BatchSettings>

export const SetBatchSettings = Type.Object({
  canaryAbove: Type.Integer({ minimum: 1, maximum: CANARY_ABOVE_MAX }),
})
export type SetBatchSettings = Static<typeof SetBatchSettings>
