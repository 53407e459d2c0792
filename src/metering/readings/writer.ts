// The writer 入库队列: gathers poll results for a quarter of a second and stores them in one
// transaction per complex, together with what follows from them. What the database can't take now
// is kept and tried again; what it never can take is dropped alone and told.

import type { Clock } from '../../ports/clock.ts'
import { CommitUnknown, type Db, systemScope, type Tx } from '../../ports/database.ts'
import type { Instant } from '../../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId } from '../../shared/ids.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { GatewayChange, GatewayHook, PollHook, PollResult } from './poll-result.ts'
import { pollRows } from './poll-rows.ts'
import { flagNames, type ReadingFlag } from './reading-flags.ts'
import { readingCandidates } from './reading-rows.ts'
import { drawSeq, heldLeases, type LeaseClaim, writeGateways, writeRows } from './store.ts'
import { type KnownModels, type MeterPlaces, placesRemembered, trustFacts } from './trust-store.ts'

/** Where a result comes from, and under which lease. */
export type Origin = { complexId: ComplexId; gatewayId: GatewayId; token: number }

type Told = { result: PollResult } | { change: GatewayChange }
/** Who waits until some results are safe: told when the last of them is, or one never can be. */
type Waiting = { left: number; safe(): void; lost(why: unknown): void }
type News = Origin & Told & { waiting?: Waiting }

export type FlaggedCounters = Record<ReadingFlag, number>

export type Writer = {
  add(origin: Origin, news: Told): void
  /**
   * Resolves when all of them are committed, however long the database takes, so that a gateway
   * may be told to forget what it sent; a repetition is stored once (meter, time, source). Throws
   * where that can't be promised: another master, a result that can never be stored, the end of
   * this process.
   */
  addDurably(origin: Origin, results: readonly PollResult[]): Promise<void>
  /** Stores what is gathered so far. */
  flush(): Promise<void>
  stop(): Promise<void>
  readonly counters: {
    stored: number
    fenced: number
    dropped: number
    /** Rows of `reading` by flag. */
    flagged: FlaggedCounters
  }
}

export type WriterDeps = {
  db: Db
  clock: Clock
  models: KnownModels
  pollHooks: readonly PollHook[]
  gatewayHooks: readonly GatewayHook[]
  /** Somebody else is master of the gateway now. */
  onFenced(origin: Origin): void
  /** Something that can never be stored was dropped: a bug, or a meter that was deleted. */
  onDropped(error: unknown): void
}

const GATHER_MS = 250
const BATCH_MAX = 500
/** What one transaction takes when more has gathered than usual: its joins are paid for once. */
const BATCH_LARGE = 5_000
const RETRY_MS = 1_000
/** About six minutes of ten thousand meters. */
const BUFFER_MAX = 20_000
/** One status reading of each meter is kept per half hour. */
const STATUS_ROW_MS = 1_800_000

const isPassing = (error: unknown): boolean =>
  error instanceof CommitUnknown ||
  (error instanceof Refusal && error.code === 'database_unavailable')

const claimKey = ({ gatewayId, token }: LeaseClaim): string => `${gatewayId} ${token}`

const claimsOf = (news: readonly News[]): News[] => [
  ...new Map(news.map((one) => [claimKey(one), one])).values(),
]

const noFlags = (): FlaggedCounters => ({
  backwards: 0,
  jump: 0,
  clock: 0,
  address: 0,
  late: 0,
  rollover: 0,
  backfilled: 0,
  estimated: 0,
})

const safe = ({ waiting }: News): void => {
  if (!waiting) return
  waiting.left -= 1
  if (waiting.left === 0) waiting.safe()
}

class BatchWriter implements Writer {
  readonly counters = { stored: 0, fenced: 0, dropped: 0, flagged: noFlags() }
  readonly #deps: WriterDeps
  readonly #places: MeterPlaces
  #waiting: News[] = []
  readonly #statusRows = new Map<MeterId, number>()
  #wake = new AbortController()
  #stopped = false
  #storing: Promise<void> = Promise.resolve()
  readonly #ended: Promise<void>

  constructor(deps: WriterDeps) {
    this.#deps = deps
    this.#places = placesRemembered(deps.models, deps.clock)
    this.#ended = this.#run()
  }

  add(origin: Origin, news: Told): void {
    this.#push({ ...origin, ...news })
  }

  async addDurably(origin: Origin, results: readonly PollResult[]): Promise<void> {
    if (this.#stopped) throw new Error('the writer has stopped')
    if (results.length === 0) return
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = { left: results.length, safe: resolve, lost: reject }
      for (const result of results) this.#push({ ...origin, result, waiting })
    })
  }

  #push(news: News): void {
    this.#waiting.push(news)
    if (this.#waiting.length > BUFFER_MAX) {
      this.#waiting.shift()?.waiting?.lost(new Error('the buffer is full'))
      this.counters.dropped += 1
    }
    const worthwhile = this.#waiting.length === 1 || this.#waiting.length >= BATCH_MAX
    // Aborting makes an error object each time, also when it was done before.
    if (worthwhile && !this.#wake.signal.aborted) this.#wake.abort()
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#stopped) {
      this.#wake = new AbortController()
      if (this.#waiting.length === 0) await clock.sleep(RETRY_MS, this.#wake.signal)
      if (this.#waiting.length === 0) continue
      this.#wake = new AbortController()
      if (this.#waiting.length < BATCH_MAX) await clock.sleep(GATHER_MS, this.#wake.signal)
      const stored = await this.#storeOnce()
      if (!stored) await clock.sleep(RETRY_MS)
    }
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0 && (await this.#storeOnce()));
    // Another turn may have taken what was waiting, and still be at it.
    await this.#storing
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake.abort()
    await this.#ended
    await this.flush()
    for (const { waiting } of this.#waiting) waiting?.lost(new Error('the writer has stopped'))
  }

  /** False when the database could not take it now. */
  async #storeOnce(): Promise<boolean> {
    const before = this.#storing
    let done = () => {}
    this.#storing = new Promise((resolve) => {
      done = resolve
    })
    await before
    try {
      const batch = this.#waiting.splice(0, BATCH_LARGE)
      const complexes = [...new Set(batch.map((news) => news.complexId))]
      const kept: News[] = []
      for (const complex of complexes) {
        const own = batch.filter((news) => news.complexId === complex)
        kept.push(...(await this.#storeOrHalve(complex, own)))
      }
      this.#waiting.unshift(...kept)
      return kept.length === 0
    } finally {
      done()
    }
  }

  /** Returns what must be tried again. */
  async #storeOrHalve(complex: ComplexId, news: readonly News[]): Promise<readonly News[]> {
    try {
      await this.#store(complex, news)
      return []
    } catch (error) {
      if (isPassing(error)) return news
      if (news.length > 1) {
        const middle = Math.ceil(news.length / 2)
        const first = await this.#storeOrHalve(complex, news.slice(0, middle))
        return [...first, ...(await this.#storeOrHalve(complex, news.slice(middle)))]
      }
      this.counters.dropped += 1
      for (const { waiting } of news) waiting?.lost(error)
      this.#deps.onDropped(error)
      return []
    }
  }

  async #store(complex: ComplexId, news: readonly News[]): Promise<void> {
    const { db, pollHooks, gatewayHooks } = this.#deps
    const claims = claimsOf(news)
    const { mine: held, flags } = await db.as(systemScope('collector', [complex]), async (tx) => {
      const mine = new Set((await heldLeases(tx, complex, claims)).map(claimKey))
      const ours = news.filter((one) => mine.has(claimKey(one)))
      const results = ours.flatMap((one) => ('result' in one ? [one.result] : []))
      const changes = ours.flatMap((one) => ('change' in one ? [one.change] : []))
      if (changes.length > 0) {
        await writeGateways(tx, complex, changes)
        for (const hook of gatewayHooks) await hook(tx, complex, changes)
      }
      const flags = results.length > 0 ? await this.#write(tx, complex, results) : []
      if (results.length > 0) for (const hook of pollHooks) await hook(tx, complex, results)
      return { mine, flags }
    })
    for (const name of flags) this.counters.flagged[name] += 1
    for (const one of news) this.#noteStored(one, held.has(claimKey(one)))
    for (const claim of claims) if (!held.has(claimKey(claim))) this.#deps.onFenced(claim)
  }

  /** Returns the flags of the rows it wrote. */
  async #write(
    tx: Tx,
    complex: ComplexId,
    results: readonly PollResult[],
  ): Promise<readonly ReadingFlag[]> {
    const candidates = readingCandidates(results, (meter, at) => this.#keepsStatus(meter, at))
    // The seq is drawn first: its row is locked until the end, so that the order of seqs is the
    // order of commits, and no decision changes what these readings are judged by.
    const meters = new Set(results.map(({ meterId }) => meterId))
    const seq = await drawSeq(tx, complex, meters.size)
    const facts = await trustFacts(tx, complex, candidates, this.#places)
    const rows = pollRows(results, candidates, facts)
    await writeRows(tx, complex, seq, rows)
    return rows.readings.flatMap((row) => (row.flags === 0 ? [] : flagNames(row.flags)))
  }

  #noteStored(news: News, held: boolean): void {
    if (!held) {
      this.counters.fenced += 1
      news.waiting?.lost(new Error('another process is master of the gateway'))
      return
    }
    this.counters.stored += 1
    safe(news)
    if ('result' in news && news.result.kind === 'status' && news.result.outcome.ok) {
      this.#statusRows.set(news.result.meterId, Math.floor(news.result.at / STATUS_ROW_MS))
    }
  }

  #keepsStatus(meter: MeterId, at: Instant): boolean {
    return this.#statusRows.get(meter) !== Math.floor(at / STATUS_ROW_MS)
  }
}

export const startWriter = (deps: WriterDeps): Writer => new BatchWriter(deps)
