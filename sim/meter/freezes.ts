// Freezes 冻结: copies of the registers a meter keeps by itself, each with the moment of its own
// clock, newest first. Every list is replaced as a whole, never altered.

import { dateDigits, type LocalFields, localFields, stampDigits } from './calendar.ts'
import { localMinute, meterNow } from './own-clock.ts'
import { keepsFreezes, type Site } from './site.ts'
import { energyWhOf, type Freeze, type MeterState } from './state.ts'
import { settlementsAt } from './tiers.ts'

const INTERVALS_KEPT = 254
const DAYS_KEPT = 62
const MONTHS_KEPT = 12
const INSTANTS_KEPT = 3
const MINUTE_MS = 60_000

const newest = <T>(one: T, before: readonly T[], kept: number): T[] =>
  [one, ...before].slice(0, kept)

const freezeOf = (state: MeterState, stamp: string): Freeze => ({
  stamp,
  tariffWh: [...state.tariffWh],
  reverseWh: state.reverseWh,
})

/** The interval in which the meter's clock is now; a later number is a later interval. */
export const slotOf = (state: MeterState, site: Site, atMs: number): number =>
  Math.floor(localMinute(state, site, atMs) / state.intervalMinutes)

/** When an interval begins, by the meter's clock. */
const slotFields = ({ intervalMinutes }: MeterState, slot: number): LocalFields =>
  localFields(slot * intervalMinutes * MINUTE_MS, 0)

const freezeInterval = (state: MeterState, slot: number): void => {
  const stamp = stampDigits(slotFields(state, slot))
  const one = { stamp, forwardWh: energyWhOf(state), reverseWh: state.reverseWh }
  state.intervalFreezes = newest(one, state.intervalFreezes, INTERVALS_KEPT)
}

const freezeDay = (state: MeterState, today: string): void => {
  const freeze = freezeOf(state, `${today}0000`)
  state.dailyFreezes = newest(freeze, state.dailyFreezes, DAYS_KEPT)
}

/** The settlement moment of a month lay between the two. */
const freezeMonth = (state: MeterState, before: LocalFields, now: LocalFields): void => {
  const { monthFrom } = settlementsAt(state.tiers.current, state.monthStart, now)
  if (stampDigits(before) >= `${monthFrom}00`) return
  state.settlements = newest(freezeOf(state, `${monthFrom}00`), state.settlements, MONTHS_KEPT)
}

/**
 * The end of an interval, and with it perhaps of a day or month. A clock that was set back meets
 * the same moments again and freezes again, as meters do.
 */
export const freezeWhatEnded = (state: MeterState, site: Site, atMs: number): void => {
  const slot = slotOf(state, site, atMs)
  if (slot === state.intervalSlot) return
  if (slot > state.intervalSlot) {
    freezeMonth(state, slotFields(state, state.intervalSlot), slotFields(state, slot))
    if (keepsFreezes(site.identity)) freezeInterval(state, slot)
  }
  state.intervalSlot = slot
  const today = dateDigits(localFields(meterNow(state, atMs), site.utcOffsetMinutes))
  if (today > state.frozenDay) freezeDay(state, today)
  state.frozenDay = today
}

export const freezeNow = (state: MeterState, site: Site, nowMs: number): void => {
  const stamp = stampDigits(localFields(meterNow(state, nowMs), site.utcOffsetMinutes))
  state.instantFreezes = newest(freezeOf(state, stamp), state.instantFreezes, INSTANTS_KEPT)
}
