-- Plans whose versions say who saved them and when, the plan of a supply with its history, and the
-- calendar. Versions and assignments are only ever added to: what holds is what was saved last for
-- the latest moment that has come, so that a mistake is corrected by one more row.

alter table plan add column retired_at timestamptz;

alter table plan_version
  drop constraint plan_version_complex_id_plan_id_effective_from_key,
  add column note text not null default '',
  -- Null for versions from before it was written down.
  add column saved_at timestamptz,
  add column saved_by integer,
  add column backdated boolean not null default false,
  -- The lowest and the highest price of a kWh, with tiers and loss share: what a meter can deduct.
  add column cheapest_e8 bigint,
  add column dearest_e8 bigint,
  -- What every kWh costs where each costs the same; null elsewhere.
  add column price_e8 bigint generated always as (
    case when definition->>'kind' = 'flat'
      and not definition ?| array['tiers', 'lossShare', 'serviceFee']
    then (definition->>'priceE8')::bigint end) stored;
update plan_version set cheapest_e8 = (definition->>'priceE8')::bigint,
  dearest_e8 = (definition->>'priceE8')::bigint;
alter table plan_version
  alter column cheapest_e8 set not null,
  alter column dearest_e8 set not null,
  add check (cheapest_e8 between 0 and dearest_e8);
create index plan_version_by_day on plan_version (complex_id, plan_id, effective_from, version);

create table supply_plan (
  complex_id integer not null,
  supply_id integer not null,
  -- Up to the next; the first begins with the supply.
  since timestamptz not null,
  -- Of the same moment the highest holds.
  ordinal integer not null default 1,
  plan_id integer not null,
  -- What the transformer carries, for a price by capacity.
  capacity_va bigint check (capacity_va > 0),
  note text not null default '',
  saved_at timestamptz not null,
  saved_by integer,
  backdated boolean not null default false,
  primary key (complex_id, supply_id, since, ordinal),
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, plan_id) references plan
);
create index supply_plan_of on supply_plan (complex_id, plan_id);
insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
select complex_id, supply_id, since, plan_id, since from supply;
alter table supply drop column plan_id;

create table calendar_day (
  complex_id integer not null references complex,
  day date not null,
  type text not null check (type in ('workday', 'weekend', 'holiday')),
  name text not null default '',
  name_en text not null default '',
  primary key (complex_id, day)
);

-- What is read once a month for what is charged once a month: already multiplied.
create table month_figure (
  complex_id integer not null,
  supply_id integer not null,
  month date not null check (extract(day from month) = 1),
  max_demand_w bigint check (max_demand_w >= 0),
  reactive_varh bigint check (reactive_varh >= 0),
  note text not null default '',
  saved_at timestamptz not null,
  saved_by integer,
  primary key (complex_id, supply_id, month),
  foreign key (complex_id, supply_id) references supply
);

do $$
declare t text;
begin
  foreach t in array array['supply_plan', 'calendar_day', 'month_figure'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
select narrow_to_buildings(t, 'supply_id in (select hidden_supplies())')
from unnest(array['supply_plan', 'month_figure']) t;
grant select, insert on supply_plan to prewatt_app;
grant select, insert, delete on calendar_day to prewatt_app;
grant select, insert, update on month_figure to prewatt_app;
revoke update, delete on plan_version from prewatt_app;

-- The plan of a supply and its version at a moment; no row where none holds.
create function plan_in_force(complex integer, supply integer, at timestamptz)
returns table (plan_id integer, version integer, effective_from timestamptz, definition jsonb,
  price_e8 bigint, capacity_va bigint)
language sql stable as $$
  select p.plan_id, v.version, v.effective_from, v.definition, v.price_e8, p.capacity_va
  from (
    select sp.plan_id, sp.capacity_va from supply_plan sp
    where sp.complex_id = $1 and sp.supply_id = $2 and sp.since <= $3
    order by sp.since desc, sp.ordinal desc limit 1
  ) p
  cross join lateral (
    select pv.version, pv.effective_from, pv.definition, pv.price_e8 from plan_version pv
    where pv.complex_id = $1 and pv.plan_id = p.plan_id and pv.effective_from <= $3
    order by pv.effective_from desc, pv.version desc limit 1
  ) v $$;

-- Which plan a supply had from when to when.
create view supply_given with (security_invoker = true) as
select complex_id, supply_id, plan_id, capacity_va, since,
  lead(since, 1, 'infinity') over (partition by complex_id, supply_id order by since) as until
from (select distinct on (complex_id, supply_id, since) * from supply_plan
  order by complex_id, supply_id, since, ordinal desc) s;
-- Which version of a plan held from when to when; one that another replaced never does.
create view plan_version_held with (security_invoker = true) as
select complex_id, plan_id, version, definition, cheapest_e8, dearest_e8, price_e8,
  effective_from as since,
  lead(effective_from, 1, 'infinity') over (partition by complex_id, plan_id
    order by effective_from) as until
from (select distinct on (complex_id, plan_id, effective_from) * from plan_version
  order by complex_id, plan_id, effective_from, version desc) v;
-- All that ever held for a supply and from when, up to the next row of it.
create view supply_held with (security_invoker = true) as
select g.complex_id, g.supply_id, g.plan_id, v.version, v.definition, g.capacity_va,
  greatest(g.since, v.since) as since
from supply_given g
join plan_version_held v on v.complex_id = g.complex_id and v.plan_id = g.plan_id
  and v.since < g.until and v.until > g.since;
grant select on supply_given, plan_version_held, supply_held to prewatt_app;
