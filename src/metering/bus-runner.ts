// One bus at work 总线运行: its link, its session, its poller and the drivers of its meters, put
// together and kept together while the registers change.

import type { Clock } from '../ports/clock.ts'
import type { Rng } from '../ports/ids.ts'
import type { LinkClosed, Net } from '../ports/net.ts'
import type { Catalog } from '../shared/catalog.ts'
import type { GatewayId, MeterId } from '../shared/ids.ts'
import type { BusCounters } from './bus/exchange.ts'
import { busSettings } from './bus/line.ts'
import { type Bus, createBus } from './bus/session.ts'
import type { BusConfig, MeterConfig } from './config-store.ts'
import { createDlt645Driver } from './dlt645-driver.ts'
import type { MeterDriver } from './driver.ts'
import type { Link, LinkEvents, LinkSettings } from './links/link.ts'
import type { SharedLinks } from './links/shared-links.ts'
import { startLink } from './links/start-link.ts'
import type { MeterModel } from './meter-model.ts'
import type { PollIntervals } from './poll-plan.ts'
import type { PollResult } from './poll-result.ts'
import { type Poller, startPoller } from './poller.ts'
import { isMeterAddress } from './protocol/dlt645/address.ts'
import type { WalletKey } from './protocol/secure/wallet-key.ts'
import { reportingDriver } from './reporting-driver.ts'

export type BusRunnerDeps = {
  clock: Clock
  net: Net
  rng: Rng
  shared: SharedLinks
  models: Catalog<MeterModel>
  keyOf(meter: MeterId): Promise<WalletKey | null>
  report(result: PollResult): void
  /** A meter whose model or address is unusable is not read; it is said once. */
  onUnusable(meter: MeterConfig, why: string): void
  onBug(meter: MeterId, error: unknown): void
  onUp(): void
  onDown(why: LinkClosed): void
}

export type BusRunner = {
  setMeters(meters: readonly MeterConfig[], intervals: PollIntervals): void
  driverOf(meter: MeterId): MeterDriver | null
  readonly meters: readonly MeterId[]
  readonly online: boolean
  readonly counters: Readonly<BusCounters>
  /** Ends polling, hears the outstanding answer out, closes the link. */
  stop(): Promise<void>
}

/**
 * A line on which so many questions in a row stay unanswered may be a connection that died without
 * a word: it is dialled anew.
 */
const SILENCES_BEFORE_REDIAL = 8
/** Longer than any exchange; then the link is closed all the same. */
const STOP_WITHIN_MS = 3_000

type Served = { config: MeterConfig; driver: MeterDriver }

const sameMeter = (a: MeterConfig, b: MeterConfig): boolean =>
  a.address === b.address && a.model === b.model && a.meterNo === b.meterNo

class OneBus implements BusRunner {
  readonly #deps: BusRunnerDeps
  readonly #gatewayId: GatewayId
  readonly #zone: string
  readonly #bus: Bus
  readonly #poller: Poller
  readonly #link: Link | null
  #served = new Map<MeterId, Served>()
  #online = false

  constructor(deps: BusRunnerDeps, at: BusPlace, config: BusConfig) {
    this.#deps = deps
    this.#gatewayId = at.gatewayId
    this.#zone = at.zone
    this.#bus = createBus(deps.clock, busSettings(config.settings))
    this.#poller = startPoller(
      {
        clock: deps.clock,
        online: () => this.#online,
        afterEach: () => this.#watchSilence(),
        onBug: deps.onBug,
      },
      [],
    )
    this.setMeters(config.meters, at.intervals)
    this.#link = startLink(deps, at.link, this.#linkEvents())
  }

  get online(): boolean {
    return this.#online
  }
  get meters(): readonly MeterId[] {
    return [...this.#served.keys()]
  }
  get counters(): Readonly<BusCounters> {
    return this.#bus.counters
  }

  setMeters(meters: readonly MeterConfig[], intervals: PollIntervals): void {
    const before = this.#served
    this.#served = new Map()
    for (const config of meters) {
      const known = before.get(config.meterId)
      const driver = known && sameMeter(known.config, config) ? known.driver : this.#driver(config)
      if (driver) this.#served.set(config.meterId, { config, driver })
    }
    const polled = [...this.#served.values()].map(({ driver }) => ({
      driver: reportingDriver(driver, this.#deps, { gatewayId: this.#gatewayId, onDemand: false }),
      intervals,
    }))
    this.#poller.setMeters(polled)
  }

  driverOf(meter: MeterId): MeterDriver | null {
    const served = this.#served.get(meter)
    if (!served) return null
    const report = (result: PollResult) => {
      this.#deps.report(result)
      if (result.outcome.ok) this.#poller.heard(meter)
    }
    const to = { clock: this.#deps.clock, report }
    return reportingDriver(served.driver, to, { gatewayId: this.#gatewayId, onDemand: true })
  }

  async stop(): Promise<void> {
    const { clock } = this.#deps
    const drained = Promise.all([this.#poller.stop(), this.#bus.stop()])
    const enough = new AbortController()
    await Promise.race([drained, clock.sleep(STOP_WITHIN_MS, enough.signal)])
    enough.abort()
    this.#link?.stop()
    this.#bus.disconnected()
    await drained
  }

  #driver(config: MeterConfig): MeterDriver | null {
    const { models, onUnusable } = this.#deps
    const model = models.get(config.model)
    if (!model || !isMeterAddress(config.address)) {
      onUnusable(config, model ? 'address' : 'model')
      return null
    }
    const meterNo = isMeterAddress(config.meterNo) ? config.meterNo : config.address
    const { meterId, address } = config
    return createDlt645Driver(
      { ...this.#deps, bus: this.#bus },
      { meterId, address, meterNo, model, zone: this.#zone },
    )
  }

  #linkEvents(): LinkEvents {
    return {
      up: (wire) => {
        this.#online = true
        this.#bus.connected(wire)
        this.#poller.wake()
        this.#deps.onUp()
      },
      bytes: (bytes) => this.#bus.received(bytes),
      pushed: () => Promise.resolve(),
      down: (why) => {
        this.#online = false
        this.#bus.disconnected()
        this.#deps.onDown(why)
      },
    }
  }

  #watchSilence(): void {
    const silences = this.#bus.silencesInARow
    if (silences > 0 && silences % SILENCES_BEFORE_REDIAL === 0) this.#link?.redial()
  }
}

export type BusPlace = {
  gatewayId: GatewayId
  zone: string
  link: LinkSettings
  intervals: PollIntervals
}

export const startBus = (deps: BusRunnerDeps, at: BusPlace, config: BusConfig): BusRunner =>
  new OneBus(deps, at, config)
