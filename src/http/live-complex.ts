// One watched complex 被关注的综合体: looks once for all its watchers, and gives each what he has not
// seen. A watcher is behind by his own seq; there is no second way for replay.

import { STALE_AFTER_MS } from '../board/state.ts'
import { boardItems, boardSeq } from '../board/store.ts'
import type { Db } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import { type BuildingId, type ComplexId, meterId } from '../shared/ids.ts'
import type { BoardItem } from './contract.ts'
import { type Change, changesSince, seqBefore } from './live-store.ts'
import { type EventStream, frameOf } from './stream.ts'

/** Facts are looked for this far back, because a transaction may commit after it began. */
const WINDOW_MS = 30_000
/** Whoever is further behind fetches the board again. */
const REPLAY_MAX = 1_000
/** A new watcher fetched his board a moment ago, before or after he came: this covers the gap. */
const GREETING_MS = 10_000

export type Watcher = {
  stream: EventStream
  /** The session that opened the stream. */
  hash: Buffer
  /** The newest seq he has seen; null until the first look of one who is new. */
  seq: number | null
  /** Facts since then are told at his first look, the same facts again included. */
  factsSince: Instant
  /** True after his first look. */
  greeted: boolean
}

/** One who comes back names the seq he has seen; null for one who is new. */
export const newWatcher = (
  who: { stream: EventStream; hash: Buffer },
  seq: number | null,
  now: Instant,
): Watcher => ({
  ...who,
  seq,
  factsSince: plusMs(now, seq === null ? -GREETING_MS : -WINDOW_MS),
  greeted: false,
})

/** What is looked at: a complex, or those of its buildings that its watchers may see. */
export type Looked = {
  readonly key: string
  readonly complexId: ComplexId
  readonly buildings: readonly BuildingId[] | null
  readonly zone: string
}

export type LiveComplex = Looked & {
  readonly watchers: Set<Watcher>
  look(): Promise<void>
}

type Fact = Exclude<Change, { kind: 'seq' }>
type Seen = { head: number; changes: Change[]; items: Map<number, BoardItem>; now: Instant }
type State = Looked & {
  lookedAt: Instant | null
  /** Keys of facts that were told, with the time of it. */
  told: Map<string, Instant>
}

const isFact = (change: Change): change is Fact => change.kind !== 'seq'

const see = (db: Db, state: State, watchers: readonly Watcher[]): Promise<Seen> => {
  const { complexId, buildings, zone } = state
  const scope = systemScope('live', [complexId])
  const greeting = watchers.some((watcher) => !watcher.greeted)
  return db.as(buildings === null ? scope : { ...scope, buildings }, async (tx) => {
    const { now } = tx
    const since = plusMs(now, -WINDOW_MS)
    const head = await boardSeq(tx, complexId)
    for (const watcher of watchers)
      watcher.seq ??= await seqBefore(tx, complexId, watcher.factsSince)
    const changes = await changesSince(tx, {
      complexId,
      seq: Math.min(head, ...watchers.map(({ seq }) => seq ?? head)),
      silentFrom: plusMs(greeting ? since : (state.lookedAt ?? since), -STALE_AFTER_MS),
      silentTo: plusMs(now, -STALE_AFTER_MS),
      since,
    })
    const wanted = changes.flatMap((change) => {
      const tile = change.kind === 'seq' || change.kind === 'meter'
      const known = change.kind === 'meter' && !greeting && state.told.has(change.key)
      return tile && !known ? [meterId(change.id)] : []
    })
    const rows =
      wanted.length === 0 ? [] : await boardItems(tx, complexId, zone, [...new Set(wanted)])
    return { head, changes, items: new Map(rows.map((item) => [item.meterId, item])), now }
  })
}

const tellReadings = (watchers: readonly Watcher[], seen: Seen): void => {
  const readings = seen.changes.flatMap((change) => (change.kind === 'seq' ? [change] : []))
  const head = Math.max(seen.head, ...readings.map((change) => change.seq))
  const frameFrom = (seq: number): string | null => {
    // A seq from the future is of another database.
    if (seq > head) return frameOf({ name: 'resync', data: {}, id: head })
    const data = readings.flatMap((change) => {
      const item = change.seq > seq ? seen.items.get(change.id) : undefined
      return item ? [item] : []
    })
    if (data.length > REPLAY_MAX) return frameOf({ name: 'resync', data: {}, id: head })
    return data.length === 0 ? null : frameOf({ name: 'meters', data, id: head })
  }
  // Nearly all watchers stand at the same seq and get the same text.
  const frames = new Map<number, string | null>()
  for (const watcher of watchers) {
    const seq = watcher.seq ?? head
    const frame = frames.has(seq) ? frames.get(seq) : frameFrom(seq)
    frames.set(seq, frame ?? null)
    if (frame) watcher.stream.frame(frame)
    watcher.seq = head
  }
}

const frameOfFact = (fact: Fact, items: ReadonlyMap<number, BoardItem>): string | null => {
  switch (fact.kind) {
    case 'meter': {
      const item = items.get(fact.id)
      return item ? frameOf({ name: 'meters', data: [item] }) : null
    }
    case 'alarm':
      return frameOf({ name: 'alarm', data: { alarmId: fact.id } })
    case 'purchase':
      return frameOf({ name: 'purchase', data: { purchaseId: fact.id, state: fact.state } })
    case 'readRound':
      return frameOf({ name: 'readRound', data: { readRoundId: fact.id } })
    case 'gateway':
      return frameOf({
        name: 'gateway',
        data: { gatewayId: fact.id, online: fact.state === 'online' },
      })
  }
}

const tellFacts = (state: State, watchers: readonly Watcher[], seen: Seen): void => {
  for (const fact of seen.changes.filter(isFact)) {
    const isNew = !state.told.has(fact.key)
    const frame = frameOfFact(fact, seen.items)
    if (frame === null) continue
    for (const watcher of watchers) {
      const news = watcher.greeted ? isNew : fact.at >= watcher.factsSince
      if (news) watcher.stream.frame(frame)
    }
    if (isNew) state.told.set(fact.key, seen.now)
  }
  for (const [key, at] of state.told)
    if (at < plusMs(seen.now, -2 * WINDOW_MS)) state.told.delete(key)
}

export const createLiveComplex = (db: Db, looked: Looked): LiveComplex => {
  const state: State = { ...looked, lookedAt: null, told: new Map() }
  const all = new Set<Watcher>()
  return {
    ...looked,
    watchers: all,
    look: async () => {
      // Whoever joins meanwhile is served by the next look, which begins at his seq.
      const watchers = [...all]
      const seen = await see(db, state, watchers)
      tellReadings(watchers, seen)
      tellFacts(state, watchers, seen)
      for (const watcher of watchers) watcher.greeted = true
      state.lookedAt = seen.now
    },
  }
}
