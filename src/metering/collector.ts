// The collector 采集器: takes gateways under lease, runs their buses, follows the registers, and hands
// out the drivers of the meters it is master of. A lost lease stops the bus before it could end.

import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Net } from '../ports/net.ts'
import type { Opener, Vault } from '../secrets/vault.ts'
import type { Catalog } from '../shared/catalog.ts'
import type { BusId, ComplexId, GatewayId, MeterId } from '../shared/ids.ts'
import type { LineOf } from './bus-line.ts'
import type { BusState } from './bus-runner.ts'
import { openGatewaySecret, walletKeyOf } from './collector-secrets.ts'
import { configFingerprint, type GatewayConfig } from './config-store.ts'
import type { Drivers, MeterDriver, Outcome } from './driver.ts'
import { fault } from './drivers/asking.ts'
import { fairShare } from './fair-share.ts'
import { type GatewayRunner, startGateway } from './gateway-runner.ts'
import {
  acquireLeases,
  joinCrew,
  type Lease,
  leaveCrew,
  releaseLeases,
  renewLeases,
} from './lease-store.ts'
import type { MqttChoice } from './links/mqtt.ts'
import { createSharedLinks, type SharedLinks } from './links/shared-links.ts'
import { loadConfigs } from './load-configs.ts'
import type { MeterModel } from './meter-model/meter-model.ts'
import type { GatewayHook, PollHook } from './readings/poll-result.ts'
import { type Origin, startWriter, type Writer } from './readings/writer.ts'
import type { Stands } from './rounds/freeze-plan.ts'
import { writeSeen } from './seen-store.ts'

export type CollectorDeps = {
  db: Db
  clock: Clock
  net: Net
  rng: Rng
  log: Log
  vault: Vault
  models: Catalog<MeterModel>
  /** Names this process among the collectors; the same after a restart. */
  holder: string
  /** Called in the transaction of each flush, in this order. */
  pollHooks: readonly PollHook[]
  gatewayHooks: readonly GatewayHook[]
  /** Null: no gateway is served that speaks MQTT. */
  mqtt: MqttChoice | null
}

export type GatewayState = {
  gatewayId: GatewayId
  /** Null while nothing is known yet. */
  online: boolean | null
  buses: readonly BusState[]
}

export type Collector = {
  readonly drivers: Drivers
  /** The gateways this process is master of. */
  gateways(): GatewayState[]
  /** For who asks beside the rounds; null where the bus is not ours. */
  lineOf: LineOf
  /**
   * Tells every meter of a bus the time; nobody answers, so their clocks are read afterwards.
   * 'not-supported' where none of them listens, 'gateway-offline' where the bus is not ours.
   */
  broadcastTime(bus: BusId): Promise<Outcome<null>>
  /** Looks at leases and registers now instead of at the next tick. */
  reload(): Promise<void>
  /** Stores what was read so far. */
  flush(): Promise<void>
  readonly counters: Writer['counters']
  /** Ports on which gateways call, and brokers through which they speak, with their counters. */
  readonly links: Omit<SharedLinks, 'stop'>
  stop(): Promise<void>
}

/** With a tick on top it is within 15 s that another takes over what a dead collector had. */
const LEASE_TTL_MS = 12_000
const TICK_MS = 2_500
const CONFIG_EVERY_TICKS = 4
/** A minute. */
const SEEN_EVERY_TICKS = 24
/** A bus must be silent before its lease ends: an exchange may be under way. */
const STOP_BEFORE_END_MS = 4_000
const CREW = { deadAfterMs: LEASE_TTL_MS, settledAfterMs: 10_000 }
const SCOPE = systemScope('collector')

type Mastered = { lease: Lease; runner: GatewayRunner; cancelEnd: () => void }

class LeasedCollector implements Collector {
  readonly drivers: Drivers = { of: (meter) => this.#driverOf(meter) }
  readonly #deps: CollectorDeps
  readonly #writer: Writer
  readonly #shared: SharedLinks
  readonly #mastered = new Map<GatewayId, Mastered>()
  /** Gateways that are being given up; they are not taken again before that has ended. */
  readonly #leaving = new Map<GatewayId, Promise<void>>()
  readonly #stopping = new AbortController()
  /** Null: to be looked at anew. */
  /** What opens the secrets of links, by complex. */
  readonly #openers = new Map<ComplexId, Opener>()
  #fingerprint: string | null = null
  #joined = false
  #ticks = 0
  #turn: Promise<void> = Promise.resolve()
  readonly #ended: Promise<void>

  constructor(deps: CollectorDeps) {
    this.#deps = deps
    this.#shared = createSharedLinks(deps)
    this.#writer = startWriter({
      ...deps,
      onFenced: (origin) => this.#fenced(origin),
      onDropped: (error) => deps.log.error('a poll result was dropped', { error: String(error) }),
    })
    this.#ended = this.#run()
  }

  get counters(): Writer['counters'] {
    return this.#writer.counters
  }
  get links(): SharedLinks {
    return this.#shared
  }

  gateways(): GatewayState[] {
    return [...this.#mastered].map(([gatewayId, { runner }]) => ({
      gatewayId,
      online: runner.online,
      buses: runner.buses(),
    }))
  }

  readonly lineOf: LineOf = (bus) => {
    for (const { runner } of this.#mastered.values()) {
      const line = runner.lineOf(bus)
      if (line) return line
    }
    return null
  }

  async broadcastTime(bus: BusId): Promise<Outcome<null>> {
    for (const { runner } of this.#mastered.values()) {
      const told = runner.broadcastTime(bus)
      if (told) return told
    }
    return fault('gateway-offline', 'not served by this process')
  }

  // A tick under way has read the registers as they were: what it knows is forgotten after it.
  reload(): Promise<void> {
    this.#turn = this.#turn.then(() => {
      this.#fingerprint = null
      return this.#tick()
    })
    return this.#turn
  }

  flush(): Promise<void> {
    return this.#writer.flush()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#ended
    await this.#turn
    const leases = [...this.#mastered.values()].map(({ lease }) => lease)
    for (const { gatewayId } of leases) void this.#giveUp(gatewayId)
    await Promise.all(this.#leaving.values())
    await this.#shared.stop()
    await this.#writer.stop()
    await this.#deps.db
      .as(SCOPE, async (tx) => {
        await releaseLeases(tx, leases)
        await leaveCrew(tx, this.#deps.holder)
      })
      // Without a database the leases run out by themselves.
      .catch((error: unknown) => this.#failed('leases were not released', error))
  }

  #driverOf(meter: MeterId): MeterDriver | null {
    for (const { runner } of this.#mastered.values()) {
      const driver = runner.driverOf(meter)
      if (driver) return driver
    }
    return null
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#inTurn()
      await this.#deps.clock.sleep(TICK_MS, this.#stopping.signal)
    }
  }

  /** One tick at a time, whoever asks for it. */
  #inTurn(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#tick())
    return this.#turn
  }

  async #tick(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    try {
      await this.#renew()
      await this.#share()
      this.#ticks += 1
      if (this.#fingerprint === null || this.#ticks % CONFIG_EVERY_TICKS === 0) {
        await this.#followRegisters()
      }
      if (this.#ticks % SEEN_EVERY_TICKS === 1) await this.#tellSeen()
    } catch (error) {
      // The next tick tries again; a lease that is not renewed meanwhile ends by its timer.
      this.#failed('leases and registers could not be read', error)
    }
  }

  async #tellSeen(): Promise<void> {
    const gateways = [...this.#mastered.values()].map(({ lease, runner }) => ({
      lease,
      buses: runner.buses(),
    }))
    const seen = { gateways, callers: this.links.unknownCallers() }
    await this.#deps.db.as(SCOPE, (tx) => writeSeen(tx, this.#deps.holder, seen))
  }

  #failed(what: string, error: unknown): void {
    this.#deps.log.warn(what, { error: String(error) })
  }

  async #renew(): Promise<void> {
    const leases = [...this.#mastered.values()].map(({ lease }) => lease)
    if (leases.length === 0) return
    const asked = this.#deps.clock.mono()
    const held = await this.#deps.db.as(SCOPE, (tx) => renewLeases(tx, leases, LEASE_TTL_MS))
    const tokens = new Map(held.map((lease) => [lease.gatewayId, lease.token]))
    for (const { gatewayId, token } of leases) {
      if (tokens.get(gatewayId) === token) this.#extend(gatewayId, asked)
      else this.#lost(gatewayId, token)
    }
  }

  /** With the keys that open the secrets of their links. */
  async #load(tx: Tx, ids: readonly GatewayId[]): ReturnType<typeof loadConfigs> {
    const loaded = await loadConfigs(tx, ids)
    for (const { complexId } of loaded.configs)
      this.#openers.set(complexId, await this.#deps.vault.opener(tx, complexId))
    return loaded
  }

  /** Takes its share of the gateways, and gives up what is more. */
  async #share(): Promise<void> {
    const { db, clock, log, holder } = this.#deps
    const asked = clock.mono()
    const mine = [...this.#mastered.keys(), ...this.#leaving.keys()]
    const isFirst = mine.length === 0
    const { leases, configs, stands, surplus, fingerprint } = await db.as(SCOPE, async (tx) => {
      const crew = await joinCrew(tx, holder, { ...CREW, first: !this.#joined })
      const share = fairShare(crew, mine.length)
      const wanted = { mine, limit: share.more, ttlMs: LEASE_TTL_MS }
      const taken = await acquireLeases(tx, holder, wanted)
      const ids = taken.map(({ gatewayId }) => gatewayId)
      return {
        leases: taken,
        surplus: share.surplus,
        // Those it had before may have changed since it looked.
        fingerprint: isFirst ? await configFingerprint(tx, ids) : null,
        ...(await this.#load(tx, ids)),
      }
    })
    this.#joined = true
    for (const lease of leases) {
      const config = configs.find(({ gatewayId }) => gatewayId === lease.gatewayId)
      if (!config) continue
      log.info('gateway taken', { gateway: config.code, token: lease.token })
      const runner = this.#start(lease, config, stands)
      this.#mastered.set(lease.gatewayId, { lease, runner, cancelEnd: () => {} })
      this.#extend(lease.gatewayId, asked)
    }
    if (leases.length > 0) this.#fingerprint = fingerprint
    this.#shed(surplus - this.#leaving.size)
  }

  /** The last ones go to another collector, which may take them as soon as they are silent. */
  #shed(count: number): void {
    const { db, log } = this.#deps
    const given = count > 0 ? [...this.#mastered.values()].slice(-count) : []
    for (const { lease } of given) {
      log.info('gateway left to another collector', { gatewayId: lease.gatewayId })
      const left = this.#giveUp(lease.gatewayId)
      left
        .then(() => db.as(SCOPE, (tx) => releaseLeases(tx, [lease])))
        .catch((error: unknown) => this.#failed('a lease was not released', error))
    }
  }

  #extend(gatewayId: GatewayId, fromMono: number): void {
    const mastered = this.#mastered.get(gatewayId)
    if (!mastered) return
    const { clock } = this.#deps
    mastered.cancelEnd()
    const endsIn = fromMono + LEASE_TTL_MS - STOP_BEFORE_END_MS - clock.mono()
    mastered.cancelEnd = clock.after(Math.max(0, endsIn), () => {
      this.#deps.log.warn('lease not renewed in time', { gatewayId })
      void this.#giveUp(gatewayId)
    })
  }

  #fenced(origin: Origin): void {
    this.#lost(origin.gatewayId, origin.token)
  }

  #lost(gatewayId: GatewayId, token: number): void {
    if (this.#mastered.get(gatewayId)?.lease.token !== token) return
    this.#deps.log.warn('gateway lost to another collector, or disabled', { gatewayId, token })
    void this.#giveUp(gatewayId)
  }

  #giveUp(gatewayId: GatewayId): Promise<void> {
    const mastered = this.#mastered.get(gatewayId)
    if (!mastered) return Promise.resolve()
    mastered.cancelEnd()
    this.#mastered.delete(gatewayId)
    const left = mastered.runner.stop().finally(() => this.#leaving.delete(gatewayId))
    this.#leaving.set(gatewayId, left)
    return left
  }

  async #followRegisters(): Promise<void> {
    const ids = [...this.#mastered.keys()]
    if (ids.length === 0) return
    const before = this.#fingerprint
    const { fingerprint, configs, stands } = await this.#deps.db.as(SCOPE, async (tx) => {
      const now = await configFingerprint(tx, ids)
      return { fingerprint: now, ...(await this.#load(tx, now === before ? [] : ids)) }
    })
    this.#fingerprint = fingerprint
    for (const config of configs) await this.#follow(config, stands)
  }

  async #follow(config: GatewayConfig, stands: Stands): Promise<void> {
    const mastered = this.#mastered.get(config.gatewayId)
    if (!mastered) return
    if (mastered.runner.accepts(config)) {
      mastered.runner.setConfig(config, stands)
      return
    }
    await mastered.runner.stop()
    // The lease may have been lost while the old links were closing.
    if (this.#mastered.get(config.gatewayId) !== mastered) return
    mastered.runner = this.#start(mastered.lease, config, stands)
  }

  #start(lease: Lease, config: GatewayConfig, stands: Stands): GatewayRunner {
    const { clock, net, rng, models, log } = this.#deps
    // Whoever keeps these keeps no configuration with them.
    const { complexId, gatewayId, code } = config
    const of = { complexId, gatewayId, code }
    return startGateway(
      {
        clock,
        net,
        rng,
        shared: this.#shared,
        openSecret: (sealed) =>
          openGatewaySecret(this.#deps, this.#openers.get(complexId), of, sealed),
        models,
        keyOf: (meter) => walletKeyOf(this.#deps, meter),
        report: (result) => this.#writer.add(lease, { result }),
        reportDurably: (results) => this.#writer.addDurably(lease, results),
        tell: (change) => {
          const facts = { gateway: code, online: change.online, fault: change.fault }
          log.info('gateway', facts)
          this.#writer.add(lease, { change })
        },
        onStranger: (busId, address) =>
          log.warn('readings of an unknown address', { gateway: code, busId, address }),
        onUnusable: ({ address, model }, why) =>
          log.warn('device is not read', { gateway: code, address, model, why }),
        onBug: ({ deviceId }, error) =>
          log.error('a bug while reading a device', { deviceId, error: String(error) }),
      },
      config,
      stands,
    )
  }
}

export const startCollector = (deps: CollectorDeps): Collector => new LeasedCollector(deps)
