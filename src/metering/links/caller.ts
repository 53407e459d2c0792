// Those who call us 来电: how a gateway that dials is told from others by its first bytes, and what
// is kept of a caller that nobody expects.

import type { LinkClosed, LinkConnection } from '../../ports/net.ts'
import type { Instant } from '../../shared/clock.ts'

/** What the first bytes of a caller say to one who waits for a call. */
export type Recognition =
  | 'other'
  /** They may still become the identity that is awaited. */
  | 'more'
  /** So many of them were identity and nothing else; what follows is handed on. */
  | { taken: number }

/** A gateway that is expected to call. */
export type Expected = {
  port: number
  /** The same for nobody else on this port, e.g. the registration in hexadecimal. */
  identity: string
  recognise(head: Buffer): Recognition
  /** A call of this gateway; one that was there before has been closed as 'replaced'. */
  arrived(connection: LinkConnection): void
  /** The port can't be opened, or the identity belongs to somebody else; told once. */
  failed(why: LinkClosed): void
}

/** Somebody who called and belongs to no gateway 未登记的来电. */
export type UnknownCaller = {
  port: number
  from: string
  /** Its first bytes in hexadecimal; empty where it said nothing. */
  firstBytes: string
  at: Instant
  /** How often it has called. */
  calls: number
}

export type PortState = { port: number; listening: boolean; fault: LinkClosed | null }

export type HubCounters = {
  /** Calls of expected gateways. */
  taken: number
  /** Said something, but nobody's identity. */
  unknown: number
  /** Said nothing in time. */
  silent: number
  /** Connections that a newer call of the same gateway replaced. */
  replaced: number
  /** Closed unheard because too many were waiting to be heard. */
  crowded: number
}
