// The MQTT port 消息代理: messages by topic, through the broker inside this program or through the
// user's own. What they mean is not known here.

import type { LinkClosed } from './net.ts'

export type MqttMessage = {
  topic: string
  payload: Buffer
  /** Kept by the broker from before, not sent now. */
  retained: boolean
}

export type MqttEvents = {
  /**
   * Resolves when the message is dealt with: only then is it acknowledged. What it rejects is not
   * acknowledged, and comes again.
   */
  message(message: MqttMessage): Promise<void>
  up(): void
  /** Also called when a connection could not be made. */
  down(why: LinkClosed): void
  /** Broker inside this program only: the last client of that user has left. */
  left(user: string): void
}

export type MqttLine = {
  /** May be called before the line is up, and holds until `unsubscribe`. */
  subscribe(filter: string, qos: 0 | 1): void
  unsubscribe(filter: string): void
  /** At least once while the line is up; dropped while it is down. */
  publish(topic: string, payload: Buffer): void
  stop(): Promise<void>
}

/** What a gateway may do at our broker, as topic filters. */
export type MqttGrant = {
  publish: readonly string[]
  subscribe: readonly string[]
  /** Of those it may publish, what may be retained. */
  retain: readonly string[]
}

/** The gateways that may log in at our broker. */
export type MqttUsers = {
  /** Null where user or password is wrong. */
  admit(user: string, password: Buffer): MqttGrant | null
  /** What a user that was admitted may do now; null once it is gone. */
  grantOf(user: string): MqttGrant | null
}

export type BrokerAddress = {
  /** mqtt:// or mqtts://, without user and password. */
  url: string
  user: string | null
  password: Buffer | null
  /** The broker keeps what this name has not yet acknowledged. */
  clientId: string
}

export type Mqtt = {
  /** The user's broker; dialled again and again. */
  dial(to: BrokerAddress, events: MqttEvents): MqttLine
  /** The broker inside this program; opened again and again while its port is taken. */
  serve(at: { host: string; port: number }, users: MqttUsers, events: MqttEvents): MqttLine
}

/** Whether a topic matches a filter with `+` and `#` (MQTT 3.1.1, 4.7). */
export const topicMatches = (filter: string, topic: string): boolean => {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}
