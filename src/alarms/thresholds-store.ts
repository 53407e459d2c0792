// The rows of overload thresholds 过载阈值: what each level says, and what holds for each supply.

import type { SupplyThreshold, ThresholdLevel } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import { SHOP, SHOP_EN } from '../registers/meters-in-place.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { overloadOf } from './overload-store.ts'

export type LevelRow = {
  level: ThresholdLevel
  levelId: number
  name: string
  powerW: number
  delayS: number
  reason: string
  savedAt: Instant
  savedBy: string | null
}

// Of supplies their own rows tell.
const LEVELS = `
  select t.level, t.level_id as "levelId", t.power_w as "powerW", t.delay_s as "delayS", t.reason,
    t.saved_at as "savedAt", o.name as "savedBy",
    case t.level when 'complex' then c.name when 'plan' then p.name else b.name end as name
  from (
    select distinct on (level, level_id) * from alarm_threshold
    where complex_id = $1 and level <> 'supply' order by level, level_id, threshold_id desc
  ) t
  join complex c on c.complex_id = t.complex_id
  left join plan p on t.level = 'plan' and p.complex_id = t.complex_id and p.plan_id = t.level_id
  left join building b on t.level = 'building' and b.complex_id = t.complex_id
    and b.building_id = t.level_id
  left join operator o on o.operator_id = t.saved_by
  where t.power_w is not null order by t.level, name`

export const thresholdLevels = (tx: Tx, complex: ComplexId): Promise<LevelRow[]> =>
  tx.query<LevelRow>(LEVELS, [complex])

export type ThresholdQuery = {
  complexId: ComplexId
  buildingId?: number
  planId?: number
  search?: string
  level?: 'complex' | 'plan' | 'building' | 'supply' | 'policy' | 'none'
  limit: number
  /** The supply after which to go on. */
  after: number
}

const SUPPLIES = `
  select x.*, t.power_w as "powerW", t.delay_s as "delayS",
    case when t.power_w is not null then t.level end as "from"
  from (
    select s.complex_id, s.supply_id, s.supply_id as "supplyId", s.account_id as "accountId",
      a.no as "accountNo", coalesce(n.name, '') as tenant, coalesce(b.name, '') as building,
      b.building_id as "buildingId", ${SHOP} as premises,
      ${SHOP_EN} as "premisesEn", coalesce(b.name_en, '') as "buildingEn",
      sp.plan_id as "planId", coalesce(pl.name, '') as plan, i.meter_id as "meterId",
      m.no as "meterNo", s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen",
      l.power_w * case i.side when 'secondary' then i.multiplier else 1 end as "powerNowW"
    from supply s
    join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
    join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
      and i.until is null
    join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
    left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
    left join account_tenant at on at.complex_id = s.complex_id and at.account_id = s.account_id
      and at.until is null
    left join tenant n on n.complex_id = at.complex_id and n.tenant_id = at.tenant_id
    left join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
    left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
    left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
    left join lateral (select q.plan_id from supply_plan q where q.complex_id = s.complex_id
      and q.supply_id = s.supply_id and q.since <= $3
      order by q.since desc, q.ordinal desc limit 1) sp on true
    left join plan pl on pl.complex_id = s.complex_id and pl.plan_id = sp.plan_id
    where s.complex_id = $1 and s.until is null and s.supply_id > $2
      and ($4::integer is null or b.building_id = $4) and ($5::integer is null or sp.plan_id = $5)
      and ($6 = '' or strpos(lower(pr.no), lower($6)) > 0 or strpos(lower(pr.name), lower($6)) > 0
        or strpos(lower(n.name), lower($6)) > 0 or strpos(m.no, $6) > 0 or a.no = $6)
  ) x
  join supply s on s.complex_id = x.complex_id and s.supply_id = x.supply_id
  left join lateral (${overloadOf('x."buildingId"')}) t on true
  where $7::text is null or $7 = coalesce(case when t.power_w is not null then t.level end, 'none')
  order by x.supply_id limit $8`

export const supplyThresholds = (tx: Tx, query: ThresholdQuery): Promise<SupplyThreshold[]> =>
  tx
    .query<SupplyThreshold & { complex_id?: number; supply_id?: number }>(SUPPLIES, [
      ...[query.complexId, query.after, sqlTime(tx.now), query.buildingId ?? null],
      ...[query.planId ?? null, query.search?.trim() ?? '', query.level ?? null, query.limit + 1],
    ])
    .then((rows) => rows.map(({ complex_id: _c, supply_id: _s, ...row }) => row))

const EXISTS: Readonly<Record<Exclude<ThresholdLevel, 'complex'>, string>> = {
  plan: 'select plan_id as id from plan where complex_id = $1 and plan_id = any ($2)',
  building:
    'select building_id as id from building where complex_id = $1 and building_id = any ($2)',
  supply: `select supply_id as id from supply
    where complex_id = $1 and supply_id = any ($2) and until is null`,
}

/** Those that are not there. */
export const missingIds = async (
  tx: Tx,
  complex: ComplexId,
  level: Exclude<ThresholdLevel, 'complex'>,
  wanted: readonly number[],
): Promise<number[]> => {
  const rows = await tx.query<{ id: number }>(EXISTS[level], [complex, wanted])
  const found = new Set(rows.map(({ id }) => id))
  return wanted.filter((id) => !found.has(id))
}

export type NewThreshold = {
  levelId: number
  /** Null: as the level above. */
  value: { powerW: number; delayS: number } | null
}

// What says the same already is not written again.
const INSERT = `
  insert into alarm_threshold (complex_id, level, level_id, power_w, delay_s, reason, saved_at,
    saved_by)
  select $1, $2, n.id, n.power_w, n.delay_s, $6, $7, $8
  from unnest($3::integer[], $4::integer[], $5::integer[]) as n(id, power_w, delay_s)
  left join lateral (select t.power_w, t.delay_s from alarm_threshold t
    where t.complex_id = $1 and t.level = $2 and t.level_id = n.id
    order by t.threshold_id desc limit 1) now on true
  where (now.power_w, now.delay_s) is distinct from (n.power_w, n.delay_s)
  returning level_id as "levelId"`

export const insertThresholds = async (
  tx: Tx,
  complex: ComplexId,
  level: ThresholdLevel,
  wanted: readonly NewThreshold[],
  reason: string,
): Promise<number> => {
  const rows = await tx.query(INSERT, [
    ...[complex, level, wanted.map(({ levelId }) => levelId)],
    wanted.map(({ value }) => value?.powerW ?? null),
    wanted.map(({ value }) => value?.delayS ?? null),
    ...[reason, sqlTime(tx.now), tx.scope.operator],
  ])
  return rows.length
}

export type MeterNamed = { meterNo: string; supplyId: number | null }

/** Meters of the complex by their numbers, with their running supply. */
export const suppliesByMeterNo = (
  tx: Tx,
  complex: ComplexId,
  numbers: readonly string[],
): Promise<MeterNamed[]> =>
  tx.query<MeterNamed>(
    `select m.no as "meterNo", s.supply_id as "supplyId" from meter m
     left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and i.until is null
     left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
       and s.until is null
     where m.complex_id = $1 and m.no = any ($2)`,
    [complex, numbers],
  )
