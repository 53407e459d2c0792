// One simulated Modbus device in a test's own time 模拟Modbus装置: the centre's bus session on one
// side, the simulator's wires and device on the other, no sockets between.

import { Bus as SimulatedWires } from '../sim/bus.ts'
import type { SimMeter } from '../sim/definition.ts'
import { benchDevice } from '../sim/modbus/bench-device.ts'
import type { SimulatedDevice } from '../sim/modbus/device.ts'
import type { Timers } from '../sim/timers.ts'
import { busSettings } from '../src/metering/bus/line.ts'
import { type Bus, createBus } from '../src/metering/bus/session.ts'
import type { ManualClock } from './manual-clock.ts'

const BAUD = 9_600
const BITS = 10

const timersOf = (clock: ManualClock): Timers => ({
  wallMs: () => clock.now(),
  monoMs: () => clock.mono(),
  after: (delayMs, run) => {
    clock.after(delayMs, run)
  },
  every: () => () => {},
})

export type SimulatedModbus = { bus: Bus; device: SimulatedDevice; sent: Buffer[] }

/** The device answers as unit 1. */
export const simulatedModbus = (
  clock: ManualClock,
  meter: Partial<SimMeter> & Pick<SimMeter, 'model'>,
): SimulatedModbus => {
  const device = benchDevice(meter, clock.now())
  const bus = createBus(clock, busSettings({ baud: BAUD, parity: 'none', replyTimeoutMs: 500 }))
  const wires = new SimulatedWires({
    baud: BAUD,
    bitsPerByte: BITS,
    pace: 1,
    timers: timersOf(clock),
    stations: [device],
    onBytes: (bytes) => bus.received(bytes),
  })
  const sent: Buffer[] = []
  bus.connected({
    write: (bytes) => {
      sent.push(Buffer.from(bytes))
      wires.transmit(Buffer.from(bytes))
    },
  })
  return { bus, device, sent }
}
