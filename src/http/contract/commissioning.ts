// The contract of commissioning 调试: searching a bus for meters, reading one with its frames, and
// checking each meter before it is handed over.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, Time, UuidText, Wh } from '../contract.ts'

const Text = Type.Object({ zh: Type.String(), en: Type.String() })

export const JobState = Type.Enum(['queued', 'running', 'stopping', 'done', 'stopped', 'failed'])
export type JobState = Static<typeof JobState>

export const ScanProtocol = Type.Enum(['dlt645', 'modbus'])

export const ScanRequest = Type.Object({
  busId: Id,
  /** Left out: what the bus is set to speak. */
  protocols: Type.Optional(Type.Array(ScanProtocol, { minItems: 1, maxItems: 2 })),
  /** Asks everything a second time, for a question can be lost; left out: yes. */
  thorough: Type.Optional(Type.Boolean()),
})

/** As the registers have it. */
const RegisteredMeter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  /** `3F-301 Milk tea`; empty while it hangs nowhere. */
  place: Type.String(),
  placeEn: Type.String(),
})

export const ScanItem = Type.Object({
  protocol: ScanProtocol,
  address: Type.String(),
  /**
   * known: in the registers and on the bus; new: on the bus only; missing: in the registers only;
   * unconfirmed: heard once and not again; doubled: two answer under it.
   */
  state: Type.Enum(['known', 'new', 'missing', 'unconfirmed', 'doubled']),
  /** As registered. */
  deviceId: Nullable(Id),
  model: Nullable(Type.String()),
  meters: Type.Array(RegisteredMeter),
  /** What it says of itself; null where it was not asked or said nothing. */
  meterNo: Nullable(Type.String()),
  assetNo: Nullable(Type.String()),
  software: Nullable(Type.String()),
  maker: Nullable(Type.String()),
  phases: Nullable(Type.Integer()),
  energyWh: Nullable(Wh),
  /** Models that fit, the likeliest first. */
  models: Type.Array(Type.String()),
})
export type ScanItem = Static<typeof ScanItem>

const ScanFields = {
  scanId: UuidText,
  complexId: Id,
  gatewayId: Id,
  gatewayCode: Type.String(),
  busId: Id,
  bus: Type.Integer(),
  protocols: Type.Array(ScanProtocol),
  thorough: Type.Boolean(),
  state: JobState,
  /** Why it failed: noise, notServed, gateway-offline … */
  reason: Type.String(),
  operator: Nullable(Type.String()),
  createdAt: Time,
  endedAt: Nullable(Time),
  /** 0 to 1. */
  progress: Type.Number(),
  found: Type.Integer(),
  probes: Type.Integer(),
  exchanges: Type.Integer(),
  sentBytes: Type.Integer(),
  heardBytes: Type.Integer(),
  /** So long questions of it were on the line. */
  lineMs: Type.Integer(),
}
export const ScanSummary = Type.Object(ScanFields)
export type ScanSummary = Static<typeof ScanSummary>
export const Scan = Type.Object({ ...ScanFields, items: Type.Array(ScanItem) })
export type Scan = Static<typeof Scan>

export const TestReadRequest = Type.Object({ meterId: Id })

export const FrameField = Type.Object({
  bytes: Type.String(),
  name: Text,
  value: Text,
})
export const ReadExchange = Type.Object({
  label: Type.String(),
  at: Time,
  tookMs: Type.Integer(),
  /** Hexadecimal. */
  sent: Type.String(),
  heard: Type.String(),
  /** Null: it was answered. */
  fault: Nullable(Type.String()),
  sentFields: Type.Array(FrameField),
  heardFields: Type.Array(FrameField),
})
export type ReadExchange = Static<typeof ReadExchange>
export const ReadPart = Type.Object({
  /** status, energy, wallet, clock, settings, freeze, software … */
  part: Type.String(),
  ok: Type.Boolean(),
  reason: Type.String(),
  values: Type.Record(Type.String(), Type.Unknown()),
  exchanges: Type.Array(ReadExchange),
})
export type ReadPart = Static<typeof ReadPart>
export const TestRead = Type.Object({
  testReadId: UuidText,
  complexId: Id,
  meterId: Id,
  meterNo: Type.String(),
  address: Type.String(),
  model: Type.String(),
  place: Type.String(),
  placeEn: Type.String(),
  state: JobState,
  reason: Type.String(),
  operator: Nullable(Type.String()),
  createdAt: Time,
  endedAt: Nullable(Time),
  parts: Type.Array(ReadPart),
})
export type TestRead = Static<typeof TestRead>

export const CheckStepName = Type.Enum([
  'read',
  'credit',
  'trip',
  'close',
  'fault',
  'sign',
  'exchange',
])
export type CheckStepName = Static<typeof CheckStepName>
export const StepResult = Type.Enum(['passed', 'failed', 'skipped', 'noted'])
export type StepResult = Static<typeof StepResult>

export const CheckStep = Type.Object({
  stepNo: Type.Integer(),
  step: CheckStepName,
  result: StepResult,
  reason: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
  note: Type.String(),
  at: Time,
  operator: Nullable(Type.String()),
})
export type CheckStep = Static<typeof CheckStep>

export const CheckState = Type.Enum(['none', 'open', 'passed', 'failed'])
export type CheckState = Static<typeof CheckState>

const CheckedMeter = {
  meterId: Id,
  meterNo: Type.String(),
  address: Type.String(),
  model: Type.String(),
  gatewayId: Id,
  gatewayCode: Type.String(),
  bus: Type.Integer(),
  buildingId: Nullable(Id),
  building: Type.String(),
  buildingEn: Type.String(),
  floor: Nullable(Type.Integer()),
  premises: Type.String(),
  premisesName: Type.String(),
  premisesNameEn: Type.String(),
  pointKind: Type.String(),
  /** An account is open on it. */
  supplied: Type.Boolean(),
  state: CheckState,
  /** Of the newest check; null where there was none. */
  checkId: Nullable(UuidText),
  begunAt: Nullable(Time),
  begunBy: Nullable(Type.String()),
  endedAt: Nullable(Time),
  endedBy: Nullable(Type.String()),
  note: Type.String(),
  /** The last try of each step of that check. */
  steps: Type.Array(CheckStep),
}
export const CheckRow = Type.Object(CheckedMeter)
export type CheckRow = Static<typeof CheckRow>

export const CheckUnit = {
  complexId: Id,
  gatewayId: Type.Optional(Id),
  buildingId: Type.Optional(Id),
}
export const CheckList = Type.Object({
  items: Type.Array(CheckRow),
  counts: Type.Object({
    none: Type.Integer(),
    open: Type.Integer(),
    passed: Type.Integer(),
    failed: Type.Integer(),
  }),
})
export type CheckList = Static<typeof CheckList>

/** Meters whose load may be the one that drops: of the same bus, or the same floor. */
export const Neighbour = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  place: Type.String(),
  placeEn: Type.String(),
})
export type Neighbour = Static<typeof Neighbour>

export const MeterCheck = Type.Object({
  ...CheckedMeter,
  /** All tries, the oldest first. */
  history: Type.Array(CheckStep),
  neighbours: Type.Array(Neighbour),
  /** The credit that this check has loaded, by its delivery. */
  credit: Nullable(Type.Object({ purchaseId: UuidText, amountFen: Fen, underWay: Type.Boolean() })),
  can: Type.Object({
    trip: Type.Boolean(),
    keepPower: Type.Boolean(),
    /** A commissioning credit may be loaded: an account is open and the money is in the meter. */
    credit: Type.Boolean(),
  }),
})
export type MeterCheck = Static<typeof MeterCheck>

export const BeginCheck = Type.Object({ meterId: Id })

/** What was done, by what the product keeps of it; the centre looks there what it showed. */
export const StepRequest = Type.Object({
  step: Type.Enum(['read', 'credit', 'trip', 'close', 'fault', 'sign']),
  testReadId: Type.Optional(UuidText),
  /** The order as sent (its batch). */
  commandId: Type.Optional(UuidText),
  /** Rounds of reading the neighbours, before and after the order. */
  beforeRoundId: Type.Optional(UuidText),
  afterRoundId: Type.Optional(UuidText),
  /** What the engineer saw in the shop he stands in: it went dark, or is lit again. */
  seen: Type.Optional(Type.Boolean()),
  /** Whose shop went dark instead, where he knows. */
  wentDarkMeterId: Type.Optional(Id),
  /** fault: what is wrong. */
  reason: Type.Optional(
    Type.Enum(['wiring', 'address', 'relay', 'reading', 'communication', 'access', 'other']),
  ),
  /** sign: it is not in order, and is signed as such. */
  withFaults: Type.Optional(Type.Boolean()),
  note: Type.Optional(Type.String({ maxLength: 400 })),
})
export type StepRequest = Static<typeof StepRequest>

export const CreditRequest = Type.Object({ amountFen: Type.Integer({ minimum: 1, maximum: 100 }) })
export const CheckCredit = Type.Object({ purchaseId: UuidText, amountFen: Fen })

export const ExchangeRequest = Type.Object({
  withMeterId: Id,
  note: Type.Optional(Type.String({ maxLength: 400 })),
})
