// One listening port 一个监听端口: opened with back-off while it is taken, and each caller heard until
// it is known who it is. A caller that nobody expects costs little and never much time.

import type { Clock } from '../../ports/clock.ts'
import type { LinkClosed, LinkConnection, Listening, Net } from '../../ports/net.ts'
import type { Expected, HubCounters, PortState } from './caller.ts'
import { createCrowd } from './crowd.ts'
import { HandedOn } from './handed-on.ts'
import { identify } from './identify.ts'
import { FIRST_BYTES_MAX, type UnknownCallers } from './unknown-callers.ts'

const REOPEN_FIRST_MS = 1_000
const REOPEN_MOST_MS = 30_000
/** A box registers as soon as it is connected; networks may take seconds. */
const REGISTER_WITHIN_MS = 10_000
/** So long after its last byte, what a caller has said is whole. */
const SETTLE_MS = 300
/** Callers not yet known at one time. */
const WAITING_MAX = 256

/** `free`: when the port is free of what we had there before. */
export type PortDeps = { clock: Clock; net: Net; host: string; free: Promise<void> }
export type PortRecords = { counters: HubCounters; unknown: UnknownCallers }

const DUPLICATE: LinkClosed = { reason: 'refused', detail: 'the registration of another gateway' }
const REPLACED: LinkClosed = { reason: 'closed', detail: 'replaced by a newer call' }
const NOTHING = Buffer.alloc(0)

/** A caller that has not yet said who it is. */
type Waiting = { connection: LinkConnection; leave(): void }

export class ListenPort {
  readonly #deps: PortDeps
  readonly #port: number
  readonly #records: PortRecords
  readonly #expected = new Map<string, Expected>()
  /** Gateways whose identity somebody else already has. */
  readonly #duplicates = new Set<Expected>()
  readonly #waiting = createCrowd<Waiting>(WAITING_MAX)
  readonly #connected = new Map<Expected, HandedOn>()
  readonly #stopping = new AbortController()
  readonly #closed: Promise<void>
  #listening = false
  #fault: LinkClosed | null = null

  constructor(deps: PortDeps, port: number, records: PortRecords) {
    this.#deps = deps
    this.#port = port
    this.#records = records
    this.#closed = this.#keepOpen()
  }

  get state(): PortState {
    return { port: this.#port, listening: this.#listening, fault: this.#fault }
  }
  get deserted(): boolean {
    return this.#expected.size === 0 && this.#duplicates.size === 0
  }

  add(expected: Expected): void {
    if (this.#expected.has(expected.identity)) {
      this.#duplicates.add(expected)
      expected.failed(DUPLICATE)
      return
    }
    this.#expected.set(expected.identity, expected)
    if (this.#fault) expected.failed(this.#fault)
  }

  /** Closes its connection too. False where it had left before. */
  remove(expected: Expected): boolean {
    if (this.#duplicates.delete(expected)) return true
    if (this.#expected.get(expected.identity) !== expected) return false
    this.#expected.delete(expected.identity)
    this.#connected.get(expected)?.close()
    this.#connected.delete(expected)
    for (const other of this.#duplicates) {
      if (other.identity !== expected.identity) continue
      this.#duplicates.delete(other)
      this.#expected.set(other.identity, other)
      break
    }
    return true
  }

  close(): Promise<void> {
    this.#stopping.abort()
    for (const { connection } of this.#waiting.all()) connection.close()
    for (const connection of this.#connected.values()) connection.close()
    return this.#closed
  }

  async #keepOpen(): Promise<void> {
    const { net, clock, host, free } = this.#deps
    const { signal } = this.#stopping
    await free
    for (let pauseMs = REOPEN_FIRST_MS; !signal.aborted; ) {
      const result = await net.listenTcp({ host, port: this.#port }, (connection, from) => {
        if (signal.aborted) connection.close()
        else this.#hear(connection, from)
      })
      if (result.ok) return this.#serve(result.listening)
      this.#unopened({ reason: result.reason, detail: result.detail })
      await clock.sleep(pauseMs, signal)
      pauseMs = Math.min(REOPEN_MOST_MS, pauseMs * 2)
    }
  }

  async #serve(listening: Listening): Promise<void> {
    const { signal } = this.#stopping
    this.#listening = true
    this.#fault = null
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    this.#listening = false
    await listening.close()
  }

  /** A port that stays taken is one fault, however often it is tried again. */
  #unopened(why: LinkClosed): void {
    if (this.#fault || this.#stopping.signal.aborted) return
    this.#fault = why
    for (const expected of [...this.#expected.values()]) expected.failed(why)
  }

  #hear(connection: LinkConnection, from: string): void {
    const { clock } = this.#deps
    let head: Buffer = NOTHING
    let handedOn: HandedOn | null = null
    let cancelSettle = () => {}
    const waiting: Waiting = {
      connection,
      leave: () => {
        this.#waiting.leave(waiting)
        cancelSettle()
        cancelDeadline()
      },
    }
    const refuse = (): void => {
      waiting.leave()
      this.#refused(head, from)
      connection.close()
    }
    const take = (expected: Expected, taken: number): void => {
      waiting.leave()
      handedOn = this.#take(expected, connection)
      handedOn.receive(head.subarray(taken))
    }
    const judge = (settled: boolean): void => {
      const verdict = identify(head, this.#expected.values())
      const known = verdict.kind === 'known' || (verdict.kind === 'settling' && settled)
      if (known) take(verdict.expected, verdict.taken)
      else if (head.length >= FIRST_BYTES_MAX) refuse()
      // Its registration may be arriving in pieces; once whole, it tells the engineer what it is.
      else if (settled && verdict.kind === 'unknown') refuse()
    }
    const cancelDeadline = clock.after(REGISTER_WITHIN_MS, refuse)
    connection.onClose((why) => {
      if (this.#waiting.has(waiting) && head.length > 0) this.#refused(head, from)
      waiting.leave()
      handedOn?.end(why)
    })
    connection.onBytes((bytes) => {
      if (handedOn) return handedOn.receive(bytes)
      if (!this.#waiting.has(waiting)) return
      head = Buffer.concat([head, bytes])
      cancelSettle()
      cancelSettle = clock.after(SETTLE_MS, () => judge(true))
      judge(false)
    })
    this.#admit(waiting, from)
  }

  #admit(waiting: Waiting, from: string): void {
    const gone = this.#waiting.admit(waiting, from)
    if (!gone) return
    this.#records.counters.crowded += 1
    gone.leave()
    gone.connection.close()
  }

  #take(expected: Expected, raw: LinkConnection): HandedOn {
    const { counters } = this.#records
    const stale = this.#connected.get(expected)
    // Boxes dial again after a break that they alone have noticed.
    if (stale) counters.replaced += 1
    stale?.end(REPLACED)
    const connection = new HandedOn(raw, () => {
      if (this.#connected.get(expected) === connection) this.#connected.delete(expected)
    })
    counters.taken += 1
    this.#connected.set(expected, connection)
    expected.arrived(connection)
    return connection
  }

  #refused(head: Buffer, from: string): void {
    const { counters, unknown } = this.#records
    if (head.length === 0) counters.silent += 1
    else counters.unknown += 1
    unknown.add({ port: this.#port, from, head, at: this.#deps.clock.now() })
  }
}
