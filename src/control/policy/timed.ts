// Timed control 分时控制, PURE: when a circuit is to be on by its schedule, and what has to be done for
// it now. Only the state that should be now counts: what was missed is not made up for one by one.

import { type Day, type Instant, plusMs } from '../../shared/clock.ts'
import { dayTypeOf } from '../../tariff/calendar.ts'
import type { ControlMode } from '../mode.ts'
import type { RelayCause } from '../relay-episode.ts'
import type { KeptBy } from './meter-mode.ts'
import type { DaySpan } from './settings.ts'
import { type Place, type Span, spansBetween, weekdayLike } from './windows.ts'

export type TimedHours = {
  /** Hours in which the circuit is closed; seven lists, Sunday first. */
  week: readonly (readonly DaySpan[])[]
  /** On public holidays; null: as the weekday says. */
  holiday: readonly DaySpan[] | null
}

const hoursOn = ({ week, holiday }: TimedHours, { calendar }: Place, of: Day) =>
  holiday !== null && dayTypeOf(calendar, of) === 'holiday'
    ? holiday
    : (week[weekdayLike(calendar, of)] ?? [])

export const onBetween = (hours: TimedHours, place: Place, span: Span): Span[] =>
  spansBetween((of) => hoursOn(hours, place, of), place.zone, span)

const LOOK_MS = 14 * 24 * 3_600_000

export type TimedState = {
  on: boolean
  /** Since when, and when it next changes; null: not within two weeks. */
  since: Instant | null
  next: Instant | null
}

export const timedAt = (hours: TimedHours, place: Place, at: Instant): TimedState => {
  const spans = onBetween(hours, place, { from: plusMs(at, -LOOK_MS), until: plusMs(at, LOOK_MS) })
  const within = spans.find((span) => span.from <= at && at < span.until)
  const edge = (moment: Instant | undefined): Instant | null =>
    moment === undefined || Math.abs(moment - at) > LOOK_MS ? null : moment
  if (within) return { on: true, since: edge(within.from), next: edge(within.until) }
  const before = spans.filter((span) => span.until <= at).at(-1)
  const after = spans.find((span) => span.from > at)
  return { on: false, since: edge(before?.until), next: edge(after?.from) }
}

export const SCHEDULE_REASON = 'schedule'

export type TimedFacts = {
  mode: ControlMode
  by: KeptBy | null
  /** When the mode was last set. */
  modeSince: Instant | null
  protected: boolean
  canTrip: boolean
  relay: 'closed' | 'tripped' | 'closePermitted' | null
  tripCause: RelayCause | null
  commandUnderWay: boolean
  /** The newest mode order was the schedule's, and the meter did not follow it. */
  orderFailed: boolean
  silent: boolean
}

export type TimedDecision = {
  intent: 'trip' | 'close' | 'nothing'
  reason:
    | 'switch'
    | 'again'
    | 'asItShouldBe'
    | 'protected'
    | 'cannotTrip'
    | 'operatorsTrip'
    | 'kept'
    | 'untilNextSwitch'
    | 'arrears'
    | 'waitsForHand'
    | 'trippedOtherwise'
    | 'notFollowed'
    | 'commandUnderWay'
}

const nothing = (reason: TimedDecision['reason']): TimedDecision => ({ intent: 'nothing', reason })

/** Why it is dark where its schedule is not the reason. */
const darkOtherwise = ({ relay, tripCause }: TimedFacts): TimedDecision => {
  if (relay === 'closePermitted') return nothing('waitsForHand')
  return nothing(tripCause === 'arrears' ? 'arrears' : 'trippedOtherwise')
}

const switchOn = (f: TimedFacts, again: boolean): TimedDecision => {
  if (f.mode === 'tripped') return { intent: 'close', reason: 'switch' }
  return again && f.relay === 'tripped' && f.tripCause === 'schedule'
    ? { intent: 'close', reason: 'again' }
    : darkOtherwise(f)
}

/**
 * What a schedule does to its circuit now; an order of its own that failed is made again. It never
 * undoes an operator's trip or keep-power, nor a trip for arrears; a mode that an operator has set
 * since the last switch stands until the next.
 */
export const decideTimed = (f: TimedFacts, { on, since }: TimedState): TimedDecision => {
  const ours = f.by?.owner === 'centre' && f.by.reason === SCHEDULE_REASON
  if (f.mode === 'kept') return nothing('kept')
  if (f.mode === 'tripped' && !ours) return nothing('operatorsTrip')
  if (on === (f.mode === 'prepaid') && f.relay === (on ? 'closed' : 'tripped'))
    return nothing('asItShouldBe')
  if (f.commandUnderWay) return nothing('commandUnderWay')
  const again = ours && f.orderFailed && !f.silent
  if (on) return switchOn(f, again)
  if (f.protected) return nothing('protected')
  if (!f.canTrip) return nothing('cannotTrip')
  // Also the alarm of relays that disagree asks for a person.
  if (f.mode === 'tripped')
    return again && f.relay === 'closed'
      ? { intent: 'trip', reason: 'again' }
      : nothing('notFollowed')
  const stands = f.by?.owner === 'operator' && f.modeSince !== null
  if (stands && (since === null || (f.modeSince ?? since) >= since))
    return nothing('untilNextSwitch')
  // Money, or a person, has it off already: that is not made the schedule's.
  if (f.relay !== 'closed') return darkOtherwise(f)
  return { intent: 'trip', reason: 'switch' }
}
