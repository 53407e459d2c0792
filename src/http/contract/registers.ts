// The contract of the registers 档案: what exists in a complex and what hangs on what.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time } from '../contract.ts'

const Name = { name: Type.String(), nameEn: Type.String() }

export const Building = Type.Object({
  buildingId: Id,
  ...Name,
  ordinal: Type.Integer(),
  /** Those that have premises, from the lowest. */
  floors: Type.Array(Type.Integer()),
})
export type Building = Static<typeof Building>
export const Premises = Type.Object({
  premisesId: Id,
  buildingId: Id,
  building: Type.String(),
  floor: Type.Integer(),
  no: Type.String(),
  ...Name,
  areaDm2: Nullable(Type.Integer({ description: 'square decimetres' })),
})
export const Point = Type.Object({
  pointId: Id,
  premisesId: Nullable(Id),
  premises: Type.String(),
  parentPointId: Nullable(Id),
  feeder: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  protected: Type.Boolean(),
  meterId: Nullable(Id),
  meterNo: Nullable(Type.String()),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
})
const NewName = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
}
export const NewBuilding = Type.Object({
  complexId: Id,
  ...NewName,
  ordinal: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
})
export const NewPremises = Type.Object({
  complexId: Id,
  buildingId: Id,
  floor: Type.Integer({ minimum: -20, maximum: 200 }),
  no: Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S(.*\\S)?$' }),
  ...NewName,
  areaDm2: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
})
export const NewPoint = Type.Object({
  complexId: Id,
  /** Left out for a point of no premises, as a main meter's in a substation. */
  premisesId: Type.Optional(Id),
  /** What is used there: lighting, aircon, power, public, or a word of one's own. */
  kind: Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S(.*\\S)?$' }),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  /** The point that feeds it and counts it too. */
  parentPointId: Type.Optional(Id),
  feeder: Type.Optional(Type.String({ maxLength: 60 })),
  /** Fire, lifts, cold rooms: never tripped. */
  protected: Type.Optional(Type.Boolean()),
})
/** What is left out stays; a parent of null is none. */
export const PointChange = Type.Object({
  kind: Type.Optional(NewPoint.properties.kind),
  name: NewPoint.properties.name,
  parentPointId: Type.Optional(Nullable(Id)),
  feeder: NewPoint.properties.feeder,
  protected: NewPoint.properties.protected,
})

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
