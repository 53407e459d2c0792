// Which meters of a batch go first 先行试点, and what becomes of the rest. Pure: a mistake in what is
// ordered shall be seen on a few meters before it is seen on a thousand.

import type { MeterId } from '../shared/ids.ts'
import { type CommandState, isOpen } from './command.ts'
import type { CommandKind } from './kinds.ts'

/** In batches of more meters than this some go first; a complex may say otherwise. */
export const CANARY_ABOVE = 20
const FIRST_MOST = 3

export type MayGoFirst = { meterId: MeterId; model: string; busId: number; heard: boolean }

/** Up to three that answer, of as many models and then lines as there are. */
const someOf = (targets: readonly MayGoFirst[]): ReadonlySet<MeterId> => {
  const heard = targets.filter((target) => target.heard)
  const from = heard.length > 0 ? heard : targets
  const chosen: MayGoFirst[] = []
  const take = (differs: (one: MayGoFirst, other: MayGoFirst) => boolean) => {
    for (const one of from) {
      if (chosen.length >= FIRST_MOST) return
      if (chosen.every((other) => differs(one, other))) chosen.push(one)
    }
  }
  take((one, other) => one.model !== other.model)
  take((one, other) => one.meterId !== other.meterId && one.busId !== other.busId)
  take((one, other) => one.meterId !== other.meterId)
  return new Set(chosen.map(({ meterId }) => meterId))
}

/** For each model one; one that answers, where any does. */
const oneOfEachModel = (targets: readonly MayGoFirst[]): ReadonlySet<MeterId> => {
  const chosen = new Map<string, MayGoFirst>()
  for (const one of targets) {
    const before = chosen.get(one.model)
    if (!before || (one.heard && !before.heard)) chosen.set(one.model, one)
  }
  return new Set([...chosen.values()].map(({ meterId }) => meterId))
}

/**
 * Null: all at once, `above` meters or fewer. Whether a plan's tables go into a meter each model
 * shows for itself, so of prices one of each goes first, however few they are.
 */
export const whoGoesFirst = (
  kind: CommandKind,
  targets: readonly MayGoFirst[],
  above: number,
): ReadonlySet<MeterId> | null => {
  if (kind !== 'pushPrice') return targets.length > above ? someOf(targets) : null
  const first = oneOfEachModel(targets)
  return first.size < targets.length ? first : null
}

/** Of those that went first: null while nothing is decided. */
export const verdictOfFirst = (states: readonly CommandState[]): 'confirmed' | 'failed' | null => {
  const bad: readonly CommandState[] = ['failed', 'expired', 'held']
  if (states.some((state) => bad.includes(state))) return 'failed'
  if (states.some(isOpen)) return null
  // One that gave way to a newer order tells nothing; where all did, nothing shows that it works.
  return states.includes('confirmed') ? 'confirmed' : 'failed'
}
