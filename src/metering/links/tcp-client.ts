// Dials a serial server 串口服务器 and keeps the connection: again after a failure, with growing
// pauses that differ from gateway to gateway, so that a returning network isn't stormed.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { LinkClosed, LinkConnection, Net } from '../../ports/net.ts'
import type { Link, LinkEvents } from './link.ts'

const DIAL_TIMEOUT_MS = 5_000
const PAUSE_FIRST_MS = 1_000
const PAUSE_MOST_MS = 30_000
/** A connection that lasted this long was a good one: the next pause is short again. */
const STEADY_MS = 10_000

export type LinkDeps = { clock: Clock; net: Net; rng: Rng }

/** Half of the pause is fixed, half is chance. */
const pauseMs = (failures: number, rng: Rng): number => {
  const full = Math.min(PAUSE_MOST_MS, PAUSE_FIRST_MS * 2 ** Math.max(0, failures - 1))
  return full / 2 + rng.below(full / 2)
}

const untilClosed = (connection: LinkConnection, events: LinkEvents): Promise<LinkClosed> =>
  new Promise((resolve) => {
    connection.onClose(resolve)
    connection.onBytes((bytes) => events.bytes(bytes))
    events.up(connection)
  })

export const startTcpLink = (
  { clock, net, rng }: LinkDeps,
  to: { host: string; port: number },
  events: LinkEvents,
): Link => {
  const stopping = new AbortController()
  let connection: LinkConnection | null = null

  const connectOnce = async (): Promise<LinkClosed> => {
    const dialled = await net.dialTcp({ ...to, timeoutMs: DIAL_TIMEOUT_MS })
    if (!dialled.ok) return dialled
    if (stopping.signal.aborted) {
      dialled.connection.close()
      return { reason: 'closed', detail: '' }
    }
    connection = dialled.connection
    const why = await untilClosed(connection, events)
    connection = null
    return why
  }

  const keepConnected = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      const since = clock.mono()
      const { reason, detail } = await connectOnce()
      failures = clock.mono() - since >= STEADY_MS ? 1 : failures + 1
      if (stopping.signal.aborted) return
      events.down({ reason, detail })
      await clock.sleep(pauseMs(failures, rng), stopping.signal)
    }
  }

  void keepConnected()
  return {
    redial: () => connection?.close(),
    stop: () => {
      stopping.abort()
      connection?.close()
    },
  }
}
