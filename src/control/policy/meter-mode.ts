// The same policy where the meter holds the money 表内预付费策略, PURE: it trips by itself the moment its
// money is used up, so what the policy allows is met by other means: the overdraft in the meter as
// grace, keep-power over a window in which it might run dry, and always for protected circuits.

import type { ModelCapabilities } from '../../metering/driver.ts'
import { type Instant, plusMs } from '../../shared/clock.ts'
import type { ControlMode } from '../mode.ts'
import { owedMost, type PolicyFacts } from './decide.ts'
import { MINUTE_MS } from './interlock.ts'
import type { SupplyPolicy } from './settings.ts'
import { hasWindows, type Span, type Window } from './windows.ts'

/** Why the centre keeps power of its own accord; with the mode, as its reason. */
export const KEEP_REASONS = ['policy.protected', 'policy.noTrips', 'policy.window'] as const
export type KeepReason = (typeof KEEP_REASONS)[number]

export type KeptBy = { owner: 'operator' | 'centre'; reason: string; until: Instant | null }

export type MeterFacts = Pick<
  PolicyFacts,
  'availableFen' | 'asOf' | 'overdraftFen' | 'relay' | 'silent' | 'protected' | 'commandUnderWay'
> & {
  meterId: number
  mode: ControlMode
  by: KeptBy | null
  /** What it may use in a day at the most, fen; null: nobody knows. */
  dailyFen: number | null
  alarm1Fen: number
}

export type Can = { keep: boolean; settings: boolean }
export const canOf = (model: ModelCapabilities | null): Can => ({
  keep: model?.relay.keepPower === true,
  settings: model?.settings === true,
})

/** What this model can't do of the policy. */
export type Gap = 'protected' | 'noTrips' | 'window' | 'delay' | 'grace' | 'trip'

export type MeterIntent =
  | { intent: 'nothing'; reason: MeterReason }
  | { intent: 'keep'; reason: KeepReason; until: Instant | null }
  | { intent: 'releaseKeep'; reason: 'keepNotWanted' }
export type MeterReason =
  | 'asItShouldBe'
  | 'operatorsMode'
  | 'notClosed'
  | 'commandUnderWay'
  | 'cannotKeep'
  | 'noKeepNeeded'

/** Those who run dry all the same are not released at one moment: some minutes lie between. */
const RELEASE_SPREAD_MINUTES = 10
export const releasedAt = ({ until }: Span, meterId: number): Instant =>
  plusMs(until, (meterId % RELEASE_SPREAD_MINUTES) * MINUTE_MS)

const A_DAY_MS = 24 * 3_600_000
/** A day may use so many times what days use on average. */
const MARGIN = 3
/** A wallet that was not read for so long is not known. */
const WALLET_FRESH_MS = 2 * 3_600_000

/** Whether the money might be used up before `until`; what is not known might. */
export const mayRunDry = (f: MeterFacts, now: Instant, until: Instant): boolean => {
  if (f.availableFen === null || f.asOf === null || now - f.asOf > WALLET_FRESH_MS) return true
  const left = f.availableFen + f.overdraftFen
  if (f.dailyFen === null) return left <= f.alarm1Fen
  return left <= (f.dailyFen * MARGIN * (until - now)) / A_DAY_MS
}

type Wanted = { reason: KeepReason; until: Instant | null }

const wanted = (
  f: MeterFacts,
  policy: SupplyPolicy,
  { now: within, next }: Window,
  aheadMinutes: number,
  now: Instant,
): Wanted | null => {
  if (f.protected) return { reason: 'policy.protected', until: null }
  if (!policy.trips) return { reason: 'policy.noTrips', until: null }
  const ahead = next && next.from - now <= aheadMinutes * MINUTE_MS ? next : null
  const window = within ?? ahead
  if (!window) return null
  const isOurs = f.mode === 'kept' && f.by?.owner === 'centre' && f.by.reason === 'policy.window'
  // What was kept for this window stays so, also where money came meanwhile.
  if (!isOurs && !mayRunDry(f, now, window.until)) return null
  return { reason: 'policy.window', until: releasedAt(window, f.meterId) }
}

const isKeepReason = (reason: string): reason is KeepReason =>
  KEEP_REASONS.some((known) => known === reason)

/**
 * What is to be done about a meter with a wallet. Never closes a relay that is open: power that
 * went off for money stays so, window or not.
 */
export const decideMeter = (
  f: MeterFacts,
  policy: SupplyPolicy,
  window: Window,
  at: { aheadMinutes: number; now: Instant; can: Can },
): MeterIntent => {
  const ours = f.by?.owner === 'centre' && isKeepReason(f.by.reason)
  if (f.mode === 'tripped' || (f.mode === 'kept' && !ours))
    return { intent: 'nothing', reason: 'operatorsMode' }
  const want = wanted(f, policy, window, at.aheadMinutes, at.now)
  const isKept = f.mode === 'kept'
  if (isKept && want && f.by?.reason === want.reason && f.by.until === want.until)
    return { intent: 'nothing', reason: 'asItShouldBe' }
  if (f.commandUnderWay) return { intent: 'nothing', reason: 'commandUnderWay' }
  if (!want) {
    // The end of a window is not a change of mind: its release is already ordered.
    const runsOut = isKept && f.by !== null && f.by.until !== null && f.by.until <= at.now
    if (isKept && !runsOut && !(f.by?.reason === 'policy.window' && f.by.until !== null))
      return { intent: 'releaseKeep', reason: 'keepNotWanted' }
    return { intent: 'nothing', reason: 'noKeepNeeded' }
  }
  if (!at.can.keep) return { intent: 'nothing', reason: 'cannotKeep' }
  if (!isKept && f.relay !== 'closed') return { intent: 'nothing', reason: 'notClosed' }
  return { intent: 'keep', ...want }
}

/** The overdraft that the meter has to have; null where it is as it should be, or can't be set. */
export const overdraftWanted = (
  { overdraftFen }: Pick<MeterFacts, 'overdraftFen'>,
  policy: SupplyPolicy,
  can: Can,
): number | null => {
  const fen = owedMost(overdraftFen, policy)
  return can.settings && fen > overdraftFen ? fen : null
}

/** What of the policy this meter can't meet. */
export const gapsOf = (
  f: Pick<MeterFacts, 'protected' | 'overdraftFen'>,
  policy: SupplyPolicy,
  can: Can,
): Gap[] => {
  const gaps: Gap[] = []
  if (f.protected && !can.keep) gaps.push('protected')
  if (!policy.trips && !can.keep) gaps.push('noTrips')
  if (hasWindows(policy.noTrip) && !can.keep) gaps.push('window')
  // No meter waits; an overdraft is what it knows of patience.
  if (policy.delayMinutes > 0) gaps.push('delay')
  if (policy.graceFen > f.overdraftFen && !can.settings) gaps.push('grace')
  return gaps
}

/** The same where the centre holds the money: all it needs of a meter is that it can be tripped. */
export const gapsOfCentre = (
  f: Pick<PolicyFacts, 'protected' | 'canTrip'>,
  { trips, overload }: SupplyPolicy,
): Gap[] => {
  const asked = trips || (overload.powerW !== null && overload.centreTrips)
  return asked && !f.protected && !f.canTrip ? ['trip'] : []
}
