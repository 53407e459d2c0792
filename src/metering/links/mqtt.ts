// The gateways that speak MQTT 物联网网关接入: through the broker inside this program, or through the
// user's own. Each bus of a gateway has a link of its own, and asks one question at a time on it.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { Mqtt } from '../../ports/mqtt.ts'
import type { LinkClosed } from '../../ports/net.ts'
import type { Link, LinkEvents, MqttDialect, UserBroker } from './link.ts'
import { DIALECTS, MqttExchange } from './mqtt-exchange.ts'
import { type MqttCounters, MqttGateway } from './mqtt-gateway.ts'

export type MqttSettings = {
  gatewayNo: string
  busOrdinal: number
  dialect: MqttDialect
  /** Null: the broker of this installation. */
  broker: UserBroker | null
  /** What the gateway logs in with at the broker inside this program; null where it has none. */
  password: Buffer | null
}

export type MqttHub = {
  /** `zone`: of the complex; some gateways write local times. */
  attach(settings: MqttSettings, zone: string, events: LinkEvents): Link
  readonly counters: Readonly<MqttCounters>
  stop(): Promise<void>
}

/** How this installation speaks MQTT. */
export type MqttChoice = {
  /** Handed in, so that a process without MQTT does not load what checks its messages. */
  createHub: (deps: MqttDeps) => MqttHub
  mqtt: Mqtt
  /** Names this process to brokers; the same after a restart, another for every process. */
  clientId: string
  /** The broker of this installation: the user's own, or where ours listens. */
  standard: UserBroker | { host: string; port: number }
  /** Our broker listens from the start, and not only once a gateway needs it. */
  serveAtOnce: boolean
}

export type MqttDeps = Omit<MqttChoice, 'createHub'> & { clock: Clock; rng: Rng }

const CALL_WITHIN_MS = 30_000
const NO_WORD: LinkClosed = { reason: 'timeout', detail: 'no word of the gateway' }
const DUPLICATE: LinkClosed = { reason: 'refused', detail: 'the number of another gateway' }

class MqttLinks implements MqttHub {
  readonly counters: MqttCounters = {
    reports: 0,
    repeated: 0,
    notUnderstood: 0,
    refusedMeters: 0,
    unplaced: 0,
    lateAnswers: 0,
  }
  readonly #deps: MqttDeps
  readonly #exchanges = new Map<string, MqttExchange>()
  readonly #run: string
  #asked = 0

  constructor(deps: MqttDeps) {
    this.#deps = deps
    this.#run = deps.rng.bytes(6).toString('hex')
    if (deps.serveAtOnce) this.#exchangeOf(null)
  }

  attach(settings: MqttSettings, zone: string, events: LinkEvents): Link {
    const { clock } = this.#deps
    const exchange = this.#exchangeOf(settings.broker)
    const { gatewayNo: sn, busOrdinal } = settings
    const known = exchange.gateways.get(sn)
    const other = known && known.deps.dialect !== DIALECTS[settings.dialect]
    if (known && (other || known.buses.has(busOrdinal))) {
      events.down(DUPLICATE)
      return { redial: () => {}, stop: () => {} }
    }
    const gateway = known ?? this.#gateway(exchange, settings, zone)
    gateway.buses.set(busOrdinal, events)
    if (!known) exchange.add(gateway)
    if (exchange.fault) events.down(exchange.fault)
    const cancelNoWord = clock.after(CALL_WITHIN_MS, () => {
      if (!gateway.present && !exchange.fault) events.down(NO_WORD)
    })
    gateway.up(busOrdinal)
    return {
      // The broker knows whether the gateway is there; a silent bus is no reason to leave it.
      redial: () => {},
      stop: () => {
        cancelNoWord()
        if (gateway.buses.get(busOrdinal) !== events) return
        gateway.buses.delete(busOrdinal)
        if (gateway.buses.size === 0) exchange.remove(gateway)
      },
    }
  }

  async stop(): Promise<void> {
    const exchanges = [...this.#exchanges.values()]
    this.#exchanges.clear()
    await Promise.all(exchanges.map((exchange) => exchange.stop()))
  }

  #gateway(
    exchange: MqttExchange,
    { gatewayNo, dialect, password }: MqttSettings,
    zone: string,
  ): MqttGateway {
    return new MqttGateway({
      clock: this.#deps.clock,
      dialect: DIALECTS[dialect],
      sn: gatewayNo,
      zone,
      password,
      counters: this.counters,
      nextId: () => `${this.#run}-${++this.#asked}`,
      publish: ({ topic, payload }) => exchange.line.publish(topic, payload),
    })
  }

  #exchangeOf(own: UserBroker | null): MqttExchange {
    const { clock, mqtt, clientId, standard } = this.#deps
    const broker = own ?? standard
    const key =
      'url' in broker ? `${broker.url} ${broker.user} ${broker.password?.toString('hex')}` : 'ours'
    const known = this.#exchanges.get(key)
    if (known) return known
    const opened = new MqttExchange(clock, (events, users) =>
      'url' in broker
        ? mqtt.dial({ ...broker, clientId }, events)
        : mqtt.serve(broker, users, events),
    )
    this.#exchanges.set(key, opened)
    return opened
  }
}

export const createMqttHub = (deps: MqttDeps): MqttHub => new MqttLinks(deps)
