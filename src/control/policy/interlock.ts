// The interlock 联锁, PURE: how many trips may leave in a minute, and when so many shops go dark at
// once that nobody believes it. A person's single order is never held back.

import { type Instant, plusMs } from '../../shared/clock.ts'

export const MINUTE_MS = 60_000

export type InterlockSettings = {
  /** Trips in a minute, of the whole complex and of one feeder. */
  perMinute: number
  perFeederMinute: number
  /** More within `surgeMinutes` are a surge: in the complex, on a gateway or feeder. */
  surgeTrips: number
  surgeGroupTrips: number
  surgeMinutes: number
}

export const DEFAULT_INTERLOCK: InterlockSettings = {
  perMinute: 10,
  perFeederMinute: 5,
  surgeTrips: 60,
  surgeGroupTrips: 20,
  surgeMinutes: 10,
}

/** By whom a trip is ordered: the policy, a timed schedule, an operator for several or for one. */
export type TripOrigin = 'automatic' | 'schedule' | 'batch' | 'single'

export type TripAsked = {
  origin: TripOrigin
  /** This command has been let pass before: an order that was lost is sent again. */
  passed: boolean
  /** A surge that nobody has released covers the meter. */
  surge: boolean
  /** When trips passed in the last minute, oldest first. */
  inComplex: readonly Instant[]
  onFeeder: readonly Instant[]
}

export type TripPass =
  | { pass: true }
  | { pass: false; reason: 'interlockRate' | 'interlockSurge'; at: Instant }

/** A surge ends by a person's act: nobody knows when. */
const LOOK_AGAIN_MS = 15_000

/** Null: there is room now; else when the oldest in the way is a minute old. */
const roomAt = (trips: readonly Instant[], most: number): Instant | null => {
  const inTheWay = trips[trips.length - most]
  return inTheWay === undefined ? null : plusMs(inTheWay, MINUTE_MS)
}

/** Whether this trip may leave now, or why not and when to ask again. */
export const mayTrip = (
  asked: TripAsked,
  { perMinute, perFeederMinute }: InterlockSettings,
  now: Instant,
): TripPass => {
  if (asked.origin === 'single') return { pass: true }
  if (asked.surge) return { pass: false, reason: 'interlockSurge', at: plusMs(now, LOOK_AGAIN_MS) }
  if (asked.passed) return { pass: true }
  const waits = [roomAt(asked.inComplex, perMinute), roomAt(asked.onFeeder, perFeederMinute)]
  const at = waits.reduce((last, one) =>
    one !== null && (last === null || one > last) ? one : last,
  )
  return at === null ? { pass: true } : { pass: false, reason: 'interlockRate', at }
}

/** Where a surge is looked for: everywhere, behind one gateway, on one feeder. */
export type SurgeScope = { kind: 'complex' | 'gateway' | 'feeder'; key: string }
export type MeterPlace = { meterId: number; gatewayId: number; feeder: string }

export const scopesOf = ({ gatewayId, feeder }: Omit<MeterPlace, 'meterId'>): SurgeScope[] => [
  { kind: 'complex', key: '' },
  { kind: 'gateway', key: `${gatewayId}` },
  ...(feeder === '' ? [] : [{ kind: 'feeder', key: feeder } as const]),
]

/** So many never are a surge, however few meters there are. */
const NEVER_A_SURGE = 5

/** Of a few meters half are as much of a surge as sixty are of a thousand. */
export const surgeLimit = (
  { kind }: SurgeScope,
  size: number,
  { surgeTrips, surgeGroupTrips }: InterlockSettings,
): number => {
  const most = kind === 'complex' ? surgeTrips : surgeGroupTrips
  return Math.min(most, Math.max(NEVER_A_SURGE, Math.ceil(size / 2)))
}

/** A meter that the centre tripped, that tripped by itself, or that is about to be tripped. */
export type DarkMeter = MeterPlace & { how: 'sent' | 'seen' | 'due' }
export type Surge = SurgeScope & {
  allowed: number
  sent: number
  seen: number
  due: number
  meters: number[]
}

const scopeName = ({ kind, key }: SurgeScope): string => `${kind}/${key}`

type Group = { scope: SurgeScope; meters: Map<number, DarkMeter> }

const groupsOf = (dark: readonly DarkMeter[]): Group[] => {
  const groups = new Map<string, Group>()
  for (const meter of dark)
    for (const scope of scopesOf(meter)) {
      const name = scopeName(scope)
      const group = groups.get(name) ?? { scope, meters: new Map() }
      if (!group.meters.has(meter.meterId)) group.meters.set(meter.meterId, meter)
      groups.set(name, group)
    }
  return [...groups.values()]
}

/**
 * The surges among what went or is to go dark within the window; `places` are all meters with a
 * running supply. A meter counts once, and of the complex those count that lie in no surge of a
 * gateway or feeder: what is broken in one place stops nothing elsewhere. What a person has
 * released does not count again: the caller leaves it out.
 */
export const surgesIn = (
  dark: readonly DarkMeter[],
  places: readonly MeterPlace[],
  settings: InterlockSettings,
): Surge[] => {
  const sizes = new Map<string, number>()
  for (const place of places)
    for (const scope of scopesOf(place))
      sizes.set(scopeName(scope), (sizes.get(scopeName(scope)) ?? 0) + 1)
  const surgeOf = ({ scope, meters }: Group): Surge[] => {
    const allowed = surgeLimit(scope, sizes.get(scopeName(scope)) ?? 0, settings)
    if (meters.size <= allowed) return []
    const of = (how: DarkMeter['how']) => [...meters.values()].filter((m) => m.how === how).length
    const counts = { sent: of('sent'), seen: of('seen'), due: of('due') }
    return [{ ...scope, allowed, ...counts, meters: [...meters.keys()] }]
  }
  const isWhole = ({ scope }: Group): boolean => scope.kind === 'complex'
  const inParts = groupsOf(dark)
    .filter((group) => !isWhole(group))
    .flatMap(surgeOf)
  const covered = new Set(inParts.flatMap(({ meters }) => meters))
  const rest = dark.filter(({ meterId }) => !covered.has(meterId))
  return [...groupsOf(rest).filter(isWhole).flatMap(surgeOf), ...inParts]
}
