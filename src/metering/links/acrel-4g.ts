// The link of an Acrel 4G meter 安科瑞4G表: the meter dials us, names itself in its first frame, and
// lets Modbus pass. Its reports are acknowledged only once they are durable. Protocol A5 safe.html.

import type { Clock } from '../../ports/clock.ts'
import type { LinkClosed, LinkConnection } from '../../ports/net.ts'
import { localTime } from '../../shared/clock.ts'
import type { StreamPiece } from '../protocol/request.ts'
import type { Recognition } from './caller.ts'
import {
  type Acrel4gBlock,
  type Acrel4gFrame,
  COMMAND,
  encodeAcrel4g,
  isStart,
  paddedText,
  parseAcrel4g,
  SERIAL_BYTES,
  START_BYTES,
  timeAnswer,
} from './frames/acrel-4g.ts'
import { acrel4gReader } from './frames/acrel-4g-stream.ts'
import type { Link, LinkEvents, PushedReading } from './link.ts'
import type { ListenHub } from './listen-hub.ts'

export type Acrel4gDeps = {
  clock: Clock
  callers: ListenHub
  /** Of the complex: the meter is given its local time. */
  zone: string
}

/** A meter that has not called so long after the start is missing. */
const CALL_WITHIN_MS = 30_000
const NO_CALL: LinkClosed = { reason: 'timeout', detail: 'no call' }
/** Bytes of a frame come together; what is still missing after this long never comes. */
const BETWEEN_BYTES_MS = 1_000
/** Reports on their way into the database; more are not taken, and so not acknowledged. */
const PENDING_MAX = 16
const REPORT_MINUTES = 30
const MINUTE_MS = 60_000
/** A meter that has missed two reports, and every heartbeat between them, is gone. */
const quietMs = (reportMinutes: number): number => (2 * reportMinutes + 5) * MINUTE_MS

const NAMED: ReadonlySet<number> = new Set([
  COMMAND.register,
  COMMAND.time,
  COMMAND.data,
  COMMAND.transparent,
])
const HEARTBEAT = encodeAcrel4g(COMMAND.heartbeat, Buffer.alloc(0))

/** The serial with which a caller begins; heartbeats may come before it. */
export const recogniseSerial = (head: Buffer, serial: string): Recognition => {
  let at = 0
  while (head.subarray(at, at + HEARTBEAT.length).equals(HEARTBEAT)) at += HEARTBEAT.length
  const rest = head.subarray(at)
  if (rest.length === 0) return 'more'
  if (!isStart(rest, 0)) return 'other'
  if (rest.length < START_BYTES + SERIAL_BYTES) {
    const command = rest[2]
    return command === undefined || NAMED.has(command) || command === COMMAND.heartbeat
      ? 'more'
      : 'other'
  }
  const named = paddedText(rest.subarray(START_BYTES, START_BYTES + SERIAL_BYTES))
  // Nothing is taken away: the frame that names the meter is also its first message.
  return NAMED.has(rest[2] ?? 0) && named === serial ? { taken: 0 } : 'other'
}

const readingOf = ({ unit, data }: Acrel4gBlock): PushedReading => ({
  address: String(unit),
  deviceAt: null,
  energyWh: null,
  tariffsWh: null,
  reverseWh: null,
  remainingFen: null,
  purchaseCount: null,
  powerW: null,
  block: data,
})

/** A number before the answer that is not the unit which answered: one of them is wrong. */
const isConsistent = ({ unit, label }: Acrel4gBlock): boolean =>
  !/^\d{1,3}$/.test(label) || Number(label) === unit || label === String.fromCharCode(unit)

/** One call of the meter, from its first frame to its last. */
class Call {
  readonly #deps: Acrel4gDeps
  readonly #serial: string
  readonly #connection: LinkConnection
  readonly #events: LinkEvents
  readonly #reader = acrel4gReader()
  #up = false
  #over = false
  #pending = 0
  #quietMs = quietMs(REPORT_MINUTES)
  #cancelGap = () => {}
  #cancelQuiet = () => {}

  constructor(deps: Acrel4gDeps, serial: string, connection: LinkConnection, events: LinkEvents) {
    this.#deps = deps
    this.#serial = serial
    this.#connection = connection
    this.#events = events
    connection.onBytes((bytes) => this.#receive(bytes))
    connection.onClose((why) => {
      this.#over = true
      this.#cancelGap()
      this.#cancelQuiet()
      events.down(why)
    })
    this.#armQuiet()
  }

  #receive(bytes: Buffer): void {
    this.#cancelGap()
    this.#take(this.#reader.push(bytes))
    if (this.#over) return
    this.#armQuiet()
    this.#cancelGap = this.#deps.clock.after(BETWEEN_BYTES_MS, () => {
      this.#take(this.#reader.idle())
    })
  }

  #take(pieces: readonly StreamPiece[]): void {
    for (const piece of pieces) {
      const frame = piece.kind === 'frame' && !this.#over ? parseAcrel4g(piece.raw) : null
      if (frame) this.#handle(frame)
    }
  }

  #armQuiet(): void {
    this.#cancelQuiet()
    this.#cancelQuiet = this.#deps.clock.after(this.#quietMs, () => this.#connection.close())
  }

  #send(command: number, body: Uint8Array = Buffer.alloc(0)): void {
    if (!this.#over) this.#connection.write(encodeAcrel4g(command, body))
  }

  #handle(frame: Acrel4gFrame): void {
    // Another meter's serial on this connection: nothing in that frame is ours.
    if ('serial' in frame && frame.serial !== null && frame.serial !== this.#serial) return
    switch (frame.kind) {
      case 'register':
        this.#quietMs = quietMs(frame.reportMinutes || REPORT_MINUTES)
        this.#send(COMMAND.register)
        break
      case 'time': {
        const { clock, zone } = this.#deps
        if (!this.#over) this.#connection.write(timeAnswer(localTime(clock.now(), zone)))
        break
      }
      case 'data':
        this.#report(frame.blocks)
        break
      case 'transparent':
        if (frame.rtu.length > 0) this.#events.bytes(frame.rtu)
        break
      case 'heartbeat':
      case 'other':
        break
    }
    this.#openOnce()
  }

  #openOnce(): void {
    if (this.#up || this.#over) return
    this.#up = true
    this.#events.up({ write: (rtu) => this.#send(COMMAND.transparent, rtu) })
  }

  #report(blocks: readonly Acrel4gBlock[]): void {
    if (this.#pending >= PENDING_MAX) return
    this.#pending += 1
    const readings = blocks.filter(isConsistent).map(readingOf)
    const stored = () => {
      this.#pending -= 1
      this.#send(COMMAND.data)
    }
    // Without an acknowledgement the meter sends the report again.
    const refused = () => {
      this.#pending -= 1
    }
    this.#events.pushed(readings).then(stored, refused)
  }
}

export const startAcrel4gLink = (
  deps: Acrel4gDeps,
  { port, serial }: { port: number; serial: string },
  events: LinkEvents,
): Link => {
  let current: LinkConnection | null = null
  let stopped = false
  const heard: LinkEvents = {
    ...events,
    down: (why) => {
      if (!stopped) events.down(why)
    },
  }
  const cancelNoCall = deps.clock.after(CALL_WITHIN_MS, () => heard.down(NO_CALL))
  const waiting = deps.callers.expect({
    port,
    identity: `acrel-4g ${serial}`,
    recognise: (head) => recogniseSerial(head, serial),
    arrived: (connection) => {
      cancelNoCall()
      current = connection
      new Call(deps, serial, connection, heard)
    },
    failed: (why) => {
      cancelNoCall()
      heard.down(why)
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
