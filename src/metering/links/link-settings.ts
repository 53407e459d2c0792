// Link settings as stored in `gateway.link` 链路参数, for one bus of the gateway.

import type { LinkSettings } from './link.ts'

const PORT_MAX = 65_535

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= PORT_MAX

/**
 * For the bus of that ordinal: a serial server gives each of its ports a TCP port, counting up from
 * the first. Null where they are not understood.
 */
export const linkSettings = (stored: unknown, busOrdinal: number): LinkSettings | null => {
  if (typeof stored !== 'object' || stored === null) return null
  const { kind, host, port } = { kind: null, host: null, port: null, ...stored }
  if (kind !== 'tcp-client' || typeof host !== 'string' || host === '' || !isPort(port)) return null
  const own = port + busOrdinal - 1
  return isPort(own) ? { kind, host, port: own } : null
}
