// The data gateways that call us 数据网关接入: one connection of a gateway carries all its buses. Each
// bus has a link of its own over it, and asks one question at a time on it.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { LinkClosed, LinkConnection, Net } from '../../ports/net.ts'
import type { Instant } from '../../shared/clock.ts'
import { crcIsGood } from '../protocol/modbus/crc16.ts'
import { Awt100Call, type Awt100Counters, type Awt100Party } from './awt100-call.ts'
import { type Awt100Port, createAwt100Port } from './awt100-port.ts'
import type { UnknownCaller } from './caller.ts'
import type { Awt100Meter, Awt100Passage, Awt100Report } from './frames/awt100-xml.ts'
import { instantOfStamp } from './frames/local-stamp.ts'
import type { Link, LinkEvents, PushedReading } from './link.ts'
import { createUnknownCallers } from './unknown-callers.ts'

export type Awt100Settings = {
  port: number
  gatewayNo: string
  secret: Buffer
  busOrdinal: number
}

export type Awt100Hub = {
  /** `zone`: of the complex; the gateway is told its local time and writes it. */
  attach(settings: Awt100Settings, zone: string, events: LinkEvents): Link
  /** Those who called in vain, the latest first. */
  unknownCallers(): readonly UnknownCaller[]
  readonly counters: Readonly<Awt100Counters>
  stop(): Promise<void>
}

/** `host`: where to listen; empty for every address of this machine. */
export type Awt100Deps = { clock: Clock; rng: Rng; net: Net; host: string }

const CALL_WITHIN_MS = 30_000
/** A gateway that was heard so lately is alive: a silent bus is no reason to hang up on all. */
const ALIVE_MS = 120_000
/** Reports on their way into the database. */
const PENDING_MAX = 64
const NO_CALL: LinkClosed = { reason: 'timeout', detail: 'no call' }
const REPLACED: LinkClosed = { reason: 'closed', detail: 'replaced by a newer call' }
const DUPLICATE: LinkClosed = { reason: 'refused', detail: 'the number of another gateway' }
const REDIALLED: LinkClosed = { reason: 'closed', detail: 'given up for a new call' }
const STOPPED: LinkClosed = { reason: 'closed', detail: 'stopped' }

const readingOf = (meter: Awt100Meter, deviceAt: Instant | null): PushedReading => ({
  address: String(meter.unit),
  deviceAt,
  energyWh: meter.energyWh,
  tariffsWh: meter.tariffsWh,
  reverseWh: null,
  remainingFen: null,
  purchaseCount: null,
  powerW: null,
  block: null,
})

/** The first byte of a Modbus frame is its address; another protocol has none that fits. */
const unitOf = (bytes: Buffer): number => (crcIsGood(bytes) ? (bytes[0] ?? 0) : 0)

/** One gateway with all its buses. */
class Gateway implements Awt100Party {
  readonly gatewayNo: string
  readonly secret: Buffer
  readonly zone: string
  readonly buses = new Map<number, LinkEvents>()
  readonly #clock: Clock
  #call: Awt100Call | null = null
  #pending = 0

  constructor(clock: Clock, { gatewayNo, secret }: Awt100Settings, zone: string) {
    this.#clock = clock
    this.gatewayNo = gatewayNo
    this.secret = secret
    this.zone = zone
  }

  get connected(): boolean {
    return this.#call !== null
  }

  passed(call: Awt100Call): void {
    const stale = this.#call
    this.#call = call
    if (stale) {
      this.#down(REPLACED)
      stale.close(REPLACED)
    }
    for (const ordinal of this.buses.keys()) this.up(ordinal)
  }

  up(ordinal: number): void {
    const call = this.#call
    if (!call) return
    this.buses.get(ordinal)?.up({
      write: (bytes) => {
        const rtu = Buffer.from(bytes)
        call.request({ bus: ordinal, unit: unitOf(rtu), rtu })
      },
    })
  }

  report({ time, meters }: Awt100Report): void {
    const deviceAt = time === null ? null : instantOfStamp(time, this.zone)
    for (const [ordinal, events] of this.buses) {
      const readings = meters
        .filter(({ bus }) => bus === ordinal)
        .filter(({ energyWh, tariffsWh }) => energyWh !== null || tariffsWh !== null)
        .map((meter) => readingOf(meter, deviceAt))
      if (readings.length === 0 || this.#pending >= PENDING_MAX) continue
      this.#pending += 1
      const over = () => {
        this.#pending -= 1
      }
      // The protocol has no acknowledgement: what could not be stored comes with the next report.
      events.pushed(readings).then(over, over)
    }
  }

  answer({ bus, rtu }: Awt100Passage): void {
    this.buses.get(bus)?.bytes(rtu)
  }

  gone(call: Awt100Call, why: LinkClosed): void {
    if (this.#call !== call) return
    this.#call = null
    this.#down(why)
  }

  redial(): void {
    const call = this.#call
    if (call && this.#clock.mono() - call.heardAt > ALIVE_MS) call.close(REDIALLED)
  }

  leave(): void {
    const call = this.#call
    this.#call = null
    call?.close(STOPPED)
  }

  #down(why: LinkClosed): void {
    for (const events of [...this.buses.values()]) events.down(why)
  }
}

type Place = { port: Awt100Port; gateways: Map<string, Gateway> }

class Awt100Callers implements Awt100Hub {
  readonly counters: Awt100Counters = {
    passed: 0,
    refused: 0,
    unknown: 0,
    silent: 0,
    crowded: 0,
    badFrames: 0,
  }
  readonly #deps: Awt100Deps
  readonly #unknown = createUnknownCallers()
  readonly #places = new Map<number, Place>()
  readonly #closing = new Map<number, Promise<void>>()

  constructor(deps: Awt100Deps) {
    this.#deps = deps
  }

  unknownCallers(): readonly UnknownCaller[] {
    return this.#unknown.list()
  }

  attach(settings: Awt100Settings, zone: string, events: LinkEvents): Link {
    const place = this.#placeOf(settings.port)
    const known = place.gateways.get(settings.gatewayNo)
    const taken =
      known && (known.buses.has(settings.busOrdinal) || !known.secret.equals(settings.secret))
    if (taken) {
      events.down(DUPLICATE)
      return { redial: () => {}, stop: () => {} }
    }
    const gateway = known ?? new Gateway(this.#deps.clock, settings, zone)
    place.gateways.set(settings.gatewayNo, gateway)
    gateway.buses.set(settings.busOrdinal, events)
    if (place.port.fault) events.down(place.port.fault)
    const cancelNoCall = this.#deps.clock.after(CALL_WITHIN_MS, () => {
      if (!gateway.connected && !place.port.fault) events.down(NO_CALL)
    })
    gateway.up(settings.busOrdinal)
    return {
      redial: () => gateway.redial(),
      stop: () => {
        cancelNoCall()
        if (gateway.buses.get(settings.busOrdinal) === events) this.#leave(settings, place, gateway)
      },
    }
  }

  async stop(): Promise<void> {
    for (const port of [...this.#places.keys()]) this.#close(port)
    await Promise.all(this.#closing.values())
  }

  #leave({ port, gatewayNo, busOrdinal }: Awt100Settings, place: Place, gateway: Gateway): void {
    gateway.buses.delete(busOrdinal)
    if (gateway.buses.size > 0) return
    gateway.leave()
    place.gateways.delete(gatewayNo)
    if (place.gateways.size === 0 && this.#places.get(port) === place) this.#close(port)
  }

  #close(port: number): void {
    const closed = this.#places.get(port)?.port.close()
    this.#places.delete(port)
    if (!closed) return
    const over = closed.finally(() => {
      if (this.#closing.get(port) === over) this.#closing.delete(port)
    })
    this.#closing.set(port, over)
  }

  #placeOf(number: number): Place {
    const known = this.#places.get(number)
    if (known) return known
    const gateways = new Map<string, Gateway>()
    // A port that we are just closing ourselves is not taken by another program.
    const free = this.#closing.get(number) ?? Promise.resolve()
    const port = createAwt100Port({ ...this.#deps, free }, number, this.counters, {
      hear: (connection, from, settled) => this.#hear(number, gateways, connection, from, settled),
      failed: (why) => {
        for (const { buses } of gateways.values()) for (const bus of buses.values()) bus.down(why)
      },
    })
    const place = { port, gateways }
    this.#places.set(number, place)
    return place
  }

  #hear(
    port: number,
    gateways: ReadonlyMap<string, Gateway>,
    connection: LinkConnection,
    from: string,
    settled: () => void,
  ): void {
    const { clock, rng } = this.#deps
    new Awt100Call(
      {
        clock,
        rng,
        counters: this.counters,
        partyOf: (gatewayNo) => gateways.get(gatewayNo) ?? null,
        refused: (head) => this.#unknown.add({ port, from, head, at: clock.now() }),
        settled,
      },
      connection,
    )
  }
}

export const createAwt100Hub = (deps: Awt100Deps): Awt100Hub => new Awt100Callers(deps)
