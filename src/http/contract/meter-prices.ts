// The contract of prices in meters 电价下发: what a meter holds and will switch to, what was pushed to
// it, and whether both are what its plan says. Pushing itself is `POST /commands`, kind pushPrice.

import { type Static, Type } from 'typebox'
import { CommandState, Id, Nullable, Time, UuidText } from '../contract.ts'
import { ListQuery } from './asking.ts'

const Rate = Type.Integer({ minimum: 1, maximum: 63, description: '1 sharp … 5 deep valley' })
const DayTableNo = Type.Integer({ minimum: 1, maximum: 8 })
const PriceE4 = Type.Integer({ minimum: 0, description: '0.0001 yuan/kWh' })

/** One of the two sets a meter holds. */
export const MeterTableSet = Type.Object({
  /** Of rates 1, 2, …; all of them, also those that no day uses. */
  pricesE4: Type.Array(PriceE4),
  /** From this day of the year on, MM-DD. */
  zones: Type.Array(Type.Object({ from: Type.String(), dayTable: DayTableNo })),
  /** Day table 1, 2, …; from this time of day on, hh:mm. */
  dayTables: Type.Array(Type.Array(Type.Object({ from: Type.String(), rate: Rate }))),
  /** Null where the model has none. */
  tiers: Nullable(
    Type.Object({
      /** Above each limit the next tier begins; none: one tier. */
      limitsWh: Type.Array(Type.Integer({ minimum: 0 })),
      /** What each tier adds to the rate's price: one more than limits. */
      addE4: Type.Array(PriceE4),
      /** `MM-DD hh` at which a yearly use begins anew; none: the use is a month's. */
      yearStarts: Type.Array(Type.String()),
    }),
  ),
})
export type MeterTableSet = Static<typeof MeterTableSet>

/** What counts for both sets: it has no second one and takes effect when it is written. */
export const MeterDays = Type.Object({
  /** 0 = Sunday. */
  restDays: Type.Array(Type.Integer({ minimum: 0, maximum: 6 })),
  restDayTable: DayTableNo,
  holidays: Type.Array(Type.Object({ day: Type.String(), dayTable: DayTableNo })),
  /** `DD hh` at which a month's use begins anew; null where no tiers go by it, or it is unknown. */
  monthStart: Type.Optional(Nullable(Type.String())),
})
export type MeterDays = Static<typeof MeterDays>

/** What of a meter's tables can differ from the plan. */
export const DIFFERENCES = [
  'prices',
  'zones',
  'dayTables',
  'tiers',
  'restDays',
  'holidays',
  'monthStart',
] as const
export type Difference = (typeof DIFFERENCES)[number]

/**
 * unknown: never read. matches: in force is what the plan says. waiting: the plan's next version is
 * written and read back, and the meter will switch to it. differs: the meter holds something else.
 * unsupported: this model holds no prices of ours.
 */
export const PriceMatch = Type.Enum(['unknown', 'matches', 'waiting', 'differs', 'unsupported'])

/**
 * The last push: underWay and failed as its command; waiting for the switch; inForce when it was
 * read after the switch; lost where the meter had something else then.
 */
export const PriceOrder = Type.Object({
  planId: Id,
  planName: Type.String(),
  planVersion: Type.Integer(),
  state: Type.Enum(['underWay', 'failed', 'waiting', 'inForce', 'lost']),
  commandId: UuidText,
  commandState: CommandState,
  /** Null: as soon as it is written, not fixed yet. */
  switchAt: Nullable(Time),
  writtenAt: Nullable(Time),
  inForceAt: Nullable(Time),
})

const Row = {
  meterId: Id,
  meterNo: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  model: Type.String(),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
  /** What the supply is assigned, with the version that is in force now. */
  planId: Nullable(Id),
  planName: Nullable(Type.String()),
  planVersion: Nullable(Type.Integer()),
  match: PriceMatch,
  /** Names of what differs. */
  differs: Type.Array(Type.Enum([...DIFFERENCES])),
  readAt: Nullable(Time),
  /** A standby set that waits in the meter, whoever wrote it. */
  pendingSwitchAt: Nullable(Time),
  order: Nullable(PriceOrder),
}

export const MeterPriceRow = Type.Object(Row)
export type MeterPriceRow = Static<typeof MeterPriceRow>

/** `GET /meters/{id}/prices`. */
export const MeterPrices = Type.Object({
  ...Row,
  inForce: Nullable(MeterTableSet),
  standby: Nullable(MeterTableSet),
  days: Nullable(MeterDays),
  /** What the plan's version in force comes to in this meter; null where it can't be held. */
  wanted: Nullable(MeterTableSet),
  wantedDays: Nullable(MeterDays),
  /** Why the plan can't be held by this meter; empty where it can. */
  problems: Type.Array(Type.Object({ code: Type.String(), title: Type.String() })),
})
export type MeterPrices = Static<typeof MeterPrices>

/** `POST /meters/{id}/prices/read`: every table is read as soon as the bus is free. */
export const PricesReadAsked = Type.Object({ meterId: Id, askedAt: Time })
export type PricesReadAsked = Static<typeof PricesReadAsked>

/** `GET /meter-prices`: every meter that deducts by itself, in the order of the register. */
export const MeterPricesQuery = Type.Object({
  ...ListQuery.properties,
  planId: Type.Optional(Id),
  match: Type.Optional(PriceMatch),
})
