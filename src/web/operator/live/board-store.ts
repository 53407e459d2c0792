// The live board outside React 看板数据: one cell per meter with its own listeners, so that a change
// redraws one tile and never the page. Changes are gathered and applied once a frame. A cell only
// ever moves forward: an older seq never replaces a newer one. The same seq may come again with
// another state, because time alone makes a meter silent.

import type { Board, BoardItem } from '../../../http/contract.ts'
import { hasMark, MARKS, type ShownState } from '../../ui/states.ts'

/** Each meter counts once under its state, and under each mark that it bears. */
export type Counts = Record<ShownState, number>

/** What the page as a whole shows; a new object only when something in it changed. */
export type Overview = {
  loaded: boolean
  asOf: string | null
  /** Every meter in the order of building, floor, premises. */
  ids: readonly number[]
  counts: Counts
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

export const placeOrder = (a: BoardItem, b: BoardItem): number =>
  (a.buildingId ?? 0) - (b.buildingId ?? 0) ||
  (a.floor ?? 0) - (b.floor ?? 0) ||
  collator.compare(a.premises, b.premises) ||
  collator.compare(a.meterNo, b.meterNo)

const samePlace = (a: BoardItem, b: BoardItem): boolean =>
  a.building === b.building && a.floor === b.floor && a.premises === b.premises

const sameCounts = (a: BoardItem | undefined, b: BoardItem): boolean =>
  a !== undefined &&
  a.state === b.state &&
  MARKS.every((mark) => hasMark(a, mark) === hasMark(b, mark))

type Items = Map<number, BoardItem>

const EMPTY: Overview = {
  loaded: false,
  asOf: null,
  ids: [],
  counts: {
    ...{ normal: 0, alarm1: 0, alarm2: 0, arrears: 0, notOpened: 0, offline: 0 },
    ...{ tripped: 0, kept: 0, held: 0 },
  },
}

const countOf = (items: Items): Counts => {
  const counts = { ...EMPTY.counts }
  for (const item of items.values()) {
    counts[item.state] += 1
    for (const mark of MARKS) if (hasMark(item, mark)) counts[mark] += 1
  }
  return counts
}

const orderOf = (items: Items): number[] =>
  [...items.values()].sort(placeOrder).map((item) => item.meterId)

/** Writes what is newer into the cells and says what that touches. */
const absorb = (items: Items, pending: Items) => {
  const changed: number[] = []
  let moved = false
  let counted = false
  for (const next of pending.values()) {
    const now = items.get(next.meterId)
    if (now && next.seq < now.seq) continue
    moved ||= !now || !samePlace(now, next)
    counted ||= !sameCounts(now, next)
    items.set(next.meterId, next)
    changed.push(next.meterId)
  }
  return { changed, moved, counted }
}

/** Who listens to what; `key` is a meter, or 'overview'. */
const createListeners = () => {
  const sets = new Map<number | 'overview', Set<() => void>>()
  return {
    add(key: number | 'overview', listener: () => void) {
      const set = sets.get(key) ?? new Set()
      sets.set(key, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0 && sets.get(key) === set) sets.delete(key)
      }
    },
    tell(keys: Iterable<number | 'overview'>) {
      for (const key of keys) for (const listener of sets.get(key) ?? []) listener()
    },
  }
}

export const createBoardStore = (onFrame: (run: () => void) => void) => {
  let items: Items = new Map()
  let pending: Items = new Map()
  let overview = EMPTY
  const listeners = createListeners()

  const setOverview = (next: Overview) => {
    overview = next
    listeners.tell(['overview'])
  }
  const flush = () => {
    const { changed, moved, counted } = absorb(items, pending)
    pending = new Map()
    listeners.tell(changed)
    if (moved) setOverview({ ...overview, ids: orderOf(items), counts: countOf(items) })
    else if (counted) setOverview({ ...overview, counts: countOf(items) })
  }
  const newer = (item: BoardItem): BoardItem => {
    const live = pending.get(item.meterId) ?? items.get(item.meterId)
    return live && live.seq > item.seq ? live : item
  }

  return {
    /** A snapshot decides which meters there are; newer cells that came live stay. */
    replace({ items: snapshot, asOf }: Board) {
      items = new Map(snapshot.map((item) => [item.meterId, newer(item)]))
      pending = new Map()
      const [ids, counts] = [orderOf(items), countOf(items)]
      setOverview({ loaded: true, asOf, ids, counts })
      listeners.tell(ids)
    },
    /** Gathers changed cells; they are shown together before the next paint. */
    apply(changed: readonly BoardItem[]) {
      const idle = pending.size === 0
      for (const item of changed) {
        const waiting = pending.get(item.meterId)
        if (!waiting || waiting.seq <= item.seq) pending.set(item.meterId, item)
      }
      // What comes before the snapshot waits for it.
      if (idle && pending.size > 0 && overview.loaded) onFrame(flush)
    },
    clear() {
      items = new Map()
      pending = new Map()
      setOverview(EMPTY)
    },
    item: (meterId: number): BoardItem | undefined => items.get(meterId),
    overview: (): Overview => overview,
    subscribeItem: (meterId: number, listener: () => void) => listeners.add(meterId, listener),
    subscribeOverview: (listener: () => void) => listeners.add('overview', listener),
  }
}

export type BoardStore = ReturnType<typeof createBoardStore>

/** Ids that pass, in the board's order. */
export const filterIds = (
  store: BoardStore,
  ids: readonly number[],
  passes: (item: BoardItem) => boolean,
): number[] =>
  ids.filter((id) => {
    const item = store.item(id)
    return item !== undefined && passes(item)
  })
