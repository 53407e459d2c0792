// Live events 实时推送: once a second, and only while somebody watches, each watched complex is looked
// at once; sessions that ended lose their streams.

import type { Sessions, SignedIn } from '../operators/sessions.ts'
import type { Clock } from '../ports/clock.ts'
import type { Db } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { BuildingId, ComplexId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { createLiveComplex, type LiveComplex, newWatcher, type Watcher } from './live-complex.ts'
import type { Metrics } from './metrics.ts'
import type { EventStream } from './stream.ts'

const LOOK_EVERY_MS = 1_000
const BEAT_EVERY_MS = 4_000
/** Proxies close a line that is quiet for a minute or so. */
const PING_EVERY_MS = 15_000
const STREAMS_PER_SESSION_MAX = 20
const RETRY_AFTER_S = 30

export type LiveDeps = {
  db: Db
  clock: Clock
  log: Log
  metrics: Metrics
  sessions: Pick<Sessions, 'alive'>
}

export type Watch = {
  complex: { complexId: ComplexId; zone: string }
  operator: SignedIn
  /** What the browser has seen already; null: it fetches the board about now. */
  since: number | null
  open: () => EventStream
}

export type Live = {
  /** Refuses: too_many_attempts when a session holds too many streams. */
  watch(watch: Watch): void
  stop(): Promise<void>
}

type State = {
  /** One look serves all who may see the same of a complex. */
  complexes: Map<string, LiveComplex>
  wake: AbortController
  down: boolean
}

const keyOf = (complexId: ComplexId, buildings: readonly BuildingId[] | null): string =>
  `${complexId}/${buildings?.join(',') ?? '*'}`

const watchersOf = (state: State): Watcher[] =>
  [...state.complexes.values()].flatMap((complex) => [...complex.watchers])

/** Closes the streams of sessions that ended or may no longer see what they watch. */
const closeEnded = async (deps: LiveDeps, state: State): Promise<void> => {
  const hashes = new Map(watchersOf(state).map(({ hash }) => [hash.toString('hex'), hash]))
  const alive = await deps.sessions.alive([...hashes.values()])
  const rights = new Map(alive.map((row) => [row.hash.toString('hex'), row]))
  for (const complex of state.complexes.values())
    for (const watcher of complex.watchers) {
      const right = rights.get(watcher.hash.toString('hex'))
      const sees =
        right?.permissions.includes('board.view') &&
        (right.complexes === null || right.complexes.includes(complex.complexId)) &&
        keyOf(complex.complexId, right.buildings) === complex.key
      if (!sees) watcher.stream.close()
    }
}

const lookAtAll = async (deps: LiveDeps, state: State): Promise<void> => {
  try {
    await closeEnded(deps, state)
    for (const complex of state.complexes.values())
      if (complex.watchers.size > 0) await complex.look()
    if (state.down) deps.log.info('live events go on')
    state.down = false
  } catch (error) {
    // The streams stay open: what is missed now is found by seq at the next look.
    if (!state.down) deps.log.warn('live events wait', { error: String(error) })
    state.down = true
  }
}

const beat = (deps: LiveDeps, state: State, ping: boolean): void => {
  for (const { zone, watchers } of state.complexes.values())
    for (const { stream } of watchers) {
      stream.send({ name: 'beat', data: { at: rfc3339(deps.clock.now(), zone) } })
      if (ping) stream.comment('ping')
    }
}

const run = async (deps: LiveDeps, state: State, signal: AbortSignal): Promise<void> => {
  let beatAt = deps.clock.mono()
  let pingAt = deps.clock.mono()
  while (!signal.aborted) {
    state.wake = new AbortController()
    if (watchersOf(state).length > 0) await lookAtAll(deps, state)
    const now = deps.clock.mono()
    if (now - beatAt >= BEAT_EVERY_MS) {
      const ping = now - pingAt >= PING_EVERY_MS
      beat(deps, state, ping)
      beatAt = now
      if (ping) pingAt = now
    }
    await deps.clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, state.wake.signal]))
  }
}

const join = (deps: LiveDeps, state: State, watch: Watch): void => {
  const { complexId, zone } = watch.complex
  const own = watchersOf(state).filter((watcher) => watcher.hash.equals(watch.operator.hash))
  refuseIf(own.length >= STREAMS_PER_SESSION_MAX, 'too_many_attempts', {
    ...{ streams: own.length, retryAfterS: RETRY_AFTER_S },
  })
  const { buildings } = watch.operator
  const key = keyOf(complexId, buildings)
  const complex =
    state.complexes.get(key) ?? createLiveComplex(deps.db, { key, complexId, buildings, zone })
  state.complexes.set(key, complex)
  const who = { stream: watch.open(), hash: watch.operator.hash }
  const watcher = newWatcher(who, watch.since, deps.clock.now())
  complex.watchers.add(watcher)
  watcher.stream.onClose(() => {
    complex.watchers.delete(watcher)
    if (complex.watchers.size === 0 && state.complexes.get(key) === complex)
      state.complexes.delete(key)
  })
  state.wake.abort()
}

export const startLive = (deps: LiveDeps): Live => {
  const state: State = { complexes: new Map(), wake: new AbortController(), down: false }
  const stopping = new AbortController()
  deps.metrics.gauge(
    'prewatt_live_streams',
    'Open streams of live events',
    () => watchersOf(state).length,
  )
  const ended = run(deps, state, stopping.signal)
  return {
    watch: (watch) => join(deps, state, watch),
    stop: async () => {
      stopping.abort()
      for (const { stream } of watchersOf(state)) stream.close()
      await ended
    },
  }
}
