// The freeze plan 冻结抄读计划: which freeze of which meter to fetch next, and when. PURE. The day's and
// month's freezes are fetched in the hour after they were made, spread over the bus; after an
// outage the missed days follow, and half-hours that nobody read are filled from the meter's own
// interval freezes. Where it stands is what is stored, so a restart goes on where it stopped.

import { type Instant, instant, instantOfLocal, localTime, plusMs } from '../../shared/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { FreezeKind } from '../driver.ts'
import { type FreezeSearch, freezeFound, newFreezeSearch, nextBack } from './freeze-search.ts'

/** What is stored of a meter; null: nothing. */
export type MeterStand = {
  energyAt: Instant | null
  /** The newest freeze of each kind, by the moment at which the meter froze it. */
  frozenAt: Readonly<Record<FreezeKind, Instant | null>>
  /** Energy was read before and after, but not between. */
  hole: { from: Instant; to: Instant } | null
}

export const NOTHING_STORED: MeterStand = {
  energyAt: null,
  frozenAt: { interval: null, daily: null, monthly: null },
  hole: null,
}

/** A meter that is missing has nothing stored. */
export type Stands = ReadonlyMap<MeterId, MeterStand>

/** Two for most of ten thousand meters, a third while a hole is filled: they are small. */
type Track = {
  readonly meterId: MeterId
  readonly which: FreezeKind
  /** Everything up to this moment is stored; null: nothing ever was. */
  from: Instant | null
  dueAt: number
  /** Null while it rests. */
  work: Work | null
}

type Work = {
  /** Nothing newer is wanted; only for what lies between two energy readings. */
  to: Instant | null
  failures: number
  search: FreezeSearch | null
  /** How often in a row it was dated in the future, and the last such date. */
  aheads: number
  aheadAt: number | null
}

/** What devices of one model on one bus have in common. */
export type FreezeSite = {
  readonly zone: string
  readonly energyMs: number
  /** How many freezes of each kind the model keeps. */
  readonly kept: Readonly<Record<FreezeKind, number>>
}

export type DeviceFreezes = {
  site: FreezeSite
  /** How far into the hour of fetching its turn is. */
  readonly spreadMs: number
  tracks: readonly Track[]
  /** When the energy of each of its meters was last read, NaN where it never was. */
  readonly energyAt: number[]
  /** Wall time; infinite while nothing is to be fetched. */
  dueAt: number
}

export type FreezeQuestion = { meterId: MeterId; which: FreezeKind; back: number }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const MONTH_MS = 31 * DAY_MS
/** Meters' clocks are off by minutes: not asked before this, and all within the hour. */
const SETTLE_MS = 5 * MINUTE_MS
const SPREAD_MS = 55 * MINUTE_MS
/** Any round goes first; but before the day is over it is fetched. */
export const FREEZE_PATIENCE_MS = 12 * HOUR_MS
const RETRY_MS = 10 * MINUTE_MS
const RETRY_MOST_MS = 2 * HOUR_MS
/** So many of one meter in a row, then the others have their turn. */
const READS_PER_GO = 24
const BETWEEN_GOES_MS = MINUTE_MS
/** A freeze from further ahead was made by a clock that tells nothing. */
const AHEAD_MOST_MS = DAY_MS
/** It is asked for again after a day, two, four: somebody may have set the clock meanwhile. */
const AHEAD_RETRY_MOST_MS = 8 * DAY_MS

const STEP_MS: Record<FreezeKind, number> = { interval: 0, daily: DAY_MS, monthly: MONTH_MS }
const KINDS: readonly FreezeKind[] = ['interval', 'daily', 'monthly']
const DAY_KINDS = ['daily', 'monthly'] as const

/** The moment at which a meter that froze at `from` freezes next, by its own hour of the day. */
export const nextFreezeAt = (which: 'daily' | 'monthly', from: Instant, zone: string): Instant => {
  const { hour, minute, ...date } = localTime(from, zone)
  const at = { hour, minute, second: 0 }
  if (which === 'monthly') {
    const month = date.month === 12 ? 1 : date.month + 1
    const year = date.month === 12 ? date.year + 1 : date.year
    const next = { year, month, dayOfMonth: Math.min(date.dayOfMonth, 28), ...at }
    return instantOfLocal(next, zone) ?? plusMs(from, MONTH_MS)
  }
  const noon = instantOfLocal({ ...date, hour: 12, minute: 0, second: 0 }, zone) ?? from
  const { year, month, dayOfMonth } = localTime(plusMs(noon, DAY_MS), zone)
  return instantOfLocal({ year, month, dayOfMonth, ...at }, zone) ?? plusMs(from, DAY_MS)
}

const slot = (at: number, energyMs: number): number => Math.floor(at / energyMs)

/** Whether a whole slot between the two readings went unread. */
const leavesHole = (from: Instant, to: Instant, energyMs: number): boolean =>
  slot(to, energyMs) - slot(from, energyMs) >= 2

const firstDueAt = (track: Track, { site, spreadMs }: DeviceFreezes, now: Instant): number => {
  if (track.which === 'interval') return now
  if (track.from === null) return now + spreadMs
  return nextFreezeAt(track.which, track.from, site.zone) + SETTLE_MS + spreadMs
}

/** Looks anew when the next is due; a hole that is filled, or can't be, needs no track any more. */
const sooner = (freezes: DeviceFreezes): void => {
  const { tracks } = freezes
  if (tracks.some((track) => track.dueAt === Number.POSITIVE_INFINITY)) {
    freezes.tracks = tracks.filter((track) => track.dueAt !== Number.POSITIVE_INFINITY)
  }
  freezes.dueAt = Math.min(...freezes.tracks.map((track) => track.dueAt))
}

/** A stored freeze from the future would end all fetching: it is taken for none. */
const believable = (at: Instant | null, now: Instant): Instant | null =>
  at !== null && at <= now + AHEAD_MOST_MS ? at : null

// Written out, and lists copied to their length: spreads and growing lists leave room behind.
const newTrack = (meterId: MeterId, which: FreezeKind, from: Instant | null): Track => ({
  meterId,
  which,
  from,
  dueAt: 0,
  work: null,
})

const workOf = (track: Track): Work => {
  track.work ??= { to: null, failures: 0, search: null, aheads: 0, aheadAt: null }
  return track.work
}

/** Of a hole there is a track while it is being filled. */
const newFill = (meterId: MeterId, hole: { from: Instant; to: Instant }): Track => {
  const track = newTrack(meterId, 'interval', hole.from)
  workOf(track).to = hole.to
  return track
}

const tracksOf = (
  { meterId, stand }: { meterId: MeterId; stand: MeterStand },
  { kept }: FreezeSite,
  now: Instant,
): Track[] => {
  const days = DAY_KINDS.filter((which) => kept[which] > 0).map((which) =>
    newTrack(meterId, which, believable(stand.frozenAt[which], now)),
  )
  if (kept.interval === 0 || stand.hole === null) return days
  return [...days, newFill(meterId, stand.hole)]
}

/** `share`: the device's place on its bus, 0 to 1. Null where the model freezes nothing. */
export const deviceFreezes = (
  meters: readonly { meterId: MeterId; stand: MeterStand }[],
  site: FreezeSite,
  share: number,
  now: Instant,
): DeviceFreezes | null => {
  if (KINDS.every((which) => site.kept[which] === 0)) return null
  const freezes: DeviceFreezes = {
    site,
    spreadMs: Math.floor(share * SPREAD_MS),
    tracks: [...meters.flatMap((meter) => tracksOf(meter, site, now))],
    energyAt: meters.map(({ stand }) => stand.energyAt ?? Number.NaN),
    dueAt: 0,
  }
  for (const track of freezes.tracks) track.dueAt = firstDueAt(track, freezes, now)
  sooner(freezes)
  return freezes
}

/** Energy of the device's meter at `place` was read: what lies before it unread is to be filled. */
export const energyWasRead = (
  freezes: DeviceFreezes,
  { place, meterId, at }: { place: number; meterId: MeterId; at: Instant },
): void => {
  const { site, energyAt } = freezes
  const before = energyAt[place]
  if (before === undefined) return
  energyAt[place] = at
  if (Number.isNaN(before) || site.kept.interval === 0) return
  const from = instant(before)
  if (!leavesHole(from, at, site.energyMs)) return
  const filling = freezes.tracks.find((t) => t.meterId === meterId && t.which === 'interval')
  if (filling) workOf(filling).to = at
  else {
    const track = newFill(meterId, { from, to: at })
    track.dueAt = at
    freezes.tracks = [...freezes.tracks, track]
  }
  sooner(freezes)
}

const searchOf = (track: Track, from: Instant, { kept, energyMs }: FreezeSite): FreezeSearch => {
  const certain = track.which !== 'interval'
  const stepMs = certain ? STEP_MS[track.which] : energyMs
  return newFreezeSearch(from, kept[track.which], stepMs, certain)
}

/** Nothing more is to be had of it now. */
const settleTrack = (track: Track, freezes: DeviceFreezes, now: Instant): void => {
  if (track.which === 'interval') {
    track.dueAt = Number.POSITIVE_INFINITY
    return
  }
  const next = firstDueAt(track, freezes, now)
  if (track.from !== null && next > now) {
    track.work = null
    track.dueAt = next
  } else postpone(track, now)
}

const postpone = (track: Track, now: Instant): void => {
  const work = workOf(track)
  // Until it is asked again every index will have moved.
  work.search = null
  track.dueAt = now + Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** work.failures)
  work.failures += 1
}

/** What to ask now; null where the look itself found that nothing is to be fetched. */
export const nextFreeze = (freezes: DeviceFreezes, now: Instant): FreezeQuestion | null => {
  const track = freezes.tracks.find((one) => one.dueAt === freezes.dueAt)
  if (!track || track.dueAt > now) return null
  const { meterId, which, from } = track
  if (from === null) return { meterId, which, back: 1 }
  const work = workOf(track)
  work.search ??= searchOf(track, from, freezes.site)
  const back = nextBack(work.search, now)
  if (back !== null) return { meterId, which, back }
  settleTrack(track, freezes, now)
  sooner(freezes)
  return null
}

const trackOf = (freezes: DeviceFreezes, { meterId, which }: FreezeQuestion): Track | undefined =>
  freezes.tracks.find((track) => track.meterId === meterId && track.which === which)

/** It could not be asked, or gave no answer. */
export const freezeFailed = (
  freezes: DeviceFreezes,
  question: FreezeQuestion,
  now: Instant,
): void => {
  const track = trackOf(freezes, question)
  if (track) postpone(track, now)
  sooner(freezes)
}

/** The meter says that it keeps no freezes of that kind, whatever its model says. */
export const freezesRefused = (freezes: DeviceFreezes, question: FreezeQuestion): void => {
  const track = trackOf(freezes, question)
  if (track) track.dueAt = Number.POSITIVE_INFINITY
  sooner(freezes)
}

export type FreezeVerdict = { store: false } | { store: true; backfill: boolean }

const isLate = (track: Track, frozenAt: Instant, { zone }: FreezeSite, now: Instant): boolean =>
  track.which === 'interval' || nextFreezeAt(track.which, frozenAt, zone) + SETTLE_MS <= now

/** What the meter answered to `question`; null: it keeps no such freeze. */
export const freezeAnswered = (
  freezes: DeviceFreezes,
  question: FreezeQuestion,
  frozenAt: Instant | null,
  now: Instant,
): FreezeVerdict => {
  const track = trackOf(freezes, question)
  if (!track) return { store: false }
  const isAhead = frozenAt !== null && frozenAt > now + AHEAD_MOST_MS
  const store = isAhead
    ? aheadOfTime(track, frozenAt, now)
    : take(freezes, track, question.back, frozenAt, now)
  sooner(freezes)
  if (!store || frozenAt === null) return { store: false }
  return { store, backfill: !isAhead && isLate(track, frozenAt, freezes.site, now) }
}

/** It is kept and flagged, once, but says nothing about what is missing. */
const aheadOfTime = (track: Track, frozenAt: Instant, now: Instant): boolean => {
  const work = workOf(track)
  const isNew = work.aheadAt !== frozenAt
  work.search = null
  work.aheadAt = frozenAt
  track.dueAt = now + Math.min(AHEAD_RETRY_MOST_MS, DAY_MS * 2 ** work.aheads)
  work.aheads += 1
  return isNew
}

/** Whether the answer is a freeze that was missing. */
const take = (
  freezes: DeviceFreezes,
  track: Track,
  back: number,
  frozenAt: Instant | null,
  now: Instant,
): boolean => {
  const work = workOf(track)
  work.aheads = 0
  const { search, to } = work
  if (search === null) {
    track.from = frozenAt
    settleTrack(track, freezes, now)
    return frozenAt !== null
  }
  const isFound = freezeFound(search, back, frozenAt) === 'take'
  if (isFound) track.from = instant(search.from)
  // What came after the hole was read in its time.
  const isAfter = isFound && to !== null && frozenAt !== null && frozenAt > to
  search.reads += 1
  if (isAfter || nextBack(search, now) === null) settleTrack(track, freezes, now)
  else if (search.reads % READS_PER_GO === 0) track.dueAt = now + BETWEEN_GOES_MS
  else track.dueAt = now
  return isFound && !isAfter
}
