// When a clock may be set 校时时机, PURE: never so near to midnight, the day cut or a half-hourly
// freeze that a reading would fall on the wrong side of it, by our time or by the meter's.

import { isClear } from '../metering/rounds/clock-policy.ts'
import { type Instant, localTime, plusMs } from '../shared/clock.ts'

const DAY_MINUTES = 1_440
const KEEP_CLEAR_MINUTES = 5

export type ClockPlace = { zone: string; dayCutMinutes: number }

const awayFromCut = (at: Instant, { zone, dayCutMinutes }: ClockPlace): boolean => {
  const { hour, minute } = localTime(at, zone)
  const into = (hour * 60 + minute - dayCutMinutes + DAY_MINUTES) % DAY_MINUTES
  return into >= KEEP_CLEAR_MINUTES && into < DAY_MINUTES - KEEP_CLEAR_MINUTES
}

/** `offsetMs`: meter − centre, where it is known. */
export const mayBeSet = (now: Instant, place: ClockPlace, offsetMs = 0): boolean =>
  [now, plusMs(now, offsetMs)].every((at) => isClear(at, place.zone) && awayFromCut(at, place))
