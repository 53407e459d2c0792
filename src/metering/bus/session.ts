// The session of one bus 总线会话: one request outstanding at a time, the most urgent next, and after
// an unanswered one silence, so that a late answer is never taken for another's (INV-26). It knows
// no database and no meter model; whoever owns the line runs it.

import type { Clock } from '../../ports/clock.ts'
import { assert, never } from '../../shared/assert.ts'
import type { Request, StreamPiece, StreamReader } from '../protocol/request.ts'
import { type BusyTime, createBusyTime } from './busy.ts'
import { createEarlyTimer, type EarlyTimer } from './early-timer.ts'
import {
  type Asking,
  type BusCounters,
  type ExchangeEnd,
  type ExchangeLine,
  type Holder,
  OpenExchange,
  Pause,
  type Wire,
} from './exchange.ts'
import {
  alikeOf,
  type BusJob,
  type BusResult,
  DEADLINE_PASSED,
  GARBLED,
  OFFLINE,
  STOPPED,
  TIMEOUT,
  TOO_MANY_PARTS,
  type Waiting,
} from './job.ts'
import { type BusSettings, byteMs } from './line.ts'
import { createBusQueue } from './queue.ts'
import { createReplyTimes, type ReplyTimes } from './reply-time.ts'

export type { BusJob, BusResult } from './job.ts'

export type Bus = {
  submit<T>(job: BusJob<T>): Promise<BusResult<T>>
  /** To all at once; nobody answers. Resolves when it has left and everybody had time for it. */
  broadcast(job: Omit<BusJob<unknown>, 'address'>): Promise<BusResult<null>>
  /** `silentMs`: nothing is asked for so long; somebody else's question may still be answered. */
  connected(wire: Wire, silentMs?: number): void
  received(bytes: Uint8Array): void
  /** Fails what is outstanding and queued; until `connected` everything fails at once. */
  disconnected(): void
  /** Refuses what is queued and resolves when the outstanding exchange has ended. */
  stop(): Promise<void>
  readonly counters: Readonly<BusCounters>
  /** Exchanges without any answer since the last answer. */
  readonly silencesInARow: number
  /** Share of the last minute in which an exchange was under way, 0 to 1. */
  readonly utilisation: number
}

const HAS_LEFT = { ok: true, value: null } as const

/** A meter that always says "more follows" must not keep the bus. */
const PARTS_MAX = 32
/** Silence after a time-out, in reply times: a late answer may still be coming. */
const LATE_FACTOR = 2
/** A doubled answer begins within this time of the end of the first, and is as long. */
const DOUBLE_MS = 100
/** A line that babbles without end is used all the same after this long. */
const STRAY_HOLD_MS = 2_000
/** Devices take this long over a broadcast (Modbus serial line V1.02, 2.4.1: 100 to 200 ms). */
const TURNAROUND_MS = 100
const LONG_AGO = Number.NEGATIVE_INFINITY
const NEVER = Number.POSITIVE_INFINITY

class BusSession implements Bus {
  readonly counters: BusCounters = {
    requests: 0,
    replies: 0,
    timeouts: 0,
    broadcasts: 0,
    discardedBytes: 0,
    lateFrames: 0,
  }
  silencesInARow = 0
  readonly #clock: Clock
  readonly #settings: BusSettings
  readonly #byteMs: number
  readonly #line: ExchangeLine
  readonly #replyTimes: ReplyTimes
  readonly #timer: EarlyTimer
  readonly #busy: BusyTime
  readonly #queue = createBusQueue<Waiting>()
  /** Addresses and questions that are not asked before this moment (monotonic ms). */
  readonly #heldBack = new Map<string, number>()
  readonly #mayGo = ({ address, alike }: Waiting): boolean =>
    this.#heldBack.size === 0 || !(this.#heldBack.has(address) || this.#heldBack.has(alike))
  #wire: Wire | null = null
  #holder: Holder | null = null
  /** The last exchange, by which bytes that come after it are understood. */
  #past: OpenExchange<unknown> | null = null
  #unanswered = false
  #strayReader: StreamReader | null = null
  #quietUntil = LONG_AGO
  #freeSince = LONG_AGO
  #stopped = false
  #whenFree: (() => void)[] = []

  constructor(clock: Clock, settings: BusSettings) {
    this.#clock = clock
    this.#settings = settings
    this.#byteMs = byteMs(settings)
    const { replyTimeoutMs } = settings
    const { counters } = this
    this.#line = { byteMs: this.#byteMs, replyTimeoutMs, counters, finish: this.#finish }
    this.#replyTimes = createReplyTimes(settings.replyTimeoutMs)
    this.#timer = createEarlyTimer(clock, () => this.#wake())
    this.#busy = createBusyTime(clock.mono())
  }

  get utilisation(): number {
    return this.#busy.share(this.#clock.mono())
  }

  submit<T>(job: BusJob<T>): Promise<BusResult<T>> {
    assert(job.request.expectsReply, 'a bus job is a question that somebody answers')
    if (this.#stopped) return Promise.resolve(STOPPED)
    if (!this.#wire) return Promise.resolve(OFFLINE)
    const { address, request, priority, probeMs = null, sendBefore = NEVER } = job
    const alike = alikeOf(address, request)
    return new Promise((settle) => {
      const asking: Asking<T> = { address, request, alike, part: 1, probeMs, settle }
      const now = this.#clock.mono()
      // Nobody waits and nothing is held back, as on most buses at most moments.
      if (this.#isIdle(now) && this.#wire && now < sendBefore) {
        this.#ask(this.#wire, asking, now)
        return
      }
      const begin = (wire: Wire, at: number) => this.#ask(wire, asking, at)
      this.#queue.add({ priority, address, alike, sendBefore, begin, refuse: settle })
      this.#pump()
    })
  }

  broadcast(job: Omit<BusJob<unknown>, 'address'>): Promise<BusResult<null>> {
    const { request, priority, sendBefore = NEVER } = job
    assert(!request.expectsReply, 'a broadcast is answered by nobody')
    if (this.#stopped) return Promise.resolve(STOPPED)
    if (!this.#wire) return Promise.resolve(OFFLINE)
    return new Promise((settle) => {
      this.#queue.add({
        priority,
        address: '',
        alike: '',
        sendBefore,
        begin: (wire, at) => this.#tellAll(wire, request, { settle, at }),
        refuse: settle,
      })
      this.#pump()
    })
  }

  connected(wire: Wire, silentMs = 0): void {
    this.#wire = wire
    this.#quietUntil = Math.max(this.#quietUntil, this.#clock.mono() + silentMs)
    this.#pump()
  }

  received(bytes: Uint8Array): void {
    const now = this.#clock.mono()
    if (this.#holder) {
      this.#holder.receive(bytes, now)
      this.#armForHolder(now)
    } else this.#stray(bytes, now)
  }

  disconnected(): void {
    this.#wire = null
    this.#timer.cancel()
    this.#holder?.abort()
    for (const job of this.#queue.remove(() => true)) job.refuse(OFFLINE)
  }

  stop(): Promise<void> {
    this.#stopped = true
    for (const job of this.#queue.remove(() => true)) job.refuse(STOPPED)
    if (!this.#holder) {
      this.#timer.cancel()
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      this.#whenFree.push(resolve)
    })
  }

  #wake(): void {
    const now = this.#clock.mono()
    if (this.#holder) {
      this.#holder.wake(now)
      this.#armForHolder(now)
    } else this.#pump()
  }

  #armForHolder(now: number): void {
    if (this.#holder) this.#timer.by(this.#holder.wakeAt(now))
  }

  #hold(holder: Holder, now: number): void {
    this.#holder = holder
    this.#timer.by(holder.wakeAt(now))
  }

  #isIdle(now: number): boolean {
    if (this.#holder || now < this.#quietUntil || this.#queue.size > 0) return false
    return this.#heldBack.size === 0
  }

  /** Starts what may go now, or arms the timer for the moment when something may. */
  #pump(): void {
    if (!this.#wire || this.#holder || this.#stopped || this.#queue.size === 0) return
    const now = this.#clock.mono()
    for (const late of this.#queue.remove((job) => now >= job.sendBefore)) {
      late.refuse(DEADLINE_PASSED)
    }
    if (this.#queue.size === 0) return
    if (now < this.#quietUntil) {
      this.#timer.by(this.#quietUntil)
      return
    }
    for (const [what, until] of this.#heldBack) {
      if (now >= until) this.#heldBack.delete(what)
    }
    const job = this.#queue.take(this.#mayGo)
    if (job) job.begin(this.#wire, now)
    else this.#timer.by(Math.min(...this.#heldBack.values()))
  }

  #ask<T>(wire: Wire, asking: Asking<T>, sentAt: number): void {
    this.#endStray()
    const { address, request, probeMs } = asking
    const waitMs = probeMs ?? this.#replyTimes.waitMs(address)
    this.counters.requests += 1
    wire.write(request.bytes)
    this.#hold(new OpenExchange(this.#line, asking, sentAt, waitMs), sentAt)
  }

  readonly #finish = <T>(exchange: OpenExchange<T>, end: ExchangeEnd<T>, at: number): void => {
    this.#released(exchange.sentAt, Number.isNaN(at) ? this.#clock.mono() : at)
    this.#past = exchange
    this.#unanswered = false
    this.#ended(exchange, end)
    if (!this.#holder) this.#freed()
  }

  #released(from: number, now: number): void {
    this.#holder = null
    this.#busy.add(from, now)
    this.#freeSince = now
    this.#quietUntil = now + this.#settings.gapMs
  }

  #ended<T>(exchange: OpenExchange<T>, end: ExchangeEnd<T>): void {
    const { asking } = exchange
    const { address, alike } = asking
    switch (end.kind) {
      case 'reply':
        this.#answered(address, end.thinkingMs)
        // A refusal does not say what it refuses: its double would fit any question.
        if (alike !== '') {
          this.#holdBack(end.result.ok ? alike : address, DOUBLE_MS + end.lineMs)
        }
        asking.settle(end.result)
        break
      case 'more':
        this.#answered(address, end.thinkingMs)
        this.#askNextPart(asking, end.next, DOUBLE_MS + end.lineMs)
        break
      case 'heard':
        asking.settle(end.result)
        break
      case 'silent':
      case 'lost':
        this.#remember(exchange)
        asking.settle(end.kind === 'lost' ? OFFLINE : end.garbled ? GARBLED : TIMEOUT)
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

  #pause(from: number, ms: number, how: { over: () => void; lost: () => void }): void {
    const freed = (end: () => void) => () => {
      this.#released(from, this.#clock.mono())
      end()
      if (!this.#holder) this.#freed()
    }
    const stray = (bytes: Uint8Array, now: number) => this.#stray(bytes, now)
    this.#hold(new Pause(from + ms, { stray, over: freed(how.over), lost: freed(how.lost) }), from)
  }

  /**
   * Follow-up parts belong to one answer: nothing else goes between them but the gap, or the time
   * in which the last part may be doubled, where the next one looks the same.
   */
  #askNextPart<T>(asking: Asking<T>, request: Request<T>, doubleMs: number): void {
    const { address, alike, part, settle } = asking
    this.#holdBack(alike, doubleMs)
    if (part >= PARTS_MAX) {
      settle(TOO_MANY_PARTS)
      return
    }
    const before = alikeOf(address, asking.request)
    const looksSame = before !== '' && alikeOf(address, request) === before
    const lost = () => settle(OFFLINE)
    const next = { ...asking, request, part: part + 1 }
    this.#pause(this.#clock.mono(), looksSame ? doubleMs : this.#settings.gapMs, {
      over: () => (this.#wire ? this.#ask(this.#wire, next, this.#clock.mono()) : lost()),
      lost,
    })
  }

  #tellAll(
    wire: Wire,
    request: Request<unknown>,
    { settle, at }: { settle: (end: BusResult<null>) => void; at: number },
  ): void {
    this.#endStray()
    this.counters.requests += 1
    this.counters.broadcasts += 1
    wire.write(request.bytes)
    this.#pause(at, request.bytes.length * this.#byteMs + TURNAROUND_MS, {
      over: () => settle(HAS_LEFT),
      lost: () => settle(OFFLINE),
    })
  }

  /** An answer that comes now is late: silence first, and that address last of all. */
  #remember<T>({ asking, sentAt, waitMs }: OpenExchange<T>): void {
    const { address, request, probeMs } = asking
    const { replyTimeoutMs } = this.#settings
    const from = sentAt + (request.bytes.length + request.replyBytesMax) * this.#byteMs
    const tells = probeMs === null ? 1 : 0
    this.counters.timeouts += tells
    this.silencesInARow += tells
    if (tells > 0) this.#replyTimes.silent(address)
    this.#unanswered = true
    const lateMs = Math.min(LATE_FACTOR * waitMs, replyTimeoutMs)
    this.#quietUntil = Math.max(this.#quietUntil, from + lateMs)
    this.#holdBack(address, from + LATE_FACTOR * replyTimeoutMs - this.#clock.mono())
  }

  #holdBack(what: string, ms: number): void {
    if (what === '') return
    this.#heldBack.set(what, this.#clock.mono() + ms)
  }

  #freed(): void {
    if (this.#whenFree.length > 0) for (const resolve of this.#whenFree.splice(0)) resolve()
    if (this.#stopped) this.#timer.cancel()
    this.#pump()
  }

  /** Bytes that nobody asked for: counted, and waited out within reason. */
  #stray(bytes: Uint8Array, now: number): void {
    const atMost = this.#freeSince + STRAY_HOLD_MS
    this.#quietUntil = Math.max(this.#quietUntil, Math.min(now + this.#settings.gapMs, atMost))
    this.#strayReader ??= this.#past?.asking.request.reader() ?? null
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
    if (!this.#past || !this.#unanswered) return
    const { address, request } = this.#past.asking
    if (request.parse(raw).kind !== 'reply') return
    // The late answer has come: nothing but its double can be on its way.
    this.#holdBack(address, DOUBLE_MS + raw.length * this.#byteMs)
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
