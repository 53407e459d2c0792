// A link 链路 carries bytes between the centre and one bus. Kinds are a closed list; a gateway's row
// holds its settings. Some gateways send readings by themselves: those come beside the bytes.

import type { LinkClosed, SerialSettings } from '../../ports/net.ts'
import type { Instant } from '../../shared/clock.ts'
import type { Wire } from '../bus/exchange.ts'

/** How a gateway that calls us says who it is, and what it sends to be known alive. */
export type CallerIdentity = {
  /** Registration packet 注册包; compared exactly, then as a prefix. */
  registration: Buffer
  /** The box puts its registration before every packet, not only the first. */
  onEveryPacket: boolean
  /** Heartbeat 心跳包; stripped wherever it appears. Null: the box sends none. */
  heartbeat: Buffer | null
  /** Three of these without a byte: the connection is taken for dead. */
  heartbeatMs: number
}

export type LinkSettings =
  | { kind: 'tcp-client'; host: string; port: number }
  | ({ kind: 'tcp-listen'; port: number } & CallerIdentity)
  | ({ kind: 'serial' } & SerialSettings)
  | { kind: 'acrel-4g'; port: number; serial: string }
  | { kind: 'acrel-awt100'; port: number; gatewayNo: string; secret: Buffer; busOrdinal: number }
  | {
      kind: 'mqtt'
      gatewayNo: string
      busOrdinal: number
      dialect: MqttDialect
      /** Null: the broker of this installation. */
      broker: UserBroker | null
      /** For the gateway to log in with at the broker inside this program; null: it may not. */
      password: Buffer | null
    }

/** The user's own broker 用户自有代理. */
export type UserBroker = { url: string; user: string | null; password: Buffer | null }

export type MqttDialect = 'prewatt' | 'acrel-domestic' | 'acrel-overseas'

/**
 * A value that a gateway sent by itself, by what the meter model calls it. Whole Wh, fen, W.
 * `address`: as on the bus.
 */
export type PushedReading = {
  address: string
  /** By the gateway's clock; null where it tells none. */
  deviceAt: Instant | null
  energyWh: number | null
  tariffsWh: readonly (number | null)[] | null
  reverseWh: number | null
  remainingFen: number | null
  purchaseCount: number | null
  powerW: number | null
  /** A whole block as the device sent it, for the driver of its model to read; else null. */
  block: Buffer | null
}

export type LinkEvents = {
  up(wire: Wire): void
  bytes(bytes: Buffer): void
  /** Also called when a connection could not be made. */
  down(why: LinkClosed): void
  /** Resolves once they are durable: only then may the gateway be told that they arrived. */
  pushed(readings: readonly PushedReading[]): Promise<void>
}

export type Link = {
  /** Gives up the present connection for a new one. */
  redial(): void
  stop(): void
}
