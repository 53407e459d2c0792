// One exchange 一次问答: sends a request and takes what comes back until a frame answers it or the
// time is over. A frame that answers something else is dropped and counted (INV-26).

import type { Clock } from '../../ports/clock.ts'
import {
  NOT_OURS,
  type Reply,
  type Request,
  type StreamPiece,
  type StreamReader,
} from '../protocol/request.ts'
import { BETWEEN_BYTES_MS, type BusSettings, byteMs } from './line.ts'

/** Takes bytes to the line. */
export type Wire = { write(bytes: Uint8Array): void }

export type BusCounters = {
  requests: number
  replies: number
  timeouts: number
  /** Bytes that belong to no whole frame. */
  discardedBytes: number
  /** Whole frames that answered nothing outstanding: late, doubled, echoed, somebody else's. */
  lateFrames: number
}

export type ExchangeEnd<T> =
  | { kind: 'reply'; result: Reply<T>; thinkingMs: number }
  | { kind: 'more'; next: Request<T>; thinkingMs: number }
  /** Nothing answered; `garbled` when bytes came that made no frame. */
  | { kind: 'silent'; garbled: boolean }
  | { kind: 'lost' }

export type Exchange = {
  receive(bytes: Uint8Array): void
  /** The line is gone. */
  abort(): void
}

export type ExchangeLine = {
  clock: Clock
  settings: BusSettings
  wire: Wire
  counters: BusCounters
}

export const sendMs = (request: Request<unknown>, baud: number): number =>
  request.bytes.length * byteMs(baud)

export const replyMs = (request: Request<unknown>, baud: number): number =>
  request.replyBytesMax * byteMs(baud)

/** One question on the wire; `finish` is called exactly once. */
class OpenExchange<T> implements Exchange {
  readonly #line: ExchangeLine
  readonly #request: Request<T>
  readonly #finish: (end: ExchangeEnd<T>) => void
  readonly #reader: StreamReader
  /** When the last byte of the request has left the gateway. */
  readonly #leftAt: number
  readonly #dueAt: number
  // A frame that is still arriving is heard out, but noise can't hold the bus for ever.
  readonly #hardAt: number
  #lastByteAt: number | null = null
  #garbled = false
  #over = false
  #cancelTimer = () => {}

  constructor(
    line: ExchangeLine,
    request: Request<T>,
    waitMs: number,
    finish: (end: ExchangeEnd<T>) => void,
  ) {
    const { baud, replyTimeoutMs } = line.settings
    this.#line = line
    this.#request = request
    this.#finish = finish
    this.#reader = request.reader()
    this.#leftAt = line.clock.mono() + sendMs(request, baud)
    this.#dueAt = this.#leftAt + waitMs + replyMs(request, baud)
    this.#hardAt = this.#dueAt + replyTimeoutMs
    line.counters.requests += 1
    line.wire.write(request.bytes)
    this.#arm()
  }

  receive(bytes: Uint8Array): void {
    this.#lastByteAt = this.#line.clock.mono()
    this.#take(this.#reader.push(bytes))
    if (!this.#over) this.#arm()
  }

  abort(): void {
    if (!this.#over) this.#end({ kind: 'lost' })
  }

  #end(how: ExchangeEnd<T>): void {
    this.#over = true
    this.#cancelTimer()
    this.#finish(how)
  }

  #take(pieces: readonly StreamPiece[]): void {
    for (const piece of pieces) {
      if (piece.kind === 'frame') this.#takeFrame(piece.raw)
      else {
        this.#garbled = true
        this.#line.counters.discardedBytes += piece.bytes.length
      }
    }
  }

  #takeFrame(raw: Buffer): void {
    const parsed = this.#over ? NOT_OURS : this.#request.parse(raw)
    if (parsed.kind === 'not-ours') {
      this.#line.counters.lateFrames += 1
      return
    }
    const { clock, settings } = this.#line
    const thinkingMs = clock.mono() - this.#leftAt - raw.length * byteMs(settings.baud)
    if (parsed.kind === 'more') this.#end({ kind: 'more', next: parsed.next, thinkingMs })
    else this.#end({ kind: 'reply', result: parsed.result, thinkingMs })
  }

  #arm(): void {
    const now = this.#line.clock.mono()
    const idleAt = this.#lastByteAt === null ? this.#dueAt : this.#lastByteAt + BETWEEN_BYTES_MS
    const next = Math.min(idleAt, now < this.#dueAt ? this.#dueAt : this.#hardAt)
    this.#cancelTimer()
    this.#cancelTimer = this.#line.clock.after(Math.max(0, next - now), () => this.#wake())
  }

  #wake(): void {
    const now = this.#line.clock.mono()
    const idle = this.#lastByteAt === null || now >= this.#lastByteAt + BETWEEN_BYTES_MS
    if (idle || now >= this.#hardAt) {
      this.#lastByteAt = null
      this.#take(this.#reader.idle())
      if (this.#over) return
    }
    if (now >= this.#hardAt || (now >= this.#dueAt && idle)) {
      this.#end({ kind: 'silent', garbled: this.#garbled })
    } else this.#arm()
  }
}

/** `waitMs`: how long the device may think before it answers. */
export const startExchange = <T>(
  line: ExchangeLine,
  request: Request<T>,
  waitMs: number,
  finish: (end: ExchangeEnd<T>) => void,
): Exchange => new OpenExchange(line, request, waitMs, finish)
