// The session of one bus 总线会话: one request outstanding at a time, the most urgent next, and after
// an unanswered one silence, so that a late answer is never taken for another's (INV-26). It knows
// no database and no meter model; whoever owns the line runs it.

import type { Clock } from '../../ports/clock.ts'
import { assert, never } from '../../shared/assert.ts'
import type { Fault, Priority } from '../driver.ts'
import type { Reply, Request, StreamPiece, StreamReader } from '../protocol/request.ts'
import {
  type BusCounters,
  type Exchange,
  type ExchangeEnd,
  replyMs,
  sendMs,
  startExchange,
  type Wire,
} from './exchange.ts'
import type { BusSettings } from './line.ts'
import { createBusQueue } from './queue.ts'
import { createReplyTimes, type ReplyTimes } from './reply-time.ts'

export type BusResult<T> = Reply<T> | Fault

export type BusJob<T> = {
  /**
   * Whom it asks. Reply times are learned per address, and one that left a request unanswered is
   * not asked again while that answer may still come: refusals do not say what they refuse.
   */
  address: string
  request: Request<T>
  priority: Priority
  /** Monotonic ms: not sent at or after this moment. */
  sendBefore?: number
}

export type Bus = {
  submit<T>(job: BusJob<T>): Promise<BusResult<T>>
  connected(wire: Wire): void
  received(bytes: Uint8Array): void
  /** Fails what is outstanding and queued; until `connected` everything fails at once. */
  disconnected(): void
  /** Refuses what is queued and resolves when the outstanding exchange has ended. */
  stop(): Promise<void>
  readonly counters: Readonly<BusCounters>
  /** Exchanges without any answer since the last answer. */
  readonly silencesInARow: number
}

const fault = (reason: Fault['reason'], mayRetry: boolean, detail = ''): Fault => ({
  ok: false,
  reason,
  detail,
  mayRetry,
})
const OFFLINE = fault('gateway-offline', true)
const TIMEOUT = fault('timeout', true)
const GARBLED = fault('bad-reply', true, 'garbled')
const TOO_MANY_PARTS = fault('bad-reply', false, 'too many parts')
const DEADLINE_PASSED = fault('deadline-passed', false)
const STOPPED = fault('stopped', true)

/** A meter that always says "more follows" must not keep the bus. */
const PARTS_MAX = 32
/** Silence after a time-out, in reply times: a late answer may still be coming. */
const LATE_FACTOR = 2
/** A doubled answer comes within this time of the first. */
const DOUBLE_MS = 100
/** A line that babbles without end is used all the same after this long. */
const STRAY_HOLD_MS = 2_000

/** One request on its way through the bus; a long answer takes several parts. */
type Asking<T> = {
  address: string
  request: Request<T>
  part: number
  settle(result: BusResult<T>): void
}

type Waiting = {
  priority: Priority
  address: string
  question: string
  sendBefore: number
  begin(wire: Wire): void
  refuse(fault: Fault): void
}

/** The last exchange, by which bytes that come after it are understood. */
type Past = { address: string; request: Request<unknown>; unanswered: boolean }

const questionOf = ({ address, request }: { address: string; request: Request<unknown> }): string =>
  `${address} ${request.label}`

class BusSession implements Bus {
  readonly counters: BusCounters = {
    requests: 0,
    replies: 0,
    timeouts: 0,
    discardedBytes: 0,
    lateFrames: 0,
  }
  silencesInARow = 0
  readonly #clock: Clock
  readonly #settings: BusSettings
  readonly #replyTimes: ReplyTimes
  readonly #queue = createBusQueue<Waiting>()
  /** Addresses and questions that are not asked before this moment (monotonic ms). */
  readonly #heldBack = new Map<string, number>()
  #wire: Wire | null = null
  #current: Exchange | null = null
  #past: Past | null = null
  #strayReader: StreamReader | null = null
  #quietUntil = Number.NEGATIVE_INFINITY
  #freeSince = Number.NEGATIVE_INFINITY
  #cancelTimer = () => {}
  #stopped = false
  #afterCurrent: (() => void)[] = []

  constructor(clock: Clock, settings: BusSettings) {
    this.#clock = clock
    this.#settings = settings
    this.#replyTimes = createReplyTimes(settings.replyTimeoutMs)
  }

  submit<T>(job: BusJob<T>): Promise<BusResult<T>> {
    assert(job.request.expectsReply, 'a bus job is a question that somebody answers')
    if (this.#stopped) return Promise.resolve(STOPPED)
    if (!this.#wire) return Promise.resolve(OFFLINE)
    return new Promise((settle) => {
      const asking = { address: job.address, request: job.request, part: 1, settle }
      this.#queue.add({
        priority: job.priority,
        address: job.address,
        question: questionOf(job),
        sendBefore: job.sendBefore ?? Number.POSITIVE_INFINITY,
        begin: (wire) => this.#ask(wire, asking),
        refuse: settle,
      })
      this.#pump()
    })
  }

  connected(wire: Wire): void {
    this.#wire = wire
    this.#pump()
  }

  received(bytes: Uint8Array): void {
    if (this.#current) this.#current.receive(bytes)
    else this.#stray(bytes)
  }

  disconnected(): void {
    this.#wire = null
    this.#cancelTimer()
    this.#current?.abort()
    for (const job of this.#queue.remove(() => true)) job.refuse(OFFLINE)
  }

  stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    for (const job of this.#queue.remove(() => true)) job.refuse(STOPPED)
    if (!this.#current) return Promise.resolve()
    return new Promise((resolve) => {
      this.#afterCurrent.push(resolve)
    })
  }

  /** Starts what may go now, or arms the timer for the moment when something may. */
  #pump(): void {
    this.#cancelTimer()
    if (!this.#wire || this.#current || this.#stopped) return
    const now = this.#clock.mono()
    for (const late of this.#queue.remove((job) => now >= job.sendBefore)) {
      late.refuse(DEADLINE_PASSED)
    }
    if (this.#queue.size === 0) return
    for (const [what, until] of this.#heldBack) {
      if (now >= until) this.#heldBack.delete(what)
    }
    if (now < this.#quietUntil) {
      this.#pumpAt(this.#quietUntil)
      return
    }
    const job = this.#queue.take(
      ({ address, question }) => !this.#heldBack.has(address) && !this.#heldBack.has(question),
    )
    if (job) job.begin(this.#wire)
    else this.#pumpAt(Math.min(...this.#heldBack.values()))
  }

  #pumpAt(at: number): void {
    this.#cancelTimer = this.#clock.after(at - this.#clock.mono(), () => this.#pump())
  }

  #ask<T>(wire: Wire, asking: Asking<T>): void {
    this.#endStray()
    const { baud } = this.#settings
    const waitMs = this.#replyTimes.waitMs(asking.address)
    const sentAt = this.#clock.mono()
    const line = { clock: this.#clock, settings: this.#settings, wire, counters: this.counters }
    this.#current = startExchange(line, asking.request, waitMs, (end) => {
      this.#current = null
      this.#freeSince = this.#clock.mono()
      this.#quietUntil = this.#freeSince + this.#settings.gapMs
      this.#past = { address: asking.address, request: asking.request, unanswered: false }
      const onLineMs = sendMs(asking.request, baud) + replyMs(asking.request, baud)
      const lateMs = Math.min(LATE_FACTOR * waitMs, this.#settings.replyTimeoutMs)
      const silence = { from: sentAt + onLineMs, lateMs }
      this.#ended(asking, end, silence)
      if (!this.#current) this.#freed()
    })
  }

  #ended<T>(
    asking: Asking<T>,
    end: ExchangeEnd<T>,
    silence: { from: number; lateMs: number },
  ): void {
    switch (end.kind) {
      case 'reply':
        this.#answered(asking.address, end.thinkingMs)
        // A refusal does not say what it refuses: its double would fit any question.
        this.#holdBack(end.result.ok ? questionOf(asking) : asking.address, DOUBLE_MS)
        asking.settle(end.result)
        break
      case 'more':
        this.#answered(asking.address, end.thinkingMs)
        this.#askNextPart({ ...asking, request: end.next, part: asking.part + 1 })
        break
      case 'silent':
        this.#remember(asking, silence)
        asking.settle(end.garbled ? GARBLED : TIMEOUT)
        break
      case 'lost':
        this.#remember(asking, silence)
        asking.settle(OFFLINE)
        break
      default:
        never(end)
    }
  }

  #answered(address: string, thinkingMs: number): void {
    this.counters.replies += 1
    this.silencesInARow = 0
    this.#replyTimes.answered(address, thinkingMs)
  }

  /** Follow-up parts belong to one answer: nothing else goes between them but the gap. */
  #askNextPart<T>(asking: Asking<T>): void {
    if (asking.part > PARTS_MAX) {
      asking.settle(TOO_MANY_PARTS)
      return
    }
    const lost = () => {
      cancel()
      this.#current = null
      asking.settle(OFFLINE)
      this.#freed()
    }
    const cancel = this.#clock.after(this.#settings.gapMs, () => {
      if (this.#wire) this.#ask(this.#wire, asking)
      else lost()
    })
    this.#current = { receive: (bytes) => this.#stray(bytes), abort: lost }
  }

  /** An answer that comes now is late: silence first, and that address last of all. */
  #remember<T>(
    { address, request }: Asking<T>,
    { from, lateMs }: { from: number; lateMs: number },
  ): void {
    this.counters.timeouts += 1
    this.silencesInARow += 1
    this.#replyTimes.silent(address)
    this.#quietUntil = Math.max(this.#quietUntil, from + lateMs)
    const lastMs = from + LATE_FACTOR * this.#settings.replyTimeoutMs - this.#clock.mono()
    this.#holdBack(address, lastMs)
    this.#past = { address, request, unanswered: true }
  }

  #holdBack(what: string, ms: number): void {
    this.#heldBack.set(what, this.#clock.mono() + ms)
  }

  #freed(): void {
    for (const resolve of this.#afterCurrent.splice(0)) resolve()
    this.#pump()
  }

  /** Bytes that nobody asked for: counted, and waited out within reason. */
  #stray(bytes: Uint8Array): void {
    const now = this.#clock.mono()
    const atMost = this.#freeSince + STRAY_HOLD_MS
    this.#quietUntil = Math.max(this.#quietUntil, Math.min(now + this.#settings.gapMs, atMost))
    this.#strayReader ??= this.#past?.request.reader() ?? null
    if (this.#strayReader) this.#countStray(this.#strayReader.push(bytes))
    else this.counters.discardedBytes += bytes.length
    this.#pump()
  }

  #countStray(pieces: readonly StreamPiece[]): void {
    for (const piece of pieces) {
      if (piece.kind === 'frame') this.#strayFrame(piece.raw)
      else this.counters.discardedBytes += piece.bytes.length
    }
  }

  #strayFrame(raw: Buffer): void {
    this.counters.lateFrames += 1
    const past = this.#past
    if (!past?.unanswered || past.request.parse(raw).kind !== 'reply') return
    // The late answer has come: nothing but its double can be on its way.
    this.#holdBack(past.address, DOUBLE_MS)
    this.#quietUntil = this.#clock.mono() + this.#settings.gapMs
  }

  #endStray(): void {
    if (this.#strayReader) this.#countStray(this.#strayReader.idle())
    this.#strayReader = null
  }
}

/** The link calls `connected`, `received` and `disconnected`; drivers call `submit`. */
export const createBus = (clock: Clock, settings: BusSettings): Bus =>
  new BusSession(clock, settings)
