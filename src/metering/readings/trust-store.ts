// What the trust of readings is judged by 判定依据: the last reading believed of each meter, its
// installation and model, and the neighbours in time of readings that come out of their turn.

import type { Clock } from '../../ports/clock.ts'
import type { Tx } from '../../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId } from '../../shared/ids.ts'
import type { MeterModel } from '../meter-model/model-schema.ts'
import { type RegisterRange, registerRangeOf } from '../meter-model/register-range.ts'
import {
  type Between,
  type MeterTrust,
  type NewFreeze,
  NOTHING_KNOWN,
  needsNeighbours,
  type Rollover,
  slackOf,
  type TrustFacts,
} from './judge-rows.ts'
import type { ReadingCandidate } from './reading-rows.ts'
import type { Installed, Known } from './trust.ts'

/** The models this program knows, by id. */
export type KnownModels = { get(id: string): MeterModel | undefined }

type PointRow = {
  multiplier: number | null
  side: Installed['side'] | null
  direction: Installed['direction'] | null
  maxPowerW: number | null
  /** The installation's beginning, where the register of that moment is known. */
  initialWh: number | null
  initialAt: Instant | null
}

/** What hardly ever changes of a meter: its model, and where it hangs. */
type MeterPlace = {
  range: RegisterRange
  point: Installed
  /** What the register showed when the meter came to this point; it counts from that moment on. */
  initial: Known | null
}

type PlaceRow = PointRow & { meterId: MeterId; model: string }

const PLACES = `
  select m.meter_id as "meterId", d.model, i.multiplier, i.side, i.direction,
    i.max_power_w as "maxPowerW", i.initial_wh as "initialWh",
    case when i.initial_wh is not null then i.since end as "initialAt"
  from meter m
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  where m.complex_id = $1 and m.meter_id = any ($2)`

/** A meter in the store: its registers are judged by the meter alone. */
const pointOf = (row: PointRow): Installed => ({
  multiplier: row.multiplier ?? 1,
  side: row.side ?? 'primary',
  direction: row.direction ?? 'combined',
  maxPowerW: row.maxPowerW,
})

const initialOf = ({ initialAt, initialWh }: PointRow): Known | null =>
  initialAt === null || initialWh === null
    ? null
    : { at: initialAt, energyWh: initialWh, reverseWh: null }

const sinceInstalled = (known: Known | null, initial: Known | null): Known | null =>
  known === null || (initial !== null && known.at < initial.at) ? (initial ?? known) : known

const once = <Value>(known: Map<string, Value>, key: string, value: Value): Value => {
  const before = known.get(key)
  if (before === undefined) known.set(key, value)
  return before ?? value
}

const fetchPlaces = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
  models: KnownModels,
): Promise<Map<MeterId, MeterPlace>> => {
  const rows = await tx.query<PlaceRow>(PLACES, [complex, meters])
  // Thousands of meters have few models and hardly two kinds of transformer.
  const ranges = new Map<string, RegisterRange>()
  const points = new Map<string, Installed>()
  return new Map(
    rows.map((row) => {
      const point = pointOf(row)
      return [
        row.meterId,
        {
          range: once(ranges, row.model, registerRangeOf(models.get(row.model) ?? null)),
          point: once(points, Object.values(point).join(' '), point),
          initial: initialOf(row),
        },
      ]
    }),
  )
}

/** The places of these meters, as far as they exist. */
export type MeterPlaces = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
) => Promise<ReadonlyMap<MeterId, MeterPlace>>

/** For one question. */
export const placesNow =
  (models: KnownModels): MeterPlaces =>
  (tx, complex, meters) =>
    fetchPlaces(tx, complex, meters, models)

/** A changed transformer or limit judges readings after this time at the latest. */
const PLACES_STAND_MS = 60_000

/**
 * For a writer that asks about the same meters all day. Only the judgement uses it: what is billed
 * is converted by the installation of the reading's time, never from here.
 */
export const placesRemembered = (models: KnownModels, clock: Clock): MeterPlaces => {
  let known = new Map<MeterId, MeterPlace>()
  let forgetAt = 0
  return async (tx, complex, meters) => {
    if (clock.mono() >= forgetAt) {
      known = new Map()
      forgetAt = clock.mono() + PLACES_STAND_MS
    }
    const missing = meters.filter((meter) => !known.has(meter))
    if (missing.length > 0) {
      const found = await fetchPlaces(tx, complex, missing, models)
      for (const [meter, place] of found) known.set(meter, place)
    }
    return known
  }
}

type LatestRow = {
  meterId: MeterId
  energyWh: number | null
  energyAt: Instant | null
  reverseWh: number | null
  clockOffsetMs: number | null
  suspectWh: number | null
  suspectAt: Instant | null
  suspectSource: number | null
  suspectFlags: number | null
}

const LATEST = `
  select meter_id as "meterId", energy_wh as "energyWh", energy_at as "energyAt",
    reverse_wh as "reverseWh", clock_offset_ms as "clockOffsetMs", suspect_wh as "suspectWh",
    suspect_at as "suspectAt", suspect_source as "suspectSource", suspect_flags as "suspectFlags"
  from latest where complex_id = $1 and meter_id = any ($2)`

const knownIn = (at: Instant | null, energyWh: number | null, reverseWh: number | null) =>
  at === null || energyWh === null ? null : { at, energyWh, reverseWh }

const suspectOf = (row: LatestRow): MeterTrust['suspect'] => {
  const known = knownIn(row.suspectAt, row.suspectWh, null)
  const { suspectSource: source, suspectFlags: flags } = row
  return known === null || source === null || flags === null ? null : { ...known, source, flags }
}

const trustOf = ({ initial, ...place }: MeterPlace, row: LatestRow | undefined): MeterTrust => ({
  ...place,
  base: sinceInstalled(row ? knownIn(row.energyAt, row.energyWh, row.reverseWh) : null, initial),
  suspect: row ? suspectOf(row) : null,
  clockOffsetMs: row?.clockOffsetMs ?? null,
})

export const meterTrusts = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
  places: MeterPlaces,
): Promise<Map<MeterId, MeterTrust>> => {
  const known = await places(tx, complex, meters)
  const rows = await tx.query<LatestRow>(LATEST, [complex, meters])
  const latest = new Map(rows.map((row) => [row.meterId, row]))
  return new Map(
    meters.flatMap((meter) => {
      const place = known.get(meter)
      return place ? [[meter, trustOf(place, latest.get(meter))] as const] : []
    }),
  )
}

type BetweenRow = PointRow & {
  ordinal: number
  untilAt: Instant | null
  beforeAt: Instant | null
  beforeWh: number | null
  beforeReverseWh: number | null
  afterAt: Instant | null
  afterWh: number | null
  afterReverseWh: number | null
}

/** Older neighbours say little, and would open every partition. */
const NEIGHBOUR_DAYS = 70

const BETWEEN = `
  select n.ordinal::integer, i.multiplier, i.side, i.direction, i.max_power_w as "maxPowerW",
    i.initial_wh as "initialWh", case when i.initial_wh is not null then i.since end as "initialAt",
    i.until as "untilAt", p.at as "beforeAt", p.energy_wh as "beforeWh",
    p.reverse_wh as "beforeReverseWh", q.at as "afterAt", q.energy_wh as "afterWh",
    q.reverse_wh as "afterReverseWh"
  from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
    with ordinality as n(meter_id, at, low, high, ordinal)
  left join installation i on i.complex_id = $1 and i.meter_id = n.meter_id and i.since <= n.at
    and (i.until is null or i.until > n.at)
  left join lateral (
    select b.at, b.energy_wh, b.reverse_wh from billable_reading b
    where b.complex_id = $1 and b.meter_id = n.meter_id and b.at <= n.low
      and b.at > n.low - interval '${NEIGHBOUR_DAYS} days'
    order by b.at desc limit 1
  ) p on true
  left join lateral (
    select b.at, b.energy_wh, b.reverse_wh from billable_reading b
    where b.complex_id = $1 and b.meter_id = n.meter_id and b.at >= n.high
      and b.at < n.high + interval '${NEIGHBOUR_DAYS} days'
    order by b.at limit 1
  ) q on true`

const betweenOf = (row: BetweenRow): Between => {
  const after = knownIn(row.afterAt, row.afterWh, row.afterReverseWh)
  const gone = after !== null && row.untilAt !== null && after.at > row.untilAt
  return {
    before: sinceInstalled(
      knownIn(row.beforeAt, row.beforeWh, row.beforeReverseWh),
      initialOf(row),
    ),
    after: gone ? null : after,
    point: pointOf(row),
  }
}

const betweenOfAll = async (
  tx: Tx,
  complex: ComplexId,
  candidates: readonly ReadingCandidate[],
  meters: TrustFacts['meters'],
): Promise<Map<ReadingCandidate, Between>> => {
  const asked = candidates.filter((one) => needsNeighbours(one, meters.get(one.meterId)?.base))
  if (asked.length === 0) return new Map()
  const slackMs = (one: ReadingCandidate) =>
    slackOf(one, meters.get(one.meterId)?.clockOffsetMs ?? null)
  const rows = await tx.query<BetweenRow>(BETWEEN, [
    complex,
    asked.map((one) => one.meterId),
    asked.map((one) => sqlTime(one.at)),
    asked.map((one) => sqlTime(plusMs(one.at, -slackMs(one)))),
    asked.map((one) => sqlTime(plusMs(one.at, slackMs(one)))),
  ])
  const found = new Map(rows.map((row) => [row.ordinal, betweenOf(row)]))
  return new Map(
    asked.flatMap((one, i) => {
      const between = found.get(i + 1)
      return between ? [[one, between] as const] : []
    }),
  )
}

/**
 * Everything the judgement of these readings needs. The caller holds the complex's seq, so that no
 * decision can change a base meanwhile.
 */
export const trustFacts = async (
  tx: Tx,
  complex: ComplexId,
  candidates: readonly ReadingCandidate[],
  places: MeterPlaces,
): Promise<TrustFacts> => {
  const energies = candidates.filter((one) => one.energyWh !== null)
  if (energies.length === 0) return NOTHING_KNOWN
  const ids = [...new Set(energies.map((one) => one.meterId))]
  const meters = await meterTrusts(tx, complex, ids, places)
  return { meters, between: await betweenOfAll(tx, complex, energies, meters) }
}

/** Roll-overs as recorded; a repeated one is the same. */
export const writeRollovers = async (
  tx: Tx,
  complex: ComplexId,
  rollovers: readonly Rollover[],
): Promise<void> => {
  if (rollovers.length === 0) return
  await tx.query(
    `insert into register_rollover (complex_id, meter_id, at, source, register, modulus_wh)
     select $1, * from unnest($2::integer[], $3::timestamptz[], $4::smallint[], $5::text[],
       $6::bigint[])
     on conflict do nothing`,
    [
      complex,
      rollovers.map((one) => one.meterId),
      rollovers.map((one) => sqlTime(one.at)),
      rollovers.map((one) => one.source),
      rollovers.map((one) => one.register),
      rollovers.map((one) => one.modulusWh),
    ],
  )
}

/** The newest stored freeze of each kind; it never moves back. */
export const writeFreezeStates = async (
  tx: Tx,
  complex: ComplexId,
  freezes: readonly NewFreeze[],
): Promise<void> => {
  if (freezes.length === 0) return
  await tx.query(
    `insert into freeze_state as s (complex_id, meter_id, which, frozen_at)
     select $1, n.meter_id, n.which, max(n.frozen_at)
     from unnest($2::integer[], $3::text[], $4::timestamptz[]) as n(meter_id, which, frozen_at)
     group by n.meter_id, n.which order by n.meter_id, n.which
     on conflict (complex_id, meter_id, which) do update set frozen_at = excluded.frozen_at
       where excluded.frozen_at > s.frozen_at`,
    [
      complex,
      freezes.map((one) => one.meterId),
      freezes.map((one) => one.which),
      freezes.map((one) => sqlTime(one.frozenAt)),
    ],
  )
}
