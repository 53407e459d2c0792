// The facts about lines 线路事实: gateways, and how many meters of each bus and building are silent.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { BuildingId, BusId, ComplexId, GatewayId } from '../shared/ids.ts'
import type { WithOpen } from './facts-store.ts'
import type { GatewayFacts } from './rule.ts'

type OpenRow = { subjectKind: 'gateway' | 'bus' | 'building'; subjectId: number; rule: string }

const OPEN = `
  select subject_kind as "subjectKind", subject_id as "subjectId", rule from alarm
  where complex_id = $1 and cleared_at is null
    and subject_kind in ('gateway', 'bus', 'building')`

/** Ids of the rules whose alarm is open, by `kind/id`. */
export const openOnLines = async (
  tx: Tx,
  complex: ComplexId,
): Promise<Map<string, ReadonlySet<string>>> => {
  const open = new Map<string, Set<string>>()
  for (const { subjectKind, subjectId, rule } of await tx.query<OpenRow>(OPEN, [complex], 'kept')) {
    const key = `${subjectKind}/${subjectId}`
    open.set(key, (open.get(key) ?? new Set()).add(rule))
  }
  return open
}

const NONE: ReadonlySet<string> = new Set()

const GATEWAYS = `
  select g.gateway_id as "gatewayId", g.enabled, l.online, l.since, l.fault
  from gateway g
  left join gateway_latest l on l.complex_id = g.complex_id and l.gateway_id = g.gateway_id
  where g.complex_id = $1`

export const gatewayFacts = async (
  tx: Tx,
  complex: ComplexId,
  open: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<WithOpen<GatewayFacts>[]> => {
  const rows = await tx.query<GatewayFacts>(GATEWAYS, [complex], 'kept')
  return rows.map((facts) => ({ facts, open: open.get(`gateway/${facts.gatewayId}`) ?? NONE }))
}

/** The meters of one bus in one building. */
export type Stretch = {
  gatewayId: GatewayId
  busId: BusId
  buildingId: BuildingId | null
  meters: number
  silent: number
  /** When the last of them fell silent. */
  silentSince: Instant | null
}

// Where every meter answers nothing is counted.
const STRETCHES = `
  select bus.gateway_id as "gatewayId", bus.bus_id as "busId", pr.building_id as "buildingId",
    count(*)::integer as meters, count(l.silent_since)::integer as silent,
    max(l.silent_since) as "silentSince"
  from installation i
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  where i.complex_id = $1 and i.until is null and ($2 or exists (
    select from latest q where q.complex_id = $1 and q.silent_since is not null))
  group by bus.gateway_id, bus.bus_id, pr.building_id`

/** Of every bus and building; none where nothing is silent, unless all are asked for. */
export const stretches = (tx: Tx, complex: ComplexId, all: boolean): Promise<Stretch[]> =>
  tx.query<Stretch>(STRETCHES, [complex, all], 'kept')
