// Who goes dark 谁会停电: the policy played forward for every supply, with whom to call.

import type { DarkForecast, DarkShop } from '../../http/contract/policy.ts'
import type { Tx } from '../../ports/database.ts'
import {
  businessDay,
  type Day,
  day,
  dayAfter,
  type Instant,
  plusMs,
  rfc3339,
  weekdayOf,
} from '../../shared/clock.ts'
import type { ComplexId, SupplyId } from '../../shared/ids.ts'
import { refuseIf } from '../../shared/refusal.ts'
import { dayTypeOf } from '../../tariff/calendar.ts'
import type { ControlDeps } from '../commands.ts'
import { dailyUse, USED_DAYS } from './facts-store.ts'
import { type DarkAnswer, type DayOf, darkAnswer, daysOf, type WeekUse } from './forecast.ts'
import { canOf } from './meter-mode.ts'
import type { NoTrip } from './settings.ts'
import { shopsOf } from './shop-store.ts'
import { shopShown } from './supplies-view.ts'
import { momentOf, noTripBetween, type Place, type Span } from './windows.ts'
import { type World, worldOf } from './world.ts'

export const DAYS_MAX = 60
const WEEK_DAYS = 7
const A_DAY_MS = 24 * 3_600_000

const SATURDAY = 6
const SUNDAY = 0

const nextDay = (from: Day, isIt: (of: Day) => boolean): Day | null => {
  let of = from
  for (let n = 0; n <= DAYS_MAX; n++, of = dayAfter(of)) if (isIt(of)) return of
  return null
}

/** The last day of what the screens offer: tonight, the next weekend, the next holidays. */
export const presetsOf = (
  { calendar, zone }: Place,
  now: Instant,
): Record<'tonight' | 'weekend', Day> & { holiday: Day | null } => {
  const today = businessDay(now, zone, 0)
  const weekday = weekdayOf(today)
  const monday = nextDay(dayAfter(today), (of) => weekdayOf(of) === 1) ?? today
  const isFree = (of: Day) => dayTypeOf(calendar, of) === 'holiday'
  const begins = nextDay(today, isFree)
  const ends = begins && nextDay(begins, (of) => !isFree(dayAfter(of)))
  return {
    tonight: dayAfter(today),
    weekend: weekday === SATURDAY || weekday === SUNDAY ? dayAfter(today) : monday,
    holiday: ends,
  }
}

/** What a supply is charged on each day of the week; days never seen are as the others. */
export const weekUses = async (
  tx: Tx,
  complex: ComplexId,
  place: Place,
): Promise<Map<SupplyId, WeekUse>> => {
  const rows = Map.groupBy(await dailyUse(tx, complex, place), (row) => row.supplyId)
  return new Map(
    [...rows].map(([supplyId, own]) => {
      const fen = own.reduce((sum, row) => sum + row.fen, 0)
      const days = own.reduce((sum, row) => sum + row.days, 0)
      const seen = new Map(own.map((row) => [row.weekday, row.fen / row.days]))
      const week = Array.from({ length: WEEK_DAYS }, (_, of) => seen.get(of) ?? fen / days)
      return [supplyId, week]
    }),
  )
}

export type Forecast = { span: Span; untilDay: Day; rows: DarkShop[]; world: World }

const untilOf = (asked: string | null, { zone, calendar }: Place, now: Instant): Day => {
  const until = asked === null ? presetsOf({ zone, calendar }, now).tonight : day(asked)
  const last = businessDay(plusMs(now, DAYS_MAX * A_DAY_MS), zone, 0)
  const sound = until >= businessDay(now, zone, 0) && until <= last
  refuseIf(!sound, 'invalid_input', { where: 'query', field: 'until', most: last })
  return until
}

/** Windows are the same for all who have none of their own. */
const windowsOf = (place: Place, span: Span): ((noTrip: NoTrip) => readonly Span[]) => {
  const known = new Map<NoTrip, readonly Span[]>()
  return (noTrip) => {
    const found = known.get(noTrip) ?? noTripBetween(noTrip, place, span)
    known.set(noTrip, found)
    return found
  }
}

type Played = DarkAnswer & { dailyFen: number | null }

const play = (
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  span: Span,
  days: readonly DayOf[],
  uses: ReadonlyMap<SupplyId, WeekUse>,
  noTripOf: (noTrip: NoTrip) => readonly Span[],
): ((one: World['supplies'][number]) => Played) => {
  return ({ facts, policy }) => {
    const use = uses.get(facts.supplyId) ?? null
    const period = { now: span.from, until: span.until, days, noTrip: noTripOf(policy.noTrip) }
    const can = canOf(deps.capabilitiesOf(facts.model))
    const mean = use && Math.round(use.reduce((sum, one) => sum + one, 0) / WEEK_DAYS)
    return { ...darkAnswer({ ...facts, use }, policy, can, period), dailyFen: mean }
  }
}

const FIRST: Readonly<Record<DarkShop['outcome'], number>> = {
  ...{ trips: 0, kept: 1, unknown: 2, dark: 3, lasts: 4 },
}

/** Refuses: invalid_input where `until` is past, or further ahead than 60 days. */
export const forecastOf = async (
  tx: Tx,
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  complexId: ComplexId,
  until: string | null,
): Promise<Forecast> => {
  const world = await worldOf(tx, deps, complexId)
  const { place } = world
  const untilDay = untilOf(until, place, tx.now)
  const span = { from: tx.now, until: momentOf(dayAfter(untilDay), 0, place.zone) }
  const [shops, uses] = [await shopsOf(tx, complexId), await weekUses(tx, complexId, place)]
  const days = daysOf(place, span)
  const played = play(deps, span, days, uses, windowsOf(place, span))
  const text = (at: Instant | null) => (at === null ? null : rfc3339(at, place.zone))
  const rows = world.supplies.flatMap((one) => {
    const shop = shops.get(one.facts.supplyId)
    if (!shop) return []
    const answer = played(one)
    const sort = answer.at ?? answer.emptyAt ?? span.until
    const times = { at: text(answer.at), emptyAt: text(answer.emptyAt) }
    return [{ sort, row: { ...shopShown(one.facts, shop, place.zone), ...answer, ...times } }]
  })
  rows.sort((a, b) => FIRST[a.row.outcome] - FIRST[b.row.outcome] || a.sort - b.sort)
  return { span, untilDay, world, rows: rows.map(({ row }) => row) }
}

export const darkView = async (
  tx: Tx,
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  complexId: ComplexId,
  asked: { until: string | null; all: boolean },
): Promise<DarkForecast> => {
  const { span, untilDay, rows, world } = await forecastOf(tx, deps, complexId, asked.until)
  const { zone } = world.place
  const counts: Record<string, number> = { trips: 0, kept: 0, dark: 0, unknown: 0, lasts: 0 }
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1
  return {
    ...{ from: rfc3339(span.from, zone), until: rfc3339(span.until, zone), untilDay, counts },
    presets: presetsOf(world.place, tx.now),
    usedDays: USED_DAYS,
    items: asked.all ? rows : rows.filter(({ outcome }) => outcome !== 'lasts'),
  }
}
