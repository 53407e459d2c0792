// The contract of collection 采集: gateways with their buses, devices and meters as they are kept and
// as they answer, and meter models.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time, UuidText, Wh } from '../contract.ts'
import { Meter as MeterRegister } from './registers.ts'

const Name = Type.String({ minLength: 1, maxLength: 100 })
const NameEn = Type.String({ maxLength: 100 })
const Words = Type.Object({ zh: Type.String(), en: Type.String() })
const MINUTES = { minimum: 1, maximum: 1440 }

/** How a meter answers: within two status rounds, before that, not since its fault, or never. */
export const Heard = Type.Enum(['answering', 'stale', 'silent', 'never'])
export type Heard = Static<typeof Heard>

/** How often is read, and whether clocks are set; what is left out holds from the level above. */
export const CollectionSettings = Type.Object({
  statusIntervalMinutes: Type.Optional(Type.Integer(MINUTES)),
  energyIntervalMinutes: Type.Optional(Type.Integer(MINUTES)),
  clockCorrection: Type.Optional(Type.Enum(['off', 'broadcast', 'write', 'auto'])),
  /** What a clock may be off before it is corrected. */
  clockLimitSeconds: Type.Optional(Type.Integer({ minimum: 10, maximum: 300 })),
})
export type CollectionSettings = Static<typeof CollectionSettings>

/** Of a gateway, which may also send by itself what its meters say. */
export const GatewaySettings = Type.Object({
  ...CollectionSettings.properties,
  /** False: nothing is asked, its meters are heard only when it sends. */
  polled: Type.Optional(Type.Boolean()),
  /** How often a gateway that is not asked sends; a meter that missed two is stale. */
  pushIntervalMinutes: Type.Optional(Type.Integer(MINUTES)),
})
export type GatewaySettings = Static<typeof GatewaySettings>

/** The settings of a complex, above those of its gateways and meters. */
export const ComplexSettings = Type.Object({
  complexId: Id,
  settings: CollectionSettings,
  /** What holds where nothing is set. */
  standards: Type.Required(CollectionSettings),
})
export type ComplexSettings = Static<typeof ComplexSettings>
/** Refused where the settings are no longer as they were `seen`. */
export const ComplexSettingsChange = Type.Object({
  settings: CollectionSettings,
  seen: Type.Optional(CollectionSettings),
})

/** Of one bus; what is left out takes the default of the line. */
export const BusSettings = Type.Object({
  protocol: Type.Optional(Type.Enum(['dlt645', 'modbus'])),
  baud: Type.Optional(Type.Integer({ minimum: 300, maximum: 921_600 })),
  parity: Type.Optional(Type.Enum(['none', 'even', 'odd'])),
  dataBits: Type.Optional(Type.Integer({ minimum: 7, maximum: 8 })),
  stopBits: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 })),
  gapMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 5_000 })),
  replyTimeoutMs: Type.Optional(Type.Integer({ minimum: 50, maximum: 60_000 })),
})
export type BusSettings = Static<typeof BusSettings>
export const BusInput = Type.Object({
  ordinal: Type.Integer({ minimum: 1, maximum: 16 }),
  settings: BusSettings,
})

const Counts = {
  meters: Type.Integer(),
  answering: Type.Integer(),
  /** They answered before; since some fault they do not. */
  silent: Type.Integer(),
  neverRead: Type.Integer(),
  lastAnswerAt: Nullable(Time),
  /** Of those that answer, 99 of 100 were heard within this time; null where none does. */
  freshnessP99Ms: Nullable(Type.Integer()),
}

/** What its collector counted since it took the bus; null where none has said so yet. */
export const BusFigures = Type.Object({
  requests: Type.Integer(),
  timeouts: Type.Integer(),
  /** Time the wire was in use, in thousandths of the last minutes; null while unknown. */
  busyPermille: Nullable(Type.Integer()),
  /** Readings that the gateway sent by itself. */
  pushes: Type.Integer(),
  /** Of those, from addresses nobody knows, or that said nothing certain. */
  strayPushes: Type.Integer(),
  /** Of another process it may be a minute old. */
  at: Time,
})
export type BusFigures = Static<typeof BusFigures>
export const Bus = Type.Object({
  busId: Id,
  ordinal: Type.Integer(),
  settings: Type.Record(Type.String(), Type.Unknown()),
  ...Counts,
  figures: Nullable(BusFigures),
})
export type Bus = Static<typeof Bus>

export const Gateway = Type.Object({
  gatewayId: Id,
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  substation: Type.String(),
  enabled: Type.Boolean(),
  /** Null before the collector has tried it. */
  online: Nullable(Type.Boolean()),
  since: Nullable(Time),
  fault: Nullable(Type.String()),
  linkKind: Type.String(),
  /** As stored; of a secret it only says that there is one (`secretSet`, `brokerPasswordSet`). */
  link: Type.Record(Type.String(), Type.Unknown()),
  settings: Type.Record(Type.String(), Type.Unknown()),
  /** False: it sends by itself and is never asked. */
  polled: Type.Boolean(),
  /** A meter heard longer ago than this is stale. */
  staleAfterMs: Type.Integer(),
  ...Counts,
  buses: Type.Array(Bus),
})
export type Gateway = Static<typeof Gateway>

export const DeadMeter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  address: Type.String(),
  bus: Type.Integer(),
  premises: Type.String(),
  heard: Heard,
  readAt: Nullable(Time),
  silentSince: Nullable(Time),
  fault: Nullable(Type.String()),
})
export type DeadMeter = Static<typeof DeadMeter>
export const GatewayDetail = Type.Object({
  ...Gateway.properties,
  /** At most 200. */
  deadMeters: Type.Array(DeadMeter),
})
export type GatewayDetail = Static<typeof GatewayDetail>

const Code = Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S(.*\\S)?$' })
const Free = Type.Record(Type.String(), Type.Unknown())
/** Checked by its kind; an error names the field as `link.<field>`. */
const Link = Type.Record(Type.String(), Type.Unknown())
export const NewGateway = Type.Object({
  complexId: Id,
  code: Code,
  name: Name,
  nameEn: Type.Optional(NameEn),
  substation: Type.Optional(Type.String({ maxLength: 100 })),
  enabled: Type.Optional(Type.Boolean()),
  link: Link,
  settings: Type.Optional(GatewaySettings),
  buses: Type.Optional(Type.Array(BusInput, { minItems: 1, maxItems: 16 })),
})
export const GatewayChange = Type.Object({
  name: Type.Optional(Name),
  nameEn: Type.Optional(NameEn),
  substation: Type.Optional(Type.String({ maxLength: 100 })),
  enabled: Type.Optional(Type.Boolean()),
  /** A secret that is left out stays as it is. */
  link: Type.Optional(Link),
  settings: Type.Optional(GatewaySettings),
  /** Buses named by their ordinal are added or changed; others stay. */
  buses: Type.Optional(Type.Array(BusInput, { maxItems: 16 })),
  approvalId: Type.Optional(UuidText),
  /** Refused where one of these is no longer as the editor saw it. */
  seen: Type.Optional(
    Type.Partial(
      Type.Object({
        name: Name,
        nameEn: NameEn,
        substation: Type.String({ maxLength: 100 }),
        enabled: Type.Boolean(),
        settings: Free,
      }),
    ),
  ),
})

const Address = Type.String({ minLength: 1, maxLength: 40 })
const Model = Type.String({ minLength: 1, maxLength: 60 })
export const Device = Type.Object({
  deviceId: Id,
  busId: Id,
  bus: Type.Integer(),
  gatewayId: Id,
  gatewayCode: Type.String(),
  address: Type.String(),
  model: Type.String(),
  settings: Free,
  meters: Type.Integer(),
})
export type Device = Static<typeof Device>
export const NewDevice = Type.Object({
  complexId: Id,
  busId: Id,
  address: Address,
  model: Model,
  settings: Type.Optional(Free),
})
const DeviceSeen = Type.Partial(
  Type.Object({ busId: Id, address: Address, model: Model, settings: Free }),
)
/** What is left out stays; refused where a field is no longer as it was `seen`. */
export const DeviceChange = Type.Object({
  ...DeviceSeen.properties,
  seen: Type.Optional(DeviceSeen),
})

const Channels = Type.Array(Type.Integer({ minimum: 1, maximum: 64 }), {
  minItems: 1,
  maxItems: 12,
})
export const MeterItem = Type.Object({
  ...MeterRegister.properties,
  bus: Type.Integer(),
  buildingEn: Type.String(),
  premisesNameEn: Type.String(),
  pointKind: Type.String(),
  gatewayEnabled: Type.Boolean(),
  heard: Heard,
  /** Older than this a status reading is stale: two rounds, or two reports of its gateway. */
  staleAfterMs: Type.Integer(),
  readAt: Nullable(Time),
  silentSince: Nullable(Time),
  fault: Nullable(Type.String()),
  energyWh: Nullable(Wh),
  energyAt: Nullable(Time),
  powerW: Nullable(Type.Integer()),
  powerAt: Nullable(Time),
  clockOffsetMs: Nullable(Type.Integer()),
  clockAt: Nullable(Time),
})
export type MeterItem = Static<typeof MeterItem>
export const MeterList = Type.Object({
  items: Type.Array(MeterItem),
  nextCursor: Nullable(Type.String()),
  /** Of all that pass the filters but the state. */
  total: Type.Integer(),
  heard: Type.Object({
    answering: Type.Integer(),
    stale: Type.Integer(),
    silent: Type.Integer(),
    never: Type.Integer(),
  }),
})
export type MeterList = Static<typeof MeterList>
const Register = Type.Integer({ minimum: 0, description: 'Wh, as the register shows it' })
const Multiplier = Type.Integer({ minimum: 1, maximum: 100_000 })
/** Where a meter hangs, and what its registers mean there. */
const Hung = {
  pointId: Id,
  /** When it was hung; now where it is left out, never later. */
  since: Type.Optional(Time),
  /** Current times voltage ratio. */
  multiplier: Type.Optional(Multiplier),
  /** Registers on the primary side are never multiplied. */
  side: Type.Optional(Type.Enum(['primary', 'secondary'])),
  direction: Type.Optional(Type.Enum(['combined', 'forward', 'forwardPlusReverse'])),
  maxPowerW: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  initialWh: Type.Optional(Register),
  initialReverseWh: Type.Optional(Register),
}
export const HungMeter = Type.Object(Hung)
export type HungMeter = Static<typeof HungMeter>
export const NewInstallation = Type.Object({ complexId: Id, meterId: Id, ...Hung })
export type NewInstallation = Static<typeof NewInstallation>

export const NewMeter = Type.Object({
  complexId: Id,
  meterNo: Code,
  /** The device it belongs to, or bus, address and model of a new one. */
  deviceId: Type.Optional(Id),
  busId: Type.Optional(Id),
  address: Type.Optional(Address),
  model: Type.Optional(Model),
  channels: Type.Optional(Channels),
  settings: Type.Optional(CollectionSettings),
  /** Hung on a point in the same transaction. */
  installation: Type.Optional(HungMeter),
})
const MeterSeen = Type.Partial(Type.Object({ meterNo: Code, channels: Channels, settings: Free }))
/** What is left out stays; refused where a field is no longer as it was `seen`. */
export const MeterChange = Type.Object({
  meterNo: Type.Optional(Code),
  channels: Type.Optional(Channels),
  settings: Type.Optional(CollectionSettings),
  seen: Type.Optional(MeterSeen),
})

const Installation = Type.Object({
  installationId: Id,
  pointId: Id,
  since: Time,
  until: Nullable(Time),
  premises: Type.String(),
  pointKind: Type.String(),
  multiplier: Type.Integer(),
  side: Type.Enum(['primary', 'secondary']),
  direction: Type.Enum(['combined', 'forward', 'forwardPlusReverse']),
  maxPowerW: Nullable(Type.Integer()),
  initialWh: Nullable(Wh),
  initialReverseWh: Nullable(Wh),
})
const Kept = Type.Object({ which: Type.String(), frozenAt: Time })
/** One meter as it is collected: where it hangs and what was last read, each dated. */
export const MeterCollection = Type.Object({
  ...MeterItem.properties,
  complexId: Id,
  busId: Id,
  settings: Free,
  deviceSettings: Free,
  /** Newest first. */
  installations: Type.Array(Installation),
  relay: Nullable(Type.String()),
  statusWord: Nullable(Type.Integer()),
  relayAt: Nullable(Time),
  balanceFen: Nullable(Type.Integer()),
  purchaseCount: Nullable(Type.Integer()),
  balanceAt: Nullable(Time),
  /** Volts ×10, milliamperes, power factor ×1000, as the meter tells them. */
  electrical: Nullable(Free),
  electricalAt: Nullable(Time),
  /** The newest reading of it that nobody has believed or decided about yet. */
  suspectWh: Nullable(Wh),
  suspectAt: Nullable(Time),
  /** The newest freeze of each kind that is stored. */
  freezes: Type.Array(Kept),
})
export type MeterCollection = Static<typeof MeterCollection>

export const MeterModelView = Type.Object({
  id: Type.String(),
  vendor: Type.String(),
  name: Words,
  protocol: Type.String(),
  phases: Type.Integer(),
  /** Meters that one device of it serves. */
  circuits: Type.Integer(),
  source: Words,
  confidence: Type.Enum(['verified', 'documented', 'unverified']),
  origin: Type.Enum(['builtIn', 'user']),
  prepaid: Type.Boolean(),
  relay: Type.Array(Type.Enum(['trip', 'permitClose', 'directClose', 'keepPower'])),
  freezes: Type.Array(Type.Enum(['interval', 'daily', 'monthly'])),
  clock: Type.Array(Type.Enum(['read', 'write', 'broadcast'])),
  replayGuard: Type.String(),
  quirks: Type.Array(Words),
  /** Meters of the named complex that have it. */
  meters: Type.Integer(),
})
export type MeterModelView = Static<typeof MeterModelView>
export const MeterModels = Type.Object({
  items: Type.Array(MeterModelView),
  /** Files of the user's folder that could not be used. */
  faults: Type.Array(Type.Object({ file: Type.String(), problems: Type.Array(Words) })),
})
export type MeterModels = Static<typeof MeterModels>

/** Somebody called on a listening port of a collector and was not known there. */
export const UnknownCaller = Type.Object({
  /** The collector that was called. */
  collector: Type.String(),
  port: Type.Integer(),
  from: Type.String(),
  /** What it said first, hexadecimal. */
  firstBytes: Type.String(),
  /** The same as text; null where it is none. */
  text: Nullable(Type.String()),
  lastAt: Time,
  calls: Type.Integer(),
})
export type UnknownCaller = Static<typeof UnknownCaller>
