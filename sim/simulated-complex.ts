// The simulated complex 模拟综合体: gateways with their meters, what they remember, and the control
// port, in one object that a test can start inside its own process.

import { join } from 'node:path'
import { type Control, startControl } from './control.ts'
import { busesOf, type SimDefinition, type SimGateway, type SimMeter } from './definition.ts'
import { bindFolder, folderOf, keepPorts, type Ports } from './folder.ts'
import { Gateway } from './gateway.ts'
import { Journal } from './journal.ts'
import { throughWhOf } from './meter/state.ts'
import type { VirtualMeter } from './meter/virtual-meter.ts'
import { feedsOf, type Mounting, mountBus } from './stations.ts'
import { hostTimers, type Timers } from './timers.ts'
import type { World } from './world.ts'

const CHINA_OFFSET_MINUTES = 480
/** Every meter's consumption is written down once in this time, a few meters at a time. */
const FLUSH_MS = 2_000
const FLUSH_SLICES = 20

export type ComplexOptions = {
  definition: SimDefinition
  /** Null keeps everything in memory. */
  dataDir: string | null
  boundTo: string
  /** Multiplies consumption; time is never accelerated. */
  load?: number
  /** 1 is true to life; smaller is faster; 0 takes no time. */
  pace?: number
  seed?: number
  /** The same reaction time for every meter, instead of one each. */
  reactionMs?: number
  timers?: Timers
  /** Told when a remembered port was taken and another had to be chosen. */
  onPortLost?: (code: string, port: number) => void
}

export type GatewayAddress = { code: string; host: string; port: number }

export type SimulatedComplex = {
  readonly boundTo: string
  readonly gateways: GatewayAddress[]
  readonly control: string
  /** The meter at an address (its first circuit); throws where there is none. */
  meter(address: string): VirtualMeter
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

const listenOn = async (
  gateway: Gateway,
  ports: Ports,
  onPortLost: ComplexOptions['onPortLost'],
): Promise<void> => {
  const port = ports.gateways[gateway.code] ?? 0
  try {
    await gateway.listen(port)
  } catch (fault) {
    if (port === 0) throw fault
    // Somebody else has taken the port meanwhile. A new one is better than no gateway at all.
    await gateway.listen(0)
    onPortLost?.(gateway.code, port)
  }
  ports.gateways[gateway.code] = gateway.port
}

type Built = Pick<World, 'meters' | 'gateways'> & { journals: Journal[] }

const buildGateway = (built: Built, mounting: Mounting, gateway: SimGateway, all: SimMeter[]) => {
  const { pace, timers } = mounting
  const buses = busesOf(gateway).map((bus) => {
    const here = all.filter(({ bus: ordinal = 1 }) => ordinal === bus.ordinal)
    const { wires, meters } = mountBus(mounting, bus, here)
    for (const meter of meters) built.meters.set(meter.address, meter)
    return { ordinal: bus.ordinal, wires }
  })
  const { code } = gateway
  built.gateways.set(code, new Gateway({ code, pace, timers, buses }))
}

/** Each main meter counts what the others of its gateway use. */
const connectMains = (built: Built, definition: SimDefinition): void => {
  const mains = definition.meters.filter(({ main }) => main === true)
  for (const { address, gateway } of mains) {
    const behind = definition.meters.filter((m) => m.gateway === gateway && m.main !== true)
    const circuits = behind.flatMap((m) => built.meters.get(m.address)?.circuits ?? [])
    const feeds = feedsOf(circuits)
    for (const { site, state } of built.meters.get(address)?.circuits ?? []) {
      site.feeds = feeds
      state.fedWh ??= circuits.map((circuit) => throughWhOf(circuit.state))
    }
  }
}

const buildWorld = (options: ComplexOptions, folder: string | null) => {
  const { definition, timers = hostTimers, seed = 1, pace = 1, reactionMs, boundTo } = options
  const load = { factor: options.load ?? 1 }
  const utcOffsetMinutes = definition.utcOffsetMinutes ?? CHINA_OFFSET_MINUTES
  const surroundings = { utcOffsetMinutes, seed, load }
  const built: Built = { meters: new Map(), gateways: new Map(), journals: [] }
  for (const gateway of definition.gateways) {
    const { code } = gateway
    const journal = folder === null ? null : new Journal(join(folder, `gateway-${code}.jsonl`))
    if (journal !== null) built.journals.push(journal)
    const mounting = { gateway: code, surroundings, journal, timers, pace, reactionMs }
    const here = definition.meters.filter((meter) => meter.gateway === code)
    buildGateway(built, mounting, gateway, here)
  }
  connectMains(built, definition)
  const { meters, gateways, journals } = built
  const flush = () => {
    for (const meter of meters.values()) meter.flush()
  }
  const world: World = { boundTo, timers, load, meters, gateways, flush }
  return { world, journals }
}

/** Flushes a slice of the meters at a time, so that ten thousand of them never stop the buses. */
const keepFlushing = ({ meters, timers }: World): (() => void) => {
  const all = [...meters.values()]
  const size = Math.ceil(all.length / FLUSH_SLICES)
  let slice = 0
  return timers.every(FLUSH_MS / FLUSH_SLICES, () => {
    for (const meter of all.slice(slice * size, (slice + 1) * size)) meter.flush()
    slice = (slice + 1) % FLUSH_SLICES
  })
}

/** Starts everything. Rejects with FolderRefused where the folder belongs to another database. */
export const startSimulatedComplex = async (options: ComplexOptions): Promise<SimulatedComplex> => {
  const folder = options.dataDir === null ? null : folderOf(options.dataDir, options.boundTo)
  const ports: Ports =
    folder === null
      ? { boundTo: options.boundTo, control: 0, gateways: {} }
      : bindFolder(folder, options.boundTo)
  if (folder !== null) keepPorts(folder, ports)
  const { world, journals } = buildWorld(options, folder)
  for (const gateway of world.gateways.values()) {
    await listenOn(gateway, ports, options.onPortLost)
  }
  const control: Control = await startControl(world, ports.control)
  ports.control = control.port
  if (folder !== null) keepPorts(folder, ports)
  const stopFlushing = keepFlushing(world)
  return {
    boundTo: options.boundTo,
    gateways: [...world.gateways.values()].map(({ code, port }) => ({ code, host: HOST, port })),
    control: `http://${HOST}:${control.port}`,
    meter: (address) => {
      const meter = world.meters.get(address)
      if (meter === undefined) throw new Error(`no simulated meter ${address}`)
      return meter.circuits[0]
    },
    stop: async () => {
      stopFlushing()
      await control.close()
      for (const gateway of world.gateways.values()) await gateway.close()
      world.flush()
      for (const journal of journals) journal.close()
    },
  }
}
