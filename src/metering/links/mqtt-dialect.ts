// What an MQTT dialect 物联网方言 knows: its topics, what a message of a gateway means, and how a frame
// is sent to a bus. All of it is pure; the exchange with the broker is elsewhere.

import type { MqttGrant, MqttMessage } from '../../ports/mqtt.ts'
import type { Instant } from '../../shared/clock.ts'
import type { PushedReading } from './link.ts'

export type Outgoing = { topic: string; payload: Buffer }

export type BusReading = { bus: number; reading: PushedReading }

/** What one message says. */
export type Heard =
  /** Not understood, or not meant for us. */
  | { kind: 'nothing' }
  /** The last will: the gateway is gone. */
  | { kind: 'offline' }
  | { kind: 'alive'; answer: Outgoing | null }
  | {
      kind: 'report'
      /** The same for a message that is sent again; null where the gateway gives none. */
      id: string | null
      readings: readonly BusReading[]
      /** Meters in it whose values could not be believed. */
      refused: number
      /** Sent once the readings are durable. */
      answer: Outgoing | null
    }
  /** What a bus answered; null where the gateway says that it did not. */
  | { kind: 'passage'; id: string; bytes: Buffer | null }

/** A frame for a bus, and the moment after which it must not be sent any more. */
export type Passage = { id: string; bus: number; frame: Buffer; now: Instant; expiresAt: Instant }

export type HearContext = { sn: string; zone: string; now: Instant }

export type Dialect = {
  /** Of a topic on which a gateway of this dialect sends. */
  snOf(topic: string): string | null
  filters(sn: string): readonly { filter: string; qos: 0 | 1 }[]
  grant(sn: string): MqttGrant
  hear(message: MqttMessage, context: HearContext): Heard
  /** `lastTopic`: where the gateway was heard last. Null where that does not say where to send. */
  ask(passage: Passage, sn: string, lastTopic: string | null): Outgoing | null
}

export const NOTHING: Heard = { kind: 'nothing' }
export const ALIVE: Heard = { kind: 'alive', answer: null }

export const jsonTo = (topic: string, content: object): Outgoing => ({
  topic,
  payload: Buffer.from(JSON.stringify(content)),
})

/** A frame of any protocol on a bus. */
const FRAME_BYTES_MAX = 1_024

/** Null where it is no hexadecimal text of a frame. */
export const frameOfHex = (text: unknown): Buffer | null => {
  if (typeof text !== 'string' || text.length > 2 * FRAME_BYTES_MAX) return null
  return /^([0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : null
}

export const NO_VALUES: Omit<PushedReading, 'address' | 'deviceAt'> = {
  energyWh: null,
  tariffsWh: null,
  reverseWh: null,
  remainingFen: null,
  purchaseCount: null,
  powerW: null,
  block: null,
}
