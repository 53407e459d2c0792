// The state of one simulated meter 表内状态: everything that survives a power cut, as plain data.
// Money is whole fen plus an exact remainder, energy whole Wh plus an exact remainder.

import { type Static, type TSchema, Type } from 'typebox'

const Int = Type.Integer()
const Text = Type.String()

/** A table in two sets; the standby set comes into force at the switch-over moment. */
const twoSets = <T extends TSchema>(table: T) =>
  Type.Object({
    current: table,
    standby: table,
    /** YYMMDDhhmm of the meter's clock, or null where no switch-over is pending. */
    switchAt: Type.Union([Text, Type.Null()]),
    /** Status word 3 shows which of the two sets is the one in force. */
    secondInForce: Type.Boolean(),
  })

export const TripCause = Type.Union([
  Type.Literal('notOpened'),
  Type.Literal('arrears'),
  Type.Literal('operator'),
  Type.Literal('overload'),
])

const Freeze = Type.Object({ stamp: Text, tariffWh: Type.Array(Int), reverseWh: Int })
/** Totals only: a meter keeps 254 of these. */
const IntervalFreeze = Type.Object({ stamp: Text, forwardWh: Int, reverseWh: Int })
/** Moments are YYMMDDhhmmss of the meter's clock; `end` is empty while the event lasts. */
const MeterEvent = Type.Object({
  start: Text,
  end: Text,
  operator: Text,
  /** Identifiers that were written; of a setting of the clock, the moment it was set to. */
  items: Type.Array(Text),
  /** Forward and reverse when it began and when it ended. */
  beforeWh: Type.Array(Int),
  afterWh: Type.Array(Int),
})
const EventLog = Type.Object({ count: Int, last: Type.Array(MeterEvent) })
const Events = Type.Object({
  programming: EventLog,
  clockSet: EventLog,
  powerDown: EventLog,
  meterCover: EventLog,
  terminalCover: EventLog,
})
const RelayEvent = Type.Object({
  stamp: Text,
  operator: Text,
  energyWh: Int,
  cause: Text,
  atMs: Int,
})
const Purchase = Type.Object({
  stamp: Text,
  count: Int,
  amountFen: Int,
  beforeFen: Int,
  afterFen: Int,
  totalFen: Int,
})
/** What 0334 shows: as a purchase, and which order it was. */
const Refund = Type.Object({ ...Purchase.properties, orderNo: Text })
/** What really left the wallet by order: the other half of the witness. */
const Reduction = Type.Object({ atMs: Int, amountFen: Int, orderNo: Text })
/** What really reached the wallet: the witness that tests compare the ledger with. */
export const Credit = Type.Object({
  atMs: Int,
  count: Int,
  amountFen: Int,
  customerNo: Text,
  kind: Type.Union([Type.Literal('open'), Type.Literal('recharge'), Type.Literal('foreign')]),
})

export const MeterState = Type.Object({
  meterNo: Text,
  esamSerial: Text,
  /** Consumption is integrated up to this moment. */
  atMs: Int,
  /** Begun but not whole Wh, in watt-milliseconds. */
  energyRest: Int,
  reverseRest: Int,
  tariffWh: Type.Array(Int),
  reverseWh: Int,
  /** Begun but not whole fen, in 10⁻⁵ fen (Wh × 10⁻⁴ yuan per kWh). */
  costRest: Int,
  remainingFen: Int,
  overdraftFen: Int,
  relay: Type.Object({
    open: Type.Boolean(),
    ordered: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
    cause: Type.Union([TripCause, Type.Null()]),
  }),
  kept: Type.Boolean(),
  opened: Type.Boolean(),
  customerNo: Text,
  purchaseCount: Int,
  purchasedFen: Int,
  prices: twoSets(Type.Array(Int)),
  zones: twoSets(Type.Array(Type.Object({ monthDay: Int, table: Int }))),
  periods: twoSets(Type.Array(Type.Array(Type.Object({ hourMinute: Int, tariff: Int })))),
  /** Limits in 0.01 kWh, prices in 10⁻⁴ yuan on top of the rate's, moments MMDDhh. */
  tiers: twoSets(
    Type.Object({
      limits: Type.Array(Int),
      pricesE4: Type.Array(Int),
      yearStarts: Type.Array(Text),
    }),
  ),
  /** DDhh at which a month ends 每月结算日. */
  monthStart: Text,
  /** Use since the last monthly and yearly settlement moment, YYMMDDhh of the meter's clock. */
  tierUse: Type.Object({ monthWh: Int, monthFrom: Text, yearWh: Int, yearFrom: Text }),
  /** Bit n: weekday n (0 = Sunday) is a day of work; the others follow the table of rest days. */
  workDayBits: Int,
  restDayTable: Int,
  holidayCount: Int,
  /** YYMMDD and its day table; only the first `holidayCount` count. */
  holidays: Type.Array(Type.Object({ day: Text, table: Int })),
  alarm1Fen: Int,
  alarm2Fen: Int,
  overdraftLimitFen: Int,
  hoardingLimitFen: Int,
  closingFen: Int,
  /** More than this of a phase, in tenths of a watt, is an overload once it has lasted so long. */
  overloadDw: Int,
  overloadDelaySeconds: Int,
  /** Since when it lasts; null: there is none. */
  overloadFromMs: Type.Union([Int, Type.Null()]),
  clockOffsetMs: Int,
  /** Parts per million by which the clock is fast (negative: slow), counted from `driftSinceMs`. */
  clockPpm: Int,
  driftSinceMs: Int,
  /** The day (YYMMDD) of the last broadcast setting: once a day is enough. */
  broadcastDay: Text,
  macFailures: Int,
  suspendedUntilMs: Int,
  /** Without power nothing flows and nothing is answered; the battery keeps clock and memory. */
  powered: Type.Boolean(),
  /** Wired round 旁路: power flows past the meter, which counts none of it; a main meter does. */
  bypass: Type.Optional(Type.Object({ on: Type.Boolean(), energyWh: Int, rest: Int })),
  /** Of a main meter: what each circuit behind it had let through when it was last asked. */
  fedWh: Type.Optional(Type.Array(Int)),
  coverOpen: Type.Boolean(),
  terminalCoverOpen: Type.Boolean(),
  events: Events,
  purchases: Type.Array(Purchase),
  credits: Type.Array(Credit),
  refundCount: Int,
  refundedFen: Int,
  refunds: Type.Array(Refund),
  reductions: Type.Array(Reduction),
  trips: Type.Object({ count: Int, last: Type.Array(RelayEvent) }),
  closings: Type.Object({ count: Int, last: Type.Array(RelayEvent) }),
  /** The day (YYMMDD) the meter believes it is in; its end is frozen. */
  frozenDay: Text,
  /** How often the interval freeze is taken, and the one the meter believes it is in. */
  intervalMinutes: Int,
  intervalSlot: Int,
  intervalFreezes: Type.Array(IntervalFreeze),
  dailyFreezes: Type.Array(Freeze),
  settlements: Type.Array(Freeze),
  instantFreezes: Type.Array(Freeze),
})

export type MeterState = Static<typeof MeterState>
export type TripCause = Static<typeof TripCause>
export type Freeze = Static<typeof Freeze>
export type MeterEvent = Static<typeof MeterEvent>
export type EventKind = keyof Static<typeof Events>
export type Credit = Static<typeof Credit>

export const energyWhOf = (state: MeterState): number => state.tariffWh.reduce((a, b) => a + b, 0)

/** What flowed to the shop, counted or not. */
export const throughWhOf = (state: MeterState): number =>
  energyWhOf(state) + (state.bypass?.energyWh ?? 0)

/** Remaining money less overdraft: negative when the tenant owes. */
export const balanceFenOf = (state: MeterState): number => state.remainingFen - state.overdraftFen

/** Zero means "no limit" (six digits of yuan). */
const HOARDING_MAX_FEN = 99_999_999
export const hoardingLimitFenOf = (state: MeterState): number =>
  state.hoardingLimitFen === 0 ? HOARDING_MAX_FEN : state.hoardingLimitFen

/** Parts that are replaced as a whole and never altered inside: the same object, the same value. */
export const REPLACED_WHOLE: ReadonlySet<string> = new Set<keyof MeterState>([
  'events',
  'holidays',
  'purchases',
  'refunds',
  'intervalFreezes',
  'dailyFreezes',
  'settlements',
  'instantFreezes',
])
