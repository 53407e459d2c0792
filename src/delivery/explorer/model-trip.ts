// The order that switches a meter off before its money is taken out 先拉闸的模型: it ends by what is read
// back or by its time, and the point gets its mode back. A frame says until when it holds, so that
// none trips after its order has ended.

import type { ModelMeter } from './model-meter.ts'
import { violate, type World } from './model-world.ts'

export const isTripping = ({ trip }: World): boolean =>
  trip !== null && (trip.state === 'queued' || trip.state === 'sent')

/** The swap is at its end, or is called off: what was desired before is desired again. */
export const endTrip = (world: World, { stays }: { stays: boolean }): void => {
  const { trip, scenario } = world
  if (trip === null || scenario.reduction?.trip === 'kept') return
  trip.released = true
  trip.state = trip.state === 'confirmed' ? 'confirmed' : 'ended'
  if (stays) world.meter.relay = 'closed'
}

/** A person calls it off: nothing was sent. */
export const callOff = (world: World): void => {
  if (world.reduction === null) return
  world.reduction.state = 'CANCELLED'
  endTrip(world, { stays: true })
}

/** Money may be asked for when the order has ended, and all of it when it is seen to be off. */
export const judgeAsking = (world: World, meter: ModelMeter, amountFen: number): void => {
  if (isTripping(world)) violate(world, 'money asked for before the trip had ended')
  const off = world.trip?.state === 'confirmed' && world.reduction?.wantedFen === null
  const allFen = world.reduction?.before?.remainingFen ?? 0
  if (off && meter.relay === 'tripped' && amountFen < allFen)
    violate(world, 'a margin kept by a meter that is off')
}

export const judgeTrip = (world: World): void => {
  const { trip, reduction } = world
  if (trip === null || world.onHold) return
  const ended = reduction?.state === 'DONE' || reduction?.state === 'CANCELLED'
  if (ended && !trip.released) violate(world, 'left switched off')
}
