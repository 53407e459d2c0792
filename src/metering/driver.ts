// What a metering channel can be asked, whatever protocol it speaks 电表驱动. The bus session behind
// it keeps the one-request-at-a-time rule; faults are returned, because a poller lives with them.

import type { Fen } from '../ledger/money.ts'
import type { Instant } from '../shared/clock.ts'
import type { Wh } from '../shared/energy.ts'
import type { MeterId } from '../shared/ids.ts'

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
export type Priority = 'relay' | 'recharge' | 'onDemand' | 'retry' | 'status' | 'energy'

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

export type StatusReading = {
  at: Instant
  remainingFen: Fen
  overdraftFen: Fen
  balanceFen: Fen
  count: number
  customerNo: string
  opened: boolean
  relay: Relay
  kept: boolean
  statusWord: number
  powerW: number | null
}

export type EnergyReading = {
  at: Instant
  energyWh: Wh
  tariffsWh: readonly (Wh | null)[] | null
  reverseWh: Wh | null
}

export type RelayReading = { at: Instant; relay: Relay; kept: boolean; statusWord: number }

/** What a meter answered to a write; it decides nothing, reading back does (INV-14, INV-16). */
export type WriteAnswer = { answered: 'accepted' } | { answered: 'refused'; detail: string }

export type CreditOrder = { count: number; amountFen: Fen; customerNo: string }

export type RelayOrder = 'trip' | 'permitClose' | 'directClose' | 'keepOn' | 'keepOff'

export type MeterDriver = {
  readonly meterId: MeterId
  readonly model: string
  readWallet(priority: Priority): Promise<Outcome<WalletReading>>
  readStatus(priority: Priority): Promise<Outcome<StatusReading>>
  readEnergy(priority: Priority): Promise<Outcome<EnergyReading>>
  readRelay(priority: Priority): Promise<Outcome<RelayReading>>
  /** Offset of the meter's clock: meter − centre, ms. */
  readClock(priority: Priority): Promise<Outcome<{ at: Instant; offsetMs: number }>>
  /** 070101FF: writes the customer number with the first amount. Authenticates by itself. */
  openAccount(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  /** 070102FF: accepted by a sound meter only when it holds count − 1. */
  recharge(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  /** 1CH with a deadline in the meter's own time; 'deadline-passed' when too late to send. */
  orderRelay(order: RelayOrder, deadline: Instant): Promise<Outcome<WriteAnswer>>
}

/** The meters this process is master of; null for one that another process or nobody serves. */
export type Drivers = { of(meter: MeterId): MeterDriver | null }

/** Declared per meter model. */
export type ModelCapabilities = {
  /** How the meter refuses a repeated credit (`design`: fence of the delivery protocol). */
  replayGuard: 'counter' | 'order' | 'absolute' | 'none'
  reduce: 'refund' | 'reinitialise' | 'none'
  /** The count on the wire is n mod this. */
  countModulus: number
  purchaseRecord: boolean
  prepaid: boolean
  relay: { trip: boolean; permitClose: boolean; directClose: boolean; keepPower: boolean }
  /** One register step of the remaining amount, fen. */
  moneyStepFen: number
}
