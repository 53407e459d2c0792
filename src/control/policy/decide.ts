// The power policy 供电策略, PURE: what the centre does about one point now, why, and what would change
// it. It never trips on an old reading, under keep-power or while a paid purchase is on its way
// (INV-23), and never closes what an operator has tripped (INV-22).

import type { Relay } from '../../metering/driver.ts'
import { type Instant, plusMs } from '../../shared/clock.ts'
import type { ControlMode } from '../mode.ts'
import type { RelayCause } from '../relay-episode.ts'
import { MINUTE_MS } from './interlock.ts'
import type { SupplyPolicy } from './settings.ts'
import type { Window } from './windows.ts'

/** A figure older than this trips nobody (INV-23). */
export const TRIP_FRESH_MS = 15 * MINUTE_MS

export type PolicyFacts = {
  /** Who holds the money: the centre, or the meter, which then trips and closes by itself. */
  charged: 'centre' | 'meter'
  availableFen: number | null
  asOf: Instant | null
  /** What the supply may owe by its own terms. */
  overdraftFen: number
  alarm2Fen: number
  /** Since when it owes more than it may. */
  owesSince: Instant | null
  relay: Relay | null
  /** Power is kept, by the meter's own word. */
  kept: boolean
  silent: boolean
  mode: ControlMode
  tripCause: RelayCause | null
  protected: boolean
  /** Purchases that are paid and not yet in the meter, or held. */
  purchasesOnWay: number
  /** A mode command is under way, or has just ended. */
  commandUnderWay: boolean
  /** A surge that nobody has released covers the meter. */
  surge: boolean
  canTrip: boolean
  power: { watts: number; at: Instant } | null
  overloadSince: Instant | null
  overloadTries: number
  overloadTriedAt: Instant | null
  trippedSince: Instant | null
}

/** What would change the answer; a time besides where time alone would. */
const CHANGED_BY = {
  enough: ['use'],
  lowMoney: ['payment', 'use'],
  inGrace: ['payment', 'use'],
  arrears: ['payment'],
  delay: ['payment', 'time'],
  noTripWindow: ['payment', 'time'],
  tripsOff: ['settings'],
  protected: ['register'],
  kept: ['operator'],
  paidOnTheWay: ['delivery'],
  staleReading: ['reading'],
  moneyUnknown: ['reading'],
  relayUnknown: ['reading'],
  silent: ['reading'],
  commandUnderWay: ['command'],
  surge: ['release'],
  cannotTrip: ['model'],
  meterTripsItself: ['payment', 'use'],
  trippedByMode: ['operator'],
  needsOperator: ['operator'],
  switchedOff: ['time'],
  tripNotOurs: ['operator'],
  awaitingMoney: ['payment'],
  moneyCame: [],
  overload: ['operator', 'time'],
  overloadDelay: ['use', 'time'],
  overloadWait: ['operator', 'time'],
  overloadOperator: ['operator'],
  overloadTriesUsed: ['operator'],
  overloadOver: [],
} as const satisfies Record<string, readonly string[]>

export type PolicyReason = keyof typeof CHANGED_BY
export type ChangedBy = (typeof CHANGED_BY)[PolicyReason][number]

export type Decision = {
  intent: 'nothing' | 'warn' | 'trip' | 'reclose'
  cause: 'arrears' | 'overload' | null
  reason: PolicyReason
  /** When time alone would change it. */
  at: Instant | null
}

export const changedBy = (reason: PolicyReason): readonly ChangedBy[] => CHANGED_BY[reason]

const nothing = (reason: PolicyReason, at: Instant | null = null): Decision => ({
  ...{ intent: 'nothing', cause: null, reason, at },
})
const warn = (reason: PolicyReason, at: Instant | null = null): Decision => ({
  ...{ intent: 'warn', cause: null, reason, at },
})

/** What may be owed before anybody is tripped: the larger of the supply's terms and the grace. */
export const owedMost = (overdraftFen: number, { graceFen }: Pick<SupplyPolicy, 'graceFen'>) =>
  Math.max(overdraftFen, graceFen)

const minutes = (of: number): number => of * MINUTE_MS

const A_DAY_MS = 24 * 3_600_000

const afterOverload = (f: PolicyFacts, policy: SupplyPolicy, now: Instant): Decision => {
  const { recovery, waitMinutes, tries } = policy.overload
  if (recovery === 'operator') return nothing('overloadOperator')
  const again = f.overloadTriedAt !== null && now - f.overloadTriedAt < A_DAY_MS
  if (again && f.overloadTries >= tries) return nothing('overloadTriesUsed')
  const last = Math.max(f.trippedSince ?? now, again ? (f.overloadTriedAt ?? 0) : 0)
  const at = plusMs(now, last + minutes(waitMinutes) - now)
  return now < at
    ? nothing('overloadWait', at)
    : { intent: 'reclose', cause: 'overload', reason: 'overloadOver', at: null }
}

const whileTripped = (f: PolicyFacts, policy: SupplyPolicy, now: Instant): Decision => {
  if (f.tripCause === 'operator') return nothing('needsOperator')
  if (f.tripCause === 'schedule') return nothing('switchedOff')
  if (f.tripCause === 'overload') return afterOverload(f, policy, now)
  if (f.charged === 'meter') return nothing('meterTripsItself')
  if (f.tripCause !== 'arrears' && f.tripCause !== 'released') return nothing('tripNotOurs')
  if (f.availableFen === null) return nothing('moneyUnknown')
  return f.availableFen > -owedMost(f.overdraftFen, policy)
    ? { intent: 'reclose', cause: 'arrears', reason: 'moneyCame', at: null }
    : nothing('awaitingMoney')
}

/** Whether more is drawn than allowed, as last read. */
export const isOverload = (power: PolicyFacts['power'], powerW: number | null): boolean =>
  powerW !== null && power !== null && power.watts > powerW

/** Null while nothing too much is drawn; safety goes before windows and money. */
const overload = (f: PolicyFacts, { overload: o }: SupplyPolicy, now: Instant): Decision | null => {
  if (!o.centreTrips || !isOverload(f.power, o.powerW)) return null
  if (now - (f.power?.at ?? 0) > TRIP_FRESH_MS || f.protected || !f.canTrip) return null
  const at = plusMs(f.overloadSince ?? now, minutes(o.delayMinutes))
  if (now < at) return warn('overloadDelay', at)
  return f.surge
    ? warn('surge')
    : { intent: 'trip', cause: 'overload', reason: 'overload', at: null }
}

const arrears = (f: PolicyFacts, policy: SupplyPolicy, window: Window, now: Instant): Decision => {
  if (f.availableFen === null || f.asOf === null) return nothing('moneyUnknown')
  const { availableFen, overdraftFen } = f
  if (availableFen > -owedMost(overdraftFen, policy)) {
    if (availableFen <= -overdraftFen) return warn('inGrace')
    return availableFen <= f.alarm2Fen ? warn('lowMoney') : nothing('enough')
  }
  if (!policy.trips) return warn('tripsOff')
  if (f.protected) return warn('protected')
  if (now - f.asOf > TRIP_FRESH_MS) return nothing('staleReading')
  if (f.purchasesOnWay > 0) return nothing('paidOnTheWay')
  if (!f.canTrip) return warn('cannotTrip')
  const due = plusMs(f.owesSince ?? now, minutes(policy.delayMinutes))
  if (now < due) return warn('delay', due)
  if (window.now) return warn('noTripWindow', window.now.until)
  if (f.surge) return warn('surge')
  return { intent: 'trip', cause: 'arrears', reason: 'arrears', at: null }
}

/** What is to be done about this point now. */
export const decide = (
  f: PolicyFacts,
  policy: SupplyPolicy,
  window: Window,
  now: Instant,
): Decision => {
  if (f.mode === 'tripped') return nothing('trippedByMode')
  if (f.mode === 'kept' || f.kept) return nothing('kept')
  if (f.commandUnderWay) return nothing('commandUnderWay')
  if (f.silent) return nothing('silent')
  if (f.relay === null || f.relay === 'closePermitted') return nothing('relayUnknown')
  if (f.relay === 'tripped') return whileTripped(f, policy, now)
  const tooMuch = overload(f, policy, now)
  if (tooMuch) return tooMuch
  return f.charged === 'meter' ? nothing('meterTripsItself') : arrears(f, policy, window, now)
}
