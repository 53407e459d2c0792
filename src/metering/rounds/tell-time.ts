// Broadcast of the time 广播校时: every meter of a bus hears it, nobody answers. What it did is read
// from the meters' clocks afterwards.

import type { Clock } from '../../ports/clock.ts'
import { localTime } from '../../shared/clock.ts'
import type { Bus } from '../bus/session.ts'
import type { Outcome } from '../driver.ts'
import { fault } from '../drivers/asking.ts'
import { onTheSecond } from '../drivers/on-the-second.ts'
import type { MeterModel } from '../meter-model/meter-model.ts'
import { broadcastTime } from '../protocol/dlt645/commands/clock.ts'

export type BusTime = {
  bus: Bus
  clock: Clock
  /** Meters keep local time of this zone. */
  zone: string
  /** Of the meters on the bus. */
  models: readonly MeterModel[]
  /** How long the frame is on the line. */
  travelMs: number
}

/**
 * 'not-supported' where no meter of the bus takes its time from a broadcast. It is sent such that
 * the second it names begins when its last byte arrives.
 */
export const tellTime = async (to: BusTime): Promise<Outcome<null>> => {
  const { bus, clock, zone, models, travelMs } = to
  if (!models.some((model) => model.capabilities.clock.broadcast)) {
    return fault('not-supported', 'broadcast time')
  }
  const told = await onTheSecond(clock, travelMs, async (moment, sendBefore) => {
    const request = broadcastTime(localTime(moment, zone))
    const left = await bus.broadcast({ request, priority: 'onDemand', sendBefore })
    return left.ok ? { ok: true, value: { answered: 'accepted' } } : left
  })
  return told.ok ? { ok: true, value: null } : told
}
