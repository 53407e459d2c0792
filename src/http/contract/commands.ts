// The contract of commands 命令与选择: what is asked of meters, what was seen of each before it is acted
// on, and what became of it.

import { type Static, Type } from 'typebox'
import {
  CommandState,
  ControlMode,
  Fen,
  Id,
  MeterState,
  Nullable,
  Relay,
  Time,
  UuidText,
} from '../contract.ts'
import { ModeReasonCode } from './mode-reasons.ts'

export const CommandKind = Type.Enum([
  'pushPrice',
  'pushSettings',
  'setMode',
  'read',
  'setClock',
  'recharge',
  'reduce',
  'initialise',
])
/** Meters named by what they have in common; everything given must hold. */
export const CommandUnit = Type.Object({
  buildingId: Type.Optional(Id),
  floor: Type.Optional(Type.Integer({ minimum: -20, maximum: 200 })),
  gatewayId: Type.Optional(Id),
  /** Those whose supply has this plan now. */
  planId: Type.Optional(Id),
  states: Type.Optional(Type.Array(MeterState, { minItems: 1, maxItems: 6 })),
  modes: Type.Optional(Type.Array(ControlMode, { minItems: 1, maxItems: 3 })),
  /** Meter numbers, or numbers of premises for all meters there. */
  names: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 5_000 }),
  ),
  all: Type.Optional(Type.Literal(true)),
})
export type CommandUnit = Static<typeof CommandUnit>

/**
 * What would be sent to a meter as it stands: relay orders in their order, a write, a question;
 * `lookFirst` where its relay is not known, `nothing` where it is already as wanted.
 */
export const Intended = Type.Enum([
  'trip',
  'permitClose',
  'directClose',
  'keepOn',
  'keepOff',
  'write',
  'read',
  'lookFirst',
  'nothing',
])
export type Intended = Static<typeof Intended>

export const PriceToCome = Type.Object({
  planId: Id,
  plan: Type.String(),
  planEn: Type.String(),
  planVersion: Type.Integer(),
  /** Null: as soon as it is written. */
  switchAt: Nullable(Time),
})
export type PriceToCome = Static<typeof PriceToCome>

export const SelectedMeter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  building: Type.String(),
  buildingEn: Type.String(),
  floor: Nullable(Type.Integer()),
  premises: Type.String(),
  premisesName: Type.String(),
  premisesNameEn: Type.String(),
  tenant: Nullable(Type.String()),
  gatewayCode: Type.String(),
  /** As the board shows it at this moment. */
  state: MeterState,
  mode: ControlMode,
  relay: Nullable(Relay),
  kept: Nullable(Type.Boolean()),
  relayAt: Nullable(Time),
  balanceFen: Nullable(Fen),
  readAt: Nullable(Time),
  intended: Type.Array(Intended),
  /** What is worth knowing beforehand, e.g. `needsHandOnButton`. */
  note: Nullable(Type.String()),
  /** pushPrice: what it would get; else null. */
  price: Nullable(PriceToCome),
})
export type SelectedMeter = Static<typeof SelectedMeter>

export const Selection = Type.Object({
  /** To be sent with the same request, once, before `expiresAt`, by the same operator. */
  token: UuidText,
  expiresAt: Time,
  /** As long as it holds, from the answer on. */
  lifeSeconds: Type.Integer(),
  /** Meters that a command would be queued for; those refused are in `refused`. */
  meters: Type.Array(SelectedMeter),
  /** Of `names`: what names no meter here. */
  unknown: Type.Array(Type.String()),
  /** So many meters go first; 0: all at once. */
  canary: Type.Integer(),
})
export type Selection = Static<typeof Selection>

/**
 * Everything but a question is selected first: the same request with `dryRun` answers with what is
 * known of each meter and a token, and is then sent again with that token (docs/control.md).
 */
export const CommandRequest = Type.Object({
  kind: Type.Enum(['setMode', 'read', 'pushPrice', 'pushSettings', 'setClock']),
  /** Either these, or a unit. */
  meterIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 5_000 })),
  /** Asks for `complexId` in the query. */
  unit: Type.Optional(CommandUnit),
  params: Type.Object({
    mode: Type.Optional(ControlMode),
    /** setMode: one of its mode's list; left out, the words stand for themselves. */
    reasonCode: Type.Optional(ModeReasonCode),
    reason: Type.Optional(Type.String({ maxLength: 200 })),
    until: Type.Optional(Time),
    /** pushSettings: those left out stay as they are. */
    alarm1Fen: Type.Optional(Fen),
    alarm2Fen: Type.Optional(Fen),
    overdraftFen: Type.Optional(Fen),
    hoardingFen: Type.Optional(Fen),
    /** W through the transformers; a meter behind them is told what it measures itself. */
    overloadW: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_900 })),
    overloadDelaySeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 99 })),
    /** pushPrice: left out, what each meter's supply is assigned. */
    planVersion: Type.Optional(Type.Object({ planId: Id, version: Type.Integer({ minimum: 1 }) })),
    /** pushPrice: left out, when that version takes effect, or as soon as it is written. */
    switchAt: Type.Optional(Time),
    /** pushPrice: a standby set that waits in the meter may be overwritten. */
    replacePending: Type.Optional(Type.Boolean()),
  }),
  dryRun: Type.Optional(Type.Boolean()),
  token: Type.Optional(UuidText),
  /** setMode: for what the complex has set that a second person agrees to. */
  approvalId: Type.Optional(UuidText),
})
export type CommandRequest = Static<typeof CommandRequest>
export const CommandItem = Type.Object({
  commandId: UuidText,
  meterId: Id,
  meterNo: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  state: CommandState,
  /**
   * Of several meters: `first` tries it, `waiting` waits for what becomes of those; null: neither.
   */
  trial: Nullable(Type.Enum(['first', 'waiting'])),
  attempts: Type.Integer(),
  queuedAt: Time,
  sentAt: Nullable(Time),
  acknowledgedAt: Nullable(Time),
  endedAt: Nullable(Time),
  deadline: Time,
  result: Nullable(Type.Record(Type.String(), Type.Unknown())),
})
/** A meter refused before anything was asked of it, with the refusal's code. */
export const RefusedBeforehand = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  premises: Type.String(),
  code: Type.String(),
  title: Type.String(),
})
export type RefusedBeforehand = Static<typeof RefusedBeforehand>

/** `POST /commands` answers a batch (of one or many); `GET /commands/{id}` takes its id. */
export const Command = Type.Object({
  commandId: UuidText,
  kind: CommandKind,
  params: Type.Record(Type.String(), Type.Unknown()),
  dryRun: Type.Boolean(),
  createdAt: Time,
  items: Type.Array(CommandItem),
  /** Refused before anything is queued, with the refusal's code. */
  refused: Type.Array(
    Type.Object({
      meterId: Id,
      code: Type.String(),
      title: Type.String(),
      /** `price_not_for_meter`: everything that this meter can't hold. */
      problems: Type.Optional(
        Type.Array(Type.Object({ code: Type.String(), title: Type.String() })),
      ),
    }),
  ),
  /** In a dry run. */
  selection: Type.Optional(Selection),
})
export type Command = Static<typeof Command>
