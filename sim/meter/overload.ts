// Overload 过载: more than the set power of a phase for longer than the set delay. It shows in the
// status words of the phases; a meter that trips on it opens, and money never closes it again.

import { phasesOf, type Site } from './site.ts'
import type { MeterState } from './state.ts'

/** What a 60 A phase carries at 220 V, as delivered. */
export const DELIVERED_OVERLOAD = {
  overloadDw: 132_000,
  overloadDelaySeconds: 60,
  overloadFromMs: null,
} as const

const SECOND_MS = 1_000

/** A complex that lives fast draws many times as much: that overloads nobody. */
const isOver = (state: MeterState, site: Site, watts: number): boolean =>
  (watts * 10) / phasesOf(site.identity) / site.load.factor > state.overloadDw

/** Remembers since when; returns when the delay is over, or null while nothing too much flows. */
export const overloadAt = (state: MeterState, site: Site, watts: number): number | null => {
  if (!isOver(state, site, watts)) {
    state.overloadFromMs = null
    return null
  }
  state.overloadFromMs ??= state.atMs
  return state.overloadFromMs + state.overloadDelaySeconds * SECOND_MS
}

export const isOverloaded = ({ overloadFromMs, overloadDelaySeconds }: MeterState, nowMs: number) =>
  overloadFromMs !== null && nowMs >= overloadFromMs + overloadDelaySeconds * SECOND_MS
