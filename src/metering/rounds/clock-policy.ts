// When and how a meter's clock is set right 校时策略, PURE. By the standard a meter follows a broadcast
// only when it is at most five minutes off, once a day, and not around midnight or settlement; what
// a broadcast can't mend is written to that meter alone.

import { type Instant, localTime, plusMs } from '../../shared/clock.ts'
import type { ModelCapabilities } from '../driver.ts'
import { CLOCK_LIMIT_MS } from '../readings/trust.ts'

export const CLOCK_MODES = ['off', 'broadcast', 'write', 'auto'] as const
export type ClockMode = (typeof CLOCK_MODES)[number]

export type ClockSettings = {
  mode: ClockMode
  /** What is tolerated. */
  limitMs: number
}

export const DEFAULT_CLOCK: ClockSettings = { mode: 'auto', limitMs: 60_000 }

const isMode = (value: unknown): value is ClockMode => CLOCK_MODES.some((mode) => mode === value)

const settingIn = (settings: unknown, name: string): unknown =>
  typeof settings === 'object' && settings !== null ? Reflect.get(settings, name) : undefined

/** `clockCorrection` and `clockLimitSeconds` (10 to 300) of settings laid over each other. */
export const clockSettings = (settings: unknown): ClockSettings => {
  const mode = settingIn(settings, 'clockCorrection')
  const limit = settingIn(settings, 'clockLimitSeconds')
  const isLimit = typeof limit === 'number' && limit >= 10 && limit <= 300
  return {
    mode: isMode(mode) ? mode : DEFAULT_CLOCK.mode,
    limitMs: isLimit ? Math.round(limit * 1_000) : DEFAULT_CLOCK.limitMs,
  }
}

export type ClockSight = {
  /** meter − centre, as measured. */
  offsetMs: number
  measuredAt: Instant
  settings: ClockSettings
  can: ModelCapabilities['clock']
  zone: string
  /** Of its bus. */
  lastBroadcastAt: Instant | null
  lastWriteAt: Instant | null
  /** The line lost it, and it was not the third one in a row lately. */
  lastWriteLost: boolean
  /** Money or a relay order is on its way to this meter: a deadline in its time is under way. */
  busy: boolean
  /** The same, for any meter of the bus. */
  busBusy: boolean
}

/** `measure`: the clock was corrected since it was read; `wait`: not at this moment. */
export type ClockAction = 'none' | 'wait' | 'measure' | 'broadcast' | 'write'

const DAY_MS = 24 * 3_600_000
/** A write that did not help is tried again after this. */
const WRITE_AGAIN_MS = 6 * 3_600_000
/** One that a bad line swallowed says nothing about the meter. */
const LOST_AGAIN_MS = 15 * 60_000
const HALF_HOUR_MINUTES = 30
const KEEP_CLEAR_MINUTES = 5

// Midnight, settlement (at some full hour that is not read) and half-hourly freezes all fall on
// half-hours: every one of them is kept clear, by our time and by the meter's.
export const isClear = (at: Instant, zone: string): boolean => {
  const into = localTime(at, zone).minute % HALF_HOUR_MINUTES
  return into >= KEEP_CLEAR_MINUTES && into < HALF_HOUR_MINUTES - KEEP_CLEAR_MINUTES
}

const wayOf = (sight: ClockSight, now: Instant): 'broadcast' | 'write' | null => {
  const { offsetMs, settings, can, lastBroadcastAt, lastWriteAt, lastWriteLost } = sight
  const { mode } = settings
  const hears = can.broadcast && Math.abs(offsetMs) <= CLOCK_LIMIT_MS
  const told = lastBroadcastAt !== null && now - lastBroadcastAt < DAY_MS
  if (mode !== 'write' && hears && !told) return 'broadcast'
  if (mode === 'broadcast' || !can.write) return null
  const againMs = lastWriteLost ? LOST_AGAIN_MS : WRITE_AGAIN_MS
  return lastWriteAt !== null && now - lastWriteAt < againMs ? null : 'write'
}

export const clockAction = (sight: ClockSight, now: Instant): ClockAction => {
  const { offsetMs, measuredAt, settings, can, zone, lastBroadcastAt, lastWriteAt } = sight
  if (settings.mode === 'off' || Math.abs(offsetMs) <= settings.limitMs) return 'none'
  const correctedAt = Math.max(lastBroadcastAt ?? 0, lastWriteAt ?? 0)
  if (measuredAt <= correctedAt) return can.read ? 'measure' : 'none'
  const way = wayOf(sight, now)
  if (way === null) return 'none'
  if (!isClear(now, zone) || !isClear(plusMs(now, offsetMs), zone)) return 'wait'
  return (way === 'broadcast' ? sight.busBusy : sight.busy) ? 'wait' : way
}
