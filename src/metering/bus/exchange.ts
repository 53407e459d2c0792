// One exchange 一次问答: sends a request and takes what comes back until a frame answers it or the
// time is over. A frame that answers something else is dropped and counted (INV-26).

import type { Fault } from '../driver.ts'
import {
  NOT_OURS,
  type Reply,
  type Request,
  type StreamPiece,
  type StreamReader,
} from '../protocol/request.ts'
import { BETWEEN_BYTES_MS } from './line.ts'

/** Takes bytes to the line. */
export type Wire = { write(bytes: Uint8Array): void }

export type BusCounters = {
  requests: number
  replies: number
  timeouts: number
  /** Sent to all; nobody answers. */
  broadcasts: number
  /** Bytes that belong to no whole frame. */
  discardedBytes: number
  /** Whole frames that answered nothing outstanding: late, doubled, echoed, somebody else's. */
  lateFrames: number
}

/**
 * How long the device thought, and how long all that came was on the line: what is sent again has
 * its echo and its noise with it.
 */
export type AnswerTimes = { thinkingMs: number; lineMs: number }

export type ExchangeEnd<T> =
  | ({ kind: 'reply'; result: Reply<T> } & AnswerTimes)
  | ({ kind: 'more'; next: Request<T> } & AnswerTimes)
  /** The time for all who may answer is over. */
  | { kind: 'heard'; result: Reply<T> }
  /** Nothing answered; `garbled` when bytes came that made no frame. */
  | { kind: 'silent'; garbled: boolean }
  | { kind: 'lost' }

/** What holds the bus at the moment. All times are monotonic ms. */
export type Holder = {
  /** `wake` must be called at this moment, and may be called before it. */
  wakeAt(now: number): number
  receive(bytes: Uint8Array, now: number): void
  wake(now: number): void
  /** The line is gone. */
  abort(): void
}

const NEVER = Number.NEGATIVE_INFINITY

/** One request on its way through the bus; a long answer takes several parts. */
export type Asking<T> = {
  address: string
  request: Request<T>
  /** Of the first question, by which the job is queued. */
  alike: string
  part: number
  /** As in `BusJob.probeMs`; null: what is learned of the address. */
  probeMs: number | null
  settle(result: Reply<T> | Fault): void
}

/** What the exchanges of one line share; made once, for there are thousands a second. */
export type ExchangeLine = {
  readonly byteMs: number
  readonly replyTimeoutMs: number
  readonly counters: BusCounters
  /** Called exactly once for each. */
  readonly finish: <T>(exchange: OpenExchange<T>, end: ExchangeEnd<T>, now: number) => void
}

/** One question on the wire; whoever makes it has written the bytes at `sentAt`. */
export class OpenExchange<T> implements Holder {
  readonly asking: Asking<T>
  readonly sentAt: number
  /** How long the device may think before it answers. */
  readonly waitMs: number
  readonly #line: ExchangeLine
  readonly #reader: StreamReader
  /** When the last byte of the request has left the gateway. */
  readonly #leftAt: number
  readonly #dueAt: number
  #lastByteAt = NEVER
  #heardBytes = 0
  #garbled = false
  #over = false

  constructor(line: ExchangeLine, asking: Asking<T>, sentAt: number, waitMs: number) {
    const { request } = asking
    this.#line = line
    this.asking = asking
    this.sentAt = sentAt
    this.waitMs = waitMs
    this.#reader = request.reader()
    this.#leftAt = sentAt + request.bytes.length * line.byteMs
    this.#dueAt = this.#leftAt + waitMs + request.replyBytesMax * line.byteMs
  }

  // A frame that is still arriving is heard out, but noise can't hold the bus for ever.
  get #hardAt(): number {
    return this.#dueAt + this.#line.replyTimeoutMs
  }

  wakeAt(now: number): number {
    const next = now < this.#dueAt ? this.#dueAt : this.#hardAt
    if (this.#lastByteAt === NEVER) return next
    return Math.min(this.#lastByteAt + BETWEEN_BYTES_MS, next)
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#lastByteAt = now
    this.#heardBytes += bytes.length
    this.#take(this.#reader.push(bytes), now)
  }

  wake(now: number): void {
    const idle = now >= this.#lastByteAt + BETWEEN_BYTES_MS
    if (idle || now >= this.#hardAt) {
      this.#lastByteAt = NEVER
      this.#take(this.#reader.idle(), now)
      if (this.#over) return
    }
    if (now < this.#hardAt && !(now >= this.#dueAt && idle)) return
    const { atEnd } = this.asking.request
    if (atEnd) this.#end({ kind: 'heard', result: atEnd(this.#garbled) }, now)
    else this.#end({ kind: 'silent', garbled: this.#garbled }, now)
  }

  abort(): void {
    if (!this.#over) this.#end({ kind: 'lost' }, Number.NaN)
  }

  #end(how: ExchangeEnd<T>, now: number): void {
    this.#over = true
    this.#line.finish(this, how, now)
  }

  #take(pieces: readonly StreamPiece[], now: number): void {
    for (const piece of pieces) {
      if (piece.kind === 'frame') this.#takeFrame(piece.raw, now)
      else {
        this.#garbled = true
        this.#line.counters.discardedBytes += piece.bytes.length
      }
    }
  }

  #takeFrame(raw: Buffer, now: number): void {
    const parsed = this.#over ? NOT_OURS : this.asking.request.parse(raw)
    if (parsed.kind === 'noted') return
    if (parsed.kind === 'not-ours') {
      this.#line.counters.lateFrames += 1
      return
    }
    const { byteMs, replyTimeoutMs } = this.#line
    const thinkingMs = now - this.#leftAt - raw.length * byteMs
    const lineMs = Math.min(this.#heardBytes * byteMs, replyTimeoutMs)
    if (parsed.kind === 'more') {
      this.#end({ kind: 'more', next: parsed.next, thinkingMs, lineMs }, now)
    } else this.#end({ kind: 'reply', result: parsed.result, thinkingMs, lineMs }, now)
  }
}

/** The bus is held until a moment: a broadcast leaves, or a part of a long answer waits its gap. */
export class Pause implements Holder {
  readonly #until: number
  readonly #stray: (bytes: Uint8Array, now: number) => void
  readonly #over: () => void
  readonly #lost: () => void

  constructor(
    until: number,
    how: { stray: (bytes: Uint8Array, now: number) => void; over: () => void; lost: () => void },
  ) {
    this.#until = until
    this.#stray = how.stray
    this.#over = how.over
    this.#lost = how.lost
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#stray(bytes, now)
  }

  wakeAt(): number {
    return this.#until
  }

  wake(now: number): void {
    if (now >= this.#until) this.#over()
  }

  abort(): void {
    this.#lost()
  }
}
