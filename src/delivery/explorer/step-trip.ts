// A node at work on the order that switches a meter off 拉闸一步: sent over the bus that lies, and read
// back.

import { LINE_CHOICES, readOverBus, sendOver } from './model-bus.ts'
import type { ModelMeter, Reply } from './model-meter.ts'
import { isTripping } from './model-trip.ts'
import { commitOf, type World } from './model-world.ts'

/** How often it is asked before its time is over. */
const TRIES = 2

const obey = (world: World, meter: ModelMeter): Reply => {
  if (!isTripping(world)) return 'other'
  meter.relay = 'tripped'
  return 'accepted'
}

const ask = (world: World, meter: ModelMeter): void => {
  sendOver(world, {
    ...{ name: 'trip', meter, choices: LINE_CHOICES },
    apply: () => obey(world, meter),
    tear: () => undefined,
  })
}

/** One step of whoever carries the order out; false: nobody goes on with it. */
export const stepTrip = (world: World, meter: ModelMeter): boolean => {
  const { trip } = world
  if (trip === null || !isTripping(world)) return true
  const lost = world.scenario.reduction?.trip === 'lost'
  if (trip.state === 'queued') {
    commitOf(world, () => Object.assign(trip, { state: 'sent' }))
    return true
  }
  if (!trip.asked) {
    if (lost && trip.tries > 0) return false
    Object.assign(trip, { asked: true, tries: trip.tries + 1 })
    ask(world, meter)
    return true
  }
  const came = readOverBus(world, meter) !== null
  trip.asked = false
  const off = came && meter.relay === 'tripped'
  world.log?.push(`   the relay is ${came ? meter.relay : 'unknown'}`)
  if (off || (trip.tries >= TRIES && !lost))
    commitOf(world, () => Object.assign(trip, { state: off ? 'confirmed' : 'notTripped' }))
  return true
}
