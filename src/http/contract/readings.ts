// The contract of readings 抄表数据: as taken, or the register at the end of each half hour, day or
// month; what is doubtful about one, and what somebody decided.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, Time, Wh } from '../contract.ts'

export const ReadingStep = Type.Enum(['none', 'halfHour', 'hour', 'day', 'month'])
export type ReadingStep = Static<typeof ReadingStep>

const Flag = Type.Enum([
  'backwards',
  'jump',
  'clock',
  'address',
  'late',
  'rollover',
  'backfilled',
  'estimated',
])
export const Verdict = Type.Enum(['accepted', 'rejected'])
const Decision = Type.Object({
  verdict: Verdict,
  reason: Type.String(),
  operator: Type.String(),
  decidedAt: Time,
})

export const Reading = Type.Object({
  at: Time,
  source: Type.String(),
  receivedAt: Time,
  /** The time that the meter or gateway told, where it is impossible. */
  toldAt: Nullable(Time),
  energyWh: Nullable(Wh),
  reverseWh: Nullable(Wh),
  tariffsWh: Nullable(Type.Array(Nullable(Wh))),
  balanceFen: Nullable(Fen),
  flags: Type.Integer(),
  doubts: Type.Array(Flag),
  /** Kept out of billing until somebody decides. */
  blocked: Type.Boolean(),
  decision: Nullable(Decision),
  /** With a step: when the step began; the register is that of its end. */
  stepAt: Nullable(Time),
  /** Billed use from `usedSince` to `at`, multiplied as the installation says. */
  usedWh: Nullable(Wh),
  usedSince: Nullable(Time),
})
export type Reading = Static<typeof Reading>

const Neighbour = Type.Object({ at: Time, energyWh: Wh })
export const Suspect = Type.Object({
  complexId: Id,
  meterId: Id,
  meterNo: Type.String(),
  gatewayCode: Type.String(),
  premises: Type.String(),
  premisesName: Type.String(),
  pointKind: Type.String(),
  at: Time,
  source: Type.String(),
  receivedAt: Time,
  toldAt: Nullable(Time),
  energyWh: Nullable(Wh),
  reverseWh: Nullable(Wh),
  doubts: Type.Array(Flag),
  /** The last reading before it that is believed. */
  before: Nullable(Neighbour),
  /** The first one after it that is believed. */
  after: Nullable(Neighbour),
  multiplier: Nullable(Type.Integer()),
  side: Nullable(Type.Enum(['primary', 'secondary'])),
  maxPowerW: Nullable(Type.Integer()),
})
export type Suspect = Static<typeof Suspect>
export const Suspects = Type.Object({
  items: Type.Array(Suspect),
  nextCursor: Nullable(Type.String()),
  total: Type.Integer(),
})
export type Suspects = Static<typeof Suspects>

export const DecideRequest = Type.Object({
  complexId: Id,
  meterId: Id,
  at: Time,
  /** As the reading says. */
  source: Type.String({ maxLength: 40 }),
  verdict: Verdict,
  reason: Type.String({ minLength: 1, maxLength: 200 }),
})
export type DecideRequest = Static<typeof DecideRequest>
export const Decided = Type.Object({
  meterId: Id,
  at: Time,
  source: Type.String(),
  verdict: Verdict,
  /** Later readings that go on from this one and got the same answer. */
  following: Type.Integer(),
})
export type Decided = Static<typeof Decided>
