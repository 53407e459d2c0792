// One gateway that speaks MQTT 物联网网关: whether it is there, what its messages bring to which bus,
// and which answer belongs to which question. A message that comes twice is stored once.

import type { Clock } from '../../ports/clock.ts'
import type { MqttGrant, MqttMessage } from '../../ports/mqtt.ts'
import type { LinkClosed } from '../../ports/net.ts'
import { plusMs } from '../../shared/clock.ts'
import type { LinkEvents, PushedReading } from './link.ts'
import type { BusReading, Dialect, Heard, Outgoing } from './mqtt-dialect.ts'

export type MqttCounters = {
  reports: number
  /** The same report again: acknowledged, not stored again. */
  repeated: number
  /** Messages that were not understood. */
  notUnderstood: number
  /** Meters in reports whose values could not be believed. */
  refusedMeters: number
  /** Readings of buses that nobody has set up. */
  unplaced: number
  /** Answers to nothing outstanding: late, or twice. */
  lateAnswers: number
}

export type MqttGatewayDeps = {
  clock: Clock
  dialect: Dialect
  sn: string
  zone: string
  /** For the gateway to log in at our broker with; null where it may not. */
  password: Buffer | null
  counters: MqttCounters
  /** A name for a question that no other process and no earlier run gives. */
  nextId(): string
  publish(message: Outgoing): void
}

/** A question that a gateway has not sent on by then must not reach the meter any more. */
const PASSAGE_VALID_MS = 10_000
const QUIET_MS = 45 * 60_000
/** Reports remembered by their number. */
const REMEMBERED_MAX = 512
const NO_WORD: LinkClosed = { reason: 'timeout', detail: 'no word of the gateway' }
export const GONE: LinkClosed = { reason: 'closed', detail: 'the gateway has gone' }

type Report = Extract<Heard, { kind: 'report' }>

export class MqttGateway {
  readonly deps: MqttGatewayDeps
  readonly buses = new Map<number, LinkEvents>()
  readonly #stored = new Map<string, Promise<void>>()
  /** The question that each bus waits for. */
  readonly #outstanding = new Map<number, string>()
  #present = false
  #lastTopic: string | null = null
  #cancelQuiet = () => {}

  constructor(deps: MqttGatewayDeps) {
    this.deps = deps
  }

  get present(): boolean {
    return this.#present
  }
  get grant(): MqttGrant {
    return this.deps.dialect.grant(this.deps.sn)
  }

  /** Resolves once the message is dealt with; rejects where it could not be stored. */
  async take(message: MqttMessage): Promise<void> {
    const { clock, dialect, sn, zone, counters } = this.deps
    const heard = dialect.hear(message, { sn, zone, now: clock.now() })
    if (heard.kind === 'offline') return this.gone(GONE)
    if (heard.kind === 'nothing') {
      if (!message.retained) counters.notUnderstood += 1
      return
    }
    this.#lastTopic = message.topic
    this.#arrived()
    switch (heard.kind) {
      case 'alive':
        if (heard.answer) this.deps.publish(heard.answer)
        return
      case 'passage':
        return this.#answered(heard.id, heard.bytes)
      case 'report':
        await this.#report(heard)
        if (heard.answer) this.deps.publish(heard.answer)
    }
  }

  up(ordinal: number): void {
    if (!this.#present) return
    this.buses.get(ordinal)?.up({ write: (bytes) => this.#ask(ordinal, Buffer.from(bytes)) })
  }

  gone(why: LinkClosed): void {
    this.#cancelQuiet()
    if (!this.#present) return
    this.#present = false
    this.#outstanding.clear()
    for (const events of [...this.buses.values()]) events.down(why)
  }

  #arrived(): void {
    this.#cancelQuiet()
    this.#cancelQuiet = this.deps.clock.after(QUIET_MS, () => this.gone(NO_WORD))
    if (this.#present) return
    this.#present = true
    for (const ordinal of [...this.buses.keys()]) this.up(ordinal)
  }

  #ask(bus: number, frame: Buffer): void {
    const { clock, dialect, sn, nextId, publish } = this.deps
    const id = nextId()
    const now = clock.now()
    const expiresAt = plusMs(now, PASSAGE_VALID_MS)
    const order = dialect.ask({ id, bus, frame, now, expiresAt }, sn, this.#lastTopic)
    this.#outstanding.set(bus, id)
    if (order) publish(order)
  }

  #answered(id: string, bytes: Buffer | null): void {
    const bus = [...this.#outstanding].find(([, outstanding]) => outstanding === id)?.[0]
    if (bus === undefined) {
      this.deps.counters.lateAnswers += 1
      return
    }
    this.#outstanding.delete(bus)
    if (bytes) this.buses.get(bus)?.bytes(bytes)
  }

  #report({ id, readings, refused }: Report): Promise<void> {
    const { counters } = this.deps
    const before = id === null ? undefined : this.#stored.get(id)
    if (before) {
      counters.repeated += 1
      return before
    }
    counters.reports += 1
    counters.refusedMeters += refused
    const stored = this.#push(readings)
    if (id !== null) this.#remember(id, stored)
    return stored
  }

  #remember(id: string, stored: Promise<void>): void {
    this.#stored.set(id, stored)
    // What could not be stored is no repetition when it comes again.
    stored.catch(() => this.#stored.delete(id))
    if (this.#stored.size <= REMEMBERED_MAX) return
    const [oldest] = this.#stored.keys()
    if (oldest !== undefined) this.#stored.delete(oldest)
  }

  async #push(readings: readonly BusReading[]): Promise<void> {
    const byBus = new Map<number, PushedReading[]>()
    for (const { bus, reading } of readings) {
      const group = byBus.get(bus)
      if (group) group.push(reading)
      else byBus.set(bus, [reading])
    }
    const pushes = [...byBus].map(([bus, group]) => {
      const events = this.buses.get(bus)
      if (!events) this.deps.counters.unplaced += group.length
      return events?.pushed(group)
    })
    await Promise.all(pushes)
  }
}
