// The meter's own clock 表内时钟走时: how far it is from the host's, how fast it drifts away, and the
// moments at which it was set. `clockOffsetMs` is the distance at `driftSinceMs`.

import type { Site } from './site.ts'
import type { MeterState } from './state.ts'

const MILLION = 1_000_000

type OwnClock = Pick<MeterState, 'clockOffsetMs' | 'clockPpm' | 'driftSinceMs'>

/** How much the clock has gained since it was set; negative where it is slow. */
const driftMs = (clock: OwnClock, nowMs: number): number =>
  clock.clockPpm === 0 ? 0 : Math.floor(((nowMs - clock.driftSinceMs) * clock.clockPpm) / MILLION)

/** What the meter takes for the present moment. */
export const meterNow = (clock: OwnClock, nowMs: number): number =>
  nowMs + clock.clockOffsetMs + driftMs(clock, nowMs)

/** The first host moment at which the meter's clock shows `meterMs` or later. */
export const hostMoment = (clock: OwnClock, meterMs: number): number => {
  const plainMs = meterMs - clock.clockOffsetMs
  if (clock.clockPpm === 0) return plainMs
  const goneMs = ((plainMs - clock.driftSinceMs) * MILLION) / (MILLION + clock.clockPpm)
  let atMs = clock.driftSinceMs + Math.round(goneMs)
  while (meterNow(clock, atMs) < meterMs) atMs += 1
  while (meterNow(clock, atMs - 1) >= meterMs) atMs -= 1
  return atMs
}

/** From now on the clock is off by `offsetMs`, and drifts on from there. */
export const moveClock = (clock: OwnClock, nowMs: number, offsetMs: number): void => {
  clock.clockOffsetMs = offsetMs
  clock.driftSinceMs = nowMs
}

/** Changes the speed without a jump. */
export const setDrift = (clock: OwnClock, nowMs: number, ppm: number): void => {
  moveClock(clock, nowMs, meterNow(clock, nowMs) - nowMs)
  clock.clockPpm = ppm
}

const MINUTE_MS = 60_000

/** Whole local minutes since 1970, as the meter counts them. */
export const localMinute = (clock: OwnClock, site: Site, atMs: number): number =>
  Math.floor(meterNow(clock, atMs) / MINUTE_MS) + site.utcOffsetMinutes
