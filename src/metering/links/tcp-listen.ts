// A serial server that dials us 主动上线的串口服务器: told from others by its registration packet,
// known to be alive by its heartbeats, and its bytes freed of both. Each of its buses has a
// connection and a registration of its own, as boxes with several ports do it.

import type { Clock } from '../../ports/clock.ts'
import type { LinkClosed, LinkConnection } from '../../ports/net.ts'
import type { Recognition } from './caller.ts'
import type { CallerIdentity, Link, LinkEvents } from './link.ts'
import type { ListenHub } from './listen-hub.ts'
import { createStripper } from './strip.ts'

/** A box that has not called so long after the start is missing; it redials within seconds. */
const CALL_WITHIN_MS = 30_000
/** The end of a frame that may be the beginning of a heartbeat is kept back no longer than this. */
const KEEP_BACK_MS = 50
const HEARTBEATS_MISSED_MAX = 3

const NO_CALL: LinkClosed = { reason: 'timeout', detail: 'no call' }
const NO_HEARTBEAT: LinkClosed = { reason: 'timeout', detail: 'no heartbeat' }

const isBeginning = (part: Buffer, whole: Buffer): boolean =>
  part.length < whole.length && whole.subarray(0, part.length).equals(part)

/** Heartbeats may come first, where the box has sent them before its registration. */
export const recogniseCaller = (
  { registration, heartbeat }: CallerIdentity,
  head: Buffer,
): Recognition => {
  let rest = head
  for (;;) {
    const size = registration.length
    if (rest.subarray(0, size).equals(registration))
      return { taken: head.length - rest.length + size }
    if (isBeginning(rest, registration)) return 'more'
    if (!heartbeat) return 'other'
    if (isBeginning(rest, heartbeat)) return 'more'
    if (!rest.subarray(0, heartbeat.length).equals(heartbeat)) return 'other'
    rest = rest.subarray(heartbeat.length)
  }
}

const stripperFor = ({ registration, onEveryPacket, heartbeat }: CallerIdentity) =>
  createStripper([...(onEveryPacket ? [registration] : []), ...(heartbeat ? [heartbeat] : [])])

/** One connection of the box, until it ends: the bus's own bytes, and why it ended. */
const follow = (
  clock: Clock,
  settings: CallerIdentity,
  connection: LinkConnection,
  events: { bytes(bytes: Buffer): void; ended(why: LinkClosed): void },
): void => {
  const stripper = stripperFor(settings)
  const aliveMs = settings.heartbeat ? HEARTBEATS_MISSED_MAX * settings.heartbeatMs : null
  let why: LinkClosed | null = null
  let cancelFlush = () => {}
  let cancelDead = () => {}
  const dead = () => {
    why = NO_HEARTBEAT
    connection.close()
  }
  const alive = () => {
    cancelDead()
    if (aliveMs !== null) cancelDead = clock.after(aliveMs, dead)
  }
  const hand = (bytes: Buffer) => {
    if (bytes.length > 0) events.bytes(bytes)
  }
  connection.onClose((how) => {
    cancelFlush()
    cancelDead()
    events.ended(why ?? how)
  })
  connection.onBytes((bytes) => {
    alive()
    cancelFlush()
    hand(stripper.push(bytes))
    if (stripper.kept > 0) cancelFlush = clock.after(KEEP_BACK_MS, () => hand(stripper.flush()))
  })
  alive()
}

export const startListenLink = (
  { clock, callers }: { clock: Clock; callers: ListenHub },
  settings: { port: number } & CallerIdentity,
  events: LinkEvents,
): Link => {
  let current: LinkConnection | null = null
  let stopped = false
  const cancelNoCall = clock.after(CALL_WITHIN_MS, () => events.down(NO_CALL))

  const arrived = (connection: LinkConnection): void => {
    cancelNoCall()
    current = connection
    follow(clock, settings, connection, {
      bytes: (bytes) => events.bytes(bytes),
      ended: (why) => {
        if (current === connection) current = null
        if (!stopped) events.down(why)
      },
    })
    events.up(connection)
  }
  const waiting = callers.expect({
    port: settings.port,
    identity: `registration ${settings.registration.toString('hex')}`,
    recognise: (head) => recogniseCaller(settings, head),
    arrived,
    failed: (why) => {
      cancelNoCall()
      events.down(why)
    },
  })
  return {
    redial: () => current?.close(),
    stop: () => {
      stopped = true
      cancelNoCall()
      waiting.leave()
    },
  }
}
