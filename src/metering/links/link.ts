// A link 链路 carries bytes between the centre and one bus. Kinds are a closed list; a gateway's row
// holds its settings.

import type { LinkClosed } from '../../ports/net.ts'
import type { Wire } from '../bus/exchange.ts'

export type LinkSettings = { kind: 'tcp-client'; host: string; port: number }

export type LinkEvents = {
  up(wire: Wire): void
  bytes(bytes: Buffer): void
  /** Also called when a connection could not be made. */
  down(why: LinkClosed): void
}

export type Link = {
  /** Gives up the present connection for a new one. */
  redial(): void
  stop(): void
}

const PORT_MAX = 65_535

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= PORT_MAX

/**
 * Settings as stored in `gateway.link`, for the bus of that ordinal: a serial server gives each of
 * its ports a TCP port, counting up from the first. Null where they are not understood.
 */
export const linkSettings = (stored: unknown, busOrdinal: number): LinkSettings | null => {
  if (typeof stored !== 'object' || stored === null) return null
  const { kind, host, port } = { kind: null, host: null, port: null, ...stored }
  if (kind !== 'tcp-client' || typeof host !== 'string' || host === '' || !isPort(port)) return null
  const own = port + busOrdinal - 1
  return isPort(own) ? { kind, host, port: own } : null
}
