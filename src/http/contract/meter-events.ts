// The contract of events 事件记录 that a meter noted itself, read from it on demand: how often each
// happened, and its newest record.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time } from '../contract.ts'

const Words = Type.Object({ zh: Type.String(), en: Type.String() })

export const MeterEventKind = Type.Enum([
  'coverOpened',
  'terminalCoverOpened',
  'programming',
  'meterClear',
  'eventClear',
  'clockSet',
  'keyUpdate',
  'priceChange',
  'trip',
  'close',
  'powerDown',
  'voltageLoss',
  'currentLoss',
  'overCurrent',
  'overload',
  'powerReversed',
])
export type MeterEventKind = Static<typeof MeterEventKind>

export const ReadEvents = Type.Object({
  /** All of them where it is left out. */
  kinds: Type.Optional(Type.Array(MeterEventKind, { minItems: 1, maxItems: 16 })),
})

/** The newest record, as the meter wrote it. */
export const MeterEventRecord = Type.Object({
  /** By the meter's own clock. */
  at: Time,
  /** For what lasts; null while it still does, and for what a person did. */
  until: Nullable(Time),
  operatorCode: Nullable(Type.String()),
  fields: Type.Array(Type.Object({ name: Words, text: Type.String() })),
})

export const MeterEventItem = Type.Object({
  kind: MeterEventKind,
  name: Words,
  phase: Nullable(Type.Enum(['A', 'B', 'C'])),
  /** Null where the meter does not keep it, or did not answer. */
  count: Nullable(Type.Integer()),
  last: Nullable(MeterEventRecord),
  /** Why something of it is missing: a fault's reason; null where nothing is. */
  fault: Nullable(Type.String()),
})
export type MeterEventItem = Static<typeof MeterEventItem>

export const MeterEvents = Type.Object({
  meterId: Id,
  readAt: Time,
  items: Type.Array(MeterEventItem),
  /** False: the time ran out or the meter fell silent, and the rest was not asked. */
  complete: Type.Boolean(),
})
export type MeterEvents = Static<typeof MeterEvents>
