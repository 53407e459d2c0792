// The contract of the power policy 供电策略: its settings, what it does about each supply, who would go
// dark 谁会停电, the interlock 联锁 and timed circuits 分时控制.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, Time, UuidText } from '../contract.ts'
import { Day } from './asking.ts'
import { FileAnswer } from './sheets.ts'

const DAY_MINUTES = 1_440
const PERIOD_MAX_MINUTES = 7 * DAY_MINUTES
const LIMIT_FEN = 100_000_000
const Minute = Type.Integer({ minimum: 0, maximum: DAY_MINUTES })
/** Minutes of the local day, `from` included, `to` not. */
export const DaySpan = Type.Object({ from: Minute, to: Minute })
export type DaySpan = Static<typeof DaySpan>
const Spans = Type.Array(DaySpan, { maxItems: 12 })
/** Seven lists, Sunday first. */
const Week = Type.Array(Spans, { minItems: 7, maxItems: 7 })

export const NoTrip = Type.Object({
  week: Week,
  weekends: Type.Boolean(),
  holidays: Type.Boolean(),
})
export type NoTrip = Static<typeof NoTrip>

export const OverloadPolicy = Type.Object({
  /** W; null: nobody watches. */
  powerW: Nullable(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  centreTrips: Type.Boolean(),
  delayMinutes: Type.Integer({ minimum: 0, maximum: DAY_MINUTES }),
  recovery: Type.Enum(['operator', 'automatic']),
  waitMinutes: Type.Integer({ minimum: 1, maximum: DAY_MINUTES }),
  tries: Type.Integer({ minimum: 1, maximum: 10 }),
})

const ofSupply = {
  /** Whether arrears trip at all. */
  trips: Type.Boolean(),
  delayMinutes: Type.Integer({ minimum: 0, maximum: PERIOD_MAX_MINUTES }),
  noTrip: NoTrip,
  /** So much may be owed, where the supply's own overdraft is not larger. */
  graceFen: Type.Integer({ minimum: 0, maximum: LIMIT_FEN, description: 'whole fen' }),
  overload: OverloadPolicy,
}

export const Interlock = Type.Object({
  perMinute: Type.Integer({ minimum: 1, maximum: 600 }),
  perFeederMinute: Type.Integer({ minimum: 1, maximum: 600 }),
  surgeTrips: Type.Integer({ minimum: 5, maximum: 5_000 }),
  surgeGroupTrips: Type.Integer({ minimum: 5, maximum: 5_000 }),
  surgeMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
})

export const ComplexPolicy = Type.Object({
  ...ofSupply,
  keepAheadMinutes: Type.Integer({ minimum: 10, maximum: 720 }),
  interlock: Interlock,
})
export type ComplexPolicy = Static<typeof ComplexPolicy>

/** Only what a supply has otherwise. */
export const SupplyOverride = Type.Partial(Type.Object(ofSupply))
export type SupplyOverride = Static<typeof SupplyOverride>

const Reason = Type.String({ minLength: 1, maxLength: 500 })
const saved = { reason: Type.String(), savedAt: Nullable(Time), savedBy: Nullable(Type.String()) }

export const PolicyQuery = Type.Object({ complexId: Id })
export const PowerPolicy = Type.Object({
  settings: ComplexPolicy,
  /** False: nobody has ever set anything; what the program supplies holds. */
  isSet: Type.Boolean(),
  ...saved,
  /** The window that holds now, and the next. */
  window: Nullable(Type.Object({ from: Time, until: Time })),
  nextWindow: Nullable(Type.Object({ from: Time, until: Time })),
})
export type PowerPolicy = Static<typeof PowerPolicy>
export const NewPowerPolicy = Type.Object({
  complexId: Id,
  settings: ComplexPolicy,
  reason: Reason,
})
export type NewPowerPolicy = Static<typeof NewPowerPolicy>

/** `null`: from now on as the complex says. */
export const NewSupplyPolicy = Type.Object({
  complexId: Id,
  settings: Nullable(SupplyOverride),
  reason: Reason,
})
export type NewSupplyPolicy = Static<typeof NewSupplyPolicy>

const shop = {
  supplyId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  phoneMasked: Nullable(Type.String()),
  building: Type.String(),
  buildingEn: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  meterId: Id,
  meterNo: Type.String(),
  charged: Type.Enum(['centre', 'meter']),
  balanceFen: Nullable(Fen),
  balanceAt: Nullable(Time),
}

/** What the policy does about a supply now. */
export const SupplyNow = Type.Object({
  ...shop,
  intent: Type.Enum(['nothing', 'warn', 'trip', 'reclose', 'keep', 'releaseKeep']),
  /** Why; its words are with the screens. */
  reason: Type.String(),
  /** What would change it. */
  changedBy: Type.Array(Type.String()),
  /** When time alone would. */
  at: Nullable(Time),
  owesSince: Nullable(Time),
  protected: Type.Boolean(),
  /** What of the policy this meter can't do. */
  gaps: Type.Array(Type.Enum(['protected', 'noTrips', 'window', 'delay', 'grace', 'trip'])),
  own: Nullable(SupplyOverride),
})
export type SupplyNow = Static<typeof SupplyNow>
export const SuppliesQuery = Type.Object({
  complexId: Id,
  match: Type.Enum(['acting', 'gaps', 'own', 'all'], { default: 'acting' }),
  search: Type.Optional(Type.String({ maxLength: 100 })),
})
export const SuppliesNow = Type.Object({
  total: Type.Integer(),
  /** No more than can be looked at; `total` says how many there are. */
  items: Type.Array(SupplyNow),
})
export type SuppliesNow = Static<typeof SuppliesNow>

export const DarkQuery = Type.Object({
  complexId: Id,
  /** The last day that counts; left out: tomorrow. At most 60 days ahead. */
  until: Type.Optional(Day),
  /** Also those who would not go dark. */
  all: Type.Optional(Type.Boolean()),
})
export const DarkShop = Type.Object({
  ...shop,
  /** `dark`: it is dark already; `unknown`: no figure to go by. */
  outcome: Type.Enum(['trips', 'kept', 'dark', 'unknown', 'lasts']),
  why: Type.String(),
  /** When it would go dark. */
  at: Nullable(Time),
  /** When the money would be used up. */
  emptyAt: Nullable(Time),
  dailyFen: Nullable(Fen),
})
export type DarkShop = Static<typeof DarkShop>
export const DarkForecast = Type.Object({
  from: Time,
  until: Time,
  untilDay: Day,
  presets: Type.Object({
    tonight: Day,
    weekend: Day,
    /** The end of the next public holidays, if any are known within 60 days. */
    holiday: Nullable(Day),
  }),
  /** Days of use that were looked at. */
  usedDays: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer()),
  /** The first to go dark first. */
  items: Type.Array(DarkShop),
})
export type DarkForecast = Static<typeof DarkForecast>
export const DarkSheet = FileAnswer
export type DarkSheet = Static<typeof DarkSheet>

export const TripSurge = Type.Object({
  surgeId: UuidText,
  scopeKind: Type.Enum(['complex', 'gateway', 'feeder']),
  /** The gateway's or the feeder's name. */
  scopeName: Type.String(),
  allowed: Type.Integer(),
  sent: Type.Integer(),
  seen: Type.Integer(),
  due: Type.Integer(),
  raisedAt: Time,
  releasedAt: Nullable(Time),
  releasedBy: Nullable(Type.String()),
  reason: Type.String(),
  /** At most a hundred of the shops. */
  shops: Type.Array(
    Type.Object({
      meterId: Id,
      meterNo: Type.String(),
      premises: Type.String(),
      premisesEn: Type.String(),
    }),
  ),
})
export type TripSurge = Static<typeof TripSurge>
export const InterlockNow = Type.Object({
  settings: Interlock,
  /** Trips that left in the last minute. */
  sentInMinute: Type.Integer(),
  open: Type.Array(TripSurge),
  /** Released ones, the newest first. */
  past: Type.Array(TripSurge),
})
export type InterlockNow = Static<typeof InterlockNow>
export const SurgeParams = Type.Object({ id: UuidText })
export const ReleaseSurge = Type.Object({ complexId: Id, reason: Reason })
export type ReleaseSurge = Static<typeof ReleaseSurge>

const hours = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
  /** Closed in these hours, tripped in the others. */
  week: Week,
  /** On public holidays; null: as the weekday says. */
  holiday: Nullable(Spans),
  enabled: Type.Boolean(),
}
export const SaveSchedule = Type.Object({
  complexId: Id,
  ...hours,
  /** Its circuits; one that follows another schedule leaves that. */
  pointIds: Type.Array(Id, { maxItems: 1_000 }),
})
export type SaveSchedule = Static<typeof SaveSchedule>
export const ScheduleParams = Type.Object({ id: Id })

export const TimedCircuit = Type.Object({
  pointId: Id,
  name: Type.String(),
  kind: Type.String(),
  premises: Type.String(),
  premisesEn: Type.String(),
  meterId: Id,
  meterNo: Type.String(),
  protected: Type.Boolean(),
  relay: Nullable(Type.Enum(['closed', 'tripped', 'closePermitted'])),
  intent: Type.Enum(['trip', 'close', 'nothing']),
  reason: Type.String(),
})
export type TimedCircuit = Static<typeof TimedCircuit>
export const TimedSchedule = Type.Object({
  scheduleId: Id,
  ...hours,
  nameEn: Type.String(),
  savedAt: Time,
  on: Type.Boolean(),
  /** The next switch; null: none within two weeks. */
  nextAt: Nullable(Time),
  circuits: Type.Array(TimedCircuit),
})
export type TimedSchedule = Static<typeof TimedSchedule>
export const TimedSchedules = Type.Object({ items: Type.Array(TimedSchedule) })
export type TimedSchedules = Static<typeof TimedSchedules>
