// One bus at work 总线运行: its link, its session, its poller and its devices, put together and kept
// together while the registers change.

import type { Clock } from '../ports/clock.ts'
import type { Rng } from '../ports/ids.ts'
import type { LinkClosed, Net } from '../ports/net.ts'
import type { Catalog } from '../shared/catalog.ts'
import type { BusId, GatewayId, MeterId } from '../shared/ids.ts'
import type { BusCounters } from './bus/exchange.ts'
import { busSettings, byteMs, usesTcpFraming } from './bus/line.ts'
import { type Bus, createBus } from './bus/session.ts'
import type { BusLine } from './bus-line.ts'
import type { BusDevice } from './config-store.ts'
import type { MeterDriver, Outcome } from './driver.ts'
import { createDevice, type DeviceDeps } from './drivers/create-device.ts'
import type { Device, DeviceReading } from './drivers/device.ts'
import { reportingDriver } from './drivers/reporting-driver.ts'
import type { Link, LinkEvents, LinkSettings, PushedReading } from './links/link.ts'
import type { SharedLinks } from './links/shared-links.ts'
import { startLink } from './links/start-link.ts'
import type { MeterModel } from './meter-model/meter-model.ts'
import { RTU, tcpFraming } from './protocol/modbus/framing.ts'
import type { WalletKey } from './protocol/secure/wallet-key.ts'
import type { PollResult } from './readings/poll-result.ts'
import type { Stands } from './rounds/freeze-plan.ts'
import { type FreezeFetched, type PolledDevice, type Poller, startPoller } from './rounds/poller.ts'
import { type PushedValue, pushedValues } from './rounds/pushed.ts'
import { tellTime } from './rounds/tell-time.ts'

export type BusRunnerDeps = {
  clock: Clock
  net: Net
  rng: Rng
  shared: SharedLinks
  models: Catalog<MeterModel>
  keyOf(meter: MeterId): Promise<WalletKey | null>
  report(result: PollResult): void
  /** Resolves when the results are stored; rejects when they could not be. */
  reportDurably(results: readonly PollResult[]): Promise<void>
  /** A gateway sent readings of an address that is not on this bus; said once for each. */
  onStranger(busId: BusId, address: string): void
  /** A device whose model or address is unusable is not read; it is said once. */
  onUnusable(device: BusDevice, why: string): void
  onBug(device: Device, error: unknown): void
  /** A reading of a round has ended, well or not. */
  onPolled(): void
  onUp(): void
  onDown(why: LinkClosed): void
}

/** What is known of a bus while it runs. */
export type BusState = {
  busId: BusId
  ordinal: number
  online: boolean
  counters: Readonly<BusCounters>
  /** Share of the last minute in which an exchange was under way, 0 to 1. */
  utilisation: number
  meters: number
  /** They answer no longer and are only probed. */
  deadMeters: number
  /** Readings that the gateway sent by itself. */
  pushes: number
  /** Of those, from addresses nobody knows, or that said nothing certain. */
  strayPushes: number
  /** Since each device last gave its status, ms; infinite where it never did. */
  agesMs: readonly number[]
}

export type BusRunner = {
  setDevices(devices: readonly BusDevice[], stands: Stands): void
  driverOf(meter: MeterId): MeterDriver | null
  /** For who asks beside the rounds. */
  readonly line: BusLine
  /** Tells every meter of the bus the time; nobody answers. */
  broadcastTime(): Promise<Outcome<null>>
  readonly meters: readonly MeterId[]
  readonly online: boolean
  /** The line is up, and for rounds no meter on it has answered. */
  readonly silent: boolean
  /** The newest question that went out on the line was answered, if only by a refusal. */
  readonly answers: boolean
  state(): BusState
  /** Another bus of its gateway answers again. */
  othersAnswer(): void
  /** Ends polling, hears the outstanding answer out, closes the link. */
  stop(): Promise<void>
}

/**
 * A line on which so many questions in a row stay unanswered may be a connection that died without
 * a word: it is dialled anew.
 */
const SILENCES_BEFORE_REDIAL = 8
/** 08: wake-up, frame, YYMMDDhhmmss. */
const TIME_FRAME_BYTES = 4 + 12 + 6
/** Longer than any exchange; then the link is closed all the same. */
const STOP_WITHIN_MS = 3_000

/** Over these nothing comes but the answers of meters; smart gateways also speak by themselves. */
const BARE_LINES: readonly LinkSettings['kind'][] = ['tcp-client', 'tcp-listen', 'serial']

/** So many unknown addresses are named; the rest is counted. */
const STRANGERS_MAX = 100

/** Unit numbers are written with zeros in front, or without. */
const sameAddress = (a: string, b: string): boolean =>
  a === b || (/^\d+$/.test(a) && /^\d+$/.test(b) && Number(a) === Number(b))

type Served = { config: BusDevice; device: Device; model: MeterModel }
const configText = ({ intervals: _, ...config }: BusDevice): string => JSON.stringify(config)

type Asked = Pick<PollResult, 'meterId' | 'gatewayId' | 'at' | 'onDemand'>

const pollResult = (about: Asked, reading: DeviceReading): PollResult => {
  switch (reading.what) {
    case 'status':
      return { ...about, kind: reading.what, outcome: reading.outcome }
    case 'energy':
      return { ...about, kind: reading.what, outcome: reading.outcome }
    case 'clock':
      return { ...about, kind: reading.what, outcome: reading.outcome }
  }
}

class OneBus implements BusRunner {
  readonly #deps: BusRunnerDeps
  readonly #at: BusPlace
  readonly #bus: Bus
  readonly #devices: DeviceDeps
  readonly #poller: Poller
  readonly #link: Link | null
  #served = new Map<number, Served>()
  #deviceOf = new Map<MeterId, Device>()
  #online = false
  #hadLine = false
  #pushes = 0
  #strayPushes = 0
  readonly #strangers = new Set<string>()

  constructor(deps: BusRunnerDeps, at: BusPlace) {
    const { clock, rng, keyOf } = deps
    const { zone, settings } = at
    this.#deps = deps
    this.#at = at
    this.#bus = createBus(clock, busSettings(settings))
    const framing = usesTcpFraming(settings) ? { framing: tcpFraming() } : {}
    this.#devices = { bus: this.#bus, clock, rng, keyOf, zone, ...framing }
    this.#poller = startPoller(
      {
        clock,
        zone,
        online: () => this.#online && at.polled,
        report: (readings) => this.#report(readings),
        reportFreeze: (fetched) => this.#reportFreeze(fetched),
        afterEach: () => {
          this.#watchSilence()
          deps.onPolled()
        },
        onBug: deps.onBug,
      },
      [],
    )
    this.#link = startLink({ ...deps, zone }, at.link, this.#linkEvents())
  }

  get online(): boolean {
    return this.#online
  }
  get meters(): readonly MeterId[] {
    return [...this.#deviceOf.keys()]
  }
  get silent(): boolean {
    const silences = this.#bus.silencesInARow
    if (!this.#online || silences === 0 || !BARE_LINES.includes(this.#at.link.kind)) return false
    const { devices, deadDevices } = this.#poller.counts()
    // One that only refuses counts as dead, and yet it is there.
    return devices > 0 && deadDevices === devices && silences >= 2 * devices
  }

  get answers(): boolean {
    const { silencesInARow, counters } = this.#bus
    return this.#online && silencesInARow === 0 && counters.replies > 0
  }

  state(): BusState {
    const { busId, ordinal } = this.#at
    const { meters, deadMeters } = this.#poller.counts()
    return {
      busId,
      ordinal,
      online: this.#online,
      counters: this.#bus.counters,
      utilisation: this.#bus.utilisation,
      meters,
      deadMeters,
      pushes: this.#pushes,
      strayPushes: this.#strayPushes,
      agesMs: this.#poller.agesMs(),
    }
  }

  othersAnswer(): void {
    this.#poller.othersAnswer()
  }

  setDevices(devices: readonly BusDevice[], stands: Stands): void {
    const before = this.#served
    this.#served = new Map()
    this.#deviceOf = new Map()
    const polled: PolledDevice[] = []
    for (const config of devices) {
      const served = this.#serve(config, before.get(config.deviceId))
      if (!served) continue
      const { device, model } = served
      this.#served.set(config.deviceId, served)
      for (const meter of device.meters) this.#deviceOf.set(meter, device)
      const { freezes } = model.capabilities
      polled.push({ device, intervals: config.intervals, freezes, stands })
    }
    this.#poller.setDevices(polled)
  }

  driverOf(meter: MeterId): MeterDriver | null {
    const device = this.#deviceOf.get(meter)
    const driver = device?.driverOf(meter)
    if (!device || !driver) return null
    const report = (result: PollResult) => {
      this.#deps.report(result)
      if (result.outcome.ok) this.#poller.heard(device)
    }
    return reportingDriver(driver, { clock: this.#deps.clock, report }, this.#at.gatewayId)
  }

  get line(): BusLine {
    const { settings } = this.#at
    return {
      online: this.#online,
      replyTimeoutMs: busSettings(settings).replyTimeoutMs,
      framing: this.#devices.framing ?? RTU,
      submit: (job) => this.#bus.submit(job),
      servedAs: (meter) =>
        [...this.#served.values()].find(({ device }) => device.meters.includes(meter)) ?? null,
      deviceOver: (bus, config, model) => createDevice({ ...this.#devices, bus }, config, model),
    }
  }

  broadcastTime(): Promise<Outcome<null>> {
    const { clock } = this.#deps
    const models = [...this.#served.values()].map(({ model }) => model)
    const travelMs = TIME_FRAME_BYTES * byteMs(busSettings(this.#at.settings))
    return tellTime({ bus: this.#bus, clock, zone: this.#at.zone, models, travelMs })
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

  #serve(config: BusDevice, before: Served | undefined): Served | null {
    if (before && configText(before.config) === configText(config)) return before
    const model = this.#deps.models.get(config.model)
    const device = model ? createDevice(this.#devices, config, model) : null
    if (model && device) return { config, device, model }
    this.#deps.onUnusable(config, model ? 'address' : 'model')
    return null
  }

  #asked(meterId: MeterId) {
    const { gatewayId } = this.#at
    return { meterId, gatewayId, at: this.#deps.clock.now(), onDemand: false }
  }

  #report(readings: readonly DeviceReading[]): void {
    for (const reading of readings) {
      const { meterId, outcome } = reading
      // The question never reached the meter: that says nothing of it.
      if (!outcome.ok && (outcome.reason === 'stopped' || outcome.reason === 'not-supported'))
        continue
      this.#deps.report(pollResult(this.#asked(meterId), reading))
    }
  }

  #reportFreeze({ meterId, ...fetched }: FreezeFetched): void {
    this.#deps.report({ ...this.#asked(meterId), kind: 'freeze', ...fetched })
  }

  #linkEvents(): LinkEvents {
    return {
      up: (wire) => {
        this.#online = true
        // Whoever was master of this line before may have left a question on it.
        const { replyTimeoutMs } = busSettings(this.#at.settings)
        this.#bus.connected(wire, this.#hadLine ? 0 : replyTimeoutMs)
        this.#hadLine = true
        this.#poller.wake()
        this.#deps.onUp()
      },
      bytes: (bytes) => this.#bus.received(bytes),
      pushed: (readings) => this.#pushed(readings),
      down: (why) => {
        this.#online = false
        this.#bus.disconnected()
        this.#deps.onDown(why)
      },
    }
  }

  /** Rejects where not all could be stored: then the gateway keeps them and sends them again. */
  async #pushed(readings: readonly PushedReading[]): Promise<void> {
    this.#pushes += readings.length
    const results: PollResult[] = []
    for (const reading of readings) {
      const served = this.#servedAt(reading.address)
      const values = served ? pushedValues(served, reading, this.#deps.clock.now()) : []
      if (values.length === 0) this.#strayed(reading.address)
      if (served && values.length > 0) this.#poller.heard(served.device)
      for (const value of values) results.push(this.#pushedResult(value))
    }
    await this.#deps.reportDurably(results)
  }

  #pushedResult({ meterId, ...read }: PushedValue): PollResult {
    const about = { ...this.#asked(meterId), pushed: true as const }
    return read.kind === 'energy'
      ? { ...about, kind: read.kind, outcome: { ok: true, value: read.value } }
      : { ...about, kind: read.kind, outcome: { ok: true, value: read.value } }
  }

  #servedAt(address: string): Served | undefined {
    return [...this.#served.values()].find(({ config }) => sameAddress(config.address, address))
  }

  #strayed(address: string): void {
    this.#strayPushes += 1
    if (this.#strangers.size >= STRANGERS_MAX || this.#strangers.has(address)) return
    this.#strangers.add(address)
    this.#deps.onStranger(this.#at.busId, address)
  }

  #watchSilence(): void {
    const silences = this.#bus.silencesInARow
    if (silences > 0 && silences % SILENCES_BEFORE_REDIAL === 0) this.#link?.redial()
  }
}

export type BusPlace = {
  gatewayId: GatewayId
  busId: BusId
  ordinal: number
  zone: string
  /** As stored. */
  settings: unknown
  link: LinkSettings
  /** False: the rounds ask nothing here; orders and questions of people go out all the same. */
  polled: boolean
}

export const startBus = (deps: BusRunnerDeps, at: BusPlace): BusRunner => new OneBus(deps, at)
