// Figures that the last month needs and nobody entered 缺少的月度计量, as SQL: by the plan that held at
// its end. A day is left for entering them.

const local = (now: string): string => `(${now}::timestamptz at time zone c.zone
  - make_interval(mins => c.day_cut_minutes) - interval '1 day')`

/**
 * Rows (supply_id, month, what) of open supplies; complex $1, the moment as the parameter named.
 * Only supplies `q` that ever had a plan which asks for such figures are looked at; `only` narrows
 * them further.
 */
export const missingFigures = (now: string, only = ''): string => `
  select * from (
    select q.supply_id, to_char(m.first, 'YYYY-MM') as month, array_remove(array[
        case when f.definition->'basic'->>'kind' = 'demand' and g.max_demand_w is null
          then 'maxDemand' end,
        case when f.definition ? 'powerFactor' and g.reactive_varh is null then 'reactive' end,
        case when f.definition->'basic'->>'kind' = 'capacity' and f.capacity_va is null
          then 'capacity' end], null) as what
    from supply q
    join complex c on c.complex_id = q.complex_id
    cross join lateral (
      select (l.present - interval '1 month')::date as first,
        (l.present + make_interval(mins => c.day_cut_minutes)) at time zone c.zone as ends
      from (select date_trunc('month', ${local(now)}) as present) l
    ) m
    cross join lateral plan_in_force(q.complex_id, q.supply_id, m.ends - interval '1 second') f
    left join month_figure g on g.complex_id = q.complex_id and g.supply_id = q.supply_id
      and g.month = m.first
    where q.complex_id = $1 and q.until is null and q.since < m.ends and exists (
      select from supply_plan p
      join plan_version v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
      where p.complex_id = q.complex_id and p.supply_id = q.supply_id
        and (v.definition ? 'powerFactor' or v.definition ? 'basic')) ${only}
  ) needed where cardinality(what) > 0`
