// The MQTT broker inside this program 内嵌代理, for the gateways of one installation: each logs in
// with its own password and reaches its own topics only. A message is acknowledged once it is dealt
// with.

import { createServer, type Server, type Socket } from 'node:net'
import { Duplex, pipeline } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import {
  type MqttEvents,
  type MqttGrant,
  type MqttLine,
  type MqttUsers,
  topicMatches,
} from '../ports/mqtt.ts'
import { errorCode } from './error-code.ts'
import { packetGuard } from './mqtt-packet-guard.ts'

const CONNECTIONS_MAX = 5_000
const CONNECT_WITHIN_MS = 10_000
const CLIENT_ID_MAX = 128
const PACKET_BYTES = { firstBytes: 4_096, bytes: 256 * 1_024 }
const REOPEN_FIRST_MS = 1_000
const REOPEN_MOST_MS = 30_000
const BAD_LOG_IN = 4
/** The will of a client is published after its connection has ended. */
const WILL_WITHIN_MS = 300

const refusal = (message: string): Error => new Error(message)

const anyMatches = (filters: readonly string[], topic: string): boolean =>
  filters.some((filter) => topicMatches(filter, topic))

/** A subscription with wildcards must be granted as it stands. */
const maySubscribe = ({ subscribe }: MqttGrant, filter: string): boolean =>
  /[+#]/.test(filter) ? subscribe.includes(filter) : anyMatches(subscribe, filter)

/** Who is logged in, by connection. */
class LogIns {
  readonly #users: MqttUsers
  readonly #byClient = new Map<Client, string>()

  constructor(users: MqttUsers) {
    this.#users = users
  }

  admit(client: Client, user: string, password: Buffer): boolean {
    // A client identifier belongs to the user who holds it: nobody takes another's session over.
    const holder = [...this.#byClient].find(([other]) => other !== client && other.id === client.id)
    if (holder && holder[1] !== user) return false
    if (!this.#users.admit(user, password)) return false
    this.#byClient.set(client, user)
    return true
  }

  grantOf(client: Client | null): MqttGrant | null {
    const user = client && this.#byClient.get(client)
    return user === null || user === undefined ? null : this.#users.grantOf(user)
  }

  /** The user whose last connection this was. */
  leave(client: Client): string | null {
    const user = this.#byClient.get(client)
    this.#byClient.delete(client)
    return user !== undefined && ![...this.#byClient.values()].includes(user) ? user : null
  }
}

const createBroker = async (logIns: LogIns, events: MqttEvents): Promise<Aedes> => {
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_WITHIN_MS,
    maxClientsIdLength: CLIENT_ID_MAX,
    preConnect: (_client, { clientId }, done) =>
      done(null, clientId.length > 0 && clientId.length <= CLIENT_ID_MAX),
    authenticate: (client, user, password, done) => {
      if (user && password && logIns.admit(client, user, password)) done(null, true)
      else done(Object.assign(refusal('bad log-in'), { returnCode: BAD_LOG_IN }), false)
    },
    authorizeSubscribe: (client, subscription, done) => {
      const grant = logIns.grantOf(client)
      done(null, grant && maySubscribe(grant, subscription.topic) ? subscription : null)
    },
    authorizeForward: (client, packet) => {
      const grant = logIns.grantOf(client)
      return grant && anyMatches(grant.subscribe, packet.topic) ? packet : null
    },
    authorizePublish: (client, packet, done) => {
      const grant = logIns.grantOf(client)
      const { topic } = packet
      if (!grant || !anyMatches(grant.publish, topic)) return done(refusal('not granted'))
      packet.retain = packet.retain && anyMatches(grant.retain, topic)
      const payload = Buffer.from(packet.payload)
      events.message({ topic, payload, retained: false }).then(
        () => done(null),
        () => done(refusal('not stored')),
      )
    },
  })
  broker.on('clientError', () => {})
  broker.on('connectionError', () => {})
  return broker
}

const guarded = (socket: Socket): Duplex => {
  const readable = packetGuard(PACKET_BYTES)
  pipeline(socket, readable, () => {})
  return Duplex.from({ readable, writable: socket })
}

class Served implements MqttLine {
  readonly #at: { host: string; port: number }
  readonly #events: MqttEvents
  readonly #logIns: LogIns
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #started: Promise<void>
  #broker: Aedes | null = null
  #server: Server | null = null
  #pauseMs = REOPEN_FIRST_MS
  #stopped = false

  constructor(at: { host: string; port: number }, users: MqttUsers, events: MqttEvents) {
    this.#at = at
    this.#events = events
    this.#logIns = new LogIns(users)
    this.#started = this.#start()
  }

  // Everything that is published passes by already.
  subscribe(): void {}
  unsubscribe(): void {}

  publish(topic: string, payload: Buffer): void {
    const packet = { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false } as const
    this.#broker?.publish(packet, () => {})
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#started
    for (const timer of this.#timers) clearTimeout(timer)
    const server = this.#server
    const closed = new Promise<void>((resolve) => {
      if (server?.listening) server.close(() => resolve())
      else resolve()
    })
    for (const socket of this.#sockets) socket.destroy()
    await closed
    const broker = this.#broker
    if (broker) await new Promise<void>((resolve) => broker.close(() => resolve()))
  }

  async #start(): Promise<void> {
    this.#broker = await createBroker(this.#logIns, this.#events)
    if (!this.#stopped) this.#open(this.#broker)
  }

  #after(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }

  #open(broker: Aedes): void {
    const { host, port } = this.#at
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) =>
      this.#accept(broker, socket),
    )
    this.#server = server
    server.maxConnections = CONNECTIONS_MAX
    server.once('error', (error) => {
      if (this.#stopped) return
      const detail = `port ${port} ${errorCode(error) ?? error.message}`
      this.#events.down({ reason: 'refused', detail })
      this.#after(this.#pauseMs, () => this.#open(broker))
      this.#pauseMs = Math.min(REOPEN_MOST_MS, this.#pauseMs * 2)
    })
    server.listen({ port, ...(host && { host }), exclusive: true }, () => {
      // A connection that fails while it is accepted is the caller's loss, not the port's.
      server.on('error', () => {})
      this.#events.up()
    })
  }

  #accept(broker: Aedes, socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    const stream = guarded(socket)
    stream.on('error', () => socket.destroy())
    const client = broker.handle(stream)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#stopped) return
      this.#after(WILL_WITHIN_MS, () => {
        const user = this.#logIns.leave(client)
        if (user !== null) this.#events.left(user)
      })
    })
  }
}

export const serveMqtt = (
  at: { host: string; port: number },
  users: MqttUsers,
  events: MqttEvents,
): MqttLine => new Served(at, users, events)
