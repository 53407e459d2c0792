// Keeps a connection that we make ourselves 保持连接: again after a failure, with growing pauses that
// differ from one to the other, so that a returning network isn't stormed.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { DialResult, LinkClosed, LinkConnection } from '../../ports/net.ts'
import type { Link, LinkEvents } from './link.ts'

const PAUSE_FIRST_MS = 1_000
/** A connection that lasted this long was a good one: the next pause is short again. */
const STEADY_MS = 10_000

export type KeepOpenDeps = { clock: Clock; rng: Rng }

/** Half of the pause is fixed, half is chance. */
const pauseMs = (failures: number, mostMs: number, rng: Rng): number => {
  const full = Math.min(mostMs, PAUSE_FIRST_MS * 2 ** Math.max(0, failures - 1))
  return full / 2 + rng.below(full / 2)
}

const untilClosed = (connection: LinkConnection, events: LinkEvents): Promise<LinkClosed> =>
  new Promise((resolve) => {
    connection.onClose(resolve)
    connection.onBytes((bytes) => events.bytes(bytes))
    events.up(connection)
  })

/** `pauseMostMs`: the longest pause between two attempts. */
export const keepOpen = (
  { clock, rng }: KeepOpenDeps,
  open: () => Promise<DialResult>,
  pauseMostMs: number,
  events: LinkEvents,
): Link => {
  const stopping = new AbortController()
  let connection: LinkConnection | null = null

  const openOnce = async (): Promise<LinkClosed> => {
    const opened = await open()
    if (!opened.ok) return opened
    if (stopping.signal.aborted) {
      opened.connection.close()
      return { reason: 'closed', detail: '' }
    }
    connection = opened.connection
    const why = await untilClosed(connection, events)
    connection = null
    return why
  }

  const keep = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      const since = clock.mono()
      const { reason, detail } = await openOnce()
      failures = clock.mono() - since >= STEADY_MS ? 1 : failures + 1
      if (stopping.signal.aborted) return
      events.down({ reason, detail })
      await clock.sleep(pauseMs(failures, pauseMostMs, rng), stopping.signal)
    }
  }

  void keep()
  return {
    redial: () => connection?.close(),
    stop: () => {
      stopping.abort()
      connection?.close()
    },
  }
}
