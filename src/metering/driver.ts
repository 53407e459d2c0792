// What a metering channel can be asked, whatever protocol it speaks 电表驱动. The bus session behind
// it keeps the one-request-at-a-time rule; faults are returned, because a poller lives with them.

import type { MeterEventKind } from '../http/contract/meter-events.ts'
import type { Fen } from '../ledger/money.ts'
import type { Instant, LocalTime } from '../shared/clock.ts'
import type { Wh } from '../shared/energy.ts'
import type { MeterId } from '../shared/ids.ts'
import type { Words } from '../shared/words.ts'
import type { MeterDays, MeterTableSet, PriceItem, SwitchedTable } from './protocol/price-tables.ts'

export type FaultReason =
  | 'gateway-offline'
  | 'timeout'
  | 'bad-reply'
  | 'refused-by-meter'
  | 'not-supported'
  | 'deadline-passed'
  | 'stopped'

/** A device, line or gateway failed; nothing is known about what the meter did. */
export type Fault = {
  ok: false
  reason: FaultReason
  /** For people and logs, e.g. the raw error word. */
  detail: string
  mayRetry: boolean
}
export type Outcome<T> = { ok: true; value: T } | Fault

/** Bus order: a relay order overtakes a recharge, that a read on demand, and so on. */
export type Priority = 'relay' | 'recharge' | 'onDemand' | 'retry' | 'status' | 'energy' | 'scan'

export type Relay = 'closed' | 'tripped' | 'closePermitted'

export type PurchaseRecord = {
  count: number
  amountFen: Fen
  beforeFen: Fen
  afterFen: Fen
}

/** One reading of what the meter holds; every field was read from the meter at `at`. */
export type WalletReading = {
  at: Instant
  remainingFen: Fen
  overdraftFen: Fen
  /** remaining − overdraft, signed. */
  balanceFen: Fen
  /** Purchase count 充值次数, as the meter counts (modulo the model's modulus). */
  count: number
  customerNo: string
  opened: boolean
  energyWh: Wh
  /** The newest purchase record (0333FF01), null where the model keeps none. */
  lastPurchase: PurchaseRecord | null
}

/** What the meter's own wallet shows. */
export type MoneyState = {
  remainingFen: Fen
  overdraftFen: Fen
  /** remaining − overdraft, signed. */
  balanceFen: Fen
  count: number
  customerNo: string
  opened: boolean
}

/**
 * Instantaneous values of one metering channel; a phase that is not fitted, or that the model does
 * not tell, is null. Tenths of a volt, milliamperes, thousandths of a power factor.
 */
export type Electrical = {
  voltagesDv: readonly (number | null)[]
  currentsMa: readonly (number | null)[]
  powerFactorE3: number | null
}

export type StatusReading = {
  at: Instant
  /** Null for a meter without a wallet: its account is charged by the centre. */
  money: MoneyState | null
  /** Null for a meter without a relay. */
  relay: Relay | null
  kept: boolean
  /** As the meter sent it; null where the model has none. */
  statusWord: number | null
  powerW: number | null
  electrical: Electrical | null
  /** The billing register of a meter without a wallet; null for others, and where it failed. */
  energyWh: Wh | null
}

export type EnergyReading = {
  at: Instant
  energyWh: Wh
  tariffsWh: readonly (Wh | null)[] | null
  reverseWh: Wh | null
}

export type RelayReading = { at: Instant; relay: Relay; kept: boolean; statusWord: number | null }

/** What a meter freezes by itself 冻结: at each interval, each midnight, each settlement day. */
export type FreezeKind = 'interval' | 'daily' | 'monthly'

export type FreezeReading = {
  /** The moment the meter froze it, by the meter's own clock, corrected by nothing. */
  frozenAt: Instant
  energyWh: Wh
  tariffsWh: readonly (Wh | null)[] | null
  reverseWh: Wh | null
}

/** What a meter answered to a write; it decides nothing, reading back does (INV-14, INV-16). */
export type WriteAnswer = { answered: 'accepted' } | { answered: 'refused'; detail: string }

export type CreditOrder = { count: number; amountFen: Fen; customerNo: string }

/** What is to be taken out of the wallet; the meter keeps the order number (16 digits). */
export type ReductionOrder = { amountFen: Fen; orderNo: string; customerNo: string }

/** Money thresholds that stand in a meter with a wallet; fen. */
export type MeterSettings = {
  alarm1Fen: Fen
  alarm2Fen: Fen
  overdraftFen: Fen
  hoardingFen: Fen
}
/**
 * Above so much power for so long 过载 the meter notes it, or trips, as its model does. Watts as the
 * meter measures them: behind transformers on their secondary side.
 */
export type Overload = { overloadW: number; overloadDelaySeconds: number }
export type SettingName = keyof (MeterSettings & Overload)
/** Fen, W or seconds, as the name says. */
export type SettingValues = Readonly<Partial<Record<SettingName, number>>>
export type SettingWrite = { name: SettingName; value: number }

/** What the meter kept of a refund 退费记录: as of a purchase. */
export type RefundRecord = PurchaseRecord

export type RelayOrder = 'trip' | 'permitClose' | 'directClose' | 'keepOn' | 'keepOff'

/** A record as the meter wrote it, by its own clock. */
export type EventReading = {
  at: LocalTime
  /** For what lasts; null while it still does. */
  until: LocalTime | null
  operatorCode: string | null
  fields: readonly { name: Words; text: Words }[]
}

export type MeterEventRead = {
  kind: MeterEventKind
  name: Words
  phase: 1 | 2 | 3 | null
  /** How often it happened; null where that could not be read. */
  count: number | null
  /** The newest; null where there is none, or it could not be read. */
  last: EventReading | null
  fault: FaultReason | null
}
/** Counts as last read: where one still stands, its newest record is not asked for again. */
export type KnownCounts = Readonly<Partial<Record<MeterEventKind, number>>>
export type EventsRead = { items: readonly MeterEventRead[]; complete: boolean }

/** Which of its two sets the meter runs, as status word 3 says. */
export type RunningSets = Readonly<Record<SwitchedTable, 1 | 2>>

/** Every table of prices and times, in a form that has one spelling: it can be compared. */
export type PriceTablesRead = {
  at: Instant
  running: MeterTableSet
  standby: MeterTableSet
  days: MeterDays
  /** `YYYY-MM-DD hh:mm` of the meter's clock, also one that has passed; null where none is set. */
  switchAt: Readonly<Record<SwitchedTable, string | null>>
  runningSets: RunningSets
}

/** What a daily look needs to see that nothing was changed. */
export type PricesRead = {
  at: Instant
  pricesE4: MeterTableSet['pricesE4']
  zones: MeterTableSet['zones']
  /** As in `MeterDays`; null where the model does not tell. */
  monthStart: string | null
  runningSets: RunningSets
}

export type PriceTablesDriver = {
  /** Day tables that something follows, and at least the first `dayTables` of them. */
  read(priority: Priority, dayTables?: number): Promise<Outcome<PriceTablesRead>>
  readPrices(priority: Priority): Promise<Outcome<PricesRead>>
  /** Never repeated by itself; writing the same again is harmless. */
  write(item: PriceItem, priority: Priority): Promise<Outcome<WriteAnswer>>
}

export type MeterDriver = {
  readonly meterId: MeterId
  readonly model: string
  readWallet(priority: Priority): Promise<Outcome<WalletReading>>
  readStatus(priority: Priority): Promise<Outcome<StatusReading>>
  readEnergy(priority: Priority): Promise<Outcome<EnergyReading>>
  readRelay(priority: Priority): Promise<Outcome<RelayReading>>
  /** Offset of the meter's clock: meter − centre, ms. */
  readClock(priority: Priority): Promise<Outcome<{ at: Instant; offsetMs: number }>>
  /** Sets the meter’s clock to the centre’s time; the answer proves nothing, `readClock` does. */
  setClock(priority: Priority): Promise<Outcome<WriteAnswer>>
  /**
   * The freeze that lies `back` freezes ago, 1 the newest. Null where the meter keeps no such
   * record; 'not-supported' where its model keeps none of that kind.
   */
  readFreeze(
    which: FreezeKind,
    back: number,
    priority: Priority,
  ): Promise<Outcome<FreezeReading | null>>
  /** 070101FF: writes the customer number with the first amount. Authenticates by itself. */
  openAccount(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  /** 070102FF: accepted by a sound meter only when it holds count − 1. */
  recharge(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  /**
   * 070108FF, sent once: nothing in the meter fences a repeat. 'not-supported' where the model
   * gives no money back this way.
   */
  reduce(order: ReductionOrder): Promise<Outcome<WriteAnswer>>
  /**
   * 070103FF: the wallet set to nothing and its count to zero, which ends the meter's epoch; some
   * makers clear the energy as well. 'not-supported' where the model is not emptied this way.
   */
  initialiseWallet(): Promise<Outcome<WriteAnswer>>
  /** The newest refund record (0334FF01); null where there is none. Absent where none is kept. */
  readonly readRefund?: ((priority: Priority) => Promise<Outcome<RefundRecord | null>>) | undefined
  /** Thresholds in the meter; 'not-supported' or absent where its model holds none. */
  readonly readSettings?:
    | ((names: readonly SettingName[]) => Promise<Outcome<SettingValues>>)
    | undefined
  /** Written in the order given, until one is not accepted; `readSettings` proves what came. */
  readonly writeSettings?:
    | ((writes: readonly SettingWrite[]) => Promise<Outcome<WriteAnswer>>)
    | undefined
  /**
   * 1CH with a deadline in the meter's own time; 'deadline-passed' when too late to send. Left out,
   * its priority is that of a single order.
   */
  orderRelay(
    order: RelayOrder,
    deadline: Instant,
    priority?: Priority,
  ): Promise<Outcome<WriteAnswer>>
  /** Prices and times inside the meter 电价表. Absent where its model holds none of ours. */
  readonly priceTables?: PriceTablesDriver | undefined
  /** What the meter noted itself; asked for until `untilMono`. Absent where it notes nothing. */
  readonly readEvents?:
    | ((
        kinds: readonly MeterEventKind[],
        priority: Priority,
        untilMono: number,
        known?: KnownCounts,
      ) => Promise<EventsRead>)
    | undefined
}

/** The meters this process is master of; null for one that another process or nobody serves. */
export type Drivers = { of(meter: MeterId): MeterDriver | null }

/** What prices and times a model can hold; each figure from its documents. */
export type PriceTablesCapability = {
  /** Rates 费率: 4 are sharp, peak, flat, valley; the fifth is deep valley. */
  rates: number
  /** Digits after the point of a price in yuan. */
  decimals: number
  zones: number
  dayTables: number
  /** Switches in one day table. */
  switches: number
  holidays: number
  /** It holds a second set of each and switches to it by itself. */
  standby: boolean
  tiers: {
    steps: number
    /** It counts a month's use where no yearly moment is set. */
    monthly: boolean
    /** Its settlement day, at which a month begins, is read and written; absent: day 1 at 00:00. */
    settlementDay?: boolean
    /** Data identifiers of the running and of the standby table: makers differ. */
    running: string
    standby: string
  } | null
}

/** Declared per meter model. */
export type ModelCapabilities = {
  /** How the meter refuses a repeated credit (`design`: fence of the delivery protocol). */
  replayGuard: 'counter' | 'order' | 'absolute' | 'none'
  reduce: 'refund' | 'reinitialise' | 'none'
  /** The count on the wire is n mod this. */
  countModulus: number
  purchaseRecord: boolean
  /** It holds money itself; without it the centre charges the account. */
  prepaid: boolean
  /** What it freezes, and how many of each it keeps; 0: none. */
  freezes: Readonly<Record<FreezeKind, number>>
  clock: { read: boolean; write: boolean; broadcast: boolean }
  relay: { trip: boolean; permitClose: boolean; directClose: boolean; keepPower: boolean }
  /** It keeps a record of what was taken out (0334). */
  refundRecord?: boolean
  /** Alarm amounts, overdraft and hoarding limit stand in it and can be written. */
  settings?: boolean
  /** Its overload power and delay can be written. */
  overload?: boolean
  /** It keeps a record of each opening of its covers. */
  covers?: boolean
  /** One register step of the remaining amount, fen. */
  moneyStepFen: number
  /** Absent: the centre charges, if the plan has more than what the factory set. */
  priceTables?: PriceTablesCapability
}
