// A bus of simulated meters in a test's own time 模拟总线: the centre's session on one side, the
// simulator's wires and meters on the other, no sockets between.

import { Bus as SimulatedWires } from '../sim/bus.ts'
import { identityOf, type SimMeter } from '../sim/definition.ts'
import { SimulatedMeter } from '../sim/simulated-meter.ts'
import type { Timers } from '../sim/timers.ts'
import { busSettings } from '../src/metering/bus/line.ts'
import { type Bus, createBus } from '../src/metering/bus/session.ts'
import type { ManualClock } from './manual-clock.ts'

export type SimulatedBus = {
  bus: Bus
  /** The meter at the far end; throws where there is none. */
  station(address: string): SimulatedMeter
  /** Labels would hide it: the bytes of every request, in order. */
  sent: Buffer[]
}

const BAUD = 9_600
const REACTION_MS = 60

const timersOf = (clock: ManualClock): Timers => ({
  wallMs: () => clock.now(),
  monoMs: () => clock.mono(),
  after: (delayMs, run) => {
    clock.after(delayMs, run)
  },
  every: () => () => {},
})

/** `reactionMs` null: one each, as on a real bus. */
export type BusManner = { baud?: number; reactionMs?: number | null; replyTimeoutMs?: number }

export const simulatedBus = (
  clock: ManualClock,
  meters: readonly Omit<SimMeter, 'gateway'>[],
  { baud = BAUD, reactionMs = REACTION_MS, replyTimeoutMs = 1_000 }: BusManner = {},
): SimulatedBus => {
  const timers = timersOf(clock)
  const stations = meters.map((meter) => {
    const identity = identityOf({ gateway: 'A', ...meter })
    const site = { utcOffsetMinutes: 480, seed: 1, load: { factor: 0 }, identity }
    const own = reactionMs === null ? {} : { reactionMs }
    const wiring = { gateway: 'A', dead: meter.dead ?? false, ...own }
    return new SimulatedMeter(wiring, site, null, timers)
  })
  const bus = createBus(clock, busSettings({ baud, replyTimeoutMs }))
  const wires = new SimulatedWires({
    baud,
    pace: 1,
    timers,
    stations,
    onBytes: (bytes) => bus.received(bytes),
  })
  const sent: Buffer[] = []
  bus.connected({
    write: (bytes) => {
      sent.push(Buffer.from(bytes))
      wires.transmit(Buffer.from(bytes))
    },
  })
  return {
    bus,
    sent,
    station: (address) => {
      const found = stations.find((station) => station.address === address)
      if (!found) throw new Error(`no simulated meter ${address}`)
      return found
    },
  }
}
