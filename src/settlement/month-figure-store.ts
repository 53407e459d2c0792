// Month figures 月度计量 as stored: maximum demand and reactive energy of a supply, multiplied.

import type { MonthFigure } from '../http/contract/month-figures.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, SupplyId } from '../shared/ids.ts'

type FigureRow = Omit<MonthFigure, 'savedAt'> & { savedAt: Instant | null }

// What the plan at the month's end asks for; supplies that ended before are settled.
const FIGURES = `
  select s.supply_id as "supplyId", a.no as "accountNo", coalesce(t.name, '') as tenant,
    coalesce(pr.no, '') as premises, coalesce(pr.name, '') as "premisesName", m.no as "meterNo",
    pl.name as plan, f.definition->'basic'->>'kind' is not distinct from 'demand'
      as "wantsMaxDemand", f.definition ? 'powerFactor' as "wantsReactive",
    (f.definition->'basic'->>'kind' is not distinct from 'capacity' and f.capacity_va is null)
      as "wantsCapacity",
    g.max_demand_w as "maxDemandW", g.reactive_varh as "reactiveVarh",
    coalesce(g.note, '') as note, g.saved_at as "savedAt", o.name as "savedBy"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.until is null
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  left join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  cross join lateral plan_in_force(s.complex_id, s.supply_id,
    $3::timestamptz - interval '1 second') f
  join plan pl on pl.complex_id = s.complex_id and pl.plan_id = f.plan_id
  left join month_figure g on g.complex_id = s.complex_id and g.supply_id = s.supply_id
    and g.month = $2
  left join operator o on o.operator_id = g.saved_by
  where s.complex_id = $1 and s.until is null
    and (f.definition->'basic'->>'kind' = 'demand' or f.definition ? 'powerFactor'
      or f.definition->'basic'->>'kind' = 'capacity' and f.capacity_va is null)
  order by pr.no, s.supply_id`

/** Open supplies that a month needs figures of, whether they are entered or not. */
export const monthFigures = async (
  tx: Tx,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  month: { first: Day; ends: Instant },
): Promise<MonthFigure[]> => {
  const rows = await tx.query<FigureRow>(FIGURES, [complexId, month.first, sqlTime(month.ends)])
  return rows.map((row) => ({
    ...row,
    savedAt: row.savedAt === null ? null : rfc3339(row.savedAt, zone),
  }))
}

export type FigureToSave = {
  supplyId: SupplyId
  maxDemandW: number | null
  reactiveVarh: number | null
  note: string
}

export const writeFigures = async (
  tx: Tx,
  complexId: ComplexId,
  month: Day,
  figures: readonly FigureToSave[],
): Promise<void> => {
  await tx.query(
    `insert into month_figure (complex_id, supply_id, month, max_demand_w, reactive_varh, note,
       saved_at, saved_by)
     select $1, f.*, $7, $8
     from (select u.supply_id, $2::date, u.w, u.varh, u.note
       from unnest($3::integer[], $4::bigint[], $5::bigint[], $6::text[])
         u(supply_id, w, varh, note)) f
     on conflict (complex_id, supply_id, month) do update set
       max_demand_w = excluded.max_demand_w, reactive_varh = excluded.reactive_varh,
       note = excluded.note, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
    [
      ...[complexId, month],
      figures.map((one) => one.supplyId),
      figures.map((one) => one.maxDemandW),
      figures.map((one) => one.reactiveVarh),
      figures.map((one) => one.note),
      ...[sqlTime(tx.now), tx.scope.operator],
    ],
  )
}

export type EndFigures = {
  maxDemandW: number | null
  reactiveVarh: number | null
  /** What the transformer carries, by the plan that the supply has then. */
  capacityVa: number | null
}

/** In the order asked: what is known of each supply for the end of its month. */
export const endFigures = (
  tx: Tx,
  complex: ComplexId,
  asked: readonly { supplyId: SupplyId; month: Day; at: Instant }[],
): Promise<EndFigures[]> =>
  tx.query<EndFigures>(
    `select f.max_demand_w as "maxDemandW", f.reactive_varh as "reactiveVarh",
       p.capacity_va as "capacityVa"
     from unnest($2::integer[], $3::date[], $4::timestamptz[]) with ordinality
       q(supply_id, month, at, n)
     left join month_figure f on f.complex_id = $1 and f.supply_id = q.supply_id
       and f.month = q.month
     left join lateral plan_in_force($1, q.supply_id, q.at) p on true
     order by q.n`,
    [
      complex,
      asked.map((one) => one.supplyId),
      asked.map((one) => one.month),
      asked.map((one) => sqlTime(one.at)),
    ],
  )
