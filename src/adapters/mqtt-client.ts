// The user's own MQTT broker 用户自有代理: dialled again after each break, under one name, so that the
// broker keeps what we have not acknowledged. A message is acknowledged once it is dealt with.

import { connect, type IPublishPacket, type MqttClient } from 'mqtt'
import type { BrokerAddress, MqttEvents, MqttLine } from '../ports/mqtt.ts'
import type { LinkClosed } from '../ports/net.ts'
import { assert } from '../shared/assert.ts'

const REDIAL_MS = 2_000
const CONNECT_WITHIN_MS = 10_000
const KEEPALIVE_SECONDS = 30
/** Messages being dealt with at one time; the rest waits with the broker. */
const IN_HAND_MAX = 256
/** After a message that could not be stored: the broker sends it again on a new connection. */
const RETRY_MS = 2_000

type Send = (packet: object, done?: () => void) => void
const isSend = (value: unknown): value is Send => typeof value === 'function'

/**
 * The library acknowledges messages one by one, each when its handler is done: a report on its way
 * into the database would hold up the answer of a meter. Here acknowledgements are ours to send,
 * in any order (MQTT 3.1.1, 4.6 asks for order only from those who keep one message in hand).
 */
const takeOverAcknowledging = (client: MqttClient): ((messageId: number) => void) => {
  const original: unknown = Reflect.get(client, '_sendPacket')
  assert(isSend(original), 'the MQTT library sends its packets where we expect it')
  const send: Send = original.bind(client)
  const withoutAcknowledgements: Send = (packet, done) => {
    if ('cmd' in packet && packet.cmd === 'puback') done?.()
    else send(packet, done)
  }
  Reflect.set(client, '_sendPacket', withoutAcknowledgements)
  return (messageId) => send({ cmd: 'puback', messageId, reasonCode: 0 })
}

class Dialled implements MqttLine {
  readonly #client: MqttClient
  readonly #events: MqttEvents
  readonly #acknowledge: (messageId: number) => void
  readonly #filters = new Map<string, 0 | 1>()
  /** A packet of an earlier connection must not be acknowledged on this one. */
  #connection = 0
  #isUp = false
  #inHand = 0
  #waiting: (() => void)[] = []
  #failure: LinkClosed = { reason: 'closed', detail: '' }
  #retry: NodeJS.Timeout | null = null
  #stopped = false

  constructor({ url, user, password, clientId }: BrokerAddress, events: MqttEvents) {
    this.#events = events
    this.#client = connect(url, {
      clientId,
      clean: false,
      protocolVersion: 4,
      keepalive: KEEPALIVE_SECONDS,
      reconnectPeriod: REDIAL_MS,
      connectTimeout: CONNECT_WITHIN_MS,
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
      ...(user !== null && { username: user }),
      ...(password !== null && { password }),
      manualConnect: true,
    })
    this.#acknowledge = takeOverAcknowledging(this.#client)
    this.#client.handleMessage = (packet, done) => this.#take(packet, done)
    this.#client.on('connect', () => this.#connected())
    this.#client.on('error', ({ message }) => {
      this.#failure = { reason: this.#isUp ? 'error' : 'refused', detail: message }
    })
    this.#client.on('close', () => this.#closed())
    this.#client.connect()
  }

  subscribe(filter: string, qos: 0 | 1): void {
    if (this.#filters.get(filter) === qos) return
    this.#filters.set(filter, qos)
    if (this.#client.connected) this.#client.subscribe(filter, { qos })
  }

  unsubscribe(filter: string): void {
    if (this.#filters.delete(filter) && this.#client.connected) this.#client.unsubscribe(filter)
  }

  publish(topic: string, payload: Buffer): void {
    if (this.#client.connected) this.#client.publish(topic, payload, { qos: 1 }, () => {})
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#retry) clearTimeout(this.#retry)
    for (const go of this.#waiting.splice(0)) go()
    await this.#client.endAsync(true)
  }

  #connected(): void {
    this.#connection += 1
    this.#isUp = true
    this.#failure = { reason: 'closed', detail: '' }
    for (const [filter, qos] of this.#filters) this.#client.subscribe(filter, { qos })
    this.#events.up()
  }

  #closed(): void {
    this.#isUp = false
    if (!this.#stopped) this.#events.down(this.#failure)
  }

  #take(packet: IPublishPacket, done: () => void): void {
    const { topic, payload, retain, qos, messageId } = packet
    const connection = this.#connection
    this.#inHand += 1
    const dealtWith = (): void => {
      if (qos > 0 && messageId !== undefined && connection === this.#connection) {
        if (this.#client.connected) this.#acknowledge(messageId)
      }
      this.#letGo()
    }
    const failed = (): void => {
      this.#letGo()
      this.#redialSoon(connection)
    }
    const message = { topic, payload: Buffer.from(payload), retained: retain }
    this.#events.message(message).then(dealtWith, failed)
    if (this.#inHand < IN_HAND_MAX) done()
    else this.#waiting.push(done)
  }

  #letGo(): void {
    this.#inHand -= 1
    this.#waiting.shift()?.()
  }

  #redialSoon(connection: number): void {
    if (this.#stopped || this.#retry) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      if (connection === this.#connection) this.#client.stream?.destroy()
    }, RETRY_MS)
  }
}

export const dialMqtt = (to: BrokerAddress, events: MqttEvents): MqttLine => new Dialled(to, events)
