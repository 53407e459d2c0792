// One gateway at work 通讯管理机运行: its buses under one lease, and whether it can be reached. A short
// break is no news; a lasting one is told once, for the gateway and for each meter behind it. One
// that can be called and behind which nothing answers is out of reach all the same.

import type { Clock } from '../ports/clock.ts'
import type { BusId, GatewayId, MeterId } from '../shared/ids.ts'
import type { BusLine } from './bus-line.ts'
import { type BusRunner, type BusRunnerDeps, type BusState, startBus } from './bus-runner.ts'
import type { BusConfig, GatewayConfig } from './config-store.ts'
import type { Fault, MeterDriver, Outcome } from './driver.ts'
import { openLink } from './links/link-secrets.ts'
import { readLinkSettings } from './links/link-settings.ts'
import type { GatewayChange } from './readings/poll-result.ts'
import type { Stands } from './rounds/freeze-plan.ts'

export type GatewayRunnerDeps = Omit<BusRunnerDeps, 'onUp' | 'onDown' | 'onPolled'> & {
  tell(change: GatewayChange): void
  /** Null where it was sealed under another master key. */
  openSecret(sealed: Buffer): Buffer | null
}

export type GatewayRunner = {
  /** False where link or buses changed: then it must be started anew. */
  accepts(config: GatewayConfig): boolean
  setConfig(config: GatewayConfig, stands: Stands): void
  driverOf(meter: MeterId): MeterDriver | null
  /** Null where this gateway has no such bus, or no link to it. */
  lineOf(bus: BusId): BusLine | null
  /** Null where this gateway has no such bus. */
  broadcastTime(bus: BusId): Promise<Outcome<null>> | null
  /** Null while nothing is known yet. */
  readonly online: boolean | null
  buses(): BusState[]
  stop(): Promise<void>
}

const OFFLINE_AFTER_MS = 5_000
/** Where a single meter is silent, nobody can say that it is the gateway. */
const SILENT_LEAST = 2
const SILENT = 'silent'
const UNREACHABLE: Fault = { ok: false, reason: 'gateway-offline', detail: '', mayRetry: true }

/** What can't be changed while it runs. */
const shapeOf = ({ link, zone, polled, buses }: GatewayConfig): string =>
  JSON.stringify([link, zone, polled, buses.map((b) => [b.busId, b.ordinal, b.settings])])

class OneGateway implements GatewayRunner {
  readonly #deps: GatewayRunnerDeps
  readonly #gatewayId: GatewayId
  readonly #shape: string
  readonly #buses = new Map<BusId, BusRunner>()
  /** Of buses without a runner: their link can't be had. */
  readonly #linkless = new Map<BusId, readonly MeterId[]>()
  readonly #offlineTimers = new Map<BusId, () => void>()
  #online: boolean | null = null
  #fault: string | null = null
  #stopped = false

  constructor(deps: GatewayRunnerDeps, config: GatewayConfig, stands: Stands) {
    this.#deps = deps
    this.#gatewayId = config.gatewayId
    this.#shape = shapeOf(config)
    for (const bus of config.buses) this.#startBus(config, bus)
    this.setConfig(config, stands)
  }

  get online(): boolean | null {
    return this.#online
  }

  buses(): BusState[] {
    return [...this.#buses.values()].map((bus) => bus.state())
  }

  accepts(config: GatewayConfig): boolean {
    return shapeOf(config) === this.#shape
  }

  setConfig(config: GatewayConfig, stands: Stands): void {
    for (const { busId, devices } of config.buses) {
      this.#buses.get(busId)?.setDevices(devices, stands)
      if (!this.#linkless.has(busId)) continue
      const meters = devices.flatMap((device) => device.meters.map(({ meterId }) => meterId))
      this.#linkless.set(busId, meters)
    }
  }

  driverOf(meter: MeterId): MeterDriver | null {
    for (const bus of this.#buses.values()) {
      const driver = bus.driverOf(meter)
      if (driver) return driver
    }
    return null
  }

  lineOf(bus: BusId): BusLine | null {
    return this.#buses.get(bus)?.line ?? null
  }

  broadcastTime(bus: BusId): Promise<Outcome<null>> | null {
    return this.#buses.get(bus)?.broadcastTime() ?? null
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const cancel of this.#offlineTimers.values()) cancel()
    await Promise.all([...this.#buses.values()].map((bus) => bus.stop()))
  }

  #startBus(config: GatewayConfig, { busId, ordinal, settings }: BusConfig): void {
    const { gatewayId, zone, polled } = config
    const read = readLinkSettings(config.link, ordinal, settings)
    const link = read.ok ? openLink(read.settings, this.#deps.openSecret) : null
    if (!link) {
      this.#linkless.set(busId, [])
      this.#unreachableAfter(busId, `link settings: ${read.ok ? 'secret' : read.field}`)
      return
    }
    const deps: BusRunnerDeps = {
      ...this.#deps,
      onPolled: () => this.#polled(),
      onUp: () => this.#busUp(busId),
      onDown: ({ reason, detail }) => this.#unreachableAfter(busId, `${reason} ${detail}`.trim()),
    }
    const at = { gatewayId, busId, ordinal, zone, settings, link, polled }
    this.#buses.set(busId, startBus(deps, at))
  }

  #busUp(bus: BusId): void {
    this.#offlineTimers.get(bus)?.()
    this.#offlineTimers.delete(bus)
    if (this.#fault !== SILENT && !this.#isSilent()) this.#change(true, null)
  }

  #polled(): void {
    if (this.#stopped) return
    if (this.#isSilent()) this.#change(false, SILENT)
    else if (this.#fault === SILENT && this.#isHeard()) this.#answersAgain()
  }

  /** While one bus is dialled anew the rest says too little: only an answer ends silence. */
  #isHeard(): boolean {
    const buses = [...this.#buses.values()]
    return buses.some((bus) => bus.answers) || buses.every((bus) => bus.meters.length === 0)
  }

  /** A bus with a single meter would not be asked for minutes, and be an event of its own. */
  #answersAgain(): void {
    this.#change(true, null)
    for (const bus of this.#buses.values()) bus.othersAnswer()
  }

  #isSilent(): boolean {
    const up = [...this.#buses.values()].filter((bus) => bus.online && bus.meters.length > 0)
    if (up.length === 0 || !up.every((bus) => bus.silent)) return false
    return up.reduce((sum, bus) => sum + bus.meters.length, 0) >= SILENT_LEAST
  }

  #unreachableAfter(bus: BusId, why: string): void {
    if (this.#stopped || this.#offlineTimers.has(bus)) return
    const cancel = this.#deps.clock.after(OFFLINE_AFTER_MS, () => this.#unreachable(bus, why))
    this.#offlineTimers.set(bus, cancel)
  }

  #unreachable(bus: BusId, why: string): void {
    if (![...this.#buses.values()].some((one) => one.online)) this.#change(false, why)
    const gatewayId = this.#gatewayId
    const meters = this.#buses.get(bus)?.meters ?? this.#linkless.get(bus) ?? []
    for (const meterId of meters) {
      const at = this.#deps.clock.now()
      const outcome = UNREACHABLE
      this.#deps.report({ meterId, gatewayId, at, onDemand: false, kind: 'status', outcome })
    }
  }

  #change(online: boolean, fault: string | null): void {
    if (this.#online === online) return
    this.#online = online
    this.#fault = fault
    const gatewayId = this.#gatewayId
    this.#deps.tell({ gatewayId, online, at: this.#deps.clock.now(), fault })
  }
}

export const startGateway = (
  deps: GatewayRunnerDeps & { clock: Clock },
  config: GatewayConfig,
  stands: Stands,
): GatewayRunner => new OneGateway(deps, config, stands)
