// Which meters of a batch go first 先行试点, and what becomes of the rest. Pure: a mistake in what is
// ordered shall be seen on a few meters before it is seen on a thousand.

import type { MeterId } from '../shared/ids.ts'
import { type CommandState, isOpen } from './command.ts'

/** In batches of more meters than this some go first; a complex may say otherwise. */
export const CANARY_ABOVE = 20
const FIRST_MOST = 3

export type MayGoFirst = { meterId: MeterId; model: string; busId: number; heard: boolean }

/** Up to three that answer, of as many models and then lines as there are. */
export const whoGoesFirst = (targets: readonly MayGoFirst[]): ReadonlySet<MeterId> => {
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

/** Of those that went first: null while nothing is decided. */
export const verdictOfFirst = (states: readonly CommandState[]): 'confirmed' | 'failed' | null => {
  const bad: readonly CommandState[] = ['failed', 'expired', 'held']
  if (states.some((state) => bad.includes(state))) return 'failed'
  if (states.some(isOpen)) return null
  // One that gave way to a newer order tells nothing; where all did, nothing shows that it works.
  return states.includes('confirmed') ? 'confirmed' : 'failed'
}
