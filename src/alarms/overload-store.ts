// The rows of overload 过载: from which power an alarm is raised for a supply, and since when more is
// drawn.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { overSinceAfter } from './overload.ts'
import type { MeterFacts } from './rule.ts'

/** Newest row of a level, as SQL; null power: as the level above. */
const level = (order: number, name: string, id: string): string => `
  (select ${order} as o, '${name}' as level, t.power_w, t.delay_s from alarm_threshold t
   where t.complex_id = s.complex_id and t.level = '${name}' and t.level_id = ${id}
   order by t.threshold_id desc limit 1)`

/** Null power where the supply is not watched by its own word. */
const policy = (order: number, whose: string, newest: string): string => `
  select ${order}, 'policy', (w.settings->'overload'->>'powerW')::integer,
    60 * (w.settings->'overload'->>'delayMinutes')::integer
  from (select settings from power_policy w where w.complex_id = s.complex_id and ${whose}
    order by w.policy_id desc limit 1) w where ${newest}`

/** Columns power_w, delay_s, level of the supply `s` in `building` at $3: the nearest level. */
export const overloadOf = (building: string): string => `
  select x.power_w, x.delay_s, x.level from (
    ${level(1, 'supply', 's.supply_id')}
    union all ${level(2, 'building', building)}
    union all ${level(
      3,
      'plan',
      `(select sp.plan_id from supply_plan sp where sp.complex_id = s.complex_id
        and sp.supply_id = s.supply_id and sp.since <= $3
        order by sp.since desc, sp.ordinal desc limit 1)`,
    )}
    union all ${level(4, 'complex', '0')}
    union all ${policy(5, 'w.supply_id = s.supply_id', `w.settings ? 'overload'`)}
    union all ${policy(6, 'w.supply_id is null', 'true')}
  ) x where x.power_w is not null or x.o = 5 order by x.o limit 1`

// Nothing is looked up in a complex that watches nobody.
const FACTS = `
  select i.meter_id as "meterId", t.power_w as "powerW", t.delay_s as "delayS",
    w.since as "overSince"
  from installation i
  join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id and s.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join lateral (${overloadOf('pr.building_id')}) t on true
  left join overload_watch w on w.complex_id = i.complex_id and w.meter_id = i.meter_id
  where i.complex_id = $1 and i.meter_id = any ($2) and i.until is null
    and (exists (select from alarm_threshold where complex_id = $1)
      or exists (select from power_policy where complex_id = $1))
    and (t.power_w is not null or w.since is not null)`

type Row = {
  meterId: MeterId
  powerW: number | null
  delayS: number | null
  overSince: Instant | null
}

export type OverloadFacts = Pick<MeterFacts, 'overload' | 'overSince'>

export const overloadFacts = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Map<MeterId, OverloadFacts>> => {
  const rows = await tx.query<Row>(FACTS, [complex, meters, sqlTime(tx.now)], 'kept')
  return new Map(
    rows.map(({ meterId, powerW, delayS, overSince }) => [
      meterId,
      { overload: powerW === null ? null : { powerW, delayS: delayS ?? 0 }, overSince },
    ]),
  )
}

const WATCH = `
  insert into overload_watch (complex_id, meter_id, since)
  select $1, * from unnest($2::integer[], $3::timestamptz[])
  on conflict (complex_id, meter_id) do nothing`

const FORGET = 'delete from overload_watch where complex_id = $1 and meter_id = any ($2)'

/** Remembers what a new reading changes; the facts as they are after it. */
export const watchOverloads = async (
  tx: Tx,
  complex: ComplexId,
  known: readonly MeterFacts[],
): Promise<Map<MeterId, Instant | null>> => {
  const changed = known.flatMap((facts) => {
    const since = overSinceAfter(facts)
    return since === facts.overSince ? [] : [{ meterId: facts.meterId, since }]
  })
  const begun = changed.flatMap(({ meterId, since }) =>
    since === null ? [] : [{ meterId, since }],
  )
  const over = changed.filter(({ since }) => since === null).map(({ meterId }) => meterId)
  if (begun.length > 0) {
    const since = begun.map((one) => sqlTime(one.since))
    await tx.query(WATCH, [complex, begun.map((one) => one.meterId), since], 'kept')
  }
  if (over.length > 0) await tx.query(FORGET, [complex, over], 'kept')
  return new Map(changed.map(({ meterId, since }) => [meterId, since]))
}
