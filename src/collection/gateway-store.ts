// Gateways as they are kept and as they answer 通讯管理机: each with its buses and what is known of the
// meters behind them.

import type { Bus, DeadMeter, Gateway } from '../http/contract/collection.ts'
import { shownLink } from '../metering/links/link-secrets.ts'
import { pushIntervalMs, staleAfterMs } from '../metering/rounds/push-interval.ts'
import type { SeenFigures, StoredFigures } from '../metering/seen-store.ts'
import type { Tx } from '../ports/database.ts'
import { METERS_IN_PLACE } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { BusId, ComplexId, GatewayId } from '../shared/ids.ts'
import { heardSql } from './heard.ts'

const DEAD_SHOWN_MAX = 200

type Settings = Record<string, unknown>
export type Place = { complexId: ComplexId; zone: string }
/** What a collector in this process counted, by bus; null where another has the bus. */
export type BusFiguresOf = (bus: BusId) => SeenFigures | null

type GatewayRow = {
  gatewayId: GatewayId
  code: string
  name: string
  nameEn: string
  substation: string
  enabled: boolean
  link: unknown
  settings: Settings
  online: boolean | null
  since: Instant | null
  fault: string | null
  seenAt: Instant | null
  seen: StoredFigures | null
}
type Counted = {
  meters: number
  answering: number
  silent: number
  neverRead: number
  lastAnswerAt: Instant | null
  freshnessP99Ms: number | null
}
type BusRow = Counted & {
  /** Null in the row that sums a gateway up. */
  busId: BusId | null
  gatewayId: GatewayId
  ordinal: number | null
  settings: Settings | null
}

const GATEWAYS = `
  select g.gateway_id as "gatewayId", g.code, g.name, g.name_en as "nameEn", g.substation,
    g.enabled, g.link, g.settings, gl.online, gl.since, gl.fault,
    cs.at as "seenAt", cs.buses as seen
  from gateway g
  left join collection_seen cs on cs.complex_id = g.complex_id and cs.gateway_id = g.gateway_id
  left join gateway_latest gl on gl.complex_id = g.complex_id and gl.gateway_id = g.gateway_id
  where g.complex_id = $1`

// One row for each bus and one for each gateway as a whole. Meters that have fallen silent would
// say nothing about how fresh the others are.
const BUSES = `
  with m as (
    select bus.gateway_id, bus.bus_id, bus.ordinal, bus.settings, m.meter_id, l.answered_at,
      case when m.meter_id is null then null else ${heardSql('$3')} end as heard
    from bus
    join gateway g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id
    left join device d on d.complex_id = bus.complex_id and d.bus_id = bus.bus_id
    left join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
    left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
    where bus.complex_id = $1 and bus.gateway_id = any ($2)
  )
  select gateway_id as "gatewayId", bus_id as "busId", ordinal, settings,
    count(meter_id) as meters,
    count(*) filter (where heard = 'answering') as answering,
    count(*) filter (where heard in ('silent', 'stale')) as silent,
    count(*) filter (where heard = 'never') as "neverRead",
    max(answered_at) as "lastAnswerAt",
    (percentile_disc(0.99) within group
      (order by greatest(0, extract(epoch from $3::timestamptz - answered_at)))
      filter (where heard in ('answering', 'stale')) * 1000)::bigint as "freshnessP99Ms"
  from m group by grouping sets ((gateway_id), (gateway_id, bus_id, ordinal, settings))
  order by gateway_id, ordinal`

const NOTHING: Counted = {
  meters: 0,
  answering: 0,
  silent: 0,
  neverRead: 0,
  lastAnswerAt: null,
  freshnessP99Ms: null,
}

const kindOf = (link: unknown): string => {
  const kind: unknown = typeof link === 'object' && link !== null ? Reflect.get(link, 'kind') : null
  return typeof kind === 'string' ? kind : 'unknown'
}

const countedIn = (zone: string, counted: Counted) => ({
  meters: counted.meters,
  answering: counted.answering,
  silent: counted.silent,
  neverRead: counted.neverRead,
  lastAnswerAt: counted.lastAnswerAt === null ? null : rfc3339(counted.lastAnswerAt, zone),
  freshnessP99Ms: counted.freshnessP99Ms,
})

type FiguresOf = (bus: BusId) => Bus['figures']

const busViews = (zone: string, rows: readonly BusRow[], figuresOf: FiguresOf): Bus[] =>
  rows.flatMap((row) =>
    row.busId === null
      ? []
      : [
          {
            busId: row.busId,
            ordinal: row.ordinal ?? 0,
            settings: row.settings ?? {},
            ...countedIn(zone, row),
            figures: figuresOf(row.busId),
          },
        ],
  )

const viewsOf = async (
  tx: Tx,
  { complexId, zone }: Place,
  gateways: readonly GatewayRow[],
  figuresOf: BusFiguresOf,
): Promise<Gateway[]> => {
  const ids = gateways.map(({ gatewayId }) => gatewayId)
  const rows = await tx.query<BusRow>(BUSES, [complexId, ids, sqlTime(tx.now)])
  return gateways.map(({ link, since, seen, seenAt, ...gateway }) => {
    const figures = (bus: BusId): Bus['figures'] => {
      const own = figuresOf(bus)
      if (own) return { ...own, at: rfc3339(tx.now, zone) }
      const stored = seen?.[`${bus}`]
      return stored && seenAt !== null ? { ...stored, at: rfc3339(seenAt, zone) } : null
    }
    const own = rows.filter((row) => row.gatewayId === gateway.gatewayId)
    const whole = own.find((row) => row.busId === null) ?? NOTHING
    return {
      ...gateway,
      since: since === null ? null : rfc3339(since, zone),
      linkKind: kindOf(link),
      link: { ...shownLink(link) },
      polled: pushIntervalMs(gateway.settings) === null,
      staleAfterMs: staleAfterMs(gateway.settings),
      ...countedIn(zone, whole),
      buses: busViews(zone, own, figures),
    }
  })
}

export const listGateways = async (
  tx: Tx,
  place: Place,
  page: { after: number; limit: number },
  figuresOf: BusFiguresOf,
): Promise<Gateway[]> => {
  const rows = await tx.query<GatewayRow>(
    `${GATEWAYS} and g.gateway_id > $2 order by g.gateway_id limit $3`,
    [place.complexId, page.after, page.limit],
  )
  return viewsOf(tx, place, rows, figuresOf)
}

/** Null where the complex has no such gateway. */
export const gatewayById = async (
  tx: Tx,
  place: Place,
  gateway: GatewayId,
  figuresOf: BusFiguresOf,
): Promise<Gateway | null> => {
  const rows = await tx.query<GatewayRow>(`${GATEWAYS} and g.gateway_id = $2`, [
    place.complexId,
    gateway,
  ])
  return (await viewsOf(tx, place, rows, figuresOf))[0] ?? null
}

type DeadRow = Omit<DeadMeter, 'readAt' | 'silentSince'> & {
  readAt: Instant | null
  silentSince: Instant | null
}

/** Meters of a gateway that do not answer, the longest silent first. */
export const deadMeters = async (
  tx: Tx,
  { complexId, zone }: Place,
  gateway: GatewayId,
): Promise<DeadMeter[]> => {
  const rows = await tx.query<DeadRow>(
    `select * from (
       select m.meter_id as "meterId", m.no as "meterNo", d.address, bus.ordinal as bus,
         coalesce(pr.no, '') as premises, ${heardSql('$3')} as heard, l.answered_at as "readAt",
         l.silent_since as "silentSince", l.fault
       ${METERS_IN_PLACE}
       left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
       where m.complex_id = $1 and g.gateway_id = $2
     ) as dead where heard <> 'answering'
     order by "readAt" nulls first, "meterId" limit ${DEAD_SHOWN_MAX}`,
    [complexId, gateway, sqlTime(tx.now)],
  )
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return rows.map((row) => ({
    ...row,
    readAt: time(row.readAt),
    silentSince: time(row.silentSince),
  }))
}

/** The complex and zone of a gateway; null where the scope has no such gateway. */
export const placeOfGateway = async (
  tx: Tx,
  gateway: GatewayId,
  within: number | null,
): Promise<Place | null> => {
  const rows = await tx.query<Place>(
    `select c.complex_id as "complexId", c.zone from complex c
     join gateway g on g.complex_id = c.complex_id and g.gateway_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [gateway, within],
  )
  return rows[0] ?? null
}
