// What a mode would mean for a meter as it stands 预期动作: the orders that would leave, one after the
// other, and what is worth knowing beforehand. Pure: the same steps that are taken later, each with
// its effect assumed.

import type { RelayOrder } from '../metering/driver.ts'
import { never } from '../shared/assert.ts'
import {
  type ControlMode,
  type ModeFacts,
  type ModeNote,
  nextStep,
  type RelayCapabilities,
  type RelayRead,
} from './mode.ts'

/** `mayNeedHand`: closing will be permitted, and the meter may wait for its button. */
export type IntendedNote = ModeNote | 'mayNeedHand' | 'relayUnknown'
export type IntendedMode = {
  intended: (RelayOrder | 'lookFirst' | 'nothing')[]
  note: IntendedNote | null
}

/** No series is longer. */
const STEPS_MAX = 4

const after = (read: RelayRead, order: RelayOrder): RelayRead => {
  switch (order) {
    case 'trip':
      return { ...read, relay: 'tripped' }
    case 'directClose':
    case 'permitClose':
      return { ...read, relay: 'closed' }
    case 'keepOn':
      return { ...read, kept: true }
    case 'keepOff':
      return { ...read, kept: false }
    default:
      return never(order)
  }
}

/** Null for `read`: the relay is not known, and is looked at before anything is sent. */
export const intendedMode = (
  mode: ControlMode,
  can: RelayCapabilities,
  read: RelayRead | null,
  facts: ModeFacts,
): IntendedMode => {
  if (read === null) return { intended: ['lookFirst'], note: 'relayUnknown' }
  const orders: RelayOrder[] = []
  let seen = read
  for (let i = 0; i < STEPS_MAX; i++) {
    const tripOurs = facts.tripOurs || orders.includes('trip')
    const step = nextStep(mode, can, seen, { ...facts, tripOurs })
    if (step.step === 'impossible') break
    if (step.step === 'confirmed') {
      const hand = orders.includes('permitClose') ? 'mayNeedHand' : null
      return { intended: orders.length > 0 ? orders : ['nothing'], note: step.note ?? hand }
    }
    orders.push(step.order)
    seen = after(seen, step.order)
  }
  return { intended: orders.length > 0 ? orders : ['nothing'], note: null }
}
