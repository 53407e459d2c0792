// What is new in a complex since the last look 新变化: one query for all who watch it.

import { STALE_AFTER_MS } from '../board/state.ts'
import { STALE_AFTER_SQL } from '../metering/rounds/push-interval.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type Change =
  /** A newer `latest` row. */
  | { kind: 'seq'; id: number; seq: number }
  /** The meter's tile changed without a new reading: fallen silent, mode, account, hold. */
  | { kind: 'meter'; id: number; key: string; at: Instant }
  | { kind: 'alarm'; id: string; key: string; at: Instant }
  | { kind: 'purchase'; id: string; key: string; at: Instant; state: string }
  /** Meters of a round of reading on demand have answered, or were given up. */
  | { kind: 'readRound'; id: string; key: string; at: Instant }
  /** A gateway came or went. */
  | { kind: 'gateway'; id: number; key: string; at: Instant; state: string }

export type Look = {
  complexId: ComplexId
  /** What has a seq above this is new. */
  seq: number
  /** Last answers in this half-open span have become stale since the last look. */
  silentFrom: Instant
  silentTo: Instant
  /** Facts since then; the span overlaps the last look, because transactions commit later. */
  since: Instant
}

const CHANGES = `
  select 'seq' as kind, meter_id::text as id, seq, null::timestamptz as at, '' as state
  from latest where complex_id = $1 and seq > $2
  union all
  select 'meter', meter_id::text, 0, answered_at, ''
  from latest where complex_id = $1 and answered_at > $3 and answered_at <= $4
  union all
  select 'meter', l.meter_id::text, 0, l.answered_at, ''
  from gateway g
  join bus on bus.complex_id = g.complex_id and bus.gateway_id = g.gateway_id
  join device d on d.complex_id = bus.complex_id and d.bus_id = bus.bus_id
  join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
  join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  where g.complex_id = $1 and g.settings->'polled' = 'false'
    and l.answered_at > $3::timestamptz + interval '${STALE_AFTER_MS} ms' - ${STALE_AFTER_SQL}
    and l.answered_at <= $4::timestamptz + interval '${STALE_AFTER_MS} ms' - ${STALE_AFTER_SQL}
  union all
  select 'meter', i.meter_id::text, 0, c.since, ''
  from control c
  join installation i on i.complex_id = c.complex_id and i.point_id = c.point_id
    and i.until is null
  where c.complex_id = $1 and c.since > $5
  union all
  select 'meter', i.meter_id::text, 0, greatest(s.since, s.until), ''
  from supply s
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  where s.complex_id = $1 and (s.since > $5 or s.until > $5)
  union all
  select 'meter', meter_id::text, 0, greatest(raised_at, released_at), ''
  from hold where complex_id = $1 and (raised_at > $5 or released_at > $5)
  union all
  select 'alarm', alarm_id::text, 0, greatest(raised_at, acknowledged_at, cleared_at), ''
  from alarm
  where complex_id = $1 and (raised_at > $5 or acknowledged_at > $5 or cleared_at > $5)
  union all
  select 'alarm', e.alarm_id::text, 0, max(e.at), ''
  from alarm_event e join alarm a on a.complex_id = e.complex_id and a.alarm_id = e.alarm_id
  where e.complex_id = $1 and e.at > $5
  group by e.alarm_id
  union all
  select 'purchase', e.purchase_id::text, 0, max(e.at), p.state
  from purchase_event e
  join purchase p on p.complex_id = e.complex_id and p.purchase_id = e.purchase_id
  where e.complex_id = $1 and e.at > $5
  group by e.purchase_id, p.state
  union all
  select 'readRound', batch_id::text, 0, max(ended_at), ''
  from command
  where complex_id = $1 and kind = 'read' and ended_at > $5
  group by batch_id
  union all
  select 'gateway', gateway_id::text, 0, since, case when online then 'online' else 'offline' end
  from gateway_latest where complex_id = $1 and since > $5`

type Row = {
  kind: Change['kind']
  id: string
  seq: number
  at: Instant
  state: string
}

const changeOf = (row: Row): Change => {
  const key = `${row.kind}/${row.id}/${row.at}/${row.state}`
  switch (row.kind) {
    case 'seq':
      return { kind: 'seq', id: Number(row.id), seq: row.seq }
    case 'meter':
      return { kind: 'meter', id: Number(row.id), key, at: row.at }
    case 'alarm':
      return { kind: 'alarm', id: row.id, key, at: row.at }
    case 'purchase':
      return { kind: 'purchase', id: row.id, key, at: row.at, state: row.state }
    case 'readRound':
      return { kind: 'readRound', id: row.id, key, at: row.at }
    case 'gateway':
      return { kind: 'gateway', id: Number(row.id), key, at: row.at, state: row.state }
  }
}

export const changesSince = async (tx: Tx, look: Look): Promise<Change[]> => {
  const rows = await tx.query<Row>(CHANGES, [
    look.complexId,
    look.seq,
    sqlTime(look.silentFrom),
    sqlTime(look.silentTo),
    sqlTime(look.since),
  ])
  return rows.map(changeOf)
}

/** The seq below everything that was heard since then. */
export const seqBefore = async (tx: Tx, complex: ComplexId, since: Instant): Promise<number> => {
  const rows = await tx.query<{ seq: number }>(
    `select coalesce(min(seq) - 1, (select coalesce(max(seq), 0) from latest
       where complex_id = $1)) as seq
     from latest where complex_id = $1 and answered_at >= $2`,
    [complex, sqlTime(since)],
  )
  return rows[0]?.seq ?? 0
}
