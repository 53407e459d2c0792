// One gateway at work 通讯管理机运行: its buses under one lease, and whether it can be reached. A short
// break is no news; a lasting one is told once, for the gateway and for each meter behind it.

import type { Clock } from '../ports/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { BusCounters } from './bus/exchange.ts'
import { type BusRunner, type BusRunnerDeps, startBus } from './bus-runner.ts'
import type { BusConfig, GatewayConfig } from './config-store.ts'
import type { Fault, MeterDriver } from './driver.ts'
import { openLink } from './links/link-secrets.ts'
import { readLinkSettings } from './links/link-settings.ts'
import type { GatewayChange } from './poll-result.ts'

export type GatewayRunnerDeps = Omit<BusRunnerDeps, 'onUp' | 'onDown'> & {
  tell(change: GatewayChange): void
  /** Null where it was sealed under another master key. */
  openSecret(sealed: Buffer): Buffer | null
}

export type GatewayRunner = {
  /** False where link or buses changed: then it must be started anew. */
  accepts(config: GatewayConfig): boolean
  setConfig(config: GatewayConfig): void
  driverOf(meter: MeterId): MeterDriver | null
  /** Null while nothing is known yet. */
  readonly online: boolean | null
  readonly counters: readonly Readonly<BusCounters>[]
  stop(): Promise<void>
}

const OFFLINE_AFTER_MS = 5_000
const UNREACHABLE: Fault = { ok: false, reason: 'gateway-offline', detail: '', mayRetry: true }

/** What can't be changed while it runs. */
const shapeOf = ({ link, zone, buses }: GatewayConfig): string =>
  JSON.stringify([link, zone, buses.map((b) => [b.busId, b.ordinal, b.settings])])

class OneGateway implements GatewayRunner {
  readonly #deps: GatewayRunnerDeps
  readonly #config: GatewayConfig
  readonly #buses = new Map<number, BusRunner>()
  readonly #offlineTimers = new Map<number, () => void>()
  #online: boolean | null = null
  #stopped = false

  constructor(deps: GatewayRunnerDeps, config: GatewayConfig) {
    this.#deps = deps
    this.#config = config
    for (const bus of config.buses) this.#startBus(bus)
  }

  get online(): boolean | null {
    return this.#online
  }
  get counters(): readonly Readonly<BusCounters>[] {
    return [...this.#buses.values()].map((bus) => bus.counters)
  }

  accepts(config: GatewayConfig): boolean {
    return shapeOf(config) === shapeOf(this.#config)
  }

  setConfig(config: GatewayConfig): void {
    for (const bus of config.buses) {
      this.#buses.get(bus.busId)?.setMeters(bus.meters, config.intervals)
    }
  }

  driverOf(meter: MeterId): MeterDriver | null {
    for (const bus of this.#buses.values()) {
      const driver = bus.driverOf(meter)
      if (driver) return driver
    }
    return null
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const cancel of this.#offlineTimers.values()) cancel()
    await Promise.all([...this.#buses.values()].map((bus) => bus.stop()))
  }

  #startBus(bus: BusConfig): void {
    const { gatewayId, zone, intervals } = this.#config
    const read = readLinkSettings(this.#config.link, bus.ordinal, bus.settings)
    const link = read.ok ? openLink(read.settings, this.#deps.openSecret) : null
    if (!link) {
      this.#unreachableAfter(bus, `link settings: ${read.ok ? 'secret' : read.field}`)
      return
    }
    const deps: BusRunnerDeps = {
      ...this.#deps,
      onUp: () => this.#busUp(bus),
      onDown: ({ reason, detail }) => this.#unreachableAfter(bus, `${reason} ${detail}`.trim()),
    }
    this.#buses.set(bus.busId, startBus(deps, { gatewayId, zone, link, intervals }, bus))
  }

  #busUp(bus: BusConfig): void {
    this.#offlineTimers.get(bus.busId)?.()
    this.#offlineTimers.delete(bus.busId)
    this.#change(true, null)
  }

  #unreachableAfter(bus: BusConfig, why: string): void {
    if (this.#stopped || this.#offlineTimers.has(bus.busId)) return
    const cancel = this.#deps.clock.after(OFFLINE_AFTER_MS, () => this.#unreachable(bus, why))
    this.#offlineTimers.set(bus.busId, cancel)
  }

  #unreachable(bus: BusConfig, why: string): void {
    if (![...this.#buses.values()].some((one) => one.online)) this.#change(false, why)
    const { gatewayId } = this.#config
    const meters = this.#buses.get(bus.busId)?.meters ?? bus.meters.map((meter) => meter.meterId)
    for (const meterId of meters) {
      const at = this.#deps.clock.now()
      const outcome = UNREACHABLE
      this.#deps.report({ meterId, gatewayId, at, onDemand: false, kind: 'status', outcome })
    }
  }

  #change(online: boolean, fault: string | null): void {
    if (this.#online === online) return
    this.#online = online
    const { gatewayId } = this.#config
    this.#deps.tell({ gatewayId, online, at: this.#deps.clock.now(), fault })
  }
}

export const startGateway = (
  deps: GatewayRunnerDeps & { clock: Clock },
  config: GatewayConfig,
): GatewayRunner => new OneGateway(deps, config)
