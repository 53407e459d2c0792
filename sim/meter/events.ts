// Event records 事件记录: what a meter writes down about itself, ten of each kind, newest first. Relay
// events and purchases have lists of their own.

import { dateDigits, localFields, timeDigits } from './calendar.ts'
import { meterNow } from './own-clock.ts'
import type { Site } from './site.ts'
import { type EventKind, energyWhOf, type MeterEvent, type MeterState } from './state.ts'

const EVENTS_KEPT = 10
const ITEMS_KEPT = 10

/** YYMMDDhhmmss of the meter's clock. */
export const momentDigits = (state: MeterState, site: Site, nowMs: number): string => {
  const t = localFields(meterNow(state, nowMs), site.utcOffsetMinutes)
  return dateDigits(t) + timeDigits(t)
}

const energies = (state: MeterState): number[] => [energyWhOf(state), state.reverseWh]

type Beginning = Partial<Pick<MeterEvent, 'operator' | 'items' | 'end'>>

export const recordEvent = (
  state: MeterState,
  kind: EventKind,
  start: string,
  { operator = '00000000', items = [], end = '' }: Beginning = {},
): void => {
  const log = state.events[kind]
  const one = { start, end, operator, items, beforeWh: energies(state), afterWh: [] }
  state.events = {
    ...state.events,
    [kind]: { count: log.count + 1, last: [one, ...log.last].slice(0, EVENTS_KEPT) },
  }
}

const replaceNewest = (state: MeterState, kind: EventKind, change: Partial<MeterEvent>): void => {
  const log = state.events[kind]
  const last = log.last.map((event, i) => (i === 0 ? { ...event, ...change } : event))
  state.events = { ...state.events, [kind]: { ...log, last } }
}

/** A lasting event (power down, open cover) is over; nothing happens where none goes on. */
export const endEvent = (state: MeterState, kind: EventKind, end: string): void => {
  if (state.events[kind].last[0]?.end !== '') return
  replaceNewest(state, kind, { end, afterWh: energies(state) })
}

/** Writes of one operator within the same minute are one programming 编程, with its items. */
export const recordProgramming = (
  state: MeterState,
  moment: string,
  operator: string,
  item: string,
): void => {
  const newest = state.events.programming.last[0]
  const same = newest?.operator === operator && newest.start.slice(0, 10) === moment.slice(0, 10)
  if (newest === undefined || !same) {
    recordEvent(state, 'programming', moment, { operator, items: [item], end: moment })
  } else if (newest.items.length < ITEMS_KEPT) {
    replaceNewest(state, 'programming', { items: [...newest.items, item] })
  }
}
