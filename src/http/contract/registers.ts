// The contract of the registers 档案: what exists in a complex and what hangs on what.

import { type Static, Type } from 'typebox'
import { Complex, Fen, Id, Nullable, Time } from '../contract.ts'

const Name = { name: Type.String(), nameEn: Type.String() }

export const Building = Type.Object({
  buildingId: Id,
  ...Name,
  ordinal: Type.Integer(),
  /** Those that have premises, from the lowest. */
  floors: Type.Array(Type.Integer()),
  premises: Type.Integer(),
})
export type Building = Static<typeof Building>
export const Premises = Type.Object({
  premisesId: Id,
  buildingId: Id,
  building: Type.String(),
  buildingEn: Type.String(),
  floor: Type.Integer(),
  no: Type.String(),
  ...Name,
  areaDm2: Nullable(Type.Integer({ description: 'square decimetres' })),
  points: Type.Integer(),
  /** Points of it that supply somebody. */
  supplied: Type.Integer(),
})
export type Premises = Static<typeof Premises>
export const Point = Type.Object({
  pointId: Id,
  premisesId: Nullable(Id),
  premises: Type.String(),
  premisesName: Type.String(),
  premisesNameEn: Type.String(),
  parentPointId: Nullable(Id),
  /** The parent as it is called: its premises and its name. */
  parent: Nullable(Type.String()),
  feeder: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  protected: Type.Boolean(),
  meterId: Nullable(Id),
  meterNo: Nullable(Type.String()),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
  /** Null where no meter hangs. */
  installationId: Nullable(Id),
})
export type Point = Static<typeof Point>
const NewName = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
}
const Ordinal = Type.Integer({ minimum: 0, maximum: 10_000 })
const Code = Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S(.*\\S)?$' })
const Floor = Type.Integer({ minimum: -20, maximum: 200 })
const AreaDm2 = Type.Integer({ minimum: 1, maximum: 100_000_000 })
const Text = Type.String({ maxLength: 100 })

export const NewBuilding = Type.Object({
  complexId: Id,
  ...NewName,
  ordinal: Type.Optional(Ordinal),
})
export const NewPremises = Type.Object({
  complexId: Id,
  buildingId: Id,
  floor: Floor,
  no: Code,
  ...NewName,
  areaDm2: Type.Optional(AreaDm2),
})
export const NewPoint = Type.Object({
  complexId: Id,
  /** Left out for a point of no premises, as a main meter's in a substation. */
  premisesId: Type.Optional(Id),
  /** What is used there: lighting, aircon, power, public, or a word of one's own. */
  kind: Code,
  name: Type.Optional(Text),
  /** The point that feeds it and counts it too. */
  parentPointId: Type.Optional(Id),
  feeder: Type.Optional(Type.String({ maxLength: 60 })),
  /** Fire, lifts, cold rooms: never tripped. */
  protected: Type.Optional(Type.Boolean()),
})

const BuildingSeen = Type.Partial(
  Type.Object({ name: NewName.name, nameEn: Text, ordinal: Ordinal }),
)
/**
 * A change names what shall be otherwise; what is left out stays. `seen` says what the editor had
 * before his eyes: where it is not so any more, he is refused.
 */
export const BuildingChange = Type.Object({
  ...BuildingSeen.properties,
  seen: Type.Optional(BuildingSeen),
})
const PremisesSeen = Type.Partial(
  Type.Object({
    buildingId: Id,
    floor: Floor,
    no: Code,
    name: NewName.name,
    nameEn: Text,
    areaDm2: Nullable(AreaDm2),
  }),
)
export const PremisesChange = Type.Object({
  ...PremisesSeen.properties,
  seen: Type.Optional(PremisesSeen),
})
const PointSeen = Type.Partial(
  Type.Object({
    /** Null: of no premises. */
    premisesId: Nullable(Id),
    kind: Code,
    name: Text,
    /** Null: none. */
    parentPointId: Nullable(Id),
    feeder: Type.String({ maxLength: 60 }),
    protected: Type.Boolean(),
  }),
)
export const PointChange = Type.Object({
  ...PointSeen.properties,
  seen: Type.Optional(PointSeen),
})

/** What a form that opens an account begins with; people may type something else. */
export const ComplexDefaults = Type.Object({
  /** Null: whoever opens an account chooses. */
  planId: Nullable(Id),
  alarm1Fen: Fen,
  alarm2Fen: Fen,
  overdraftFen: Fen,
  hoardingFen: Fen,
})
export type ComplexDefaults = Static<typeof ComplexDefaults>
export const ComplexDetail = Type.Object({
  ...Complex.properties,
  /** When the business day begins, minutes after midnight. */
  dayCutMinutes: Type.Integer(),
  /** There are accounts or books: its days can't be cut otherwise any more. */
  inUse: Type.Boolean(),
  defaults: ComplexDefaults,
  /** What the program comes with. */
  standards: ComplexDefaults,
})
export type ComplexDetail = Static<typeof ComplexDetail>
const ComplexName = { name: NewName.name, nameEn: Text }
const Zone = Type.String({ minLength: 1, maxLength: 60, description: 'IANA, as Asia/Shanghai' })
const DayCut = Type.Integer({ minimum: 0, maximum: 1_439 })
export const NewComplex = Type.Object({
  /** Names it in files and exports; never changes. */
  code: Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9][A-Za-z0-9-]*$' }),
  name: ComplexName.name,
  nameEn: Type.Optional(Text),
  zone: Type.Optional(Zone),
  dayCutMinutes: Type.Optional(DayCut),
})
export type NewComplex = Static<typeof NewComplex>
const ComplexSeen = Type.Partial(
  Type.Object({
    ...ComplexName,
    zone: Zone,
    dayCutMinutes: DayCut,
    defaults: ComplexDefaults,
  }),
)
export const ComplexChange = Type.Object({
  ...ComplexSeen.properties,
  seen: Type.Optional(ComplexSeen),
})
export type ComplexChange = Static<typeof ComplexChange>

export const Meter = Type.Object({
  meterId: Id,
  meterNo: Type.String(),
  deviceId: Id,
  address: Type.String(),
  model: Type.String(),
  channels: Type.Array(Type.Integer()),
  gatewayId: Id,
  gatewayCode: Type.String(),
  pointId: Nullable(Id),
  buildingId: Nullable(Id),
  building: Type.String(),
  floor: Nullable(Type.Integer()),
  premises: Type.String(),
  premisesName: Type.String(),
  barredAt: Nullable(Time),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
})
export const Tenant = Type.Object({
  tenantId: Id,
  ...Name,
  phoneMasked: Nullable(Type.String()),
  accounts: Type.Integer(),
})
