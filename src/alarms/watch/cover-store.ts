// The rows of covers 开盖记录: what each meter noted, which are to be asked now, and what an alarm is
// decided by.

import type { Tx } from '../../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { BusId, ComplexId, MeterId } from '../../shared/ids.ts'
import { MS } from '../facts-store.ts'
import type { CoverFacts } from '../rule.ts'

export type Cover = 'meter' | 'terminal'

/** What is known of one cover; nothing before the first answer. */
export type CoverSeen = {
  count: number
  openedAt: Instant | null
  closedAt: Instant | null
  notedAt: Instant | null
}

export type AskedMeter = {
  meterId: MeterId
  busId: BusId
  zone: string
  covers: Readonly<Partial<Record<Cover, CoverSeen>>>
}

// Silent meters are left to the rounds. Who was asked longest ago comes first, on each bus so many.
const DUE = `
  select x."meterId", x."busId", x.zone, v.covers from (
    select i.meter_id as "meterId", d.bus_id as "busId", c.zone,
      row_number() over (partition by d.bus_id
        order by a.asked_at nulls first, i.meter_id) as place
    from installation i
    join complex c on c.complex_id = i.complex_id
    join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
    join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
    join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
      and l.answered_at is not null and l.silent_since is null
    left join (select meter_id, min(asked_at) as asked_at from meter_cover where complex_id = $1
      group by meter_id) a on a.meter_id = i.meter_id
    where i.complex_id = $1 and i.until is null and d.model = any ($2)
      and (a.asked_at is null or a.asked_at <= $3)
  ) x
  cross join lateral (
    select coalesce(jsonb_object_agg(k.cover, jsonb_build_object('count', k.count,
        'openedAt', ${MS('k.opened_at')}, 'closedAt', ${MS('k.closed_at')},
        'notedAt', ${MS('k.noted_at')})) filter (where k.count is not null), '{}') as covers
    from meter_cover k where k.complex_id = $1 and k.meter_id = x."meterId") v
  where x.place <= $4 order by x."busId", x.place`

export const metersToAsk = (
  tx: Tx,
  complex: ComplexId,
  of: { models: readonly string[]; everyMs: number; mostOnBus: number },
): Promise<AskedMeter[]> => {
  const before = sqlTime(plusMs(tx.now, -of.everyMs))
  return tx.query<AskedMeter>(DUE, [complex, of.models, before, of.mostOnBus], 'kept')
}

export type CoverAnswer = { cover: Cover; seen: CoverSeen | null; fault: string | null }

// Without an answer what was known stands.
const WRITE = `
  insert into meter_cover as k (complex_id, meter_id, cover, count, opened_at, closed_at, noted_at,
    asked_at, read_at, fault)
  select $1, $2, $3, $4, $5, $6, $7, $8,
    case when $4::integer is not null then $8::timestamptz end, $9
  on conflict (complex_id, meter_id, cover) do update set
    count = coalesce(excluded.count, k.count), asked_at = excluded.asked_at, fault = excluded.fault,
    read_at = coalesce(excluded.read_at, k.read_at),
    opened_at = case when excluded.count is null then k.opened_at else excluded.opened_at end,
    closed_at = case when excluded.count is null then k.closed_at else excluded.closed_at end,
    noted_at = case when excluded.count is null then k.noted_at else excluded.noted_at end`

export const writeCover = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  { cover, seen, fault }: CoverAnswer,
): Promise<void> => {
  await tx.query(
    WRITE,
    [
      ...[complex, meter, cover, seen?.count ?? null, sqlTime(seen?.openedAt ?? null)],
      ...[sqlTime(seen?.closedAt ?? null), sqlTime(seen?.notedAt ?? null), sqlTime(tx.now), fault],
    ],
    'kept',
  )
}

type FactRow = Omit<CoverFacts, 'covers'> & { covers: CoverFacts['covers'][number][] }

const FACTS = `
  select x.*, bus.gateway_id as "gatewayId" from (
    select k.meter_id as "meterId", jsonb_agg(jsonb_build_object('cover', k.cover,
        'count', k.count, 'openedAt', ${MS('k.opened_at')},
        'closedAt', ${MS('k.closed_at')}, 'notedAt', ${MS('k.noted_at')})) as covers,
      (select max(a.acknowledged_at) from alarm a where a.complex_id = $1 and a.rule = $2
        and a.meter_id = k.meter_id) as "acknowledgedAt",
      exists (select from alarm a where a.complex_id = $1 and a.rule = $2
        and a.meter_id = k.meter_id and a.cleared_at is null
        and a.acknowledged_at is not null) as "isAcknowledged"
    from meter_cover k where k.complex_id = $1 and k.noted_at is not null
      and (k.noted_at > $3 or exists (select from alarm a where a.complex_id = $1 and a.rule = $2
        and a.subject_kind = 'meter' and a.subject_id = k.meter_id and a.cleared_at is null))
    group by k.meter_id
  ) x
  join meter m on m.complex_id = $1 and m.meter_id = x."meterId"
  join device d on d.complex_id = $1 and d.device_id = m.device_id
  join bus on bus.complex_id = $1 and bus.bus_id = d.bus_id`

/** An opening is told within seconds; older ones matter only while their alarm is open. */
const TOLD_WITHIN_MS = 7 * 24 * 3_600_000

/** Of meters whose covers were seen to be opened; `rule`: the alarm that tells of it. */
export const coverFacts = (tx: Tx, complex: ComplexId, rule: string): Promise<CoverFacts[]> => {
  const since = sqlTime(plusMs(tx.now, -TOLD_WITHIN_MS))
  return tx.query<FactRow>(FACTS, [complex, rule, since], 'kept')
}
