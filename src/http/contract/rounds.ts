// The contract of reading on demand 立即抄表: what is read, how far it has come, what each meter said.

import { type Static, Type } from 'typebox'
import { CommandState, Fen, Id, Nullable, Relay, Time, UuidText, Wh } from '../contract.ts'
import { RefusedBeforehand } from './commands.ts'

export const ReadWhat = Type.Enum(['status', 'energy', 'clock'])

/** Exactly one of: named meters, a gateway, a building or one of its floors, everything. */
export const ReadUnit = Type.Object({
  meterIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 5_000 })),
  gatewayId: Type.Optional(Id),
  buildingId: Type.Optional(Id),
  floor: Type.Optional(Type.Integer({ minimum: -20, maximum: 200 })),
  all: Type.Optional(Type.Literal(true)),
})
export type ReadUnit = Static<typeof ReadUnit>

export const ReadRoundRequest = Type.Object({
  complexId: Id,
  unit: ReadUnit,
  what: Type.Optional(Type.Array(ReadWhat, { minItems: 1, maxItems: 3 })),
})
export type ReadRoundRequest = Static<typeof ReadRoundRequest>

const Round = {
  readRoundId: UuidText,
  complexId: Id,
  unit: ReadUnit,
  what: Type.Array(ReadWhat),
  createdAt: Time,
  /** Null: the centre itself. */
  operator: Nullable(Type.String()),
  stoppedAt: Nullable(Time),
  /** When the last meter had answered or was given up; null while it goes on. */
  endedAt: Nullable(Time),
  total: Type.Integer(),
  counts: Type.Object({
    waiting: Type.Integer(),
    reading: Type.Integer(),
    read: Type.Integer(),
    failed: Type.Integer(),
    cancelled: Type.Integer(),
  }),
}
export const ReadRoundSummary = Type.Object(Round)
export type ReadRoundSummary = Static<typeof ReadRoundSummary>

export const ReadRoundItem = Type.Object({
  commandId: UuidText,
  meterId: Id,
  meterNo: Type.String(),
  gatewayCode: Type.String(),
  premises: Type.String(),
  pointKind: Type.String(),
  state: CommandState,
  attempts: Type.Integer(),
  endedAt: Nullable(Time),
  /** Why it was not read, as a code. */
  reason: Nullable(Type.String()),
  detail: Nullable(Type.String()),
  energyWh: Nullable(Wh),
  balanceFen: Nullable(Fen),
  relay: Nullable(Relay),
  powerW: Nullable(Type.Integer()),
  clockOffsetMs: Nullable(Type.Integer()),
  /** When the meter said it. */
  readAt: Nullable(Time),
})
export type ReadRoundItem = Static<typeof ReadRoundItem>

export const ReadRound = Type.Object({
  ...Round,
  refused: Type.Array(RefusedBeforehand),
  items: Type.Array(ReadRoundItem),
  nextCursor: Nullable(Type.String()),
})
export type ReadRound = Static<typeof ReadRound>
