// Outages of lines 线路中断: which speak for a meter now or did a moment ago, and the alarms that they
// take over while they last.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { BuildingId, BusId, ComplexId } from '../shared/ids.ts'
import { type CoverRow, writeCovers } from './cover-store.ts'
import type { MeterFacts } from './rule.ts'

/** After an outage whoever still has not answered is heard of on his own. */
const LATELY_MS = 3_600_000

export type Outages = ReadonlyMap<string, Instant | null>

type Row = { subjectKind: 'bus' | 'building'; subjectId: number; clearedAt: Instant | null }

const OUTAGES = `
  select subject_kind as "subjectKind", subject_id as "subjectId", cleared_at as "clearedAt"
  from alarm where complex_id = $1 and cleared_at is null
    and rule in ('bus-offline', 'building-silent')
  union all
  select subject_kind, subject_id, max(cleared_at) from alarm
  where complex_id = $1 and cleared_at > $2 and rule in ('bus-offline', 'building-silent')
  group by subject_kind, subject_id`

/** By `kind/id`: null while it lasts, else when it ended. */
export const outagesOf = async (tx: Tx, complex: ComplexId): Promise<Outages> => {
  const since = sqlTime(plusMs(tx.now, -LATELY_MS))
  const rows = await tx.query<Row>(OUTAGES, [complex, since], 'kept')
  const found = new Map<string, Instant | null>()
  for (const { subjectKind, subjectId, clearedAt } of rows) {
    const key = `${subjectKind}/${subjectId}`
    if (found.get(key) !== null) found.set(key, clearedAt)
  }
  return found
}

export const outageOf = (
  outages: Outages,
  { busId, buildingId }: { busId: BusId; buildingId: BuildingId | null },
): MeterFacts['outage'] => {
  const known = [`bus/${busId}`, `building/${buildingId}`].flatMap((key) => {
    const until = outages.get(key)
    return until === undefined ? [] : [until]
  })
  const ended = known.filter((until) => until !== null)
  const until = ended.length === 0 ? null : instant(Math.max(...ended))
  return { open: known.includes(null), until }
}

// The widest outage speaks: a building before its gateways, a gateway before its buses.
const TAKEN_OVER = `
  select distinct on (a.alarm_id) a.alarm_id as "alarmId", o.alarm_id as "parentId"
  from alarm o
  join alarm a on a.complex_id = o.complex_id and a.cleared_at is null and a.parent_id is null
    and a.alarm_id <> o.alarm_id
    and a.rule in ('meter-offline', 'freshness-missed', 'bus-offline', 'gateway-offline')
    and case o.subject_kind
      when 'building' then a.building_id = o.subject_id
      when 'gateway' then a.gateway_id = o.subject_id and a.subject_kind <> 'gateway'
        and a.rule <> 'building-silent'
      else a.bus_id = o.subject_id and a.subject_kind = 'meter' end
  where o.complex_id = $1 and o.cleared_at is null
    and o.rule in ('building-silent', 'gateway-offline', 'bus-offline')
  order by a.alarm_id, array_position(array['building', 'gateway', 'bus'], o.subject_kind)`

/** Alarms of what lies behind an outage are spoken for by it. */
export const takeOver = async (tx: Tx, ids: Ids, complex: ComplexId): Promise<void> => {
  const rows = await tx.query<CoverRow>(TAKEN_OVER, [complex], 'kept')
  await writeCovers(tx, ids, complex, rows)
}

export type Behind = { subjectKind: 'gateway' | 'bus' | 'building'; subjectId: number; n: number }

// Those that would have an alarm of their own are counted, not raised.
const COUNT = `
  update alarm a set covered = n.meters
  from unnest($2::text[], $3::integer[], $4::integer[]) as n(kind, id, meters)
  where a.complex_id = $1 and a.cleared_at is null and a.subject_kind = n.kind
    and a.subject_id = n.id and a.covered < n.meters
    and a.rule in ('building-silent', 'gateway-offline', 'bus-offline')`

export const countBehind = async (
  tx: Tx,
  complex: ComplexId,
  behind: readonly Behind[],
): Promise<void> => {
  if (behind.length === 0) return
  await tx.query(
    COUNT,
    [
      ...[complex, behind.map((one) => one.subjectKind), behind.map((one) => one.subjectId)],
      behind.map((one) => one.n),
    ],
    'kept',
  )
}
