// From the definition to what hangs on the wires 装表: stations for every bus, and the meters behind
// them as the control port knows them.

import { Bus, type Station, type Wires } from './bus.ts'
import { identityOf, isModbus, type SimBus, type SimMeter } from './definition.ts'
import type { Journal } from './journal.ts'
import { drawnW } from './meter/electrical.ts'
import type { Feeds, MeterIdentity } from './meter/site.ts'
import { throughWhOf } from './meter/state.ts'
import type { VirtualMeter } from './meter/virtual-meter.ts'
import { type Circuits, SimulatedDevice } from './modbus/device.ts'
import { deviceModelOf } from './modbus/models.ts'
import { drawnReactionMs, keptMeter, SimulatedMeter, type Surroundings } from './simulated-meter.ts'
import type { Timers } from './timers.ts'
import type { WitnessedMeter } from './witness.ts'

export type Mounting = {
  gateway: string
  surroundings: Surroundings
  journal: Journal | null
  timers: Timers
  pace: number
  /** The same reaction time for everybody, instead of one each. */
  reactionMs?: number
}

type Mounted = {
  wires: (onBytes: (bytes: Buffer) => void) => Wires
  meters: WitnessedMeter[]
}

const wiresOf =
  <F>(bus: SimBus, { pace, timers }: Mounting, stations: readonly Station<F>[]) =>
  (onBytes: (bytes: Buffer) => void): Wires =>
    new Bus({
      baud: bus.baud,
      bitsPerByte: bus.parity === 'none' ? 10 : 11,
      pace,
      timers,
      stations,
      onBytes,
    })

const mountMeter = (mounting: Mounting, bus: number, meter: SimMeter): SimulatedMeter => {
  const { gateway, surroundings, journal, timers } = mounting
  const reactionMs = mounting.reactionMs ?? meter.reactionMs
  const wiring = { gateway, bus, dead: meter.dead ?? false, reactionMs, preamble: meter.preamble }
  const site = { ...surroundings, identity: identityOf(meter) }
  return new SimulatedMeter(wiring, site, journal, timers)
}

const REGISTER_STEP_WH = 10

/** What a user's circuit begins with; the shares add up to the user's own figure. */
const initialShare = (initialWh: number, circuits: number, i: number): number => {
  const share = Math.floor(initialWh / circuits / REGISTER_STEP_WH) * REGISTER_STEP_WH
  return i === 0 ? initialWh - share * (circuits - 1) : share
}

/** One circuit of a user: a name of its own where the device has several, a share of the load. */
const circuitIdentity = (user: SimMeter, channel: number): MeterIdentity => {
  const identity = identityOf(user)
  const { channels } = user
  if (channels === undefined) return identity
  return {
    ...identity,
    address: `${user.address}.${channel}`,
    ratedW: Math.round(identity.ratedW / channels.length),
    initialWh: initialShare(identity.initialWh, channels.length, channels.indexOf(channel)),
  }
}

/** Nobody is wired to it. */
const idleIdentity = (pattern: SimMeter, address: string): MeterIdentity => ({
  ...identityOf({ ...pattern, ratedW: 0, initialWh: 0, found: undefined }),
  address,
})

const witnessed = (
  { gateway, timers }: Mounting,
  bus: number,
  device: SimulatedDevice,
  user: SimMeter,
): WitnessedMeter => {
  const channels = user.channels ?? [1]
  const [first, ...rest] = device.circuits.filter((_, i) => channels.includes(i + 1))
  if (first === undefined) throw new Error(`meter ${user.address} has no circuit`)
  return {
    address: user.address,
    gateway,
    bus,
    reactionMs: device.reactionMs,
    faults: device.faults,
    circuits: [first, ...rest],
    deviceCircuits: device.circuits,
    place: { device: device.address, channels },
    flush: () => {
      const nowMs = timers.wallMs()
      for (const circuit of [first, ...rest]) circuit.settle(nowMs)
    },
  }
}

const mountDevice = (
  mounting: Mounting,
  bus: number,
  address: string,
  users: readonly SimMeter[],
): { device: SimulatedDevice; meters: WitnessedMeter[] } => {
  const { gateway, surroundings, journal, timers } = mounting
  const [pattern] = users
  const model = pattern === undefined ? null : deviceModelOf(identityOf(pattern).model)
  if (pattern === undefined || model === null) throw new Error(`device ${address} has no model`)
  const circuits = Array.from({ length: model.circuits }, (_, i) => {
    const channel = i + 1
    const user = users.find(({ channels = [1] }) => channels.includes(channel))
    const identity =
      user === undefined
        ? idleIdentity(pattern, `${gateway}.${bus}.${address}.${channel}`)
        : circuitIdentity(user, channel)
    return keptMeter(identity, surroundings, journal, timers.wallMs())
  })
  const [first, ...rest] = circuits
  if (first === undefined) throw new Error(`device ${address} has no circuits`)
  const all: Circuits = [first, ...rest]
  const drawnMs = drawnReactionMs(surroundings.seed, `${gateway}.${bus}.${address}`)
  const reactionMs = mounting.reactionMs ?? pattern.reactionMs ?? drawnMs
  const device = new SimulatedDevice(address, reactionMs, model.map, all)
  device.faults.silent = users.some(({ dead }) => dead === true)
  return { device, meters: users.map((user) => witnessed(mounting, bus, device, user)) }
}

/** Everything on one bus; `meters` are those of the definition that hang there. */
export const mountBus = (mounting: Mounting, bus: SimBus, meters: readonly SimMeter[]): Mounted => {
  if (!isModbus(bus)) {
    const stations = meters.map((meter) => mountMeter(mounting, bus.ordinal, meter))
    return { wires: wiresOf(bus, mounting, stations), meters: stations }
  }
  const users = Map.groupBy(meters, ({ device = '' }) => device)
  const mounted = [...users].map(([address, of]) => mountDevice(mounting, bus.ordinal, address, of))
  return {
    wires: wiresOf(
      bus,
      mounting,
      mounted.map(({ device }) => device),
    ),
    meters: mounted.flatMap((one) => one.meters),
  }
}

const LOSS_PARTS = 102
const PARTS = 100

/** What flows to these circuits. A register that goes back, by a swap, counts as nothing used. */
export const feedsOf = (circuits: readonly VirtualMeter[]): Feeds => ({
  watts: (nowMs) => {
    const flows = circuits.map(({ state, site }) => drawnW({ state, site, nowMs }))
    return Math.round((flows.reduce((a, b) => a + b, 0) * LOSS_PARTS) / PARTS)
  },
  throughWh: (nowMs) =>
    circuits.map((circuit) => {
      circuit.advance(nowMs)
      return throughWhOf(circuit.state)
    }),
})
